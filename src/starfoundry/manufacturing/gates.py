"""The gate in front of each task: the start threshold, and whether the trip would pay with the best ship."""

from starfoundry.game.law import Curve
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.estimate import Trade, Verdict, judge_purchase
from starfoundry.manufacturing.model import Task, TaskKind
from starfoundry.manufacturing.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.reasons import trips
from starfoundry.manufacturing.view import Hull, Journey, Offer, View


def gate(view: View, task: Task) -> Reason | None:
    """Why no ship may be sent for `task` now; None when one may."""
    if task.kind is TaskKind.LIQUIDATE:
        return None if view.board.sinks(task.good) else trips.no_buyer_of_cargo(task.good, task.ship)
    source = view.board.offer(task.source, task.good)
    if source is None:
        return trips.never_seen(task.good, task.source)
    held = guarded(view, task) or held_back(view, task.kind, source)
    if held is not None:
        return held
    if (left := view.cooling.get((task.source, task.good))) is not None:
        return trips.source_rests(task.good, task.source, left)
    sink = best_sink(view, task, source.curve, view.largest_hold)
    if sink is None:
        return no_sink(view, task)
    return judge(view, task, source, sink, capacity=view.largest_hold, journey=Journey(0.0, 0)).refusal


def guarded(view: View, task: Task) -> Reason | None:
    """What the operator's guards say against buying for a task: the block list, or the chain's losses."""
    pipeline = next((p for p in view.pipelines if p.id == task.pipeline_id), None)
    product = pipeline.good if pipeline is not None else task.good
    blocked = next((good for good in (task.good, product) if good in view.config.blocked_goods), None)
    if blocked is not None:
        return trips.blocked(blocked, view.config)
    if task.kind is not TaskKind.ACQUIRE_DELIVER:
        return None
    lost = -sum(each.revenue - each.cost - each.fuel_cost for each in view.tasks_of(task.pipeline_id))
    if lost > view.config.chain_stop_loss:
        return trips.stop_loss(lost, view.config)
    return None


def too_old(view: View, offer: Offer) -> bool:
    """Whether prices were seen too long ago; half of a disturbance is gone after 1 to 1.5 hours (M)."""
    return offer.age > 60 * view.config.market_max_age


def held_back(view: View, kind: TaskKind, source: Offer) -> Reason | None:
    """What the start threshold or the age of the sighting says against a source."""
    good = source.quote.good
    if too_old(view, source):
        return trips.not_seen_lately(good, source.waypoint, source.age, view.config)
    readiness = TaskReadinessSpecification(view.config)
    if not readiness.can_start(kind, source.supply, good):
        needed = readiness.get_minimum_start_supply(kind, good)
        return trips.supply_below_start(good, source.waypoint, source.supply, needed, kind)
    return None


def sinks_of(view: View, task: Task) -> list[Offer]:
    """Where a task's good may be sold: the factory it feeds, or every market that buys it and was seen lately."""
    if task.kind is TaskKind.ACQUIRE_DELIVER:
        offer = view.board.offer(task.target, task.good)
        return [] if offer is None else [offer]
    sinks = view.board.sinks(task.good)
    return [sink for sink in sinks if sink.waypoint != task.source and not too_old(view, sink)]


def best_sink(view: View, task: Task, source: Curve, capacity: int) -> Offer | None:
    """The market of a task's that brings most for a hold of its good, wherever it is."""
    best: Offer | None = None
    best_worth = 0
    for sink in sinks_of(view, task):
        found = judge(view, task, source, sink, capacity=capacity, journey=Journey(0.0, 0)).prospect
        if best is None or found.profit + found.bonus > best_worth:
            best, best_worth = sink, found.profit + found.bonus
    return best


def no_sink(view: View, task: Task) -> Reason:
    """Why `best_sink` knows nowhere to sell."""
    if task.kind is TaskKind.ACQUIRE_DELIVER:
        return trips.never_seen(task.good, task.target)
    old = [sink for sink in view.board.sinks(task.good) if sink.waypoint != task.source]
    if not old:
        return trips.no_buyer(task.good)
    youngest = min(old, key=lambda sink: sink.age)
    return trips.not_seen_lately(task.good, youngest.waypoint, youngest.age, view.config)


def judge(
    view: View,
    task: Task,
    source: Offer | Curve,
    sink: Offer,
    *,
    capacity: int,
    journey: Journey,
) -> Verdict:
    """The verdict on the task's trade, by the execute threshold of the configuration in force."""
    return judge_purchase(
        Trade(
            kind=task.kind,
            good=task.good,
            source=source.curve if isinstance(source, Offer) else source,
            sink=sink.curve,
            capacity=capacity,
            spendable=view.spendable,
            reserve=view.config.min_balance,
            floor=TaskReadinessSpecification(view.config).get_minimum_execute_supply(task.kind, task.good),
            fuel=journey.fuel,
            seconds=journey.seconds,
            sink_age=sink.age,
            wanted=view.wanted(sink.waypoint, task.good),
        )
    )


def hull_has(hull: Hull, task: Task) -> bool:
    """Whether the ship already holds what the task sells."""
    return any(item.good == task.good for item in hull.cargo)
