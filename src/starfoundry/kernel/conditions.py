"""Health conditions as values, and the interface for reporting them.

A condition is a current problem that keeps the fleet from its work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starfoundry.kernel.ids import PlayerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One current condition that an operator should know.

    `kind` is a short stable word for programs, such as `ship-quarantined`; `subject` is the symbol of the ship,
    market, container or endpoint, empty for the whole daemon. `reason` is one plain sentence with its figures and
    no full stop; `next_step` is a command or other remedy, empty if the condition ends by itself. One that does not
    degrade is only information.
    """

    kind: str
    subject: str
    reason: str
    next_step: str
    since: datetime
    degrades: bool = True
    player_id: PlayerId | None = None


class ConditionReporter(Protocol):
    """Receives the conditions that one player's part of the daemon reports."""

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
        """Report a condition. Reported again, it keeps its first `since` and gets the newest text.

        With `lasts_seconds` it ends by itself unless it is reported again within that time: for conditions
        whose end cannot be observed. Never raises.
        """

    def clear(self, kind: str, subject: str | None = None) -> None:
        """End a condition; without a subject, all of that kind. Nothing happens if there was none."""


class _NoReporter:
    """Discards all reports."""

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
        """Discard the report."""

    def clear(self, kind: str, subject: str | None = None) -> None:
        """Nothing to clear."""


NO_REPORTER: ConditionReporter = _NoReporter()
"""For work that belongs to no daemon."""
