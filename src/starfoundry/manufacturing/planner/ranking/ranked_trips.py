"""Ranking of the possible trips of one decision by what an hour of a ship can earn on them.

The trip that pays any ship most for its time comes first, the flight to its source included. Judging a trip in full
takes far longer than showing that it cannot be the best. So each trip is one candidate for all ships of a kind, ranked
by its bound (bounds.py). When it comes first it is judged for the nearest of them, and is a candidate again for the
next.
"""

import heapq
import math
from collections.abc import Iterator, Sequence

import msgspec

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.ranking.bounds import Approach, Ends, Option, Stand, TripBound
from starfoundry.manufacturing.planner.ranking.lanes import earned_at, lanes_of
from starfoundry.manufacturing.planner.trips.eligibility import sinks_of
from starfoundry.manufacturing.planner.trips.estimate import TradeVerdict
from starfoundry.manufacturing.planner.trips.trades import Sale, no_trades
from starfoundry.manufacturing.planner.view import ShipView, View
from starfoundry.manufacturing.reasons import trades

_Kind = tuple[int, int, int]
"""The properties of a ship on which its trips from one place depend: speed, tank and free hold."""


class _Judged(msgspec.Struct, frozen=True, eq=False):
    """The verdict on a trip between these ends."""

    ends: Ends
    verdict: TradeVerdict

    def stands(self, ends: Ends, spendable: int) -> bool:
        """Whether it is valid with these ends: no ship was sent to either of them, and the money is there."""
        return self.ends is ends and self.verdict.prospect.cost <= spendable


_Candidate = tuple[float, float, bool, int, TripBound, Approach | None, _Judged | None]
"""The most that a trip earns a ship in an hour, negated.

At equal pay these decide: the ship's number in the fleet, or a negative one for a bound, which is judged first; whether
it is a trade, since a chain waits for a task; the trip's number. Then the trip itself. The flight to it is None if it
stands for all ships that were not looked at yet, the verdict if it was not judged for this ship or not lately.
"""

_ALL_SHIPS = -math.inf


