"""The thresholds in force, and the factories they judge."""

from datetime import UTC, datetime

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import FactoryState, TaskKind
from starfoundry.manufacturing.planner.trips.readiness import FactoryStateTracker, TaskReadinessSpecification

FACTORY, OTHER = WaypointSymbol("X1-A-F"), WaypointSymbol("X1-A-G")
CLOTHING, FOOD = Good("CLOTHING"), Good("FOOD")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DEFAULTS = ManufacturingConfig()
LOOSE = DEFAULTS.with_collect_supply_thresholds(SupplyLevel.MODERATE, SupplyLevel.MODERATE)


def a_tracker(config=DEFAULTS, supply=SupplyLevel.HIGH, readiness=None):
    tracker = FactoryStateTracker(readiness or TaskReadinessSpecification(config))
    tracker.put(FactoryState(pipeline_id="p1", factory=FACTORY, good=CLOTHING, supply=supply))
    tracker.put(FactoryState(pipeline_id="p2", factory=OTHER, good=FOOD, supply=SupplyLevel.SCARCE))
    return tracker


@pytest.mark.parametrize(
    ("kind", "start", "execute"),
    [
        (TaskKind.COLLECT_SELL, SupplyLevel.ABUNDANT, SupplyLevel.HIGH),
        (TaskKind.ACQUIRE_DELIVER, SupplyLevel.MODERATE, SupplyLevel.LIMITED),
    ],
)
def test_the_defaults_are_those_of_the_design(kind, start, execute):
    specification = TaskReadinessSpecification(DEFAULTS)

    assert specification.get_minimum_start_supply(kind) is start
    assert specification.get_minimum_execute_supply(kind) is execute


def test_a_new_configuration_is_judged_by_at_once():
    specification = TaskReadinessSpecification(DEFAULTS)
    before = specification.can_execute(TaskKind.COLLECT_SELL, SupplyLevel.MODERATE)

    specification.update_config(LOOSE)

    assert (before, specification.can_execute(TaskKind.COLLECT_SELL, SupplyLevel.MODERATE)) == (False, True)


@pytest.mark.parametrize("kind", [TaskKind.COLLECT_SELL, TaskKind.ACQUIRE_DELIVER])
def test_a_supply_that_cannot_be_read_is_never_enough(kind):
    """The predecessor counted it as MODERATE."""
    anything_goes = ManufacturingConfig(
        collect_min_start_supply=SupplyLevel.SCARCE,
        collect_min_execute_supply=SupplyLevel.SCARCE,
        acquire_min_start_supply=SupplyLevel.SCARCE,
        acquire_min_execute_supply=SupplyLevel.SCARCE,
    )
    specification = TaskReadinessSpecification(anything_goes)

    assert not specification.can_start(kind, None)
    assert not specification.can_execute(kind, None)


def test_loosened_levels_make_factories_ready_at_once_and_name_only_those():
    readiness = TaskReadinessSpecification(DEFAULTS)
    tracker = a_tracker(readiness=readiness)
    readiness.update_config(LOOSE)

    changed = tracker.judge_again(NOON)

    assert [(state.factory, state.ready_since) for state in changed] == [(FACTORY, NOON)]


def test_tightened_levels_take_readiness_back_at_once():
    readiness = TaskReadinessSpecification(LOOSE)
    tracker = a_tracker(readiness=readiness)
    tracker.judge_again(NOON)
    readiness.update_config(DEFAULTS)

    changed = tracker.judge_again(NOON)

    assert [(state.factory, state.is_ready) for state in changed] == [(FACTORY, False)]


def test_a_sighting_judges_by_the_configuration_in_force():
    tracker = a_tracker(supply=SupplyLevel.MODERATE)

    [changed] = tracker.saw(FACTORY, CLOTHING, SupplyLevel.ABUNDANT, NOON)

    assert changed.is_ready
    assert tracker.saw(FACTORY, CLOTHING, SupplyLevel.ABUNDANT, NOON) == ()


def test_two_coordinators_judge_one_factory_by_their_own_levels():
    """The predecessor kept one tracker for the whole process."""
    strict, loose = a_tracker(DEFAULTS), a_tracker(LOOSE)

    for tracker in (strict, loose):
        tracker.saw(FACTORY, CLOTHING, SupplyLevel.MODERATE, NOON)

    assert [tracker.of_pipeline("p1")[0].is_ready for tracker in (strict, loose)] == [False, True]
