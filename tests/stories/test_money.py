"""Money through kills: every credit is accounted for, however often the daemon dies while it trades."""

import functools

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes

DEATHS = 4


def has_entries(workplace, count):
    return len(workplace.ask("ledger", "list", "--limit", "1000")["entries"]) >= count


def is_well(workplace):
    """Whether nothing is open: an order that a death interrupted is settled a little later."""
    return workplace.ask("health")["problems"] == []


def test_the_ledger_is_true_to_the_credit_after_every_death(workplace):
    daemon = workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")

    entries = 0
    for _death in range(DEATHS):
        more = entries + 4
        until(functools.partial(has_entries, workplace, more))
        daemon.kill()
        daemon = workplace.start_daemon("--sandbox", "--speed", "60")
        entries = len(workplace.ask("ledger", "list", "--limit", "1000")["entries"])

    (coordinator,) = workplace.ask("container", "list")["containers"]
    workplace.ask("container", "stop", coordinator["container_id"], "--wait")
    until(functools.partial(is_well, workplace))
    (player,) = workplace.ask("player", "list")["players"]
    summary = workplace.ask("ledger", "summary")
    kinds = {entry["kind"] for entry in workplace.ask("ledger", "list", "--limit", "1000")["entries"]}

    assert summary["closing"] == player["credits"]
    assert summary["opening"] + summary["profit"] - summary["spent_on_ships"] == summary["closing"]
    assert kinds <= {"OPENING", "PURCHASE", "SALE", "REFUEL"}
    assert summary["profit"] > 0


def test_the_fleet_lists_what_the_game_gave(workplace):
    workplace.start_daemon("--sandbox", "--speed", "60")
    player = workplace.ask("player", "register", "--agent", "FOUNDRY")

    ships = workplace.ask("ship", "list")["ships"]
    markets = workplace.ask("market", "list")["markets"]

    assert [ship["ship"] for ship in ships] == ["FOUNDRY-1", "FOUNDRY-2"]
    assert all(market["waypoint"].startswith(player["system"]) for market in markets)
    shown = workplace.ask("ship", "show", "FOUNDRY-1")
    assert {key: shown[key] for key in ships[0]} == ships[0]
    assert workplace.cli("ship", "show", "FOUNDRY-9").code == 3
    assert workplace.cli("market", "show", "X1-NO-WHERE").code == 3