class RankedTrips:
    """The trips of one decision for these ships.

    `tasks` are the ready ones that may be given to a ship, in addition to the trade lanes. Ships sent meanwhile hardly
    ever improve a trip, so its place in the order is found again only when it comes first.
    """

    def __init__(self, view: View, hulls: Sequence[ShipView], tasks: Sequence[Task] = ()) -> None:
        self._view = view
        self._tasks = tasks
        self._stands = _stands(hulls)
        self._approaches: dict[tuple[_Kind, WaypointSymbol], Sequence[Approach]] = {}
        self._taken: set[str] = set()
        self._heap: list[_Candidate] | None = None
        self._left_out: Reason = trades.no_trade_seen()  # why the last trip that was left out at once does not pay
        self._refusal: Reason | None = None  # why the last one of the others does not

    def sent(self, hull: ShipView, task: Task | None) -> None:
        """Record that a ship that came first has left, for a task or a trade lane."""
        kind = _kind(hull)
        stand = self._stands[kind][hull.waypoint]
        stand.hulls.pop()
        if not stand.hulls:
            del self._stands[kind][hull.waypoint]
        if not self._stands[kind]:
            del self._stands[kind]
        if task is not None:
            self._taken.add(task.id)

    def best(self, view: View) -> tuple[ShipView, Sale] | Reason:
        """The ship and the trip that pay most for an hour in a view; else why the last trip considered does not."""
        heap = self._all()
        hindrance = no_trades(view)
        while heap and self._stands:
            _, number, _, _, trip, approach, judged = heap[0]
            task = trip.option.task
            if hindrance is not None if task is None else task.id in self._taken:
                heapq.heappop(heap)
            elif approach is None:
                self._look_further(view, trip, heap)
            elif not approach.stand.hulls:
                heapq.heappop(heap)
            elif judged is None or not judged.stands(trip.ends(view), view.spendable):
                self._look_again(view, trip, approach, heap)
            elif number != approach.stand.next_number:
                heapq.heapreplace(heap, _judged_candidate(trip, approach, judged))
            else:
                option = trip.option
                sale = Sale(source=option.source, sink=option.sink, prospect=judged.verdict.prospect, task=task)
                return approach.stand.next_hull, sale
        return hindrance or self._refusal or self._left_out

    def _look_further(self, view: View, trip: TripBound, heap: list[_Candidate]) -> None:
        """Judge the first trip of the heap for the nearest ships left, unless its place is lower by now."""
        place = -heap[0][0]
        if _kind(trip.hull) not in self._stands or (not trip.is_judged and self._is_hopeless(trip, view)):
            heapq.heappop(heap)
            return
        self._refusal = trip.judge(view) or self._refusal
        if trip.places is None:
            if trip.at_source < place:
                heapq.heapreplace(heap, _bound(trip, trip.at_source))
                return
            trip.places = list(self._approaches_to(trip))
        left = trip.places
        while left and not left[-1].stand.hulls:
            left.pop()
        if not left:
            heapq.heappop(heap)
        elif trip.at_source <= 0:  # 0 is no bound: prices may be better on arrival, most for the farthest ships
            heapq.heappop(heap)
            for approach in left:
                if approach.stand.hulls and not trip.is_refused_within(approach.fetching.seconds):
                    self._judge(view, trip, approach, heap)
        elif (at_most := trip.an_hour(left[-1].fetching)) < place:
            heapq.heapreplace(heap, _bound(trip, at_most))
        else:
            self._judge(view, trip, left.pop(), heap)

    def _is_hopeless(self, trip: TripBound, view: View) -> bool:
        """Whether a trip pays a ship at the source neither now nor before any ship was sent.

        One that a ship has just spoilt may pay again when another arrives.
        """
        self._left_out = trip.judge(view) or self._left_out
        if trip.at_source <= 0:
            trip.judge(self._view)
        return trip.at_source <= 0

    def _look_again(self, view: View, trip: TripBound, approach: Approach, heap: list[_Candidate]) -> None:
        """Judge the first trip of the heap again for ships from one place, unless its place is lower by now."""
        place = -heap[0][0]
        self._refusal = trip.judge(view) or self._refusal
        if trip.is_refused_within(approach.fetching.seconds):
            heapq.heappop(heap)
        elif (at_most := trip.an_hour(approach.fetching)) < place:
            heapq.heapreplace(heap, _bound(trip, at_most, approach))
        else:
            heapq.heappop(heap)
            self._judge(view, trip, approach, heap)

    def _judge(self, view: View, trip: TripBound, approach: Approach, heap: list[_Candidate]) -> None:
        """Add a trip from one place to the heap by what exactly it earns, if it pays."""
        judged = _Judged(trip.ends(view), trip.judge_after(view, approach.fetching))
        self._refusal = judged.verdict.refusal or self._refusal
        if judged.verdict.go:
            heapq.heappush(heap, _judged_candidate(trip, approach, judged))

    def _all(self) -> list[_Candidate]:
        """The heap; at first each trip for all ships of each kind, by the profit of its first unit times the hold."""
        if self._heap is None:
            self._heap = []
            options = self._options() if self._stands else []
            for stands in self._stands.values():
                hull = next(iter(stands.values())).next_hull
                for option in options:
                    bringing = self._view.travel(hull, option.source.waypoint, option.sink.waypoint)
                    if bringing is not None:
                        trip = TripBound(len(self._heap), option, hull, bringing)
                        self._heap.append(_bound(trip, trip.at_source))
            heapq.heapify(self._heap)
        return self._heap

    def _options(self) -> list[Option]:
        lanes = lanes_of(self._view)
        self._left_out = lanes.refusal
        options = [option for task in self._tasks for option in _options(self._view, task)]
        return [*options, *(Option(source=lane.source, sink=lane.sink, gain=lane.gain) for lane in lanes.lanes)]

    def _approaches_to(self, trip: TripBound) -> Sequence[Approach]:
        """The flights of the ships of the trip's kind to its source, the longest first; some may have left by now."""
        kind, source = _kind(trip.hull), trip.option.source.waypoint
        if (kind, source) not in self._approaches:
            stands = self._stands[kind].values()
            flights = [(stand, self._view.travel(trip.hull, stand.waypoint, source)) for stand in stands]
            found = [Approach(stand, fetching) for stand, fetching in flights if fetching is not None]
            self._approaches[kind, source] = sorted(found, key=lambda approach: -approach.fetching.seconds)
        return self._approaches[kind, source]


def _kind(hull: ShipView) -> _Kind:
    return hull.engine_speed, hull.fuel_capacity, hull.free


def _stands(hulls: Sequence[ShipView]) -> dict[_Kind, dict[WaypointSymbol, Stand]]:
    """The ships of each kind by their places."""
    stands: dict[_Kind, dict[WaypointSymbol, Stand]] = {}
    for number, hull in reversed(list(enumerate(hulls))):
        places = stands.setdefault(_kind(hull), {})
        places.setdefault(hull.waypoint, Stand(hull.waypoint, [])).hulls.append((number, hull))
    return stands


def _bound(trip: TripBound, at_most: float, approach: Approach | None = None) -> _Candidate:
    number = _ALL_SHIPS if approach is None else -1 - approach.stand.next_number
    return -at_most, number, trip.option.task is None, trip.number, trip, approach, None


def _judged_candidate(trip: TripBound, approach: Approach, judged: _Judged) -> _Candidate:
    earned = judged.verdict.prospect.per_hour
    return -earned, approach.stand.next_number, trip.option.task is None, trip.number, trip, approach, judged


def _options(view: View, task: Task) -> Iterator[Option]:
    """A ready task with each market at which it may end."""
    source = view.board.offer(task.source, task.good)
    if source is None:
        return
    for sink in sinks_of(view, task):
        yield Option(source=source, sink=sink, gain=earned_at(view, sink) - source.curve.ask, task=task)
