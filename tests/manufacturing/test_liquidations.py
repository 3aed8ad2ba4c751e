"""Tasks that sell out a hold end when there is nothing to sell, and never wait for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.kernel.ids import Good
from starfoundry.manufacturing.domain.model import PipelineKind, PipelineStatus, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import EndPipeline
from starfoundry.manufacturing.planner.pipelines.update_pipelines import LIQUIDATION_PATIENCE, review
from starfoundry.manufacturing.planner.trips.eligibility import gate
from tests.manufacturing import worlds

SHIP = worlds.hull().ship


def waiting(*, minutes=5, **view):
    """A liquidation that was opened so many minutes ago and waits for the ship whose hold it sells."""
    opened = worlds.NOON - timedelta(minutes=minutes)
    pipeline = replace(worlds.pipeline(kind=PipelineKind.LIQUIDATION), created_at=opened)
    task = replace(worlds.task(kind=TaskKind.LIQUIDATE, status=TaskStatus.READY, ship=SHIP), created_at=opened)
    elsewhere = view.pop("elsewhere", frozenset())
    return replace(worlds.view(pipelines=(pipeline,), tasks=(task,), **view), elsewhere=elsewhere)


def endings(view):
    return [action.pipeline for action in review(view)[1] if isinstance(action, EndPipeline)]


def test_one_whose_ship_has_an_empty_hold_ends():
    (ended,) = endings(waiting(idle=(worlds.hull(),)))

    assert (ended.status, ended.reason) == (PipelineStatus.CANCELLED, f"{SHIP} holds no CLOTHING any more")


def test_one_whose_ship_works_for_another_container_ends():
    (ended,) = endings(waiting(elsewhere=frozenset({SHIP})))

    assert ended.reason == f"{SHIP} now works for another container"


def test_one_whose_ship_still_holds_the_cargo_goes_on():
    assert endings(waiting(idle=(worlds.hull(cargo=(("CLOTHING", 5),)),))) == []


@pytest.mark.parametrize(("minutes", "is_over"), [(59, False), (61, True)])
def test_one_that_nobody_comes_for_is_given_up_after_its_patience(minutes, is_over):
    assert bool(endings(waiting(minutes=minutes))) == is_over
    assert timedelta(hours=1) == LIQUIDATION_PATIENCE


def test_cargo_that_nobody_buys_is_offered_to_be_thrown_overboard():
    view = waiting(idle=(worlds.hull(cargo=(("RELIC", 5),)),))
    (task,) = view.tasks
    reason = gate(view, replace(task, good=Good("RELIC")))

    assert reason is not None
    assert (reason.rule, reason.command) == ("no_buyer", f"spacetraders ship jettison {SHIP} RELIC")
