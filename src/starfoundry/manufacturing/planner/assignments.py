"""Assignment of free ships to the ready tasks that pay most for their time: the third part of a turn."""

import heapq
import math
from dataclasses import dataclass, replace

from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, AssignShip, OpenPipeline
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.pipelines.open_pipelines import new_pipeline, new_task
from starfoundry.manufacturing.planner.ranking.ranked_trips import RankedTrips
from starfoundry.manufacturing.planner.trips.eligibility import holds_cargo_of, no_sink, sinks_of
from starfoundry.manufacturing.planner.trips.estimate import Prospect, revenue_of
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS, Sale, best_sale
from starfoundry.manufacturing.planner.view import ShipView, View
from starfoundry.manufacturing.reasons import ships, trips


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One ship on one trip: a ready task with the market it would sell at, or a trade lane that is opened for it."""

    hull: ShipView
    work: Task | Sale
    sink: Offer
    prospect: Prospect


def assignments(view: View, container_id: ContainerId) -> tuple[View, list[Action]]:
    """The view after ships were sent, and the actions that send them.

    Takes the best match by credits an hour, be it a ready task or a trade lane, counts its trades and its money as
    done, and looks again; so two ships never plan with the same stock or the same credit. Selling leftover cargo
    comes first. Ships of equal rank keep their order.
    """
    if staffing(view) is not None:
        return view, []
    actions: list[Action] = []
    selling = [(-math.inf, number, hull) for number, hull in enumerate(view.idle) if hull.cargo]
    trading = [hull for hull in view.idle if not holds_wanted(view, hull)]
    ranked = RankedTrips(view, trading, view.ready_trips())
    for _ in range(view.config.max_workers - view.busy_workers):
        match = _best_selling(view, selling) or _best_trip(view, ranked)
        if match is None:
            break
        view, sent = _sent(view, container_id, match)
        actions += sent
    return view, actions


def _best_selling(view: View, waiting: list[tuple[float, int, ShipView]]) -> Match | None:
    """The best sale of leftover cargo; None if there is none to sell.

    `waiting` is a heap of the ships with cargo by the credits an hour that they were last seen to earn, negated.
    """
    while waiting:
        below, number, hull = waiting[0]
        match = _selling_of(view, hull)
        if match is None or match.prospect.per_hour == -below:
            heapq.heappop(waiting)
            if match is not None:
                return match
        else:
            heapq.heapreplace(waiting, (-match.prospect.per_hour, number, hull))
    return None


def _selling_of(view: View, hull: ShipView) -> Match | None:
    """The best sale of leftover cargo of a ship; None if it has none to sell."""
    selling = [task for task in view.waiting(TaskStatus.READY) if task.ship == hull.ship]
    found = [match for task in selling if isinstance(match := match_of(view, hull, task), Match)]
    return max(found, key=lambda match: match.prospect.per_hour, default=None)


def _best_trip(view: View, ranked: RankedTrips) -> Match | None:
    """The match that pays most for an hour of a ship: a ready task or a lane; None if there is none."""
    found = ranked.best(view)
    if isinstance(found, Reason):
        return None
    hull, sale = found
    ranked.sent(hull, sale.task)
    return Match(hull=hull, work=sale.task or sale, sink=sale.sink, prospect=sale.prospect)


def _sent(view: View, container_id: ContainerId, match: Match) -> tuple[View, list[Action]]:
    """The view after a ship has left, and the actions that send it; its lane is opened first."""
    actions: list[Action] = []
    seen = view
    if isinstance(match.work, Sale):
        pipeline, task = _lane(view, container_id, match.work)
        actions.append(_lane_opened(pipeline, task, match.prospect))
        view = view.with_pipeline(pipeline)
    else:
        task = match.work
    task = replace(task, target=match.sink.waypoint)
    task = task.assigned(match.hull.ship, match.prospect.units, view.revision)
    actions.append(AssignShip(task=task, prospect=match.prospect, seen=seen))
    return view.with_assignment(task, match.prospect.cost + match.prospect.fuel), actions


def staffing(view: View) -> Reason | None:
    """Why no further ship is sent, whatever there is to do; None if one may be."""
    if view.busy_workers >= view.config.max_workers:
        return ships.workers_busy(view.busy_workers, view.config)
    if view.is_api_busy:
        return ships.requests_short(view.api_share, view.config)
    return None


def trip_of(view: View, hull: ShipView) -> Sale | Reason:
    """The trade lane that a free ship would be sent on, or the reason for none."""
    if holds_wanted(view, hull):
        return ships.hold_not_empty(hull.cargo)
    found = RankedTrips(view, [hull]).best(view)
    return found if isinstance(found, Reason) else found[1]


def holds_wanted(view: View, hull: ShipView) -> bool:
    """Whether a ship holds cargo that could be sold: another trip would be sold short."""
    return any(view.board.is_wanted(item.good) for item in hull.cargo)


def match_of(view: View, hull: ShipView, task: Task) -> Match | Reason:
    """The match of this ship with this ready task, or why it is not sent."""
    if task.kind is TaskKind.LIQUIDATE:
        return _selling_out(view, hull, task)
    if holds_wanted(view, hull):
        return ships.hold_not_empty(hull.cargo)
    source = view.board.offer(task.source, task.good)
    if source is None:
        return trips.never_seen(task.good, task.source)
    sinks = sinks_of(view, task)
    if not sinks:
        return no_sink(view, task)
    sale = best_sale(view, hull, task.kind, source, sinks)
    return sale if isinstance(sale, Reason) else Match(hull=hull, work=task, sink=sale.sink, prospect=sale.prospect)


def _lane(view: View, container_id: ContainerId, trade: Sale) -> tuple[Pipeline, Task]:
    """A pipeline of one trip, opened as its ship leaves."""
    source, target = trade.source.waypoint, trade.sink.waypoint
    pipeline = new_pipeline(
        view,
        container_id,
        PipelineKind.TRADE,
        good=trade.good,
        factory=source,
        sell_market=target,
        expected_profit=trade.prospect.profit,
    )
    return pipeline, new_task(view, pipeline, 1, TaskKind.TRADE, trade.good, source=source, target=target).ready()


def _lane_opened(pipeline: Pipeline, task: Task, prospect: Prospect) -> OpenPipeline:
    facts = {
        "kind": pipeline.kind.value,
        "expected_profit": prospect.profit,
        "expected_profit_per_hour": prospect.per_hour,
        "worth_to_factories": prospect.bonus,
    }
    return OpenPipeline(pipeline=pipeline, tasks=(task,), facts=facts)


def _selling_out(view: View, hull: ShipView, task: Task) -> Match | Reason:
    """The market that brings most for the cargo that the ship holds, with the flight's fuel counted.

    Nothing is bought.
    """
    if task.ship != hull.ship:
        return ships.other_ship_holds_it(task.ship)
    if not holds_cargo_of(hull, task):
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
            revenue=revenue_of(sink.curve_in(journey.seconds), units),
            fuel=journey.fuel,
            seconds=journey.seconds + TRIP_OVERHEAD_SECONDS,
        )
        if best is None or prospect.per_hour > best.prospect.per_hour:
            best = Match(hull=hull, work=task, sink=sink, prospect=prospect)
    return best or held
