"""The life of a task and of a pipeline."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.kernel.ids import ContainerId, Good, Revision, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import (
    ATTEMPTS_MAX,
    FactoryState,
    Pipeline,
    PipelineKind,
    PipelineStatus,
    Task,
    TaskKind,
    TaskStatus,
)

CLOTHING, FACTORY, SHOP = Good("CLOTHING"), WaypointSymbol("X1-A-F"), WaypointSymbol("X1-A-S")
SHIP, COORDINATOR, SEVENTH = ShipSymbol("SHIP-1"), ContainerId("parallel-mfg-X1-A-abc"), Revision(7)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 13, tzinfo=UTC)


def a_task(kind=TaskKind.COLLECT_SELL, status=TaskStatus.PENDING, **changes):
    return Task(
        id="abc-p1-t1",
        pipeline_id="abc-p1",
        container_id=COORDINATOR,
        kind=kind,
        status=status,
        good=CLOTHING,
        source=FACTORY,
        target=SHOP,
        revision=SEVENTH,
        created_at=NOON,
        **changes,
    )


def test_a_task_goes_from_waiting_to_its_ship_to_its_end():
    task = a_task().ready().assigned(SHIP, 40, SEVENTH)
    done = task.becomes(TaskStatus.EXECUTING).over(TaskStatus.COMPLETED, LATER)

    assert (done.ship, done.units_planned, done.revision, done.ended_at) == (SHIP, 40, SEVENTH, LATER)
    assert done.status.is_over


def test_a_task_given_back_is_free_for_another_ship():
    """The predecessor kept the ship's name on it, and no other ship could ever take it."""
    task = a_task().ready().assigned(SHIP, 40, SEVENTH).returned("supply too low")

    assert (task.status, task.ship, task.units_planned) == (TaskStatus.PENDING, "", 0)
    assert task.waiting_for == "supply too low"


def test_a_task_given_back_too_often_fails():
    task = a_task()
    for _ in range(ATTEMPTS_MAX):
        task = task.ready().assigned(SHIP, 40, SEVENTH).returned("supply too low")

    assert task.status is TaskStatus.FAILED


def test_stray_cargo_stays_with_the_ship_that_holds_it():
    task = a_task(kind=TaskKind.LIQUIDATE).ready().assigned(SHIP, 40, SEVENTH).returned("no bid")

    assert task.ship == SHIP


@given(st.sampled_from(TaskStatus), st.sampled_from(TaskStatus))
def test_nothing_comes_back_from_an_end(status, following):
    if status.is_over:
        with pytest.raises(AssertionError):
            a_task(status=status).becomes(following)


def test_a_pipeline_ends_once():
    pipeline = Pipeline(
        id="abc-p1",
        container_id=COORDINATOR,
        kind=PipelineKind.FABRICATION,
        status=PipelineStatus.EXECUTING,
        good=CLOTHING,
        factory=FACTORY,
        sell_market=SHOP,
        expected_profit=1,
        revision=SEVENTH,
        created_at=NOON,
    )
    ended = pipeline.over(PipelineStatus.COMPLETED, LATER, "its product was sold")

    with pytest.raises(AssertionError):
        ended.over(PipelineStatus.FAILED, LATER, "again")


def test_a_factory_is_ready_from_the_moment_it_meets_the_level():
    state = FactoryState(pipeline_id="abc-p1", factory=FACTORY, good=CLOTHING, supply=SupplyLevel.HIGH)

    ready = state.judged(SupplyLevel.HIGH, NOON).judged(SupplyLevel.MODERATE, LATER)

    assert ready.ready_since == NOON
    assert not ready.judged(SupplyLevel.ABUNDANT, LATER).is_ready


def test_a_factory_with_an_unreadable_supply_is_never_ready():
    state = FactoryState(pipeline_id="abc-p1", factory=FACTORY, good=CLOTHING, supply=None)

    assert not state.judged(SupplyLevel.SCARCE, NOON).is_ready
