"""The third part of a turn: give idle ships the ready tasks that pay most for their time."""

from dataclasses import dataclass, replace

from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.actions import Action, AssignShip
from starfoundry.manufacturing.estimate import Prospect, revenue_of
from starfoundry.manufacturing.gates import best_sink, hull_has, judge, no_sink, trip
from starfoundry.manufacturing.model import Task, TaskKind, TaskStatus
from starfoundry.manufacturing.opportunities import TRIP_OVERHEAD_SECONDS
from starfoundry.manufacturing.reasons import ships, trips
from starfoundry.manufacturing.view import Hull, Journey, Offer, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One ship on one task, with the market it would sell at."""

    hull: Hull
    task: Task
    sink: Offer
    prospect: Prospect


def assignments(view: View) -> tuple[View, list[Action]]:
    """The view with ships sent out, and the actions that send them.

    Takes the best match by credits an hour, counts its trades and its money as done, and looks again; so two ships
    never plan with the same stock or the same credit. Selling stray cargo comes before everything.
    """
    actions: list[Action] = []
    while staffing(view) is None:
        match = _best_match(view)
        if match is None:
            break
        task = replace(match.task, target=match.sink.waypoint)
        task = task.assigned(match.hull.ship, match.prospect.units, view.revision)
        spending = match.prospect.cost + match.prospect.fuel
        view = view.with_assignment(task, spending)
        actions.append(AssignShip(task=task, prospect=match.prospect))
    return view, actions


def staffing(view: View) -> Reason | None:
    """Why no further ship is sent out, whatever there is to do; None when one may be."""
    if view.busy_workers >= view.config.max_workers:
        return ships.workers_busy(view.busy_workers, view.config)
    if view.is_api_busy:
        return ships.requests_short(view.api_share, view.config)
    return None


def _best_match(view: View) -> Match | None:
    best: Match | None = None
    best_key: tuple[bool, int] = (False, 0)
    for task in view.waiting(TaskStatus.READY):
        for hull in view.idle:
            match = match_of(view, hull, task)
            if isinstance(match, Reason):
                continue
            key = (task.kind is TaskKind.LIQUIDATE, match.prospect.per_hour)
            if best is None or key > best_key:
                best, best_key = match, key
    return best


def match_of(view: View, hull: Hull, task: Task) -> Match | Reason:
    """What this ship would make of this ready task, or why it is not sent for it."""
    if task.kind is TaskKind.LIQUIDATE:
        return _selling_out(view, hull, task)
    if any(view.board.is_wanted(item.good) for item in hull.cargo):
        return ships.hold_not_empty(hull.cargo)  # or the trip is sold short
    source = view.board.offer(task.source, task.good)
    if source is None:
        return trips.never_seen(task.good, task.source)
    sink = best_sink(view, task, source.curve, hull.free)
    if sink is None:
        return no_sink(view, task)
    journey = trip(view, hull, task, sink)
    if journey is None:
        return trips.out_of_reach(hull.waypoint, sink.waypoint)
    journey = journey.then(Journey(TRIP_OVERHEAD_SECONDS, 0))
    verdict = judge(view, task, source, sink, capacity=hull.free, journey=journey)
    return verdict.refusal or Match(hull=hull, task=task, sink=sink, prospect=verdict.prospect)


def _selling_out(view: View, hull: Hull, task: Task) -> Match | Reason:
    """The market that brings most for the cargo the ship holds, a flight's fuel counted; nothing is bought."""
    if task.ship != hull.ship:
        return ships.other_ship_holds_it(task.ship)
    if not hull_has(hull, task):
        return ships.cargo_gone(task.good)
    units = sum(item.units for item in hull.cargo if item.good == task.good)
    best: Match | None = None
    held = trips.no_buyer_of_cargo(task.good, hull.ship)
    for sink in view.board.sinks(task.good):
        journey = view.travel(hull, hull.waypoint, sink.waypoint)
        if journey is None:
            held = trips.out_of_reach(hull.waypoint, sink.waypoint)
            continue
        prospect = Prospect(
            units=units,
            cost=0,
            revenue=revenue_of(sink.curve, units),
            fuel=journey.fuel,
            seconds=journey.seconds + TRIP_OVERHEAD_SECONDS,
        )
        if best is None or prospect.per_hour > best.prospect.per_hour:
            best = Match(hull=hull, task=task, sink=sink, prospect=prospect)
    return best or held
