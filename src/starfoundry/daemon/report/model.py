"""Values of a report: one player's events between two times."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.ledger.domain.model import LedgerEntry, Summary, SummaryLine

CHANGES_MAX = 20
INCIDENTS_MAX = 20
PURCHASES_MAX = 50
CHAINS_MAX = 3
"""The number of best chains, and of worst chains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """The time range of a report; aware UTC."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return (self.until - self.since).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCount:
    """Tasks of one kind that ended in one status."""

    kind: str
    status: str
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChange:
    """A revision of a coordinator's settings, with the coordinator's profit in credits while it was the newest.

    The `before` figures are of the previous revision, over at most the 24 hours before the change.
    """

    container_id: str
    record: RevisionRecord
    seconds: float
    seconds_before: float
    profit: int = 0
    profit_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedIncident:
    """An incident with its number of occurrences; `text` is the latest message."""

    kind: str
    subject: str
    text: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The events of a period. Lists are cut at their maxima; the totals count everything."""

    agent: str
    universe: str
    period: ReportPeriod
    money: Summary
    money_seconds: float
    hours: tuple[SummaryLine, ...]
    best: tuple[SummaryLine, ...]
    worst: tuple[SummaryLine, ...]
    chains: int
    tasks: tuple[TaskCount, ...]
    changes: tuple[ReportedChange, ...]
    changes_in_all: int
    incidents: tuple[ReportedIncident, ...]
    incidents_in_all: int
    purchases: tuple[LedgerEntry, ...]
    purchases_in_all: int


def closed_hours(lines: tuple[SummaryLine, ...], period: ReportPeriod) -> tuple[SummaryLine, ...]:
    """The hours completely inside the period; partial hours are not comparable."""
    hour = timedelta(hours=1)
    return tuple(
        line
        for line in lines
        if period.since <= (begin := datetime.fromisoformat(line.key)) and begin + hour <= period.until
    )


def extremes(lines: tuple[SummaryLine, ...]) -> tuple[tuple[SummaryLine, ...], tuple[SummaryLine, ...]]:
    """The best chains, and the worst of the others, worst first; `lines` come best first."""
    best = lines[:CHAINS_MAX]
    return best, tuple(reversed(lines[len(best) :]))[:CHAINS_MAX]
