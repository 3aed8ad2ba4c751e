"""Values of a report: what happened to one player between two moments."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.ledger.domain.model import LedgerEntry, Summary, SummaryLine

CHANGES_MAX = 20
INCIDENTS_MAX = 20
PURCHASES_MAX = 50
CHAINS_MAX = 3
"""So many of the best chains, and so many of the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time that a report is about; aware UTC."""

    since: datetime
    until: datetime

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.until - self.since).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCount:
    """Tasks of one kind that ended in one status."""

    kind: str
    status: str
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedChange:
    """A revision of a coordinator's settings, with what the coordinator earned while it was the newest, in credits.

    The `before` figures are of the revision that it followed, over at most the 24 hours before the change.
    """

    container_id: str
    record: RevisionRecord
    seconds: float
    seconds_before: float
    profit: int = 0
    profit_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedIncident:
    """Something that went wrong, as often as it did; `text` is what was said last."""

    kind: str
    subject: str
    text: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened. Lists are cut at their maxima; the totals beside them count everything."""

    agent: str
    universe: str
    stretch: Period
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


def closed_hours(lines: tuple[SummaryLine, ...], stretch: Period) -> tuple[SummaryLine, ...]:
    """The hours that lie in the stretch as a whole; a part of an hour compares with nothing."""
    hour = timedelta(hours=1)
    return tuple(
        line
        for line in lines
        if stretch.since <= (begin := datetime.fromisoformat(line.key)) and begin + hour <= stretch.until
    )


def extremes(lines: tuple[SummaryLine, ...]) -> tuple[tuple[SummaryLine, ...], tuple[SummaryLine, ...]]:
    """The best chains, and the worst of the others, worst first; `lines` come best first."""
    best = lines[:CHAINS_MAX]
    return best, tuple(reversed(lines[len(best) :]))[:CHAINS_MAX]
