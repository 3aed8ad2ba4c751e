"""Money and time of one agent's game, from the sandbox's own record: the same for our program and for every bot."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.sandbox.core.event_log import AppliedEvent, EventKind
from starfoundry.sandbox.core.milliseconds import HOUR, SECOND
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.ships.flight import DRIFT_FUEL, Mode, distance, flight_seconds
from starfoundry.sandbox.state.universe import Universe

SETTLED_HOUR = 6
"""From the end of this hour on credits should stay above 90 % of the start."""

PORT_SECONDS = 30.0
"""A longer time at rest between two events is idle, a shorter one work in a port."""

SHARES = ("laden", "empty", "port", "held", "idle")
"""The activities of a carrier: it flies with cargo or without, works in a port, rests with cargo or without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """The results of an agent; money in credits. `time` has the share of the carriers' time for each of SHARES."""

    money: "RunMoney"
    carriers: int
    trips: int
    time: Mapping[str, float]


def figures_of(universe: Universe, agent: Agent, *, start: int, began: int, ends: int) -> RunFigures:
    """The results of an agent that began with `start`, between two moments in milliseconds."""
    logged = list(universe.event_log.of(agent.symbol))
    events = [each for each in logged if began <= each.at <= ends and each.event_kind is not EventKind.REGISTER]
    carriers = [ship for ship in agent.ships.values() if ship.cargo_capacity]
    return RunFigures(
        money=RunMoney.of(events, start=start, began=began, ends=ends),
        carriers=len(carriers),
        trips=sum(_trips(events).values()),
        time=_time(universe, carriers, events, _aboard_at_start(carriers, logged), began=began, ends=ends),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoney:
    """Credits over time. `marks` are credits at the end of each full hour, `spent` what ships had cost until then."""

    start: int
    gained: int
    spent_on_ships: int
    drawdown: int
    marks: Sequence[int]
    spent: Sequence[int]
    lows: Sequence[int]

    @classmethod
    def of(cls, events: Sequence[AppliedEvent], *, start: int, began: int, ends: int) -> "RunMoney":
        """The money of events in their order; falls are those of credits and ships together."""
        hours = (ends - began) // HOUR
        marks, spent, lows = [start] * (hours + 1), [0] * (hours + 1), [start] * (hours + 1)
        credits_now = top = start
        paid = fallen = 0
        for each in events:
            hour = min(hours, (each.at - began) // HOUR + 1)
            credits_now = each.credits_after
            paid -= each.credit_change if each.event_kind is EventKind.BUY_SHIP else 0
            top = max(top, credits_now + paid)
            fallen = max(fallen, top - credits_now - paid)
            marks[hour:] = [credits_now] * (hours + 1 - hour)
            spent[hour:] = [paid] * (hours + 1 - hour)
            lows[hour] = min(lows[hour], credits_now)
            lows[hour + 1 :] = [credits_now] * (hours - hour)
        return cls(
            start=start,
            gained=credits_now - start,
            spent_on_ships=paid,
            drawdown=fallen,
            marks=marks,
            spent=spent,
            lows=lows,
        )

    @property
    def hourly(self) -> tuple[int, ...]:
        """The earnings of each hour, ships not counted as cost."""
        worths = [mark + paid for mark, paid in zip(self.marks, self.spent, strict=True)]
        return tuple(after - before for before, after in itertools.pairwise(worths))

    def at_hour(self, hour: int) -> int:
        """Credits at the end of that hour, or of the last."""
        return self.marks[min(hour, len(self.marks) - 1)]

    def worth_at_hour(self, hour: int) -> int:
        """The same, ships counted at what was paid for them."""
        return self.at_hour(hour) + self.spent[min(hour, len(self.spent) - 1)]

    def hours_below(self, floor: float) -> int:
        """The hours after the first six in which credits were below `floor` at some moment."""
        return sum(low < floor for low in self.lows[SETTLED_HOUR + 1 :])


def _trips(events: Iterable[AppliedEvent]) -> dict[ShipSymbol, int]:
    """The number of sales of each ship, however many tranches."""
    visits: dict[ShipSymbol, int] = defaultdict(int)
    sold_at: dict[ShipSymbol, str] = {}
    for each in events:
        if each.event_kind is EventKind.NAVIGATE:
            sold_at.pop(each.ship, None)
        elif each.event_kind is EventKind.SELL and sold_at.get(each.ship) != each.waypoint:
            sold_at[each.ship] = each.waypoint
            visits[each.ship] += 1
    return visits


def _aboard_at_start(carriers: Sequence[Ship], logged: Sequence[AppliedEvent]) -> dict[ShipSymbol, int]:
    """The units that each ship had aboard before the first event: what it has now, less all that came and went."""
    aboard = {ship.symbol: ship.cargo_units for ship in carriers}
    for each in logged:
        if each.ship in aboard:
            aboard[each.ship] -= _taken_aboard(each)
    return aboard


def _taken_aboard(event: AppliedEvent) -> int:
    """The units that an event puts into the ship's hold; below 0 for what leaves it."""
    match event.event_kind:
        case EventKind.PURCHASE:
            return event.units
        case EventKind.SELL | EventKind.JETTISON:
            return -event.units
        case _:
            return 0


def _time(
    universe: Universe,
    carriers: Sequence[Ship],
    events: Sequence[AppliedEvent],
    aboard: Mapping[ShipSymbol, int],
    *,
    began: int,
    ends: int,
) -> dict[str, float]:
    """The shares of the carriers' time: flying laden and empty, in ports, at rest with cargo and without."""
    by_ship: dict[ShipSymbol, list[AppliedEvent]] = defaultdict(list)
    for each in events:
        by_ship[each.ship].append(each)
    bought = {each.ship: each.at for each in events if each.event_kind is EventKind.BUY_SHIP}
    spent = dict.fromkeys(SHARES, 0.0)
    for ship in carriers:
        since = bought.get(ship.symbol, began)
        _spend(universe, ship, by_ship[ship.symbol], aboard[ship.symbol], since, ends, spent)
    total = sum(spent.values()) or 1.0
    return {name: round(seconds / total, 4) for name, seconds in spent.items()}


def _spend(
    universe: Universe,
    ship: Ship,
    events: Sequence[AppliedEvent],
    aboard: int,
    since: int,
    ends: int,
    spent: dict[str, float],
) -> None:
    """Add a ship's time to `spent`, in seconds; it begins with `aboard` units."""
    free_at = since
    for each in events:
        _rest(max(0, each.at - free_at) / SECOND, aboard, spent)
        free_at = max(free_at, each.at)
        aboard += _taken_aboard(each)
        if each.event_kind is EventKind.NAVIGATE:
            arrives = min(ends, each.at + round(SECOND * _flight(universe, ship, each)))
            spent["laden" if aboard else "empty"] += (arrives - each.at) / SECOND
            free_at = arrives
    _rest(max(0, ends - free_at) / SECOND, aboard, spent)


def _rest(seconds: float, aboard: int, spent: dict[str, float]) -> None:
    if seconds <= PORT_SECONDS:
        spent["port"] += seconds
    else:
        spent["held" if aboard else "idle"] += seconds


def _flight(universe: Universe, ship: Ship, departure: AppliedEvent) -> float:
    """The seconds that a departure's flight takes; its mode follows from the fuel it burns."""
    places = universe.places
    units = distance(places[departure.waypoint], places[WaypointSymbol(departure.subject)])
    if departure.units == DRIFT_FUEL and units > DRIFT_FUEL + 1:
        mode = Mode.DRIFT
    else:
        mode = Mode.BURN if departure.units > 1.5 * max(1.0, units) else Mode.CRUISE
    return flight_seconds(units, ship.type.speed, mode)
