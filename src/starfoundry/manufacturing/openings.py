"""The second part of a turn: open the chains that pay, as far as the configuration lets."""

from dataclasses import replace

from starfoundry.kernel.ids import ContainerId, Good, WaypointSymbol
from starfoundry.manufacturing.actions import Action, OpenPipeline
from starfoundry.manufacturing.model import Pipeline, PipelineKind, PipelineStatus, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.opportunities import Opportunity, opportunities
from starfoundry.manufacturing.view import Hull, View

COLLECTIONS_WAITING_MAX = 3
"""Collections opened ahead of the ships that will take them; more would only go stale."""


def openings(view: View, container_id: ContainerId, hull: Hull) -> tuple[View, list[Action]]:
    """The view with the new chains in it, and the actions that open them.

    Fabrications fill the free capacity, best first. Collections are not counted against it; there are a few more of
    them waiting than ships are idle.
    """
    actions: list[Action] = []
    taken = {(p.factory, p.good) for p in view.active(PipelineKind.FABRICATION, PipelineKind.COLLECTION)}
    room = {
        PipelineKind.FABRICATION: view.config.max_pipelines - len(view.active(PipelineKind.FABRICATION)),
        PipelineKind.COLLECTION: COLLECTIONS_WAITING_MAX + len(view.idle) - _waiting_collections(view),
    }
    wanted = [kind for kind, free in room.items() if free > 0]
    for chance in opportunities(view, hull, wanted):
        key = (chance.factory, chance.good)
        if chance.refusal or key in taken or key in view.cooling or room[chance.kind] <= 0:
            continue
        taken.add(key)
        room[chance.kind] -= 1
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


def _waiting_collections(view: View) -> int:
    open_ids = {p.id for p in view.active(PipelineKind.COLLECTION)}
    return sum(task.status.is_waiting for task in view.tasks if task.pipeline_id in open_ids)


def _opened(view: View, container_id: ContainerId, chance: Opportunity) -> OpenPipeline:
    pipeline = _pipeline(
        view,
        container_id,
        chance.kind,
        good=chance.good,
        factory=chance.factory,
        sell_market=chance.sell_market,
        expected_profit=chance.profit,
    )
    trips = [(TaskKind.ACQUIRE_DELIVER, feed.good, feed.source, feed.target) for feed in chance.feeds]
    trips.append((TaskKind.COLLECT_SELL, chance.good, chance.factory, chance.sell_market))
    tasks = tuple(
        _task(view, pipeline, number, kind, good, source=source, target=target)
        for number, (kind, good, source, target) in enumerate(trips, start=1)
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


def _liquidation(view: View, container_id: ContainerId, hull: Hull, good: Good, units: int) -> OpenPipeline | None:
    """A chain that sells what an idle ship holds, unless one is open already or no market is known to take it."""
    wanted = any(
        task.kind is TaskKind.LIQUIDATE and task.ship == hull.ship and task.good == good and not task.status.is_over
        for task in view.tasks
    )
    sinks = sorted(view.board.sinks(good), key=lambda sink: (-sink.curve.bid, sink.waypoint))
    if wanted or not sinks:
        return None
    pipeline = _pipeline(
        view,
        container_id,
        PipelineKind.LIQUIDATION,
        good=good,
        factory=hull.waypoint,
        sell_market=sinks[0].waypoint,
        expected_profit=sinks[0].curve.bid * units,
    )
    task = _task(view, pipeline, 1, TaskKind.LIQUIDATE, good, source=hull.waypoint, target=sinks[0].waypoint)
    bound = replace(task, ship=hull.ship)
    return OpenPipeline(pipeline=pipeline, tasks=(bound,), facts={"ship": hull.ship, "units": units})


def _pipeline(
    view: View,
    container_id: ContainerId,
    kind: PipelineKind,
    *,
    good: Good,
    factory: WaypointSymbol,
    sell_market: WaypointSymbol,
    expected_profit: int,
) -> Pipeline:
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


def _task(
    view: View,
    pipeline: Pipeline,
    number: int,
    kind: TaskKind,
    good: Good,
    *,
    source: WaypointSymbol,
    target: WaypointSymbol,
) -> Task:
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
