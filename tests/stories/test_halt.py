"""A halt by an operator; what really happened is read from the game server's own record."""

import os
import signal
import time

import pytest

from starfoundry.sandbox.control.admin_client import AdminClient
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire.daemon_pb2 import GetHealthRequest
from tests.patience import DEADLINE_SECONDS, until
from tests.ports import free_port
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

LATE_SECONDS = 5.0
"""Longer than it takes to see that a call is under way and to halt, on a busy machine too."""


@pytest.fixture
def game(workplace):
    """The record of a game server in another process, on which the workplace's daemons play."""
    announced = workplace.start_sandbox("--seed", "3", "--port", "0", "--admin")
    workplace.environment |= {
        "STARFOUNDRY_API_BASE_URL": announced["base_url"],
        "STARFOUNDRY_API_ACCOUNT_TOKEN": announced["account_token"],
    }
    return AdminClient(announced["admin_url"])


def departures(game) -> int:
    return sum(entry["deed"] == "NAVIGATE" for entry in game.oracle())


def calls_under_way(workplace) -> bool:
    """Whether a departure was asked for."""
    client = DaemonClient(workplace.data_dir / "daemon.sock")  # a whole command takes longer than such a call may
    try:
        budget = client.call("GetHealth", GetHealthRequest(), timeout_seconds=DEADLINE_SECONDS).budget
    finally:
        client.close()
    return any(line.purpose == "navigate" and line.requests for line in budget)


def pause(seconds: float) -> None:
    time.sleep(seconds)  # noqa: TID251  (real processes need real time)


def test_after_halt_has_returned_nothing_new_happens_in_the_game(workplace, game):
    """Departures take effect late, so that one is under way at the halt."""
    workplace.start_daemon()
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    game.add_fault("latency", method="POST", path="/my/ships/*/navigate", seconds=LATE_SECONDS)
    before = departures(game)
    workplace.ask("manufacturing", "start")
    until(lambda: calls_under_way(workplace))

    halted = workplace.ask("halt")
    at_return = departures(game)
    pause(LATE_SECONDS + 1)

    assert (before, halted["daemon"]) == (0, "confirmed")
    assert at_return > before, "what was under way is answered before halt returns"
    assert departures(game) == at_return
    assert workplace.ask("container", "list")["containers"][0]["halted"] == "all"
    assert workplace.ask("health")["problems"][0].startswith("halted by the operator (everything)")

    assert workplace.ask("resume")["was_halted"]
    until(lambda: departures(game) > at_return)


def test_a_halt_set_without_a_daemon_holds_the_next_one(workplace, game):
    daemon = workplace.start_daemon()
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    daemon.kill()

    halted = workplace.ask("halt", "--container", container[-6:])
    before = len(game.oracle())
    workplace.start_daemon()
    until(lambda: workplace.ask("health")["budget"])
    pause(3)

    assert (halted["daemon"], halted["scope"]) == ("absent", f"container {container}")
    assert len(game.oracle()) == before
    assert workplace.ask("container", "show", container)["halted"] == "container"
    assert "RUNNING, HALTED" in workplace.cli("container", "list").out
    assert "RUNNING, HALTED" in workplace.cli("manufacturing", "status", "--container", container).out

    assert workplace.ask("resume", "--container", container)["still_halted"] == []
    until(lambda: len(game.oracle()) > before)


def test_only_what_is_named_is_halted_and_a_wrong_name_halts_nothing(workplace, game):
    workplace.start_daemon()
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    making = workplace.ask("manufacturing", "start")["container_id"]
    growing = workplace.ask("ship", "grow")["container_id"]

    workplace.ask("halt", "--container", growing[-6:])
    held = {each["container_id"]: each["halted"] for each in workplace.ask("container", "list")["containers"]}
    assert held == {making: None, growing: "container"}
    until(lambda: departures(game) > 0)

    wrong = workplace.cli("halt", "--container", "no-such-container", "--output", "json")
    assert (wrong.code, wrong.json["error"]["code"]) == (3, "NOT_FOUND")
    workplace.environment["STARFOUNDRY_PLAYER_ID"] = "1"
    assert workplace.ask("halt", "--player-id", "FOUNDRY")["scope"] == "player 1"
    assert workplace.ask("halt")["scope"] == "everything", "the environment does not narrow an emergency"
    assert workplace.ask("resume")["still_halted"] == ["player 1", f"container {growing}"]
    assert workplace.ask("resume", "--player-id", "1")["still_halted"] == [f"container {growing}"]
    left = workplace.cli("resume").err
    assert (
        left.split()
        == f"Still halted: container {growing}; to release: spacetraders resume --container {growing}".split()
    )


def test_a_daemon_that_does_not_answer_is_told_as_not_confirmed(workplace, game):
    daemon = workplace.start_daemon()
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        stuck = workplace.cli("halt", "--output", "json")
        health = workplace.cli("health")
    finally:
        os.kill(daemon.pid, signal.SIGCONT)

    assert (stuck.code, stuck.json["error"]["code"]) == (1, "UNKNOWN")
    assert health.code == 6
    assert f"(process {daemon.pid}) is stopped" in health.err
    assert f"next: resume it: kill -CONT {daemon.pid}" in health.err
    assert (workplace.data_dir / "halted").exists()
    assert workplace.ask("halt")["daemon"] == "confirmed"


def test_a_daemon_on_another_machine_is_halted_and_let_go_of_over_the_network(workplace, game, tmp_path):
    port = free_port()
    workplace.start_daemon("--listen", f"127.0.0.1:{port}")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    making = workplace.ask("manufacturing", "start")["container_id"]
    token = tmp_path / "operator.token"
    workplace.ask("auth", "token", "create", "away", "--role", "operator", "--file", str(token))
    away = Workplace(
        data_dir=tmp_path / "away",
        environment={"STARFOUNDRY_DAEMON": f"127.0.0.1:{port}", "STARFOUNDRY_TOKEN_FILE": str(token)},
    )

    halted = away.ask("halt")
    held = {each["container_id"]: each["halted"] for each in workplace.ask("container", "list")["containers"]}
    away.ask("halt", "--container", making)
    let_go = away.ask("resume")

    assert (halted["scope"], halted["daemon"], held) == ("everything", "confirmed", {making: "all"})
    assert (let_go["was_halted"], let_go["still_halted"]) == (True, [f"container {making}"])
    assert away.ask("resume", "--container", making)["still_halted"] == []
    assert away.ask("resume")["was_halted"] is False


def test_who_may_act_for_one_player_only_cannot_halt_everything(workplace, game, tmp_path):
    port = free_port()
    workplace.start_daemon("--listen", f"127.0.0.1:{port}")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    token = tmp_path / "operator.token"
    workplace.ask("auth", "token", "create", "away", "--role", "operator", "--player", "1", "--file", str(token))
    away = Workplace(
        data_dir=tmp_path / "away",
        environment={"STARFOUNDRY_DAEMON": f"127.0.0.1:{port}", "STARFOUNDRY_TOKEN_FILE": str(token)},
    )

    refused = away.cli("halt", "--output", "json")

    assert (refused.code, refused.json["error"]["code"]) == (5, "PERMISSION_DENIED")
    assert not (workplace.data_dir / "halted").exists()
    assert away.ask("halt", "--player-id", "1")["scope"] == "player 1"
