"""The status machine of containers, written out."""

import pytest

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.store.tables.schema import CONTAINER_STATUSES

LEGAL = {
    ("PENDING", "RUNNING"),
    ("PENDING", "STOPPED"),
    ("RUNNING", "PAUSING"),
    ("RUNNING", "DRAINING"),
    ("RUNNING", "STOPPING"),
    ("RUNNING", "COMPLETED"),
    ("RUNNING", "FAILED"),
    ("PAUSING", "PAUSED"),
    ("PAUSING", "DRAINING"),
    ("PAUSING", "STOPPING"),
    ("PAUSING", "FAILED"),
    ("PAUSED", "RUNNING"),
    ("PAUSED", "STOPPED"),
    ("DRAINING", "STOPPING"),
    ("DRAINING", "STOPPED"),
    ("DRAINING", "FAILED"),
    ("STOPPING", "STOPPED"),
    ("STOPPING", "FAILED"),
    ("STOPPED", "RUNNING"),
    ("FAILED", "RUNNING"),
    *((each, "ABANDONED") for each in ("PENDING", "RUNNING", "PAUSING", "PAUSED", "DRAINING", "STOPPING", "STOPPED")),
    ("FAILED", "ABANDONED"),
}


@pytest.mark.parametrize("before", ContainerStatus)
@pytest.mark.parametrize("after", ContainerStatus)
def test_exactly_these_changes_of_status_are_legal(before, after):
    assert before.can_become(after) == ((before.value, after.value) in LEGAL)


def test_only_running_and_ending_containers_should_be_in_the_process():
    assert [status.value for status in ContainerStatus if status.is_alive] == [
        "RUNNING",
        "PAUSING",
        "DRAINING",
        "STOPPING",
    ]


def test_what_is_completed_or_abandoned_never_runs_again():
    assert [status for status in ContainerStatus if status.is_final] == [
        ContainerStatus.COMPLETED,
        ContainerStatus.ABANDONED,
    ]


def test_a_paused_container_keeps_its_place():
    assert [status.value for status in ContainerStatus if status.is_unfinished and not status.is_alive] == ["PAUSED"]


def test_the_database_knows_exactly_these_statuses():
    assert tuple(status.value for status in ContainerStatus) == CONTAINER_STATUSES
