"""How long a pipeline may wait, and how many may wait at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.manufacturing.domain.model import PipelineKind, PipelineStatus, TaskStatus
from starfoundry.manufacturing.planner.actions import EndPipeline
from starfoundry.manufacturing.planner.pipelines.open_pipelines import COLLECTIONS_WAITING_MAX, capacity_reason
from starfoundry.manufacturing.planner.pipelines.update_pipelines import review
from tests.manufacturing import worlds


def endings(view):
    return [action.pipeline for action in review(view)[1] if isinstance(action, EndPipeline)]


def opened(*, minutes, kind, status):
    """A view with one pipeline that was opened so many minutes ago; its task is in this status."""
    created = worlds.NOON - timedelta(minutes=minutes)
    waiting = replace(worlds.task(status=status), waiting_for="CLOTHING is MODERATE", created_at=created)
    # Half drained, so that no trip opens the task by itself.
    return worlds.view(
        seen=worlds.sightings(clothing=0.0),
        pipelines=(worlds.pipeline(kind=kind, created_at=created),),
        tasks=(waiting,),
    )


@pytest.mark.parametrize(("minutes", "ended"), [(29, []), (31, [PipelineStatus.CANCELLED])])
def test_a_collection_that_cannot_start_is_given_up_after_half_an_hour(minutes, ended):
    view = opened(minutes=minutes, kind=PipelineKind.COLLECTION, status=TaskStatus.PENDING)

    assert [pipeline.status for pipeline in endings(view)] == ended


def test_a_collection_that_is_ready_waits_for_its_ship():
    assert endings(opened(minutes=300, kind=PipelineKind.COLLECTION, status=TaskStatus.READY)) == []


@pytest.mark.parametrize(("minutes", "reasons"), [(359, []), (361, ["not done after 361 minutes"])])
def test_a_fabrication_that_never_gets_done_frees_its_slot_after_six_hours(minutes, reasons):
    view = opened(minutes=minutes, kind=PipelineKind.FABRICATION, status=TaskStatus.READY)

    assert [pipeline.reason for pipeline in endings(view)] == reasons


@pytest.mark.parametrize("idle", [0, 2])
def test_no_more_collections_wait_than_idle_ships_and_three(idle):
    most = 3 + idle
    hulls = tuple(worlds.hull(f"SHIP-{n}") for n in range(idle))

    def reason_with(waiting):
        numbers = range(1, waiting + 1)
        return capacity_reason(
            worlds.view(
                idle=hulls,
                pipelines=tuple(worlds.pipeline(n, PipelineKind.COLLECTION) for n in numbers),
                tasks=tuple(worlds.task(n, of=n) for n in numbers),
            ),
            PipelineKind.COLLECTION,
        )

    assert COLLECTIONS_WAITING_MAX == 3
    assert reason_with(most - 1) is None
    assert reason_with(most) is not None
