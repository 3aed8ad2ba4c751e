"""Health conditions: what keeps the fleet from doing what it was asked for, as values, and how they are reported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starfoundry.kernel.ids import PlayerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is so at present and that an operator should know of.

    `kind` is a short stable word for programs, such as `ship-quarantined`; `subject` the symbol of the ship, market,
    container or endpoint it is about, empty for the whole daemon. `reason` is one plain sentence with its figures and
    no full stop; `next_step` a command or what to do, empty where it ends by itself. One that does not degrade is only
    told.
    """

    kind: str
    subject: str
    reason: str
    next_step: str
    since: datetime
    degrades: bool = True
    player_id: PlayerId | None = None


class ConditionReporter(Protocol):
    """Where one player's part of the daemon reports its conditions."""

    def report(
        self,
        kind: str,
        subject: str,
        *,
        reason: str,
        next_step: str = "",
        degrades: bool = True,
        lasts_seconds: float | None = None,
    ) -> None:
        """A condition holds; said again it stays the same one, with its first `since` and the newest text.

        With `lasts_seconds` it ends by itself unless it is reported again within that time: for what nobody can see
        the end of. Never raises.
        """

    def clear(self, kind: str, subject: str | None = None) -> None:
        """It holds no more; without a subject none of that kind does. Nothing happens if it did not hold."""


class _Unheard:
    """Takes reports that nobody reads."""

    def report(
        self,
        kind: str,
        subject: str,
        *,
        reason: str,
        next_step: str = "",
        degrades: bool = True,
        lasts_seconds: float | None = None,
    ) -> None:
        """Nothing is kept."""

    def clear(self, kind: str, subject: str | None = None) -> None:
        """There is nothing to clear."""


UNHEARD: ConditionReporter = _Unheard()
"""For work that belongs to no daemon."""
