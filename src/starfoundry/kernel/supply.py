"""Supply levels, activity, and trade kinds of a market, as ordered values."""

import enum
from typing import Self

from starfoundry.kernel.errors import Refused


class SupplyLevel(enum.IntEnum):
    """The stock of one good at a market, from nearly empty to plentiful."""

    SCARCE = 1
    LIMITED = 2
    MODERATE = 3
    HIGH = 4
    ABUNDANT = 5

    def meets_or_exceeds(self, minimum: "SupplyLevel") -> bool:
        """Whether this level is at least `minimum`."""
        return self >= minimum

    @classmethod
    def parse(cls, text: str, *, field: str = "supply") -> Self:
        """The level named `text`, in any letter case. Raises Refused naming `field` and the choices."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            choices = ", ".join(cls.__members__)
            raise Refused.of(field, text, f"one of {choices}") from None


class Activity(enum.Enum):
    """The speed at which a market produces or consumes a good; RESTRICTED means that its factory lacks an input."""

    WEAK = "WEAK"
    GROWING = "GROWING"
    STRONG = "STRONG"
    RESTRICTED = "RESTRICTED"


class TradeKind(enum.Enum):
    """A market's role for a good: it produces it, consumes it, or only trades it."""

    EXPORT = "EXPORT"
    IMPORT = "IMPORT"
    EXCHANGE = "EXCHANGE"

    __hash__ = object.__hash__  # that of an enum is written in Python, and the market law looks kinds up very often
