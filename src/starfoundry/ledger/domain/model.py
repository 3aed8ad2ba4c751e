"""Calls that move money or cargo, the direction of their money, and the ledger entries that record them."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from starfoundry.game.model import Cargo, Fuel, Ship
from starfoundry.kernel.ids import Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.ledger.domain.prediction import NO_TRIPS, Comparison


class CallKind(enum.Enum):
    """The kinds of calls to the game."""

    PURCHASE = "PURCHASE"
    SALE = "SALE"
    REFUEL = "REFUEL"
    SHIP_PURCHASE = "SHIP_PURCHASE"
    JETTISON = "JETTISON"
    TRANSFER = "TRANSFER"

    @property
    def money_sign(self) -> int:
        """The direction of money when the call is applied: -1 out, +1 in, 0 none."""
        if self is CallKind.SALE:
            return 1
        return 0 if self in (CallKind.JETTISON, CallKind.TRANSFER) else -1


class IntentState(enum.Enum):
    """The state of an intent. SENT and IN_DOUBT are open: the call may have happened, or still may.

    ABANDONED: its universe ended before the outcome was known. It is not booked.
    """

    SENT = "SENT"
    IN_DOUBT = "IN_DOUBT"
    APPLIED = "APPLIED"
    NOT_APPLIED = "NOT_APPLIED"
    ABANDONED = "ABANDONED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The work for which a call is made: the keys of profit, and the settings and supply that it was decided under."""

    container_id: str = ""
    pipeline_id: str = ""
    task_id: str = ""
    config_revision: int = 0
    supply_seen: SupplyLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A call, stored before it is sent. `id` is 0 until then.

    `before` is the value that the call changes, as it was: units of the good aboard; tank units for REFUEL; the
    number of the player's ships for SHIP_PURCHASE, whose `good` is the ship's type and whose `ship` is empty.
    REFUEL counts `units` in market units.
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
        """The expected cost in credits at the price last seen; 0 if it costs nothing."""
        return self.price_seen * self.units if self.kind.money_sign < 0 else 0

    @property
    def label(self) -> str:
        """The call as text, for messages."""
        whose = f" by {self.ship}" if self.ship else ""
        return f"{self.kind.value.lower().replace('_', ' ')} of {self.units} {self.good}{whose} at {self.waypoint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The call was applied. `total` is the cost or income, `credits` the balance after it.

    The rest is from the game's answer.
    """

    units: int
    price: int
    total: int
    credits: int
    cargo: Cargo | None = None
    fuel: Fuel | None = None
    ship: Ship | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """The call was not applied, and why; `code` is the game's error code, 0 if the game was not asked."""

    reason: str
    code: int = 0


class EntryKind(enum.Enum):
    """The kinds of ledger entries."""

    OPENING = "OPENING"
    PURCHASE = "PURCHASE"
    SALE = "SALE"
    REFUEL = "REFUEL"
    SHIP_PURCHASE = "SHIP_PURCHASE"
    ADJUSTMENT = "ADJUSTMENT"


TRADE_KINDS = (EntryKind.PURCHASE, EntryKind.SALE, EntryKind.REFUEL)
"""The kinds that make up profit: sales minus goods and fuel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One entry of the ledger. `amount` is signed, positive for income; `sequence` is 0 until it is stored."""

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
    """A disagreement between ledger and game, kept for the operator."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """All entries of one key. Income and expense are both positive credits; units as the game counts them.

    `profit` is sales minus goods and fuel, `comparison` of the trips of that key that ended in the stretch.
    """

    key: str
    income: int = 0
    expense: int = 0
    entries: int = 0
    units: int = 0
    profit: int = 0
    comparison: Comparison = NO_TRIPS

    @property
    def net(self) -> int:
        """Income minus expense."""
        return self.income - self.expense


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A period of the ledger: closing = opening + profit - spent_on_ships + adjustments, to the credit."""

    lines: tuple[SummaryLine, ...]
    opening: int
    closing: int
    profit: int
    spent_on_ships: int
    adjustments: int
    comparison: Comparison = NO_TRIPS


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """A filter of entries; an empty field selects all."""

    kind: EntryKind | None = None
    container_id: str = ""
    good: str = ""
    ship: str = ""
    is_trade: bool = False
    """Only entries that make up profit: goods bought and sold, and fuel."""

    since: datetime | None = None
    """The start of the period, inclusive."""

    until: datetime | None = None
    """The end of the period, exclusive."""

    before: int = 0
    """Only entries with a smaller sequence; 0 = all."""

    @property
    def is_period(self) -> bool:
        """Whether every entry of a period is selected, so that each balance follows from the one before."""
        return not (self.kind or self.container_id or self.good or self.ship or self.is_trade or self.before)
