"""Pausing, draining and stopping a container, as its operator does it, over restarts of the daemon."""

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes


@pytest.fixture
def coordinator(workplace):
    """A coordinator at work, by its container's ID; the clock runs sixty times as fast."""
    workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    return workplace.ask("manufacturing", "start")["container_id"]


def status(workplace, container_id):
    (found,) = [
        each for each in workplace.ask("container", "list")["containers"] if each["container_id"] == container_id
    ]
    return found["status"]


def test_a_pause_outlasts_the_daemon_takes_settings_and_ends_with_resume(workplace, coordinator):
    paused = workplace.ask("container", "pause", coordinator, "--wait")
    assert paused["status"] == status(workplace, coordinator) == "PAUSED"

    told = workplace.cli("manufacturing", "config", "set", "--container", coordinator, "--max-pipelines", "5")
    assert told.code == 0
    assert "the coordinator is PAUSED and applies it when it is resumed" in told.out

    workplace.started[0].stop()
    workplace.start_daemon("--sandbox", "--speed", "60")
    before = len(workplace.ask("ledger", "list", "--limit", "1000")["entries"])
    assert status(workplace, coordinator) == "PAUSED"
    assert len(workplace.ask("ledger", "list", "--limit", "1000")["entries"]) == before

    assert workplace.ask("container", "resume", coordinator)["status"] == "RUNNING"

    def applied_entry():
        shown = workplace.ask("manufacturing", "config", "show", "--container", coordinator)
        return shown if shown["observed_revision"] == shown["revision"] else None

    shown = until(applied_entry)
    assert shown is not None
    assert (shown["observed_revision"], shown["config"]["max_pipelines"]) == (2, 5)


def test_drain_stop_and_stop_now_all_end_it_and_start_runs_it_again(workplace, coordinator):
    ends = [("drain", "--wait"), ("stop", "--wait"), ("stop", "--now", "--wait")]
    for command, *options in ends:
        ended = workplace.ask("container", command, coordinator, *options)
        assert (ended["status"], ended["exit_reason"]) == ("STOPPED", ""), command
        refused = workplace.cli("container", "resume", coordinator, "--output", "json")
        assert (refused.code, refused.json["error"]["code"]) == (4, "ABORTED")
        assert workplace.ask("container", "start", coordinator)["status"] == "RUNNING"


def test_all_containers_of_one_player_or_of_everybody_rest_and_go_on_together(workplace, coordinator):
    workplace.ask("ship", "grow")
    workplace.ask("player", "register", "--agent", "SECOND")
    theirs = workplace.ask("manufacturing", "start", "--agent", "SECOND")["container_id"]

    def standing():
        return {each["container_id"]: each["status"] for each in workplace.ask("container", "list")["containers"]}

    paused = workplace.ask("container", "pause", "--all", "--agent", "FOUNDRY", "--wait")["containers"]
    assert {each["container_id"] for each in paused} == standing().keys() - {theirs}
    assert coordinator in standing()
    assert len(paused) == 2
    assert {each["status"] for each in paused} == {"PAUSED"}
    assert standing()[theirs] == "RUNNING"

    workplace.ask("container", "pause", "--all", "--wait")
    assert set(standing().values()) == {"PAUSED"}
    workplace.ask("container", "resume", "--all")
    assert set(standing().values()) == {"RUNNING"}
    workplace.ask("container", "stop", "--all", "--now", "--wait")
    assert set(standing().values()) == {"STOPPED"}
    assert workplace.ask("container", "resume", "--all") == {"containers": []}

    named = workplace.cli("container", "stop", coordinator, "--all", "--output", "json")
    assert (named.code, named.json["error"]["fields"][0]["name"]) == (2, "container")
