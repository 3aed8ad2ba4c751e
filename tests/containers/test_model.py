"""The status machine of containers, written out."""

import pytest

from starfoundry.containers.model import ContainerStatus

LEGAL = {
    ("PENDING", "RUNNING"),
    ("PENDING", "STOPPED"),
    ("RUNNING", "STOPPING"),
    ("RUNNING", "COMPLETED"),
    ("RUNNING", "FAILED"),
    ("STOPPING", "STOPPED"),
    ("STOPPING", "COMPLETED"),
    ("STOPPING", "FAILED"),
    ("STOPPED", "RUNNING"),
    ("FAILED", "RUNNING"),
    ("PENDING", "ABANDONED"),
    ("RUNNING", "ABANDONED"),
    ("STOPPING", "ABANDONED"),
    ("STOPPED", "ABANDONED"),
    ("FAILED", "ABANDONED"),
}


@pytest.mark.parametrize("before", ContainerStatus)
@pytest.mark.parametrize("after", ContainerStatus)
def test_exactly_these_changes_of_status_are_legal(before, after):
    assert before.may_become(after) == ((before.value, after.value) in LEGAL)


def test_only_running_and_stopping_containers_should_be_in_the_process():
    assert [status for status in ContainerStatus if status.is_alive] == [
        ContainerStatus.RUNNING,
        ContainerStatus.STOPPING,
    ]


def test_what_is_completed_or_abandoned_never_runs_again():
    assert [status for status in ContainerStatus if status.is_final] == [
        ContainerStatus.COMPLETED,
        ContainerStatus.ABANDONED,
    ]
