"""The third part of a turn: give idle ships the ready tasks that pay most for their time."""

from dataclasses import dataclass, replace

from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, AssignShip, OpenPipeline
from starfoundry.manufacturing.planner.pipelines.open_pipelines import new_pipeline, new_task
from starfoundry.manufacturing.planner.trips.eligibility import hull_has, no_sink, sinks_of
from starfoundry.manufacturing.planner.trips.estimate import Prospect, revenue_of
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.trips.trades import (
    TRIP_OVERHEAD_SECONDS,
    RankedLanes,
    Sale,
    best_sale,
    best_trade,
)
from starfoundry.manufacturing.planner.view import Offer, ShipView, View
from starfoundry.manufacturing.reasons import ships, trips


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One ship on one task, with the market it would sell at. `opens` is the chain that a new lane is."""

    hull: ShipView
    task: Task
    sink: Offer
    prospect: Prospect
    opens: Pipeline | None = None


def assignments(view: View, container_id: ContainerId) -> tuple[View, list[Action]]:
    """The view with ships sent out, and the actions that send them.

    Takes the best match by credits an hour, be it a ready task or a trade lane, counts its trades and its money as
    done, and looks again; so two ships never plan with the same stock or the same credit. Selling stray cargo comes
    before everything. What one ship takes never makes the trip of another better, so a ship is only looked at again
    when what it was to do comes first.
    """
    actions: list[Action] = []
    lanes = RankedLanes(view)
    best = {hull.ship: _best_match(view, container_id, hull, lanes) for hull in view.idle}
    looked_at = dict.fromkeys(best, 0)
    while staffing(view) is None:
        found = {ship: match for ship, match in best.items() if match is not None}
        if not found:
            break
        ship = max(found, key=lambda each: _rank(found[each]))
        if looked_at[ship] < len(actions):
            best[ship] = _best_match(view, container_id, found[ship].hull, lanes)
            looked_at[ship] = len(actions)
            continue
        match = found[ship]
        if match.opens is not None:
            actions.append(_lane_opened(match.opens, match))
            view = view.with_pipeline(match.opens).with_task(match.task)
        task = replace(match.task, target=match.sink.waypoint)
        task = task.assigned(match.hull.ship, match.prospect.units, view.revision)
        view = view.with_assignment(task, match.prospect.cost + match.prospect.fuel)
        if view.recipes.is_input(task.good):
            view = replace(view, input_values=input_values(view.board, view.recipes))
        del best[ship]
        actions.append(AssignShip(task=task, prospect=match.prospect))
    return view, actions


def staffing(view: View) -> Reason | None:
    """Why no further ship is sent out, whatever there is to do; None when one may be."""
    if view.busy_workers >= view.config.max_workers:
        return ships.workers_busy(view.busy_workers, view.config)
    if view.is_api_busy:
        return ships.requests_short(view.api_share, view.config)
    return None


def _best_match(view: View, container_id: ContainerId, hull: ShipView, lanes: RankedLanes) -> Match | None:
    """What pays most for an hour of a ship: a ready task that it may take, or its best lane; None for nothing."""
    matches = [match_of(view, hull, task) for task in view.waiting(TaskStatus.READY)]
    found = [match for match in matches if isinstance(match, Match)]
    trade = trade_of(view, hull, lanes)
    if isinstance(trade, Sale):
        found.append(_lane(view, container_id, hull, trade))
    return max(found, key=_rank, default=None)


def _rank(match: Match) -> tuple[bool, int]:
    return match.task.kind is TaskKind.LIQUIDATE, match.prospect.per_hour


def trade_of(view: View, hull: ShipView, lanes: RankedLanes) -> Sale | Reason:
    """The lane that a free ship would take, or why it takes none."""
    if any(view.board.is_wanted(item.good) for item in hull.cargo):
        return ships.hold_not_empty(hull.cargo)  # or the trip is sold short
    return best_trade(view, hull, lanes)


def match_of(view: View, hull: ShipView, task: Task) -> Match | Reason:
    """What this ship would make of this ready task, or why it is not sent for it."""
    if task.kind is TaskKind.LIQUIDATE:
        return _selling_out(view, hull, task)
    if any(view.board.is_wanted(item.good) for item in hull.cargo):
        return ships.hold_not_empty(hull.cargo)  # or the trip is sold short
    source = view.board.offer(task.source, task.good)
    if source is None:
        return trips.never_seen(task.good, task.source)
    sinks = sinks_of(view, task)
    if not sinks:
        return no_sink(view, task)
    sale = best_sale(view, hull, task.kind, source, sinks)
    return sale if isinstance(sale, Reason) else Match(hull=hull, task=task, sink=sale.sink, prospect=sale.prospect)


def _lane(view: View, container_id: ContainerId, hull: ShipView, trade: Sale) -> Match:
    """A ship on a lane: a chain of one trip, opened as it leaves."""
    pipeline = new_pipeline(
        view,
        container_id,
        PipelineKind.TRADE,
        good=trade.good,
        factory=trade.source.waypoint,
        sell_market=trade.sink.waypoint,
        expected_profit=trade.prospect.profit,
    )
    source, target = trade.source.waypoint, trade.sink.waypoint
    task = new_task(view, pipeline, 1, TaskKind.TRADE, trade.good, source=source, target=target).ready()
    return Match(hull=hull, task=task, sink=trade.sink, prospect=trade.prospect, opens=pipeline)


def _lane_opened(pipeline: Pipeline, match: Match) -> OpenPipeline:
    facts = {
        "kind": pipeline.kind.value,
        "expected_profit": match.prospect.profit,
        "expected_profit_per_hour": match.prospect.per_hour,
        "worth_to_factories": match.prospect.bonus,
    }
    return OpenPipeline(pipeline=pipeline, tasks=(match.task,), facts=facts)


def _selling_out(view: View, hull: ShipView, task: Task) -> Match | Reason:
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
            revenue=revenue_of(sink.curve_in(journey.seconds), units),
            fuel=journey.fuel,
            seconds=journey.seconds + TRIP_OVERHEAD_SECONDS,
        )
        if best is None or prospect.per_hour > best.prospect.per_hour:
            best = Match(hull=hull, task=task, sink=sink, prospect=prospect)
    return best or held
