"""Idle ships while something would have paid: looked at in passing, whenever something is applied in the sandbox.

Nothing is asked of the game and no task is added, so the history stays what it is without a look.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.economy.rules import Lane, Lanes, Rule, load
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox.core.event_log import EventKind, EventLog
from starfoundry.sandbox.core.milliseconds import SECOND
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

LOOK_MILLISECONDS = 60 * SECOND
RESTS_MILLISECONDS = 60 * SECOND
"""A ship that did nothing for so long is idle."""

PAYS = Rule(margin=0.3)
GAIN_MIN = 2_000
"""What counts as missed: a trip whose every tranche brings 1.3 times its cost, and which gains so many credits."""

Ends = set[tuple[WaypointSymbol, Good]]


class WatchingEventLog(EventLog):
    """The sandbox's record; `carrier_seconds` and `missed_seconds` are those of ships with a hold seen so far."""

    def __init__(self, universe: Universe) -> None:
        super().__init__()
        now = universe.now()
        self._universe = universe
        self._markets = {waypoint: universe.home.market(waypoint, now) for waypoint in universe.home.plans}
        self._lanes = Lanes({waypoint: market for waypoint, market in self._markets.items() if market is not None})
        self._looked_at = now
        self._acted_at: dict[ShipSymbol, int] = {}
        self.carrier_seconds = 0.0
        self.missed_seconds = 0.0

    @property
    def share_missed(self) -> float:
        """The share of the ships' time in which they stood empty while a trip that pays was there for each of them."""
        return round(self.missed_seconds / self.carrier_seconds, 4) if self.carrier_seconds else 0.0

    def note(self, event_kind: EventKind, **facts: Any) -> None:
        """Add one thing that was applied, and look around if it is time to."""
        if facts["at"] >= self._looked_at + LOOK_MILLISECONDS:
            self._look(facts["at"], self._universe.agents.get(facts["agent"]))
        self._acted_at[facts["ship"]] = facts["at"]
        super().note(event_kind, **facts)

    def _look(self, now: int, agent: Agent | None) -> None:
        seconds, self._looked_at = (now - self._looked_at) / SECOND, now
        if agent is None:
            return
        carriers = [ship for ship in agent.ships.values() if ship.cargo_capacity]
        idle = [ship for ship in carriers if self._is_idle(ship, now)]
        self.carrier_seconds += seconds * len(carriers)
        if idle:
            for market in self._markets.values():
                if market is not None:
                    market.advance(now)
            bringing = {(ship.destination.symbol, good) for ship in carriers for good in ship.cargo}
            fetching = sum(not ship.cargo and ship.arrives_at > now for ship in carriers)
            self.missed_seconds += seconds * self._missed(idle, bringing, fetching, agent.credits)

    def _is_idle(self, ship: Ship, now: int) -> bool:
        since = max(ship.arrives_at, self._acted_at.get(ship.symbol, 0))
        return not ship.cargo and now - since >= RESTS_MILLISECONDS

    def _missed(self, idle: list[Ship], served: Ends, fetching: int, money: int) -> int:
        """How many of the idle ships could have been given a lane that pays, each one of its own.

        Where something is brought already, nothing more is; each ship that flies somewhere to fetch has one lane, too.
        """
        given = -fetching
        for lane in self._paying(min(ship.cargo_capacity for ship in idle), money):
            if served.isdisjoint(lane.keys):
                served.update(lane.keys)
                given += 1
        return max(0, min(given, len(idle)))

    def _paying(self, hold: int, money: int) -> Iterator[Lane]:
        for lane in self._lanes.paying(PAYS):
            if load(lane, PAYS, hold=hold, money=money, is_start=True).gain >= GAIN_MIN:
                yield lane
