"""The most that each possible trip of one decision earns ships of one kind in an hour of their time.

    bound = what a ship that stands at the source would earn / (the ship's flight there + the time from there on)

A bound begins with the profit of the first unit times the hold. It is made exact when it comes first of all that are
left: most trips are never judged, and the others only again once a ship was sent to one of their ends.
"""

import msgspec

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.estimate import InputValue, TradeVerdict
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS, Way, judge_trip
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons.trips import DOES_NOT_PAY

_THERE = Journey(0.0, 0)
_SLACK = 1.05  # prices may be better on arrival than for a ship at the source now

Ends = tuple[Offer, Offer, tuple[InputValue, ...]]
"""The source of a trip, its sink, and the values of the good to the factories there."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A trade lane, or a ready task with one of its sinks; `gain` is the profit of the first unit now, in credits."""

    source: Offer
    sink: Offer
    gain: float
    task: Task | None = None

    @property
    def kind(self) -> TaskKind:
        """The kind of task that the ship would do."""
        return TaskKind.TRADE if self.task is None else self.task.kind

    @property
    def improves(self) -> bool:
        """Whether its prices improve by themselves: a factory makes more, and a market uses up what it has."""
        return self.source.quote.kind is TradeKind.EXPORT and self.sink.quote.kind is TradeKind.IMPORT

    def ends(self, view: View) -> Ends:
        """The source, the sink and the values to factories there, in a view of the same decision."""
        good = self.source.quote.good
        source, sink = view.board.offer(self.source.waypoint, good), view.board.offer(self.sink.waypoint, good)
        assert source is not None, "a decision forgets no market"
        assert sink is not None, "a decision forgets no market"
        return source, sink, view.wanted(sink.waypoint, good)


class Stand(msgspec.Struct, frozen=True, eq=False):
    """The free ships of one kind at one place with their numbers in the fleet; the last of the list is sent first."""

    waypoint: WaypointSymbol
    hulls: list[tuple[int, ShipView]]

    @property
    def next_number(self) -> int:
        """The number of the ship that is sent next."""
        return self.hulls[-1][0]

    @property
    def next_hull(self) -> ShipView:
        """The ship that is sent next."""
        return self.hulls[-1][1]


class Approach(msgspec.Struct, frozen=True, eq=False):
    """The flight of the ships at one place to the source of a trip."""

    stand: Stand
    fetching: Journey


class TripBound:
    """The most that one trip earns ships of a kind: at first the profit of its first unit times the hold."""

    __slots__ = (
        "_at_most",
        "_bringing",
        "_ends",
        "_judged_by",
        "_refused_within",
        "_seconds",
        "_view",
        "hull",
        "number",
        "option",
        "places",
    )

    def __init__(self, number: int, option: Option, hull: ShipView, bringing: Journey) -> None:
        self.number = number
        self.option = option
        self.hull = hull  # any of the kind
        self.places: list[Approach] | None = None  # whose ships were not judged yet, the nearest last; None: all
        self._bringing = bringing
        self._seconds = bringing.seconds + TRIP_OVERHEAD_SECONDS
        self._at_most = option.gain * hull.free * 3600 * _SLACK
        self._view: View | None = None
        self._ends: Ends | None = None
        self._judged_by: Ends | None = None
        self._refused_within = -1.0  # seconds of the longest flight to the source after which it does not pay

    @property
    def is_judged(self) -> bool:
        """Whether the trip was judged in full."""
        return self._judged_by is not None

    @property
    def at_source(self) -> float:
        """Credits an hour that a ship at the source earns at most."""
        return self._at_most / self._seconds

    def an_hour(self, fetching: Journey) -> float:
        """Credits an hour that a ship earns at most if it has to fly there first."""
        return self._at_most / (fetching.seconds + self._seconds)

    def ends(self, view: View) -> Ends:
        """The ends of the trip in a view: the same object as long as no ship was sent to either of them."""
        if self._ends is None or self._view is not view:
            ends = self.option.ends(view)
            if self._ends is None or not _same(ends, self._ends):
                self._ends = ends
            self._view = view
        return self._ends

    def judge(self, view: View) -> Reason | None:
        """Judge the trip for a ship at the source, unless nothing has changed; returns why it does not pay, if so."""
        ends = self.ends(view)
        if self._judged_by is ends:
            return None
        self._judged_by, self._refused_within = ends, -1.0
        verdict = self.judge_after(view, _THERE)
        worth = verdict.prospect.profit + verdict.prospect.bonus if verdict.go else 0.0
        self._at_most = worth * 3600 * _SLACK
        return verdict.refusal

    def judge_after(self, view: View, fetching: Journey) -> TradeVerdict:
        """The verdict on the trip for a ship that has to fly to the source first."""
        source, sink, _ = self.ends(view)
        verdict = judge_trip(view, self.hull, self.option.kind, Way(source, sink, fetching, self._bringing))
        if verdict.refusal is not None and verdict.refusal.rule != DOES_NOT_PAY and self.option.improves:
            self._refused_within = max(self._refused_within, fetching.seconds)
        return verdict

    def is_refused_within(self, seconds: float) -> bool:
        """Whether the trip is known not to pay after so long a flight to the source, nor after a shorter one."""
        return seconds <= self._refused_within


def _same(ends: Ends, others: Ends) -> bool:
    return ends[0] is others[0] and ends[1] is others[1] and ends[2] == others[2]
