"""Conversion of decided trips to stored predictions and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.ledger.domain.prediction import Prediction
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.explain.decided_trip import Alternative, DecidedTrip
from starfoundry.manufacturing.planner.explain.itemised_estimate import ItemisedEstimate, ItemisedLeg, Tranche
from starfoundry.manufacturing.planner.trips.estimate import Prospect


def prediction_of(trip: DecidedTrip, at: datetime) -> Prediction:
    """The stored form of a decision that was made at that moment."""
    task, estimate, prospect = trip.task, trip.estimate, trip.estimate.prospect
    return Prediction(
        task_id=task.id,
        container_id=task.container_id,
        pipeline_id=task.pipeline_id,
        ship=task.ship,
        good=task.good,
        revision=task.revision,
        decided_at=at,
        units=prospect.units,
        cost=prospect.cost,
        revenue=prospect.revenue,
        fuel=prospect.fuel,
        worth=prospect.bonus,
        seconds=prospect.seconds,
        details={
            "target": estimate.target,
            "purchases": [[each.units, each.price] for each in estimate.purchases],
            "sales": [[each.units, each.price] for each in estimate.sales],
            "deducted": estimate.deducted,
            "legs": [[leg.origin, leg.goal, leg.seconds, leg.fuel] for leg in estimate.legs],
            "alternatives": [_alternative_row(each) for each in trip.alternatives],
        },
    )


def decided_trip_of(task: Task, prediction: Prediction) -> DecidedTrip:
    """The decision as it was made, from what was kept of it."""
    details = prediction.details
    estimate = ItemisedEstimate(
        good=task.good,
        source=task.source,
        target=WaypointSymbol(details["target"]),
        purchases=tuple(Tranche(units, price) for units, price in details["purchases"]),
        sales=tuple(Tranche(units, price) for units, price in details["sales"]),
        deducted=details["deducted"],
        legs=tuple(ItemisedLeg(*leg) for leg in details["legs"]),
        prospect=Prospect(
            units=prediction.units,
            cost=prediction.cost,
            revenue=prediction.revenue,
            fuel=prediction.fuel,
            seconds=prediction.seconds,
            bonus=prediction.worth,
        ),
    )
    alternatives = tuple(_alternative(row) for row in details["alternatives"])
    return DecidedTrip(task=task, estimate=estimate, alternatives=alternatives)


def _alternative_row(each: Alternative) -> dict[str, Any]:
    prospect = each.prospect
    return {
        "kind": each.kind.value,
        "good": each.good,
        "source": each.source,
        "target": each.target,
        "task": each.task_id,
        "prospect": [
            *(prospect.units, prospect.cost, prospect.revenue, prospect.fuel, prospect.seconds, prospect.bonus)
        ],
    }


def _alternative(row: Mapping[str, Any]) -> Alternative:
    units, cost, revenue, fuel, seconds, bonus = row["prospect"]
    return Alternative(
        kind=TaskKind(row["kind"]),
        good=Good(row["good"]),
        source=WaypointSymbol(row["source"]),
        target=WaypointSymbol(row["target"]),
        task_id=row["task"],
        prospect=Prospect(units=units, cost=cost, revenue=revenue, fuel=fuel, seconds=seconds, bonus=bonus),
    )
