"""Ranking of the possible trips of one decision by what an hour of a ship can earn on them.

Each idle ship gets the trip that pays most for its time, its flight to the source included. Judging a trip in full
takes far longer than showing that it cannot be the best, so a trip is judged for a ship only if its bound beats the
best one found so far:

    bound = what a ship that stands at the source would earn / (this ship's flight there + the time from there on)

The bounds are the same for all ships of one speed, tank and hold. They are kept in a heap and made exact one by one as
they come to its top: most trips are never judged at all, and the others only again once a ship was sent to one end.
"""

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.ranking.lanes import earned_at, lanes_of
from starfoundry.manufacturing.planner.trips.eligibility import sinks_of
from starfoundry.manufacturing.planner.trips.estimate import InputValue, TradeVerdict
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS, Sale, Way, judge_trip, no_trades
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import trades

_THERE = Journey(0.0, 0)
_BOUND_SLACK = 1.05  # prices may be better on arrival than for a ship at the source now

_Ends = tuple[Offer, Offer, tuple[InputValue, ...]]
_Hull = tuple[int, int, int]
"""What tells the trips of two ships at one place apart: speed, tank and free hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A trade lane, or a ready task with one of its sinks; `gain` is the profit of the first unit now, in credits."""

    source: Offer
    sink: Offer
    gain: float
    task: Task | None = None

    @property
    def kind(self) -> TaskKind:
        """The kind of task that the ship would do."""
        return TaskKind.TRADE if self.task is None else self.task.kind

    def ends(self, view: View) -> _Ends:
        """The source, the sink and the values to factories there, in a view of the same decision."""
        good = self.source.quote.good
        source, sink = view.board.offer(self.source.waypoint, good), view.board.offer(self.sink.waypoint, good)
        assert source is not None, "a decision forgets no market"
        assert sink is not None, "a decision forgets no market"
        return source, sink, view.wanted(sink.waypoint, good)


class RankedTrips:
    """The trips of one decision. Ships sent meanwhile hardly ever improve one, so the order is computed once.

    `tasks` are the ready ones that may be given to a ship, in addition to the trade lanes.
    """

    def __init__(self, view: View, tasks: Sequence[Task] = ()) -> None:
        self._view = view
        self._tasks = tasks
        self._options: list[Option] | None = None
        self._refusal: Reason | None = None
        self._bounds: dict[_Hull, _Bounds] = {}
        self._choices: dict[tuple[WaypointSymbol, _Hull], _Choice] = {}
        self._taken: set[str] = set()
        self._counted: View | None = None
        self._hindrance: Reason | None = None

    def take(self, task: Task) -> None:
        """Record that a ship was given the task."""
        self._taken.add(task.id)

    def is_taken(self, task: Task) -> bool:
        """Whether a ship was given the task in this decision."""
        return task.id in self._taken

    def no_trades(self, view: View) -> Reason | None:
        """Why no further ship trades in a view; counted once for all ships that are looked at in the same one."""
        if self._counted is not view:
            self._counted, self._hindrance = view, no_trades(view)
        return self._hindrance

    def best(self, view: View, hull: ShipView) -> Sale | Reason:
        """The trip that pays most for an hour of this ship; else why the last one considered does not.

        `view` may be a later one of the same decision.
        """
        kind = (hull.engine_speed, hull.fuel_capacity, hull.free)
        place = (hull.waypoint, kind)
        if place not in self._choices:
            if kind not in self._bounds:
                self._bounds[kind] = _Bounds(self._view, hull, self._all())
            self._choices[place] = _Choice(hull, self._bounds[kind])
        choice, hindrance = self._choices[place], self.no_trades(view)
        found = choice.best(view, self._is_open(may_trade=hindrance is None))
        return found or hindrance or choice.refusal or self._refusal or trades.no_trade_seen()

    def _is_open(self, *, may_trade: bool) -> Callable[[Option], bool]:
        return lambda option: may_trade if option.task is None else not self.is_taken(option.task)

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


def _same(ends: _Ends, others: _Ends) -> bool:
    return ends[0] is others[0] and ends[1] is others[1] and ends[2] == others[2]


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdict on a trip between these ends."""

    ends: _Ends
    verdict: TradeVerdict

    def stands(self, ends: _Ends, spendable: int) -> bool:
        """Whether it is valid with these ends: no ship was sent to either of them, and the money is there."""
        return _same(self.ends, ends) and self.verdict.prospect.cost <= spendable


_Candidate = tuple[float, bool, int, "_Bound", Journey, _Judged | None]
"""The most that a trip earns its ship, negated.

