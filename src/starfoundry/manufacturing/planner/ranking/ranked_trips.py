"""Ranking of the possible trips of one decision by what an hour of a ship can earn on them.

Each idle ship gets the trip that pays most for its time, its flight to the source included. Judging a trip in full
takes far longer than showing that it cannot be the best. So a trip is judged for a ship only if its bound (bounds.py)
beats the best one found so far, and a ship is not looked at further once its best bound is below what another ship
earns.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.ranking.bounds import Ends, Option, TripBound, TripBounds
from starfoundry.manufacturing.planner.ranking.lanes import earned_at, lanes_of
from starfoundry.manufacturing.planner.trips.eligibility import sinks_of
from starfoundry.manufacturing.planner.trips.estimate import TradeVerdict
from starfoundry.manufacturing.planner.trips.trades import Sale, no_trades
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import trades

_Hull = tuple[int, int, int]
"""What tells the trips of two ships at one place apart: speed, tank and free hold."""


class RankedTrips:
    """The trips of one decision. Ships sent meanwhile hardly ever improve one, so the order is computed once.

    `tasks` are the ready ones that may be given to a ship, in addition to the trade lanes. Each method takes the view
    as it is now that some ships were sent.
    """

    def __init__(self, view: View, tasks: Sequence[Task] = ()) -> None:
        self._view = view
        self._tasks = tasks
        self._options: list[Option] | None = None
        self._refusal: Reason | None = None
        self._bounds: dict[_Hull, TripBounds] = {}
        self._choices: dict[tuple[WaypointSymbol, _Hull], _Choice] = {}
        self._taken: set[str] = set()
        self._counted: View | None = None
        self._hindrance: Reason | None = None

    def take(self, task: Task) -> None:
        """Record that a ship was given the task."""
        self._taken.add(task.id)

    def best(self, view: View, hull: ShipView) -> Sale | Reason:
        """The trip that pays most for an hour of this ship; else why the last one considered does not."""
        choice, hindrance = self._choice(hull), self._no_trades(view)
        found = choice.best(view, self._is_open(may_trade=hindrance is None))
        return found or hindrance or choice.refusal or self._refusal or trades.no_trade_seen()

    def at_most(self, view: View, hull: ShipView, least: float) -> float | None:
        """Credits an hour that no trip of this ship exceeds: exact if it is `least` or more, None if no trip pays."""
        return self._choice(hull).at_most(view, self._is_open(may_trade=self._no_trades(view) is None), least)

    def _choice(self, hull: ShipView) -> "_Choice":
        kind = (hull.engine_speed, hull.fuel_capacity, hull.free)
        place = (hull.waypoint, kind)
        if place not in self._choices:
            if kind not in self._bounds:
                self._bounds[kind] = TripBounds(self._view, hull, self._all())
            self._choices[place] = _Choice(self._view, hull, self._bounds[kind])
        return self._choices[place]

    def _no_trades(self, view: View) -> Reason | None:
        """Why no further ship trades in a view; counted once for all ships that are looked at in the same one."""
        if self._counted is not view:
            self._counted, self._hindrance = view, no_trades(view)
        return self._hindrance

    def _is_open(self, *, may_trade: bool) -> Callable[[Option], bool]:
        return lambda option: may_trade if option.task is None else option.task.id not in self._taken

    def _all(self) -> list[Option]:
        if self._options is None:
            lanes = lanes_of(self._view)
            self._refusal = lanes.refusal
            self._options = [option for task in self._tasks for option in _options(self._view, task)]
            self._options += [Option(source=lane.source, sink=lane.sink, gain=lane.gain) for lane in lanes.lanes]
        return self._options


def _options(view: View, task: Task) -> Iterator[Option]:
    """A ready task with each market at which it may end."""
    source = view.board.offer(task.source, task.good)
    if source is None:
        return
    for sink in sinks_of(view, task):
        yield Option(source=source, sink=sink, gain=earned_at(view, sink) - source.curve.ask, task=task)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdict on a trip between these ends."""

    ends: Ends
    verdict: TradeVerdict

    def stands(self, ends: Ends, spendable: int) -> bool:
        """Whether it is valid with these ends: no ship was sent to either of them, and the money is there."""
        return self.ends is ends and self.verdict.prospect.cost <= spendable


