"""Calls that move money or cargo, and the book they are entered in: what each is, and which way its money flows."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from starfoundry.game.model import Cargo, Fuel, Ship
from starfoundry.kernel.ids import Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel


class CallKind(enum.Enum):
    """What is asked of the game."""

    PURCHASE = "PURCHASE"
    SALE = "SALE"
    REFUEL = "REFUEL"
    SHIP_PURCHASE = "SHIP_PURCHASE"
    JETTISON = "JETTISON"
    TRANSFER = "TRANSFER"

    @property
    def money_sign(self) -> int:
        """Which way money flows when it is applied: -1 out, +1 in, 0 not at all."""
        if self is CallKind.SALE:
            return 1
        return 0 if self in (CallKind.JETTISON, CallKind.TRANSFER) else -1


class IntentState(enum.Enum):
    """What became of an intent. SENT and IN_DOUBT are open: it may have happened, or may still.

    ABANDONED: its universe was over before anybody could learn whether it had happened. It is not booked.
    """

    SENT = "SENT"
    IN_DOUBT = "IN_DOUBT"
    APPLIED = "APPLIED"
    NOT_APPLIED = "NOT_APPLIED"
    ABANDONED = "ABANDONED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """On whose behalf a call is made: what profit is counted by, and which settings and supply it was decided under."""

    container_id: str = ""
    pipeline_id: str = ""
    task_id: str = ""
    config_revision: int = 0
    supply_seen: SupplyLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A call, written down before it is sent. `id` is 0 until it is stored.

    `before` is what the call changes, as it was: units of the good aboard; tank units for REFUEL; the number of our
    ships for SHIP_PURCHASE, whose `good` is the ship's type and whose `ship` is empty. REFUEL counts `units` in
    market units.
    """

    id: int = 0
    player_id: PlayerId
    kind: CallKind
    ship: ShipSymbol
    waypoint: WaypointSymbol
    good: Good
    units: int
    before: int
    credits_before: int
    price_seen: int
    purpose: Purpose
    sent_at: datetime
    state: IntentState = IntentState.SENT

    @property
    def cost_expected(self) -> int:
        """Credits it takes out of the till at the price last seen; 0 when it takes none."""
        return self.price_seen * self.units if self.kind.money_sign < 0 else 0

    @property
    def label(self) -> str:
        """The call in words, for messages."""
        whose = f" by {self.ship}" if self.ship else ""
        return f"{self.kind.value.lower().replace('_', ' ')} of {self.units} {self.good}{whose} at {self.waypoint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """It happened. `total` is what it cost or brought, `credits` what we have since; the rest is what the game said."""

    units: int
    price: int
    total: int
    credits: int
    cargo: Cargo | None = None
    fuel: Fuel | None = None
    ship: Ship | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """It did not happen, and why; `code` is the game's own, 0 when the game was not asked."""

    reason: str
    code: int = 0


class EntryKind(enum.Enum):
    """What a ledger entry books."""

    OPENING = "OPENING"
    PURCHASE = "PURCHASE"
    SALE = "SALE"
    REFUEL = "REFUEL"
    SHIP_PURCHASE = "SHIP_PURCHASE"
    ADJUSTMENT = "ADJUSTMENT"


TRADE_KINDS = (EntryKind.PURCHASE, EntryKind.SALE, EntryKind.REFUEL)
"""What profit is made of: sales less goods and fuel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line of the book. `amount` is signed, money in positive; `sequence` is 0 until it is stored."""

    sequence: int = 0
    player_id: PlayerId
    at: datetime
    kind: EntryKind
    amount: int
    balance_after: int
    intent_id: int | None = None
    ship: ShipSymbol = ShipSymbol("")
    waypoint: WaypointSymbol = WaypointSymbol("")
    good: Good = Good("")
    units: int = 0
    purpose: Purpose = field(default_factory=Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that books and world disagreed about; kept for whoever watches over the daemon."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """All entries of one key. Income and expense are both positive credits; units as the game counts them.

    `profit` is sales minus goods and fuel.
    """

    key: str
    income: int = 0
    expense: int = 0
    entries: int = 0
    units: int = 0
    profit: int = 0

    @property
    def net(self) -> int:
        """What it left."""
        return self.income - self.expense


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A stretch of the book: closing = opening + profit - spent_on_ships + adjustments, to the credit."""

    lines: tuple[SummaryLine, ...]
    opening: int
    closing: int
    profit: int
    spent_on_ships: int
    adjustments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which entries are meant; an empty field means all."""

    kind: EntryKind | None = None
    container_id: str = ""
    good: str = ""
    ship: str = ""
    is_trade: bool = False
    """Only what profit is made of: goods bought and sold, and fuel."""

    since: datetime | None = None
    """The first moment that counts."""

    until: datetime | None = None
    """The first moment that counts no more."""

    before: int = 0
    """Only entries of a smaller sequence; 0 = all."""

    @property
    def is_stretch(self) -> bool:
        """Whether every entry of a stretch of time is meant, so that balances follow from one another."""
        return not (self.kind or self.container_id or self.good or self.ship or self.is_trade or self.before)
