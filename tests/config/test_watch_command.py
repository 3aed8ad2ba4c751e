"""`config watch` as people read it: when, what, why, and each thing once."""

import pytest

from starfoundry.config.commands.group import config_group
from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire import daemon_pb2 as pb
from tests.config.floor import ID

AT = "2026-03-01T12:00:00.000Z"
LATER = "2026-03-01T12:00:07.000Z"


def change(revision, reason=""):
    changed = pb.SettingChange(name="max_workers", before_json="5", after_json="8")
    return pb.ConfigRevision(revision=revision, author="ada", at=AT, reason=reason, changes=[changed])


@pytest.fixture
def watched(monkeypatch, capsys):
    """The lines that a watch prints of the events."""

    def lines(*events):
        monkeypatch.setattr(DaemonClient, "stream", lambda _self, _method, _request: iter(events))
        assert run(config_group, ["watch", "--container", ID, "--player-id", "1"]) == 0
        return capsys.readouterr().out.splitlines()

    return lines


def test_a_change_is_told_with_its_time_and_its_reason(watched):
    event = pb.ConfigEvent(kind="CHANGED", revision=5, digest="ab", change=change(5, "more ships are there"), at=AT)

    assert watched(event) == [
        "2026-03-01 12:00:00  revision 5 by ada: max_workers 5 -> 8, because: more ships are there  [5:ab]"
    ]


def test_what_the_snapshot_tells_is_not_told_again(watched):
    snapshot = pb.ConfigEvent(
        kind="SNAPSHOT",
        revision=5,
        digest="ab",
        observed_revision=5,
        change=change(5),
        container_status="RUNNING",
        at=AT,
    )
    known = pb.ConfigEvent(kind="OBSERVED", revision=5, observed_revision=5, at=LATER)
    broadcast = pb.ConfigEvent(
        kind="OBSERVED", revision=6, observed_revision=6, effects=["1 pipeline opened"], at=LATER
    )

    assert watched(snapshot, known, broadcast) == [
        "2026-03-01 12:00:00  revision 5 by ada: max_workers 5 -> 8; in force  [5:ab]",
        "2026-03-01 12:00:07  revision 6 in force: 1 pipeline opened",
    ]


def test_a_revision_that_is_taken_up_after_the_snapshot_is_told(watched):
    snapshot = pb.ConfigEvent(
        kind="SNAPSHOT",
        revision=5,
        digest="ab",
        observed_revision=4,
        change=change(5),
        container_status="RUNNING",
        at=AT,
    )
    word = pb.ConfigEvent(kind="OBSERVED", revision=5, observed_revision=5, at=LATER)

    assert watched(snapshot, word) == [
        (
            "2026-03-01 12:00:00  revision 5 by ada: max_workers 5 -> 8; not applied yet: the coordinator is RUNNING"
            " and decides with revision 4  [5:ab]"
        ),
        "2026-03-01 12:00:07  revision 5 in force",
    ]


def test_a_refusal_names_the_revision_and_the_reason(watched):
    event = pb.ConfigEvent(kind="REJECTED", revision=6, message="no market here knows IRONN", at=LATER)

    assert watched(event) == ["2026-03-01 12:00:07  revision 6 refused by the coordinator: no market here knows IRONN"]
