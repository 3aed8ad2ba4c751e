"""`shipyard list|show`: prices where a ship was, and nothing invented where none was."""

import json

import pytest

from starfoundry.fleet.commands.shipyard import shipyard
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire

HAULER = wire.ShipOffer(
    ship_type="SHIP_LIGHT_HAULER",
    price=287_493,
    supply="ABUNDANT",
    cargo_capacity=80,
    fuel_capacity=600,
    engine_speed=15,
)
SEEN = wire.Shipyard(waypoint="X1-AD75-A2", observed_at="2026-03-01T12:00:00Z", age_seconds=600, offers=[HAULER])
UNSEEN = wire.Shipyard(waypoint="X1-AD75-C4", offers=[wire.ShipOffer(ship_type="SHIP_PROBE")])


@pytest.fixture
def asked(monkeypatch):
    """The requests that reached the daemon, which knows two shipyards."""
    requests = []

    def call(_terminal, _method, request, **_):
        requests.append(request)
        return wire.ListShipyardsResponse(shipyards=[SEEN] if request.waypoint else [SEEN, UNSEEN])

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def test_each_offer_is_a_row_and_what_nobody_saw_a_dash(asked, capsys):
    assert exits.run(shipyard, ["list", "--player-id", "1"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]

    assert ["X1-AD75-A2", "SHIP_LIGHT_HAULER", "287,493", "ABUNDANT", "80", "15", "10", "min"] in rows
    assert ["X1-AD75-C4", "SHIP_PROBE", "—", "—", "—", "—", "—"] in rows


def test_offers_for_a_machine_have_every_key_and_null_for_what_nobody_saw(asked, capsys):
    assert exits.run(shipyard, ["list", "--player-id", "1", "--output", "json"]) == 0
    seen, unseen = json.loads(capsys.readouterr().out)["offers"]

    assert (seen["price"], seen["age_seconds"]) == (287_493, 600)
    assert (unseen["price"], unseen["cargo_capacity"], unseen["observed_at"]) == (None, None, None)
    assert set(seen) == set(unseen)


def test_only_the_type_that_was_asked_for_is_listed(asked, capsys):
    assert exits.run(shipyard, ["list", "--player-id", "1", "--type", "ship_probe", "--output", "csv"]) == 0

    assert asked == [wire.ListShipyardsRequest(player_id=1, ship_type="ship_probe")]
    assert [line.split(",")[1] for line in capsys.readouterr().out.splitlines()] == ["ship_type", "SHIP_PROBE"]


def test_one_shipyard_is_shown_with_every_ship_it_sells(asked, capsys):
    assert exits.run(shipyard, ["show", "a2", "--player-id", "1"]) == 0

    assert asked == [wire.ListShipyardsRequest(player_id=1, waypoint="a2")]
    assert "SHIP_LIGHT_HAULER  287,493  ABUNDANT    80   600     15" in capsys.readouterr().out
