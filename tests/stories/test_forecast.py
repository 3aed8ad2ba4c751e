"""A forecast by the real programs: the daemon starts a process for it, and it is gone when the asker is."""

import pytest

pytestmark = pytest.mark.processes


def test_a_running_daemon_tells_what_other_settings_would_bring(workplace):
    workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")

    told = workplace.ask("manufacturing", "config", "forecast", "trade_max_ships=0", "--hours", "1", "--runs", "2")

    assert told["rounds"] == 2
    assert told["number"] == 1
    assert told["today"]["profit_per_hour"] != told["proposed"]["profit_per_hour"]
    kept = workplace.ask("manufacturing", "config", "forecast", "--review")["reviews"]
    assert kept[0]["forecast"]["number"] == 1
    assert workplace.ask("manufacturing", "config", "show")["revision"] == 1
