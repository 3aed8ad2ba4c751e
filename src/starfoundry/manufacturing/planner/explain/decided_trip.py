"""A trip as it was decided: the estimate in parts, and what the ship could have done instead."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.manufacturing.domain.model import Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, AssignShip
from starfoundry.manufacturing.planner.assignments import Match, match_of
from starfoundry.manufacturing.planner.explain.itemised_estimate import ItemisedEstimate, itemised, legs_of
from starfoundry.manufacturing.planner.ranking.lanes import Lane, lanes_of
from starfoundry.manufacturing.planner.trips.estimate import Prospect
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS, Sale, best_sale, no_trades
from starfoundry.manufacturing.planner.view import ShipView, View

ALTERNATIVES_KEPT = 3

LANES_LOOKED_AT = 60
"""Lanes that alternatives are looked for among: those whose first units gain most by the prices of now."""

LANES_ESTIMATED = 4
"""Of those the ones that are estimated in full: those that promise a ship most for its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another trip that a ship could have made; `task_id` is empty for a lane, which no pipeline asked for."""

    kind: TaskKind
    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    prospect: Prospect
    task_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedTrip:
    """The estimate that a ship was sent by, and the best of what it could have done instead, best first."""

    task: Task
    estimate: ItemisedEstimate
    alternatives: tuple[Alternative, ...]


def decided_trips(actions: Iterable[Action]) -> Iterator[DecidedTrip]:
    """Every trip that the actions of one decision send a ship on.

    The lanes are looked for in the view that the decision began with: what other ships take makes none of them better.
    """
    lanes: tuple[Lane, ...] | None = None
    for action in actions:
        if isinstance(action, AssignShip) and action.seen is not None:
            lanes = promising(action.seen) if lanes is None else lanes
            hull = next(hull for hull in action.seen.idle if hull.ship == action.task.ship)
            yield DecidedTrip(
                task=action.task,
                estimate=estimate_of(action.seen, hull, action.task, action.prospect),
                alternatives=alternatives(action.seen, hull, action.task, lanes),
            )


def estimate_of(view: View, hull: ShipView, task: Task, prospect: Prospect) -> ItemisedEstimate:
    """The parts of the estimate for a ship on a task, from where it is."""
    stops = (task.target,) if task.kind is TaskKind.LIQUIDATE else (task.source, task.target)
    sink = view.board.offer(task.target, task.good)
    return itemised(
        prospect,
        task.good,
        task.source,
        task.target,
        legs=legs_of(view, hull, hull.waypoint, *stops),
        sink=None if sink is None else sink.curve_in(prospect.seconds - TRIP_OVERHEAD_SECONDS),
    )


def promising(view: View) -> tuple[Lane, ...]:
    """The lanes that alternatives are looked for among; none where no ship may trade."""
    if no_trades(view) is not None:
        return ()
    return tuple(heapq.nlargest(LANES_LOOKED_AT, lanes_of(view).lanes, key=lambda lane: lane.gain))


def alternatives(view: View, hull: ShipView, chosen: Task, lanes: Sequence[Lane]) -> tuple[Alternative, ...]:
    """The best trips that the ship could have made instead of the chosen one, by credits an hour."""
    found = [*_other_tasks(view, hull, chosen), *_other_lanes(view, hull, chosen, lanes)]
    return tuple(sorted(found, key=lambda each: -each.prospect.per_hour)[:ALTERNATIVES_KEPT])


def _other_tasks(view: View, hull: ShipView, chosen: Task) -> Iterator[Alternative]:
    for task in view.waiting(TaskStatus.READY):
        match = match_of(view, hull, task) if task.id != chosen.id else None
        if isinstance(match, Match):
            yield Alternative(
                kind=task.kind,
                good=task.good,
                source=task.source,
                target=match.sink.waypoint,
                prospect=match.prospect,
                task_id=task.id,
            )


def _other_lanes(view: View, hull: ShipView, chosen: Task, lanes: Sequence[Lane]) -> Iterator[Alternative]:
    """The lanes that pay best of those that promise most for the way that the ship would have to fly."""
    chosen_ends = (chosen.good, chosen.source, chosen.target)
    others = [lane for lane in lanes if _ends(lane) != chosen_ends]
    promises = [(promise, lane) for lane in others if (promise := _promise(view, hull, lane)) is not None]
    if hull.cargo:
        return
    for _, lane in heapq.nlargest(LANES_ESTIMATED, promises, key=lambda each: each[0]):
        good, origin, goal = _ends(lane)
        source, sink = view.board.offer(origin, good), view.board.offer(goal, good)
        assert source is not None, "a decision forgets no market"
        assert sink is not None, "a decision forgets no market"
        sale = best_sale(view, hull, TaskKind.TRADE, source, (sink,))
        if isinstance(sale, Sale):
            yield Alternative(kind=TaskKind.TRADE, good=good, source=origin, target=goal, prospect=sale.prospect)


def _ends(lane: Lane) -> tuple[Good, WaypointSymbol, WaypointSymbol]:
    return lane.source.quote.good, lane.source.waypoint, lane.sink.waypoint


def _promise(view: View, hull: ShipView, lane: Lane) -> float | None:
    """Credits a second that the first unit of a lane would earn the ship from where it is; None out of reach."""
    fetching = view.travel(hull, hull.waypoint, lane.source.waypoint)
    bringing = view.travel(hull, lane.source.waypoint, lane.sink.waypoint)
    if fetching is None or bringing is None:
        return None
    return lane.gain / (fetching.seconds + bringing.seconds + TRIP_OVERHEAD_SECONDS)
