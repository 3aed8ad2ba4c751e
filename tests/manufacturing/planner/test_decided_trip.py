"""Trips as they were decided: the estimate that sent the ship, and what lost against it."""

from hypothesis import given

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.planner.explain.decided_trip import ALTERNATIVES_KEPT, decided_trips
from starfoundry.manufacturing.storage.decided_trips import decided_trip_of, prediction_of
from tests.manufacturing import worlds
from tests.manufacturing.test_explanation import decided, views


@given(views())
def test_each_ship_that_is_sent_has_its_estimate_and_nothing_that_lost_would_have_paid_more(given_):
    view, _ = given_
    actions = decided(view).actions
    sent = [action for action in actions if isinstance(action, AssignShip)]

    trips = list(decided_trips(actions))

    assert [trip.task for trip in trips] == [action.task for action in sent]
    for trip, action in zip(trips, sent, strict=True):
        assert trip.estimate.prospect == action.prospect
        assert sum(leg.fuel for leg in trip.estimate.legs) == action.prospect.fuel
        assert sum(each.units for each in trip.estimate.sales) == action.prospect.units
        assert len(trip.alternatives) <= ALTERNATIVES_KEPT
        if action.task.kind is not TaskKind.LIQUIDATE:
            assert all(each.prospect.per_hour <= action.prospect.per_hour for each in trip.alternatives)


@given(views())
def test_what_is_kept_of_a_decision_is_what_was_decided(given_):
    view, _ = given_

    for trip in decided_trips(decided(view).actions):
        assert decided_trip_of(trip.task, prediction_of(trip, worlds.NOON)) == trip


def test_a_ship_could_have_carried_the_other_good():
    view = worlds.view(seen=worlds.sightings(clothing=1.0, fabrics=3.0, fed=-4.5), idle=(worlds.hull(),))

    (trip,) = decided_trips(decided(view).actions)

    assert {trip.task.good, *(each.good for each in trip.alternatives)} == {worlds.CLOTHING, worlds.FABRICS}


def test_the_other_waiting_task_is_an_alternative_and_the_chosen_one_is_not():
    tasks = (
        worlds.task(1, status=TaskStatus.READY),
        worlds.task(2, TaskKind.ACQUIRE_DELIVER, TaskStatus.READY),
    )
    config = ManufacturingConfig(trade_max_ships=0, max_pipelines=1)
    view = worlds.view(config, pipelines=(worlds.pipeline(),), tasks=tasks, idle=(worlds.hull(),))

    (trip,) = decided_trips(decided(view).actions)

    assert {trip.task.id, *(each.task_id for each in trip.alternatives)} == {task.id for task in tasks}
    assert trip.task.id not in {each.task_id for each in trip.alternatives}