_Candidate = tuple[float, bool, int, TripBound, Journey, _Judged | None]
"""The most that a trip earns its ship in an hour, negated.

Whether it is a trade (at equal pay a task comes first, since its chain waits for it); the number of the bound, the
bound, the flight there, and the verdict.
"""


class _Choice:
    """The trips that may be the best of the ships of one kind at one place, in a heap; filled from the bounds."""

    def __init__(self, view: View, hull: ShipView, bounds: TripBounds) -> None:
        self._hull = hull
        self._bounds = bounds
        self._heap: list[_Candidate] = []
        self._fetching = _Flights(view, hull)
        self._unread = iter(bounds)
        self._next = next(self._unread, None)
        self.refusal: Reason | None = None

    def best(self, view: View, is_open: Callable[[Option], bool]) -> Sale | None:
        """The trip that pays most for an hour among the open ones."""
        if self.at_most(view, is_open, 0.0) is None:
            self.refusal = self.refusal or self._bounds.refusal
            return None
        _, _, _, bound, _, judged = self._heap[0]
        assert judged is not None, "the bound is exact"
        option = bound.option
        return Sale(source=option.source, sink=option.sink, prospect=judged.verdict.prospect, task=option.task)

    def at_most(self, view: View, is_open: Callable[[Option], bool], least: float) -> float | None:
        """Credits an hour that no open trip exceeds: exact if it is `least` or more, None if no trip pays."""
        heap = self._heap
        while True:
            self._read_on()
            if not heap:
                return None
            below, is_trade, number, bound, fetching, judged = heap[0]
            if not is_open(bound.option):
                heapq.heappop(heap)
                continue
            ends = bound.ends(view)
            if judged is not None and judged.stands(ends, view.spendable):
                return -below
            self.refusal = bound.judge(view, self._hull) or self.refusal
            at_most = bound.an_hour(fetching)
            if bound.is_refused_within(fetching.seconds):
                heapq.heappop(heap)
                continue
            if at_most < -below:
                heapq.heapreplace(heap, (-at_most, is_trade, number, bound, fetching, None))
                continue
            if 0 < -below < least:  # 0 is no bound: it may pay later
                return -below
            judged = _Judged(ends, bound.judge_after(view, self._hull, fetching))
            self.refusal = judged.verdict.refusal or self.refusal
            if judged.verdict.go:
                below = -judged.verdict.prospect.per_hour
                heapq.heapreplace(heap, (below, is_trade, number, bound, fetching, judged))
            else:
                heapq.heappop(heap)

    def _read_on(self) -> None:
        """Read bounds until the next one cannot beat the first of the heap."""
        heap = self._heap
        while self._next is not None and (not heap or self._next[0] >= -heap[0][0]):
            bound = self._next[1]
            fetching = self._fetching[bound.option.source.waypoint]
            if fetching is not None:
                candidate = (-bound.an_hour(fetching), bound.option.task is None, bound.number, bound, fetching, None)
                heapq.heappush(heap, candidate)
            self._next = next(self._unread, None)


class _Flights(dict[WaypointSymbol, Journey | None]):
    """A ship's flights from where it is, by their goals; each is computed when it is first asked for."""

    def __init__(self, view: View, hull: ShipView) -> None:
        super().__init__()
        self._travel, self._hull = view.travel, hull

    def __missing__(self, goal: WaypointSymbol) -> Journey | None:
        journey = self[goal] = self._travel(self._hull, self._hull.waypoint, goal)
        return journey
