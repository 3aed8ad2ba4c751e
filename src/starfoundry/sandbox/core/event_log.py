"""The log of everything applied, in order. Tests compare clients' records with it; clients cannot read it."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol


class EventKind(enum.Enum):
    """The kind of action applied."""

    REGISTER = "REGISTER"
    PURCHASE = "PURCHASE"
    SELL = "SELL"
    REFUEL = "REFUEL"
    BUY_SHIP = "BUY_SHIP"
    JETTISON = "JETTISON"
    TRANSFER = "TRANSFER"
    NAVIGATE = "NAVIGATE"
    JUMP = "JUMP"
    WARP = "WARP"
    SURVEY = "SURVEY"
    EXTRACT = "EXTRACT"
    SIPHON = "SIPHON"
    REFINE = "REFINE"
    CHART = "CHART"
    SUPPLY = "SUPPLY"
    NEGOTIATE = "NEGOTIATE"
    ACCEPT = "ACCEPT"
    DELIVER = "DELIVER"
    FULFIL = "FULFIL"
    REFIT = "REFIT"
    REPAIR = "REPAIR"
    SCRAP = "SCRAP"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedEvent:
    """One applied action.

    `subject` is a good, a ship type or a destination; `credit_change` is the agent's gain or payment; `credits_after`
    its balance afterwards. `at` counts milliseconds since 1970.
    """

    number: int
    at: int
    agent: str
    event_kind: EventKind
    ship: ShipSymbol
    waypoint: WaypointSymbol
    subject: str
    units: int
    price: int
    credit_change: int
    credits_after: int


class EventLog:
    """The log, oldest first: everything, or at least the newest `kept` entries and at most twice as many."""

    kept: int | None = None

    def __init__(self, kept: int | None = None) -> None:
        self.kept = kept
        self.entries: list[AppliedEvent] = []
        self._forgotten = 0

    @property
    def applied(self) -> int:
        """The number of actions applied, whether or not they are still known; the number of the newest."""
        return self._forgotten + len(self.entries)

    def note(
        self,
        event_kind: EventKind,
        *,
        at: int,
        agent: str,
        ship: ShipSymbol,
        waypoint: WaypointSymbol,
        subject: str,
        units: int,
        credits_after: int,
        price: int = 0,
        credit_change: int = 0,
    ) -> None:
        """Add an applied action."""
        self.entries.append(
            AppliedEvent(
                number=self.applied + 1,
                at=at,
                agent=agent,
                event_kind=event_kind,
                ship=ship,
                waypoint=waypoint,
                subject=subject,
                units=units,
                price=price,
                credit_change=credit_change,
                credits_after=credits_after,
            )
        )
        if self.kept is not None and len(self.entries) >= 2 * self.kept:
            self._forget(len(self.entries) - self.kept)

    def forget(self) -> None:
        """Drop the recorded entries, if they are not needed; the numbering continues."""
        self._forget(len(self.entries))

    def after(self, number: int, most: int) -> list[AppliedEvent]:
        """The oldest known entries after the one of that number."""
        begins = max(0, number - self._forgotten)
        return self.entries[begins : begins + most]

    def of(self, agent: str, *kinds: EventKind) -> Iterator[AppliedEvent]:
        """One agent's entries, of the given kinds if any are given."""
        return (each for each in self.entries if each.agent == agent and (not kinds or each.event_kind in kinds))

    def _forget(self, count: int) -> None:
        self._forgotten += count
        del self.entries[:count]
