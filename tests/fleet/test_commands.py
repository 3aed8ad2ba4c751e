"""`ship list|show|release|buy|jettison|grow`: stable keys for machines, and nothing shown that a ship does not have."""

import json

import pytest

from starfoundry.fleet.commands.group import BUY_SECONDS, ship
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire

HAULER = wire.Ship(
    ship="FOUNDRY-1",
    player_id=1,
    role="COMMAND",
    frame="FRAME_FRIGATE",
    status="DOCKED",
    waypoint="X1-AD75-A1",
    engine_speed=36,
    fuel=390,
    fuel_capacity=400,
    cargo_units=12,
    cargo_capacity=40,
    cargo=[wire.CargoItem(good="IRON", units=12)],
    claimed_by="mfg-1",
)
PROBE = wire.Ship(ship="FOUNDRY-2", player_id=1, role="SATELLITE", status="IN_ORBIT", waypoint="X1-AD75-B7")
LOW = wire.Reason(rule="supply_below_start", text="supply too low: IRON is HIGH", figures_json='{"supply": "HIGH"}')
DOINGS = wire.ExplainWorkResponse(
    explanations=[
        wire.Explanation(
            subject="SHIP",
            name="FOUNDRY-1",
            state="BUSY",
            reason=wire.Reason(rule="working", text="at work: COLLECT_SELL IRON from X1-A to X1-B"),
            work=wire.ShipWork(
                task=wire.Task(task_id="abc-p1-t1", kind="COLLECT_SELL", good="IRON", source="X1-A", target="X1-B"),
                profit=1_500,
                profit_last_day=-20,
            ),
        ),
        wire.Explanation(
            subject="SHIP",
            name="FOUNDRY-2",
            state="IDLE",
            reason=wire.Reason(rule="no_ready_task", text="no task is ready: 1 waits", remedy="see what holds it back"),
            behind=[LOW],
        ),
    ]
)
ANSWERS = {
    "ExplainWork": DOINGS,
    "ListShips": wire.ListShipsResponse(ships=[HAULER, PROBE]),
    "GetShip": HAULER,
    "ReleaseShip": HAULER,
    "BuyShip": wire.BuyShipResponse(ship=PROBE, price=22_000, credits=153_000, shipyard="X1-AD75-A2"),
    "JettisonCargo": wire.JettisonCargoResponse(ship=HAULER, good="RELIC_TECH", units=5),
    "ListPlayers": wire.ListPlayersResponse(players=[wire.Player(player_id=1, agent="FOUNDRY")]),
    "StartFleetGrowth": wire.StartContainerResponse(container_id="fleet-growth-1", status="RUNNING", message="grows"),
}


