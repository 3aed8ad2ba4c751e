"""Values of alerts: rules, the snapshots they evaluate, and the alerts they open."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


class AlertKind(enum.Enum):
    """The subject of a rule; there is one rule of each kind."""

    LOSS = "loss"
    DRAWDOWN = "drawdown"
    FLAT_NET_WORTH = "flat-net-worth"
    NO_TRADE = "no-trade"
    COORDINATOR_FAILED = "coordinator-failed"
    SETTINGS_REFUSED = "settings-refused"
    BUDGET_EXHAUSTED = "budget-exhausted"
    RESET = "reset"
    INCIDENT = "incident"
    HALTED = "halted"
    SETTING_CHANGED = "setting-changed"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of one player. What `above`, `within_seconds` and `excepted` mean is declared for each kind.

    What it looks for must hold for `hold_seconds` before it calls. An urgent one calls in quiet hours too.
    """

    kind: AlertKind
    is_on: bool
    above: int = 0
    within_seconds: int = 0
    hold_seconds: int = 0
    excepted: tuple[str, ...] = ()
    is_urgent: bool = False
    muted_until: datetime | None = None

    @property
    def within(self) -> timedelta:
        """The window that it looks at."""
        return timedelta(seconds=self.within_seconds)

    def is_muted(self, now: datetime) -> bool:
        """Whether it does not call at that time."""
        return self.muted_until is not None and now < self.muted_until


@dataclass(frozen=True, slots=True)
class AlertSighting:
    """Something with a name that was seen, and what there is to say of it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Halt:
    """An emergency halt, and its beginning."""

    subject: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AlertedChange:
    """A revision of a coordinator's settings."""

    container_id: str
    revision: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Chance:
    """A chain that could be worked, and what it is estimated to bring, in credits an hour."""

    name: str
    per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that the rules of one player look at, as it was at `now`. Money is whole credits.

    `traded` is the profit of trade by window in seconds, `profit` that of the whole and `high_water` its highest ever.
    `worth_change` is by how much credits and ships at their price rose within the window of the rule about them.
    `working_since` is when the longest-running coordinator that is not halted was started, None where none works.
    `changes` are those of the window of their rule, `incidents` those that hold or were within that of theirs.
    `unknown` says of each kind whose facts could not be read why.
    """

    now: datetime
    traded: Mapping[int, int] = field(default_factory=dict)
    profit: int = 0
    high_water: int = 0
    worth_change: int = 0
    last_deal_at: datetime | None = None
    working_since: datetime | None = None
    failed: tuple[AlertSighting, ...] = ()
    refused: tuple[AlertSighting, ...] = ()
    budget_used_percent: int = 0
    next_reset_at: datetime | None = None
    incidents: tuple[AlertSighting, ...] = ()
    halts: tuple[Halt, ...] = ()
    changes: tuple[AlertedChange, ...] = ()
    chances: tuple[Chance, ...] = ()
    unknown: Mapping[AlertKind, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCall:
    """A rule calls about `subject`; `next_step` is a command that tells more."""

    kind: AlertKind
    subject: str
    text: str
    next_step: str = ""

    @property
    def key(self) -> tuple[AlertKind, str]:
        """Its subject: the same key is the same alert."""
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A rule could not be evaluated, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A call that went on for long enough, from `opened_at` until `closed_at`. `id` is 0 until it is stored.

    `told_at` is when it was last sent, None for never; one that was acknowledged is not sent again.
    """

    call: AlertCall
    opened_at: datetime
    is_urgent: bool = False
    id: int = 0
    told_at: datetime | None = None
    closed_at: datetime | None = None
    acked_at: datetime | None = None
    acked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The notification settings of one player.

    Between two messages pass `gap_seconds`; the same thing is sent again no sooner than `cooldown_seconds` later, and
    reminded of every `remind_seconds` while it holds (0: never). Quiet hours are minutes of the day in `zone`; equal
    ones are none. `summary_at` is the minute of the day at which the daily summary is sent, None for no summary.
    """

    quiet_from: int = 0
    quiet_to: int = 0
    zone: str = "UTC"
    gap_seconds: int = 60
    cooldown_seconds: int = 1_800
    remind_seconds: int = 21_600
    summary_at: int | None = None
