"""A backup goes into service again: the daemon takes up the world as it is now, and says what it cannot explain."""

import json

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes


def entries(workplace):
    return workplace.ask("ledger", "list", "--limit", "1000")["entries"]


def test_a_restored_backup_is_reconciled_with_the_game_and_keeps_ships_and_settings(workplace, tmp_path):
    copy = tmp_path / "copy.db"
    daemon = workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    settings = ("manufacturing", "config", "set", "--container", container)
    workplace.ask(*settings, "--max-pipelines", "5")
    until(lambda: len(entries(workplace)) > 3)
    assert workplace.ask("backup", str(copy))["kept"]
    workplace.ask(*settings, "--max-pipelines", "9")
    booked = len(entries(workplace))
    until(lambda: len(entries(workplace)) > booked + 3)

    running = workplace.cli("restore", str(copy), "--output", "json")
    assert (running.code, running.json["error"]["code"]) == (4, "ABORTED")
    daemon.stop()
    restored = workplace.ask("restore", str(copy))
    workplace.start_daemon("--sandbox", "--speed", "60")

    problems = until(lambda: [each for each in workplace.ask("health")["problems"] if "adjusted" in each])
    shown = workplace.ask("manufacturing", "config", "show", "--container", container)
    lost = workplace.cli("manufacturing", "config", "watch", "--container", container, "--after", "3", "--count", "1")
    assert "credits, the ledger" in problems[0]
    assert "ADJUSTMENT" in [each["kind"] for each in entries(workplace)]
    assert (shown["revision"], shown["config"]["max_pipelines"]) == (2, 5)
    assert "restored backup" in lost.out
    assert len(workplace.ask("ship", "list")["ships"]) >= 2
    assert workplace.ask("container", "show", container)["status"] == "RUNNING"
    assert workplace.ask("verify")["kept"]
    assert workplace.ask("verify", "--database", restored["kept"])["kept"]
    booked = len(entries(workplace))
    until(lambda: len(entries(workplace)) > booked)


def test_a_watch_is_ended_by_the_daemon_that_stops_which_says_where_to_go_on(workplace):
    """A watch that is only cut off, once the patience of a stop is over, is told nothing."""
    daemon = workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    words = ("manufacturing", "config", "watch", "--container", container, "--output", "json")
    watching = workplace.start("spacetraders", *words)
    assert json.loads(watching.first_line())["revision"] == 1

    daemon.stop()
    ended = watching.wait()

    assert (ended.code, json.loads(ended.err)["error"]["code"]) == (6, "UNAVAILABLE")
    assert "the daemon is stopping; once it runs again, resume after revision 1" in ended.err
