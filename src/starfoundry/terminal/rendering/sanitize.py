"""Sanitised external text: no cursor movement, no colour, no extra lines."""

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")


def one_line(text: str) -> str:
    """The text with a space for each unprintable character, line ends included."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def clean_lines(text: str) -> str:
    """As `one_line` for each line of a text; its line ends stay."""
    if text.isprintable():
        return text
    lines = [(line.removesuffix("\r"), "\r" if line.endswith("\r") else "") for line in text.split("\n")]
    return "\n".join(one_line(line) + end for line, end in lines)  # CSV ends its lines with both


def escaped(text: str) -> str:
    """JSON or YAML with an escape for each unprintable character: the meaning is the same."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each == "\n" else _escape(each) for each in text)


def clean(message: M) -> M:
    """The daemon's answer, modified so that each text in it is one printable line."""
    for field, value in message.ListFields():
        if isinstance(value, MutableMapping):
            _clean_map(value)
        elif field.message_type is not None:
            for each in (value,) if hasattr(value, "ListFields") else value:
                clean(each)
        elif field.type == field.TYPE_STRING:
            if isinstance(value, str):
                if not value.isprintable():
                    setattr(message, field.name, one_line(value))
            elif not all(map(str.isprintable, value)):
                value[:] = [one_line(each) for each in value]
    return message


def _clean_map(entries: MutableMapping[str, Any]) -> None:
    """Clean a map of texts; no message of the contract has a map of anything else with texts."""
    kept = {one_line(name): one_line(value) if isinstance(value, str) else value for name, value in entries.items()}
    if kept != dict(entries):
        entries.clear()
        entries.update(kept)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
