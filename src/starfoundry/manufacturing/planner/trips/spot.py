"""Decisions of a ship during its trip: the next purchase at the source, and the market for its cargo."""

from collections.abc import Collection
from dataclasses import dataclass

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.markets.board import Board
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import judge
from starfoundry.manufacturing.planner.trips.estimate import InputValues, TradeVerdict, refused, revenue_of, worth_of
from starfoundry.manufacturing.planner.view import Journey, ShipView, Travel
from starfoundry.manufacturing.reasons.trips import blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotDecision:
    """The data of a ship on a task when it decides.

    `board` includes the trades of every other ship under way, `wanted` is the value of inputs to factories.
    `spendable` is in credits, without the operator's reserve and the fuel reserve; `aboard` counts units of the
    task's good. `left` are the markets that the ship has left again without selling: it returns to none, since what is
    expected of a market elsewhere is always a little different from what is read on arrival, and two markets could each
    seem the better one from the other.
    """

    task: Task
    hull: ShipView
    board: Board
    wanted: InputValues
    config: ManufacturingConfig
    spendable: int
    travel: Travel
    left: Collection[WaypointSymbol] = ()

    @property
    def aboard(self) -> int:
        """Units of the task's good in the hold."""
        return sum(item.units for item in self.hull.cargo if item.good == self.task.good)

    def offer(self, waypoint: WaypointSymbol) -> Offer:
        """The task's good at a market. Raises Missing if the market has stopped trading it."""
        offer = self.board.offer(waypoint, self.task.good)
        if offer is None:
            raise Missing(f"{self.task.good} is not traded at {waypoint} any more")
        return offer

    def judge(self) -> TradeVerdict:
        """The verdict on buying more, by the latest reading and configuration."""
        task, config = self.task, self.config
        source = self.offer(task.source)
        if task.good in config.blocked_goods:
            return refused(blocked(task.good, config))
        sink = self.better_sink(gain=1.0)
        onward = self.travel(self.hull, task.source, sink.waypoint) or Journey(0.0, 0)
        return judge(
            task.kind,
            source,
            sink.in_seconds(onward.seconds),
            config=config,
            spendable=self.spendable,
            wanted=self.wanted.get((sink.waypoint, task.good), ()),
            capacity=self.hull.free,
            journey=onward if self.aboard == 0 else Journey(onward.seconds, 0),
            aboard=self.aboard,
        )

    def better_sink(self, *, gain: float) -> Offer:
        """The planned sink, or one that brings more than `gain` times as much, with the fuel to get there paid."""
        task = self.task
        planned = self.offer(task.target)
        if task.kind is TaskKind.ACQUIRE_DELIVER:
            return planned
        units = self.aboard or self.hull.free
        best, best_worth = planned, self._worth(planned, units) * gain
        for sink in self.board.sinks(task.good):
            way = self.travel(self.hull, self.hull.waypoint, sink.waypoint)
            if way is None or sink.waypoint in (task.target, task.source, *self.left):
                continue
            worth = self._worth(sink, units) - way.fuel
            if worth > best_worth:
                best, best_worth = sink, worth
        return best

    def _worth(self, sink: Offer, units: int) -> float:
        """The credits for units of the task's good at a market, with their value to the factories there."""
        given = self.wanted.get((sink.waypoint, self.task.good), ())
        return revenue_of(sink.curve, units) + worth_of(given, units)
