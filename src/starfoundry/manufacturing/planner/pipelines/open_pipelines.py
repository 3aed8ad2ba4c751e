"""Opening of pipelines that pay, within the configured limits: the second part of a turn."""

from dataclasses import replace

from starfoundry.kernel.ids import ContainerId, Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, PipelineStatus, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, OpenPipeline
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import KINDS, Opportunity, paying_chains
from starfoundry.manufacturing.planner.view import ShipView, View
from starfoundry.manufacturing.reasons import chains, trips

COLLECTIONS_WAITING_MAX = 3
"""The most collections opened before ships are free for them; more would only go stale."""


def openings(view: View, container_id: ContainerId, hull: ShipView) -> tuple[View, list[Action]]:
    """The view with the new pipelines, and the actions that open them.

    Fabrications fill the free capacity, best first. Collections do not count towards it; a few more of them wait
    than ships are idle.
    """
    actions: list[Action] = []
    wanted = [kind for kind in KINDS if capacity_reason(view, kind) is None]
    for chance in paying_chains(view, hull, wanted, Feeds(view, hull)) if wanted else ():
        if hindrance(view, chance) is not None:
            continue
        opened = _opened(view, container_id, chance)
        view = view.with_pipeline(opened.pipeline)
        for task in opened.tasks:
            view = view.with_task(task)
        actions.append(opened)
    for hull_with_cargo in view.idle:
        for item in hull_with_cargo.cargo:
            stray = _liquidation(view, container_id, hull_with_cargo, item.good, item.units)
            if stray is not None:
                view = view.with_pipeline(stray.pipeline).with_task(stray.tasks[0])
                actions.append(stray)
    return view, actions


def hindrance(view: View, chance: Opportunity) -> Reason | None:
    """Why a chain is not opened now; None if it is."""
    key = (chance.factory, chance.good)
    open_already = (p for p in view.active(*KINDS) if (p.factory, p.good) == key)
    if chance.refusal is not None:
        return chance.refusal
    if (pipeline := next(open_already, None)) is not None:
        return chains.chain_open(pipeline.id)
    if (left := view.cooling.get(key)) is not None:
        return trips.source_rests(chance.good, chance.factory, left)
    return capacity_reason(view, chance.kind)


def capacity_reason(view: View, kind: PipelineKind) -> Reason | None:
    """Why no further pipeline of the kind is opened, however profitable; None if one may be."""
    if kind is PipelineKind.FABRICATION:
        active = len(view.active(kind))
        return chains.capacity_used(view.config, active) if active >= view.config.max_pipelines else None
    waiting, most = _waiting_collections(view), COLLECTIONS_WAITING_MAX + len(view.idle)
    return chains.collections_wait(waiting, most) if waiting >= most else None


def _waiting_collections(view: View) -> int:
    open_ids = {p.id for p in view.active(PipelineKind.COLLECTION)}
    return sum(task.status.is_waiting for task in view.tasks if task.pipeline_id in open_ids)


def _opened(view: View, container_id: ContainerId, chance: Opportunity) -> OpenPipeline:
    pipeline = new_pipeline(
        view,
        container_id,
        chance.kind,
        good=chance.good,
        factory=chance.factory,
        sell_market=chance.sell_market,
        expected_profit=chance.profit,
    )
    flights = [(TaskKind.ACQUIRE_DELIVER, feed.good, feed.source, feed.target) for feed in chance.feeds]
    flights.append((TaskKind.COLLECT_SELL, chance.good, chance.factory, chance.sell_market))
    tasks = tuple(
        new_task(view, pipeline, number, kind, good, source=source, target=target)
        for number, (kind, good, source, target) in enumerate(flights, start=1)
    )
    facts = {
        "kind": chance.kind.value,
        "supply": chance.supply.name if chance.supply else "",
        "ask": chance.ask,
        "bid": chance.bid,
        "expected_profit": chance.profit,
        "expected_profit_per_hour": chance.per_hour,
    }
    return OpenPipeline(pipeline=pipeline, tasks=tasks, facts=facts)


def _liquidation(view: View, container_id: ContainerId, hull: ShipView, good: Good, units: int) -> OpenPipeline | None:
    """A pipeline that sells an idle ship's cargo, unless one is open, has just failed, or no market buys it."""
    wanted = any(
        task.kind is TaskKind.LIQUIDATE and task.ship == hull.ship and task.good == good and not task.status.is_over
        for task in view.tasks
    )
    if wanted or unsaleable(view, hull, good) is not None:
        return None
    sinks = sorted(view.board.sinks(good), key=lambda sink: (-sink.curve.bid, sink.waypoint))
    pipeline = new_pipeline(
        view,
        container_id,
        PipelineKind.LIQUIDATION,
        good=good,
        factory=hull.waypoint,
        sell_market=sinks[0].waypoint,
        expected_profit=sinks[0].curve.bid * units,
    )
    task = new_task(view, pipeline, 1, TaskKind.LIQUIDATE, good, source=hull.waypoint, target=sinks[0].waypoint)
    bound = replace(task, ship=hull.ship)
    return OpenPipeline(pipeline=pipeline, tasks=(bound,), facts={"ship": hull.ship, "units": units})


def unsaleable(view: View, hull: ShipView, good: Good) -> Reason | None:
    """Why no pipeline is opened that sells a ship's cargo; None if one may be."""
    if not view.board.sinks(good):
        return trips.no_buyer(good)
    left = view.cooling.get((hull.ship, good))
    return None if left is None else trips.cargo_rests(good, hull.ship, left)


def new_pipeline(
    view: View,
    container_id: ContainerId,
    kind: PipelineKind,
    *,
    good: Good,
    factory: WaypointSymbol,
    sell_market: WaypointSymbol,
    expected_profit: int,
) -> Pipeline:
    """A pipeline with the next id."""
    return Pipeline(
        id=f"{view.prefix}-p{view.next_pipeline}",
        container_id=container_id,
        kind=kind,
        status=PipelineStatus.EXECUTING,
        good=good,
        factory=factory,
        sell_market=sell_market,
        expected_profit=expected_profit,
        revision=view.revision,
        created_at=view.now,
    )


def new_task(
    view: View,
    pipeline: Pipeline,
    number: int,
    kind: TaskKind,
    good: Good,
    *,
    source: WaypointSymbol,
    target: WaypointSymbol,
) -> Task:
    """A task of a pipeline, not eligible yet; `number` counts the pipeline's tasks from 1."""
    return Task(
        id=f"{pipeline.id}-t{number}",
        pipeline_id=pipeline.id,
        container_id=pipeline.container_id,
        kind=kind,
        status=TaskStatus.PENDING,
        good=good,
        source=source,
        target=target,
        revision=view.revision,
        created_at=view.now,
    )
