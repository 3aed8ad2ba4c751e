"""Ports to the outside world: time, randomness, blocking work, and access control."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from starfoundry.kernel.ids import PlayerId

if TYPE_CHECKING:
    import random  # noqa: TID251  (named as a type only)

T = TypeVar("T")


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The wall-clock time as an aware UTC datetime; for records and displays, never for safety."""

    def elapsed(self) -> float:
        """Seconds since a fixed moment, never going back; for durations and deadlines."""


class Entropy(Protocol):
    """The only source of randomness."""

    def stream(self, site: str) -> "random.Random":
        """The random stream of one named site; draws at one site do not affect another."""

    def token(self, site: str, characters: int) -> str:
        """A new lower-case hexadecimal token of that many characters."""


class Offload(Protocol):
    """Runs blocking work outside the event loop, in the order given."""

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work()`."""


class Gate(Protocol):
    """Decides for which player a caller may act. Every gRPC method calls it first."""

    async def admit(self, player_id: int, context: object) -> PlayerId:
        """The player, if the caller (known by the call's `context`) may act for it. Raises Missing otherwise.

        Another player and an absent one look the same to the caller.
        """

    def sees(self, player_id: int, context: object) -> bool:
        """Whether the player's data may be shown to the caller in lists of all players."""
