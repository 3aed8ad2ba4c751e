"""Documents in YAML or JSON that people write: bounded, and with the values JSON would give.

YAML has ways to write much with little (aliases), and reads 010 as 8 and 1:30 as 90. Neither is accepted here.
"""

import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starfoundry.kernel.errors import Missing, Refused

BYTES_MAX = 64 * 1024
"""The maximum size of a request to the daemon; a file with every setting has some hundred bytes."""

DEPTH_MAX = 10
DIGITS_MAX = 30

_NULLS = ("", "~", "null", "Null", "NULL")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_TEXT_TAG = "tag:yaml.org,2002:str"


def read_document(path: str) -> object:
    """The value in a file, `-` for standard input. Raises Missing, or Refused naming the problem and the line."""
    where = "standard input" if path == "-" else path
    try:
        if path == "-":
            content = sys.stdin.buffer.read(BYTES_MAX + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(BYTES_MAX + 1)
        text = "" if len(content) > BYTES_MAX else content.decode("utf-8-sig")
    except FileNotFoundError:
        raise Missing(f"there is no file {path}") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Refused(f"{where} cannot be read: {error}") from None
    if len(content) > BYTES_MAX:
        raise Refused(f"{where} is longer than {BYTES_MAX:,} bytes")
    return parse_document(text, where)


def parse_document(text: str, where: str) -> object:
    """The value of one document; `where` names it in errors. Raises Refused naming the wrong line."""
    import yaml

    if len(text.encode(errors="replace")) > BYTES_MAX:
        raise Refused(f"{where} is longer than {BYTES_MAX:,} bytes")
    try:
        builder = _Builder(where, yaml)
        return builder.document(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise Refused(f"{where} is no YAML: {' '.join(str(error).split())}") from None


class _Builder:
    """Builds values from the parser's events one by one, so that nothing larger than the text arises."""

    def __init__(self, where: str, yaml: Any) -> None:  # noqa: ANN401  (a library without types that is imported late)
        self._where = where
        self._yaml = yaml
        self._resolver = yaml.resolver.Resolver()

    def document(self, events: Iterator[Any]) -> object:
        """The value of the only document; None if there is none."""
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, self._yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "contains a second document; only one is allowed")
                value = self._value(next(events), events, 0)
        return value

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> object:  # noqa: ANN401
        if isinstance(event, self._yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(event, "has an alias or an anchor (& or *); write the value out")
        if getattr(event, "tag", None):
            raise self._refused(event, f"has a tag ({event.tag}); write the plain value")
        if isinstance(event, self._yaml.ScalarEvent):
            return self._scalar(event)
        if depth == DEPTH_MAX:
            raise self._refused(event, f"is nested deeper than {DEPTH_MAX} levels")
        if isinstance(event, self._yaml.SequenceStartEvent):
            return list(self._items(events, depth))
        return self._mapping(events, depth)

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[object]:
        for event in events:
            if isinstance(event, self._yaml.SequenceEndEvent):
                return
            yield self._value(event, events, depth + 1)

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, object]:
        entries: dict[str, object] = {}
        for event in events:
            if isinstance(event, self._yaml.MappingEndEvent):
                break
            if not isinstance(event, self._yaml.ScalarEvent):
                raise self._refused(event, "has a key that is not text")
            name = self._text(event)
            if name == "<<" and event.implicit[0]:
                raise self._refused(event, "merges another mapping (<<); write the values out")
            if name in entries:  # YAML would silently take the last one
                raise Refused.of(name, f"given twice in {self._where}", "given once")
            entries[name] = self._value(next(events), events, depth + 1)
        return entries

    def _scalar(self, event: Any) -> object:  # noqa: ANN401
        text = self._text(event)
        if not event.implicit[0]:
            return text  # in quotes
        if text in _NULLS:
            return None
        if text in ("true", "false"):
            return text == "true"
        if _NUMBER.fullmatch(text):
            return self._number(event, text)
        if self._resolver.resolve(self._yaml.ScalarNode, text, (True, False)) != _TEXT_TAG:
            allowed = "a whole number such as 10, true or false, or a text in quotes"
            raise self._refused(event, f"has {text!r}, which YAML interprets differently; write {allowed}")
        return text

    def _text(self, event: Any) -> str:  # noqa: ANN401
        """The scalar's text. JSON writes rare characters as two escapes, which the parser does not join."""
        try:
            return str(event.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self._refused(event, "has an escape that is half a character") from None

    def _number(self, event: Any, text: str) -> float:  # noqa: ANN401
        if len(text) > DIGITS_MAX:
            raise self._refused(event, f"has a number of more than {DIGITS_MAX} digits")
        number: float = json.loads(text)
        if not math.isfinite(number):
            raise self._refused(event, f"has the number {text}, which is too large")
        return number

    def _refused(self, event: Any, what: str) -> Refused:  # noqa: ANN401
        return Refused(f"line {event.start_mark.line + 1} of {self._where} {what}")
