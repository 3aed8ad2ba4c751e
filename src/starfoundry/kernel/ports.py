"""What every room may ask of the outside: the time, chance, and somewhere to do blocking work."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from starfoundry.kernel.ids import PlayerId

if TYPE_CHECKING:
    import random  # noqa: TID251  (named as a type only)

T = TypeVar("T")


class Clock(Protocol):
    """The one door for time."""

    def now(self) -> datetime:
        """The wall-clock time as an aware UTC datetime; for records and displays, never for safety."""

    def elapsed(self) -> float:
        """Seconds since some fixed moment, never going back; for durations and deadlines."""


class Entropy(Protocol):
    """The one door for chance."""

    def stream(self, site: str) -> "random.Random":
        """The random stream of one named place; draws at one site leave every other site alone."""

    def token(self, site: str, characters: int) -> str:
        """A fresh lower-case hexadecimal token of that many characters."""


class Offload(Protocol):
    """Runs blocking work away from the event loop, in the order it was given."""

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work()`."""


class Gate(Protocol):
    """Decides for which player a caller may act. Every room's door asks it first."""

    async def admit(self, player_id: int, context: object) -> PlayerId:
        """The player, if the caller (known by the call's `context`) may act for it; raises Missing otherwise.

        A foreign player and an absent one look the same to the caller.
        """

    def sees(self, player_id: int, context: object) -> bool:
        """Whether what is the player's may be shown to the caller, in lists of everybody's."""
