"""A universe that cannot be read: the advice leads to a new one, with the settings and the history of the old."""

import sqlite3
from contextlib import closing

import pytest

pytestmark = pytest.mark.processes


def test_who_follows_the_advice_keeps_settings_and_history(workplace):
    daemon = workplace.start_daemon("--sandbox", "--seed", "3")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    workplace.ask("manufacturing", "config", "defaults", "set", "max_pipelines=7")
    daemon.stop()
    with closing(sqlite3.connect(workplace.data_dir / "sandbox.db")) as database:
        database.execute("UPDATE players SET universe = '2026-01-01'")  # of an earlier version, so of an earlier day
        database.commit()
    (workplace.data_dir / "sandbox.universe").write_bytes(b"of another version")

    refused = workplace.run_daemon("--sandbox", "--seed", "3")
    for name in ("sandbox.universe", "sandbox.journal"):
        assert name in refused.err
        (workplace.data_dir / name).unlink(missing_ok=True)
    assert "sandbox.db, leave that" in refused.err
    workplace.start_daemon("--sandbox", "--seed", "3")
    renewed = workplace.ask("player", "register", "--agent", "FOUNDRY", "--renew")

    kept = workplace.ask("manufacturing", "config", "defaults", "show", "--player-id", str(renewed["player_id"]))
    assert kept["defaults"]["max_pipelines"]["value"] == 7
    assert [each["player_id"] for each in workplace.ask("player", "list")["players"]] == [1, 2]
    assert workplace.ask("ledger", "list", "--player-id", "1")["entries"]
