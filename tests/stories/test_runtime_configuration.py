"""The manual test of the design, step by step, and what it leaves open: the daemon is killed, not asked to stop."""

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes

LAYOUT = """\
Manufacturing Coordinator Configuration
=======================================
Container:     {container}
Status:        RUNNING
System:        {system}

Pipeline Settings:
  Max Pipelines:        {max_pipelines}
  Max Workers:          5

Collection Thresholds (COLLECT_SELL tasks):
  Min Start Supply:     {collect_start}
  Min Execute Supply:   HIGH

Acquisition Thresholds (ACQUIRE_DELIVER tasks):
  Min Start Supply:     MODERATE
  Min Execute Supply:   LIMITED

Other Settings:
  Min Purchase Price:   1000
  Strategy:             prefer-fabricate
"""


class Coordinator:
    """A coordinator that was started from the command line."""

    def __init__(self, workplace, player):
        self.workplace = workplace
        self.player = ("--player-id", str(player["player_id"]))
        self.system = player["system"]
        started = workplace.ask("manufacturing", "start", "--system", self.system, *self.player)
        self.id = started["container_id"]

    def config(self, verb, *flags):
        return self.workplace.cli("manufacturing", "config", verb, "--container", self.id, *self.player, *flags)

    def shown(self):
        return self.config("show", "--output", "json").json

    def logs(self, *flags):
        return self.workplace.cli("container", "logs", self.id, *self.player, *flags).out

    def until(self, holds):
        """Look again until it holds; what was seen last."""

        def look():
            return seen if holds(seen := self.shown()) else None

        return until(look)


@pytest.fixture
def daemon(workplace):
    return workplace.start_daemon("--sandbox", "--speed", "60")


@pytest.fixture
def coordinator(workplace, daemon):
    return Coordinator(workplace, workplace.ask("player", "register", "--agent", "FOUNDRY"))


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_the_manual_test_of_the_design(workplace, daemon, coordinator, how):
    shape = {"container": coordinator.id, "system": coordinator.system}

    shown = coordinator.config("show").out
    assert shown.startswith(LAYOUT.format(**shape, max_pipelines=3, collect_start="ABUNDANT"))

    changed = coordinator.config("set", "--max-pipelines", "5", "--collect-start-supply", "HIGH")
    assert changed.code == 0, changed.err

    assert "Configuration updated" in coordinator.logs()

    getattr(daemon, how)()
    workplace.start_daemon("--sandbox", "--speed", "60")

    shown = coordinator.config("show").out
    assert shown.startswith(LAYOUT.format(**shape, max_pipelines=5, collect_start="HIGH"))


def test_a_recovered_coordinator_decides_with_what_was_set_and_goes_on_listening(workplace, daemon, coordinator):
    coordinator.until(lambda seen: seen["observed_revision"] == 1)
    daemon.kill()
    workplace.start_daemon("--sandbox", "--speed", "60")

    changed = coordinator.config("set", "--max-workers", "3", "--output", "json").json

    assert changed["config"]["max_workers"] == 3
    assert coordinator.until(lambda seen: seen["observed_revision"] == 2)["status"] == "RUNNING"


def test_an_acknowledged_change_survives_a_kill_at_once(workplace, daemon, coordinator):
    for pipelines in (4, 6, 8):
        assert coordinator.config("set", "--max-pipelines", str(pipelines)).code == 0
        daemon.kill()
        daemon = workplace.start_daemon("--sandbox", "--speed", "60")
        assert coordinator.shown()["config"]["max_pipelines"] == pipelines


@pytest.mark.parametrize(
    ("flags", "field"),
    [
        (["--max-pipelines", "101"], "max_pipelines"),
        (["--max-workers", "0"], "max_workers"),
        (["--collect-start-supply", "LOTS"], "collect_min_start_supply"),
        (["--acquire-start-supply", "SCARCE"], "acquire_min_start_supply"),
    ],
)
def test_a_value_that_may_not_be_is_refused_by_name_and_changes_nothing(coordinator, flags, field):
    before = coordinator.shown()

    refused = coordinator.config("set", *flags, "--output", "json")

    assert (refused.code, refused.out) == (2, "")
    assert refused.json["error"]["fields"][0]["field"] == field
    assert coordinator.shown()["config"] == before["config"]


def test_of_a_stopped_coordinator_a_change_is_stored_for_its_next_start(workplace, coordinator):
    workplace.ask("container", "stop", coordinator.id, *coordinator.player, "--wait")

    changed = coordinator.config("set", "--max-pipelines", "7", "--output", "json")

    assert changed.code == 0
    assert coordinator.shown()["config"]["max_pipelines"] == 7
    assert coordinator.shown()["status"] == "STOPPED"


def test_a_container_that_is_not_there_is_not_found(workplace, coordinator):
    refused = workplace.cli("manufacturing", "config", "show", "--container", "nope", "--output", "json")

    assert (refused.code, refused.json["error"]["code"]) == (3, "NOT_FOUND")


def test_another_players_coordinator_is_not_found(workplace, coordinator):
    other = workplace.ask("player", "register", "--agent", "OTHER")
    foreign = ("--container", coordinator.id, "--player-id", str(other["player_id"]), "--output", "json")

    assert workplace.cli("manufacturing", "config", "show", *foreign).code == 3
    assert workplace.cli("manufacturing", "config", "set", *foreign, "--max-pipelines", "1").code == 3
    assert coordinator.shown()["config"]["max_pipelines"] == 3
