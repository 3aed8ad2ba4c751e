"""A forecast by the real programs: the daemon starts a process for it, and it is gone when the asker is."""

import pytest

from tests.patience import until

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


def test_thresholds_follow_what_is_seen_within_bounds_through_a_kill_and_never_over_a_human(workplace):
    daemon = workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    outside = workplace.cli("tune", "follow", "--within", "max_workers=7..9")
    assert outside.code == 2
    assert "widen 7..9" in outside.err

    begun = workplace.ask("tune", "follow", "--within", "max_workers=5..6", "--least", "1m")
    assert [each["name"] for each in begun["settings"]] == ["max_workers"]
    daemon.kill()
    workplace.start_daemon("--sandbox", "--speed", "60")
    moved = until(lambda: workplace.ask("tune", "follow")["moves"], "a move")

    assert (moved[0]["before"], moved[0]["after"]) == ("5", "6")
    newest = workplace.ask("manufacturing", "config", "history")["revisions"][0]
    assert (newest["author"], newest["changes"]["max_workers"]["after"]) == ("tuner", 6)
    assert "% of the request budget is used (under 50 %)" in newest["reason"]
    workplace.ask("manufacturing", "config", "set", "max_workers=5")
    (setting,) = workplace.ask("tune", "status")["follow"]["settings"]
    assert (setting["value"], setting["state"]) == ("5", "CHANGED")
    assert workplace.ask("tune", "follow", "--off")["is_on"] is False
    assert workplace.cli("tune", "follow").code == 3