Whether it is a trade (at equal pay a task comes first, since its chain waits for it); the number of the bound, the
bound, the flight there, and the verdict.
"""


class _Choice:
    """The trips that may be the best of the ships of one kind at one place, in a heap; filled from the bounds."""

    def __init__(self, hull: ShipView, bounds: "_Bounds") -> None:
        self._hull = hull
        self._bounds = bounds
        self._heap: list[_Candidate] = []
        self._fetching: dict[WaypointSymbol, Journey | None] = {}  # to each source
        self._read, self._unread = 0, math.inf  # bounds read, and the most that the remaining ones earn
        self.refusal: Reason | None = None

    def best(self, view: View, is_open: Callable[[Option], bool]) -> Sale | None:
        """The trip that pays most for an hour among the open ones."""
        heap = self._heap
        while True:
            if not heap or self._unread > -heap[0][0]:
                self._fill(view)
            if not heap:
                break
            below, is_trade, number, bound, fetching, judged = heapq.heappop(heap)
            option = bound.option
            if not is_open(option):
                continue
            ends = option.ends(view)
            if judged is not None and judged.stands(ends, view.spendable):
                heapq.heappush(heap, (below, is_trade, number, bound, fetching, judged))
                return Sale(source=option.source, sink=option.sink, prospect=judged.verdict.prospect, task=option.task)
            bound.judge(view, self._hull, ends)
            below = max(below, -bound.a_second(fetching))
            if heap and below > heap[0][0]:
                heapq.heappush(heap, (below, is_trade, number, bound, fetching, None))
                continue
            judged = self._judge(view, bound, fetching, ends)
            self.refusal = judged.verdict.refusal or self.refusal
            if judged.verdict.go:
                below = -judged.verdict.prospect.per_hour / 3600
                heapq.heappush(heap, (below, is_trade, number, bound, fetching, judged))
        self.refusal = self.refusal or self._bounds.refusal
        return None

    def _judge(self, view: View, bound: "_Bound", fetching: Journey, ends: _Ends) -> _Judged:
        way = Way(ends[0], ends[1], fetching, bound.bringing)
        return _Judged(ends, judge_trip(view, self._hull, bound.option.kind, way))

    def _fill(self, view: View) -> None:
        """Read bounds until none that is left can beat the first of the heap."""
        heap = self._heap
        while (place := self._bounds.at(self._read)) is not None:
            self._unread, bound = place
            if heap and self._unread < -heap[0][0]:
                return
            self._read += 1
            fetching = self._journey_to(view, bound.option.source.waypoint)
            if fetching is not None:
                candidate = (-bound.a_second(fetching), bound.option.task is None, bound.number, bound, fetching, None)
                heapq.heappush(heap, candidate)
        self._unread = 0.0

    def _journey_to(self, view: View, source: WaypointSymbol) -> Journey | None:
        if source not in self._fetching:
            self._fetching[source] = view.travel(self._hull, self._hull.waypoint, source)
        return self._fetching[source]


class _Bound:
    """The most that one trip earns ships of a kind: at first the profit of its first unit times the hold."""

    __slots__ = ("_judged_by", "_seconds", "_worth", "bringing", "number", "option")

    def __init__(self, number: int, option: Option, bringing: Journey, worth: float) -> None:
        self.number = number
        self.option = option
        self.bringing = bringing
        self._seconds = bringing.seconds + TRIP_OVERHEAD_SECONDS
        self._worth = worth
        self._judged_by: _Ends | None = None

    @property
    def is_judged(self) -> bool:
        """Whether the trip was judged in full."""
        return self._judged_by is not None

    @property
    def at_source(self) -> float:
        """Credits a second that a ship at the source earns at most."""
        return self._worth * _BOUND_SLACK / self._seconds

    def a_second(self, fetching: Journey) -> float:
        """Credits a second that a ship earns at most if it has to fly there first."""
        return self._worth * _BOUND_SLACK / (fetching.seconds + self._seconds)

    def judge(self, view: View, hull: ShipView, ends: _Ends) -> Reason | None:
        """Judge the trip for a ship at the source, unless nothing has changed; returns why it does not pay, if so."""
        if self._judged_by is not None and _same(ends, self._judged_by):
            return None
        self._judged_by = ends
        verdict = judge_trip(view, hull, self.option.kind, Way(ends[0], ends[1], _THERE, self.bringing))
        self._worth = verdict.prospect.profit + verdict.prospect.bonus if verdict.go else 0.0
        return verdict.refusal


class _Bounds:
    """The bounds of every trip for ships of one kind, best first."""

    def __init__(self, view: View, hull: ShipView, options: Sequence[Option]) -> None:
        self._view, self._hull = view, hull
        self.refusal: Reason | None = None  # why the last trip that was left out does not pay
        self._sorted: list[tuple[float, _Bound]] = []
        bounds = [
            _Bound(number, option, bringing, option.gain * hull.free)
            for number, option in enumerate(options)
            if (bringing := view.travel(hull, option.source.waypoint, option.sink.waypoint)) is not None
        ]
        self._heap = [(-bound.at_source, bound.number, bound) for bound in bounds]
        heapq.heapify(self._heap)

    def at(self, place: int) -> tuple[float, _Bound] | None:
        """An entry of the order: credits a second from the source on, as it was sorted in; None beyond the last."""
        if place < len(self._sorted):
            return self._sorted[place]
        while len(self._sorted) <= place and self._heap:
            below, number, bound = heapq.heappop(self._heap)
            if bound.is_judged:
                self._sorted.append((-below, bound))
                continue
            self.refusal = bound.judge(self._view, self._hull, bound.option.ends(self._view)) or self.refusal
            if bound.at_source > 0:
                heapq.heappush(self._heap, (-bound.at_source, number, bound))
        return self._sorted[place] if place < len(self._sorted) else None