@pytest.fixture
def asked(monkeypatch):
    """The requests that reached the daemon, with how long the caller would wait."""
    requests = []

    def call(_terminal, method, request, *, timeout_seconds=10.0):
        requests.append((method, request, timeout_seconds))
        return ANSWERS[method]

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def as_json(capsys, *words: str):
    assert exits.run(ship, [*words, "--player-id", "1", "--output", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("typed", ["FOUNDRY-1", "foundry-1", "1"])
def test_a_ship_is_named_by_its_symbol_or_by_what_stands_behind_the_callsign(asked, capsys, typed):
    as_json(capsys, "show", typed)

    assert [request.ship for method, request, _ in asked if method == "GetShip"] == ["FOUNDRY-1"]


def test_a_ship_that_is_not_there_is_told_with_those_that_are(asked, capsys):
    code = exits.run(ship, ["release", "7", "--player-id", "1"])

    assert (code, [method for method, *_ in asked if method == "ReleaseShip"]) == (3, [])
    assert "error: there is no ship 7; there are: FOUNDRY-1, FOUNDRY-2" in capsys.readouterr().err


def test_ships_for_a_machine_have_every_key_and_null_for_what_is_not(asked, capsys):
    hauler, probe = as_json(capsys, "list")["ships"]

    assert hauler == {
        "ship": "FOUNDRY-1",
        "player_id": 1,
        "agent": "FOUNDRY",
        "role": "COMMAND",
        "frame": "FRAME_FRIGATE",
        "status": "DOCKED",
        "waypoint": "X1-AD75-A1",
        "arrives_at": None,
        "engine_speed": 36,
        "fuel": 390,
        "fuel_capacity": 400,
        "cargo_units": 12,
        "cargo_capacity": 40,
        "cargo": [{"good": "IRON", "units": 12}],
        "claimed_by": "mfg-1",
        "quarantined_since": None,
        "quarantine_reason": None,
        "state": "BUSY",
        "reason": {
            "rule": "working",
            "text": "at work: COLLECT_SELL IRON from X1-A to X1-B",
            "figures": {},
            "setting": None,
            "remedy": None,
            "command": None,
        },
        "others": [],
    }
    assert set(probe) == set(hauler)
    assert probe["claimed_by"] is None


def test_one_ship_is_shown_as_in_the_list(asked, capsys):
    shown, listed = as_json(capsys, "show", "FOUNDRY-1"), as_json(capsys, "list")["ships"][0]

    assert {name: shown[name] for name in listed} == listed
    assert (shown["task_id"], shown["destination"]) == ("abc-p1-t1", "X1-B")
    assert (shown["profit"], shown["profit_last_day"]) == (1_500, -20)


def test_only_idle_ships_are_listed_on_demand_each_with_its_reason(asked, capsys):
    [probe] = as_json(capsys, "list", "--idle")["ships"]

    assert (probe["ship"], probe["reason"]["rule"]) == ("FOUNDRY-2", "no_ready_task")


def test_people_read_what_a_ship_does_where_it_goes_and_what_it_earns(asked, capsys):
    exits.run(ship, ["show", "FOUNDRY-1", "--player-id", "1"])

    shown = capsys.readouterr().out
    assert "Does:               at work: COLLECT_SELL IRON from X1-A to X1-B" in shown
    assert "Destination:        X1-B" in shown
    assert "+1,500 by all its tasks, -20 in the last 24 h" in shown


def test_people_read_why_a_ship_is_idle_and_what_lies_behind(asked, capsys, monkeypatch):
    monkeypatch.setitem(ANSWERS, "GetShip", PROBE)
    exits.run(ship, ["show", "FOUNDRY-2", "--player-id", "1"])

    shown = capsys.readouterr().out
    assert "Idle because:       no task is ready: 1 waits" in shown
    assert "remedy: see what holds it back\nbecause supply too low: IRON is HIGH" in shown


def test_a_quarantined_ship_is_told_with_its_reason_and_may_be_released(asked, capsys, monkeypatch):
    ill = wire.Ship(ship="FOUNDRY-3", status="UNKNOWN", quarantined_since="2026-03-01T12:00:00.000Z")
    ill.quarantine_reason = "the game answers for everything except this ship"
    monkeypatch.setitem(ANSWERS, "ListShips", wire.ListShipsResponse(ships=[ill]))
    monkeypatch.setitem(ANSWERS, "GetShip", ill)

    exits.run(ship, ["list", "--player-id", "1"])
    exits.run(ship, ["show", "FOUNDRY-3", "--player-id", "1"])
    exits.run(ship, ["release", "FOUNDRY-3", "--player-id", "1"])

    shown = capsys.readouterr().out
    assert "UNKNOWN, quarantined" in shown
    assert "answers for everything except this ship" in shown
    assert asked[-1][:2] == ("ReleaseShip", wire.ReleaseShipRequest(player_id=1, ship="FOUNDRY-3"))


def test_a_purchase_tells_ship_price_credits_and_where_and_waits_out_a_doubt(asked, capsys):
    told = as_json(capsys, "buy", "SHIP_PROBE", "--shipyard", "X1-AD75-A2", "--max-price", "25000")

    assert (told["ship"]["ship"], told["price"], told["credits"]) == ("FOUNDRY-2", 22_000, 153_000)
    request = wire.BuyShipRequest(player_id=1, ship_type="SHIP_PROBE", shipyard="X1-AD75-A2", maximum_price=25_000)
    assert asked[0] == ("BuyShip", request, BUY_SECONDS)


def test_a_growth_tells_its_container(asked, capsys):
    told = as_json(capsys, "grow", "--max-haulers", "2", "--max-probes", "1", "--reserve", "5000")

    assert told == {
        "container_id": "fleet-growth-1",
        "player_id": 1,
        "agent": "FOUNDRY",
        "status": "RUNNING",
        "message": "grows",
    }
    assert asked[0][1] == wire.StartFleetGrowthRequest(player_id=1, max_haulers=2, max_probes=1, reserve=5_000)


def test_people_see_shares_and_a_dash_for_a_tank_that_is_not_there(asked, capsys):
    exits.run(ship, ["list", "--player-id", "1"])

    hauler, probe = capsys.readouterr().out.splitlines()[-2:]
    assert "390/400" in hauler
    assert "12/40" in hauler
    assert "0/0" not in probe


def test_people_read_what_was_bought_and_how_to_watch_a_growth(asked, capsys):
    exits.run(ship, ["buy", "SHIP_PROBE", "--player-id", "1"])
    exits.run(ship, ["show", "FOUNDRY-1", "--player-id", "1"])
    exits.run(ship, ["grow", "--player-id", "1"])

    shown = capsys.readouterr()
    assert "FOUNDRY-2 bought at X1-AD75-A2 for 22,000 credits, 153,000 left" in shown.out
    assert "container logs fleet-growth-1 --follow" in shown.err


@pytest.mark.parametrize("words", [["grow", "--reserve", "-1"], ["grow", "--max-probes", "many"], ["buy"], ["show"]])
def test_wrong_usage_asks_nobody(asked, words):
    assert exits.run(ship, [*words, "--player-id", "1"]) == 2
    assert asked == []


def test_a_jettison_names_good_and_units_and_shows_the_hold(asked, capsys):
    told = as_json(capsys, "jettison", "FOUNDRY-1", "RELIC_TECH", "--units", "5", "--dry-run")

    assert asked[-1][1] == wire.JettisonCargoRequest(
        player_id=1, ship="FOUNDRY-1", good="RELIC_TECH", units=5, dry_run=True, wait_seconds=900
    )
    assert (told["good"], told["units"], told["dry_run"], told["ship"]["cargo_units"]) == ("RELIC_TECH", 5, False, 12)


def test_a_jettison_without_units_means_all_and_says_what_is_left(asked, capsys):
    assert exits.run(ship, ["jettison", "FOUNDRY-1", "RELIC_TECH", "--player-id", "1"]) == 0
    assert asked[-1][1].units == 0
    assert "5 RELIC_TECH of FOUNDRY-1 jettisoned; 12 of 40" in capsys.readouterr().out


def test_a_jettison_tells_whom_it_waits_for_and_waits_as_long_as_is_wanted(asked, capsys):
    assert exits.run(ship, ["jettison", "FOUNDRY-1", "RELIC_TECH", "--player-id", "1", "--wait", "20m"]) == 0
    _, request, timeout_seconds = asked[-1]

    assert "FOUNDRY-1 is at work for mfg-1; waiting until it is free" in capsys.readouterr().err
    assert (request.wait_seconds, timeout_seconds) == (1_200, BUY_SECONDS + 1_200)


def test_a_jettison_takes_a_ship_by_what_stands_behind_the_callsign(asked, capsys):
    as_json(capsys, "jettison", "1", "RELIC_TECH")

    assert [request.ship for method, request, _ in asked if method == "JettisonCargo"] == ["FOUNDRY-1"]
