"""Protobuf messages for opportunities, estimates, pipelines, tasks and reasons."""

import json
from collections.abc import Sequence

from starfoundry.config.api import proto_mapping as config_mapping
from starfoundry.config.domain.change_status import ConfigView
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.reason import Reason
from starfoundry.ledger.domain.prediction import Prediction
from starfoundry.manufacturing.api.reports import PipelineReport
from starfoundry.manufacturing.domain.model import Task, TaskStatus
from starfoundry.manufacturing.planner.explain.itemised_estimate import ItemisedEstimate
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity
from starfoundry.manufacturing.reasons.remedies import behind, command
from starfoundry.wire import daemon_pb2 as wire


def opportunity_message(chance: Opportunity, trips: Sequence[ItemisedEstimate]) -> wire.Opportunity:
    """The message of a chain or lane with the estimates of its trips."""
    prospect = chance.prospect
    return wire.Opportunity(
        kind=chance.kind.value,
        good=chance.good,
        factory=chance.factory,
        sell_market=chance.sell_market,
        inputs=[f"{feed.good} from {feed.source} to {feed.target}" for feed in chance.feeds],
        supply=chance.supply.name if chance.supply is not None else "",
        ask=chance.ask,
        bid=chance.bid,
        estimate=wire.Estimate(
            units=prospect.units,
            cost=prospect.cost,
            revenue=prospect.revenue,
            fuel=prospect.fuel,
            profit=chance.profit,
            seconds=int(prospect.seconds),
            profit_per_hour=chance.per_hour,
        ),
        verdict="go" if chance.refusal is None else chance.refusal.text,
        age_seconds=int(chance.age),
        trips=[trip_message(trip) for trip in trips],
    )


def trip_message(trip: ItemisedEstimate) -> wire.TripEstimate:
    """The message of one trip's estimate."""
    prospect = trip.prospect
    return wire.TripEstimate(
        good=trip.good,
        source=trip.source,
        target=trip.target,
        purchases=[wire.Tranche(units=each.units, price=each.price) for each in trip.purchases],
        sales=[wire.Tranche(units=each.units, price=each.price) for each in trip.sales],
        deducted=trip.deducted,
        legs=[
            wire.TripLeg(origin=leg.origin, goal=leg.goal, seconds=int(leg.seconds), fuel=leg.fuel) for leg in trip.legs
        ],
        idle_seconds=int(trip.idle_seconds),
        units=prospect.units,
        cost=prospect.cost,
        revenue=prospect.revenue,
        fuel=prospect.fuel,
        worth=prospect.bonus,
        profit=prospect.profit,
        seconds=int(prospect.seconds),
        per_hour=prospect.per_hour,
    )


def pipeline_message(report: PipelineReport) -> wire.Pipeline:
    """The message of a pipeline."""
    pipeline, money, tasks = report.pipeline, report.money, report.tasks
    return wire.Pipeline(
        pipeline_id=pipeline.id,
        kind=pipeline.kind.value,
        status=pipeline.status.value,
        good=pipeline.good,
        factory=pipeline.factory,
        sell_market=pipeline.sell_market,
        expected_profit=pipeline.expected_profit,
        cost=money.cost,
        revenue=money.revenue,
        fuel=money.fuel,
        profit=money.profit,
        created_at=rfc3339(pipeline.created_at),
        ended_at=rfc3339(pipeline.ended_at),
        reason=pipeline.reason,
        revision=pipeline.revision,
        tasks_completed=sum(task.status is TaskStatus.COMPLETED for task in tasks),
        tasks_total=len(tasks),
        trips_compared=report.comparison.trips,
        predicted_profit=report.comparison.predicted,
        realised_profit=report.comparison.realised,
    )


def task_message(task: Task, prediction: Prediction | None) -> wire.Task:
    """The message of a task, with what it promised when its ship was sent."""
    is_done = task.status is TaskStatus.COMPLETED
    return wire.Task(
        task_id=task.id,
        pipeline_id=task.pipeline_id,
        kind=task.kind.value,
        status=task.status.value,
        good=task.good,
        source=task.source,
        target=task.target,
        ship=task.ship,
        units_bought=task.units_bought,
        units_sold=task.units_sold,
        cost=task.cost,
        revenue=task.revenue,
        attempts=task.attempts,
        waiting_for=task.waiting_for,
        created_at=rfc3339(task.created_at),
        ended_at=rfc3339(task.ended_at),
        revision=task.revision,
        fuel=task.fuel_cost,
        decided_at="" if prediction is None else rfc3339(prediction.decided_at),
        predicted_profit=None if prediction is None else prediction.profit,
        predicted_seconds=None if prediction is None else int(prediction.seconds),
        profit=task.revenue - task.cost - task.fuel_cost if is_done else None,
    )


def reason_message(reason: Reason, view: ConfigView | None) -> wire.Reason:
    """The message of a reason, with the setting behind it as it stands in the container that decides."""
    message = wire.Reason(
        rule=reason.rule,
        text=reason.text,
        figures_json=json.dumps(dict(reason.figures)),
        remedy=reason.remedy,
        command=reason.command,
    )
    if view is not None and reason.setting:
        config = view.running or view.config
        message.setting.CopyFrom(config_mapping.provenance(view, behind(reason, config)))
        message.command = command(reason, config, view.container_id)
    return message
