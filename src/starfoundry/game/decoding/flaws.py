"""Parts of the game's answers that could not be read and were left out."""

from dataclasses import dataclass

TEXT_LENGTH_MAX = 160
"""The longest text about one flaw: answers come from outside and may contain anything."""

GIVEN_LENGTH_MAX = 40
"""The longest part of an answer that is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One part of an answer that was left out.

    `element` names it, such as "trade good IRON"; it is empty when the whole answer could not be read. `reason` names
    the field and the value. `matters` is True if earning can suffer from it. `place` is the list element that contained
    it, such as "ship FOUNDRY-3".
    """

    element: str
    reason: str
    matters: bool = True
    place: str = ""

    @property
    def text(self) -> str:
        """One line without control characters, at most TEXT_LENGTH_MAX characters long."""
        text = f"{self.element} left out: {self.reason}" if self.element else self.reason
        return shortened(plain(text), TEXT_LENGTH_MAX)


def plain(text: str) -> str:
    """The text on one line, without control characters."""
    return "".join(each if each.isprintable() else " " for each in text)


def shortened(text: str, length_max: int) -> str:
    """The text, cut to `length_max` characters with a final ellipsis if it is longer."""
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"


def quoted(value: object) -> str:
    """A part of an answer as an operator may read it: short, and safe for a terminal."""
    match value:
        case dict():
            return "an object"
        case list():
            return "a list"
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            # Cut first: the text of a number may be as long as the answer.
            text = value if isinstance(value, str) else f"{value}"
            return shortened(plain(repr(text) if isinstance(value, str) else text), GIVEN_LENGTH_MAX)
