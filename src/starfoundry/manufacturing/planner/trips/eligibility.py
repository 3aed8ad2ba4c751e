"""Eligibility of tasks: the start threshold, and whether the trip would pay with the best ship."""

from collections.abc import Sequence

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.estimate import InputValue, Trade, TradeVerdict, judge_purchase
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import trips


def gate(view: View, task: Task) -> Reason | None:
    """Why no ship may be sent for `task` now; None if one may."""
    if task.kind is TaskKind.LIQUIDATE:
        return None if view.board.sinks(task.good) else trips.no_buyer_of_cargo(task.good, task.ship)
    source = view.board.offer(task.source, task.good)
    if source is None:
        return trips.never_seen(task.good, task.source)
    held = guarded(view, task) or closed(view, task.kind, source)
    if held is not None:
        return held
    sinks = sinks_of(view, task)
    if not sinks:
        return no_sink(view, task)
    anywhere = Journey(0.0, 0)
    verdicts = [judge_in(view, task.kind, source, sink, capacity=view.largest_hold, journey=anywhere) for sink in sinks]
    return max(verdicts, key=lambda each: each.prospect.profit + each.prospect.bonus).refusal


def guarded(view: View, task: Task) -> Reason | None:
    """The operator's limits on buying for a task: the blocked goods, or the chain's stop-loss. None if none applies."""
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
    """The reason against a source: its start threshold or the age of its prices; None if there is none."""
    good = source.quote.good
    if too_old(view, source):
        return trips.not_seen_lately(good, source.waypoint, source.age, view.config)
    readiness = TaskReadinessSpecification(view.config)
    if not readiness.can_start(kind, source.supply, good):
        needed = readiness.get_minimum_start_supply(kind, good)
        return trips.supply_below_start(good, source.waypoint, source.supply, needed, kind)
    return None


def closed(view: View, kind: TaskKind, source: Offer) -> Reason | None:
    """The same, or that a ship has just left the source without the good; None if a ship may be sent to buy."""
    if (held := held_back(view, kind, source)) is not None:
        return held
    good = source.quote.good
    left = view.cooling.get((source.waypoint, good))
    return None if left is None else trips.source_rests(good, source.waypoint, left)


def sinks_of(view: View, task: Task) -> list[Offer]:
    """The markets for a task's good: the factory it feeds, or every market that buys it and was seen lately."""
    if task.kind is TaskKind.ACQUIRE_DELIVER:
        offer = view.board.offer(task.target, task.good)
        return [] if offer is None else [offer]
    sinks = view.board.sinks(task.good)
    return [sink for sink in sinks if sink.waypoint != task.source and not too_old(view, sink)]


def no_sink(view: View, task: Task) -> Reason:
    """Why `sinks_of` finds no market."""
    if task.kind is TaskKind.ACQUIRE_DELIVER:
        return trips.never_seen(task.good, task.target)
    return unsold(view, task.good, [sink for sink in view.board.sinks(task.good) if sink.waypoint != task.source])


def unsold(view: View, good: Good, sinks: Sequence[Offer]) -> Reason:
    """Why none of the markets that buy a good was seen lately: there is none, or the last look is too old."""
    if not sinks:
        return trips.no_buyer(good)
    youngest = min(sinks, key=lambda sink: sink.age)
    return trips.not_seen_lately(good, youngest.waypoint, youngest.age, view.config)


def judge(
    kind: TaskKind,
    source: Offer,
    sink: Offer,
    *,
    config: ManufacturingConfig,
    spendable: int,
    wanted: tuple[InputValue, ...],
    capacity: int,
    journey: Journey,
    aboard: int = 0,
) -> TradeVerdict:
    """The verdict on one trade by the prices of two offers, and by the levels and margin of a configuration.

    `spendable` is in credits, `capacity` and `aboard` in cargo units; what is aboard is sold at the sink first, and
    `wanted` is the value of the good to the factories there.
    """
    good = source.quote.good
    return judge_purchase(
        Trade(
            kind=kind,
            good=good,
            source=source.curve,
            sink=sink.after(aboard).curve,
            capacity=capacity,
            spendable=spendable,
            reserve=config.min_balance,
            floor=TaskReadinessSpecification(config).get_minimum_execute_supply(kind, good),
            fuel=journey.fuel,
            seconds=journey.seconds,
            sink_age=sink.age,
            wanted=wanted,
            margin=margin_of(config, kind),
            aboard=aboard,
        )
    )


def judge_in(
    view: View, kind: TaskKind, source: Offer, sink: Offer, *, capacity: int, journey: Journey
) -> TradeVerdict:
    """The same by the configuration, the money and the factories of a view."""
    return judge(
        kind,
        source,
        sink,
        config=view.config,
        spendable=view.spendable,
        wanted=view.wanted(sink.waypoint, sink.quote.good),
        capacity=capacity,
        journey=journey,
    )


def margin_of(config: ManufacturingConfig, kind: TaskKind) -> float:
    """The minimum gain of each purchase of such a task as a share of its cost."""
    return config.trade_min_margin / 100 if kind is TaskKind.TRADE else 0.0


def holds_cargo_of(hull: ShipView, task: Task) -> bool:
    """Whether the ship already holds what the task sells."""
    return any(item.good == task.good for item in hull.cargo)
