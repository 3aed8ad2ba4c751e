"""The ordered vocabulary of a market: supply levels, activity, and what a market does with a good."""

import enum
from typing import Self

from starfoundry.kernel.errors import Refused


class SupplyLevel(enum.IntEnum):
    """How full a market's stock of one good is, from nearly depleted to plentiful."""

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
        """The level named `text`, in any letter case; raises Refused naming `field` and the choices."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            choices = ", ".join(cls.__members__)
            raise Refused.of(field, text, f"one of {choices}") from None


class Activity(enum.Enum):
    """How fast a market makes or uses a good; RESTRICTED means its factory is short of an input."""

    WEAK = "WEAK"
    GROWING = "GROWING"
    STRONG = "STRONG"
    RESTRICTED = "RESTRICTED"


class TradeKind(enum.Enum):
    """What a market does with a good: makes it, uses it up, or neither."""

    EXPORT = "EXPORT"
    IMPORT = "IMPORT"
    EXCHANGE = "EXCHANGE"
