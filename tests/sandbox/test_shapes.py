"""Every answer has the shape the game's own description gives it, where that description is at hand.

The description is not part of the project; the tests look for it beside the checkout and are skipped without it.
"""

import pytest

from tests.sandbox.description import DESCRIPTION, check, hold_against, operations
from tests.sandbox.player import Player, World

pytestmark = pytest.mark.skipif(not DESCRIPTION.is_dir(), reason="the game's description is not at hand")


@pytest.fixture
def player() -> Player:
    return World(2).join()


def test_joining_has_the_documented_shape(player: Player) -> None:
    hold_against("POST", "/register", 201, {"data": player.registration})


def test_public_pages_have_the_documented_shape(player: Player) -> None:
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    gate = player.get(f"/systems/{player.home}/waypoints?type=JUMP_GATE")[0]["symbol"]
    place = {"systemSymbol": player.home, "waypointSymbol": yard}

    check(player, "GET", "/")
    check(player, "GET", "/systems")
    check(player, "GET", "/systems/{systemSymbol}", **place)
    assert check(player, "GET", "/systems/{systemSymbol}/waypoints", **place)
    check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}", **place)
    assert check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/market", **place)["tradeGoods"]
    assert check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/shipyard", **place)["ships"]
    place["waypointSymbol"] = gate
    check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/market", **place)
    check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/jump-gate", **place)
    check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/construction", **place)
    check(player, "GET", "/factions")
    check(player, "GET", "/factions/{factionSymbol}", factionSymbol="COSMIC")
    check(player, "GET", "/agents")
    check(player, "GET", "/agents/{agentSymbol}", agentSymbol=player.symbol)
    check(player, "GET", "/market/supply-chain")


def test_own_pages_and_every_deed_have_the_documented_shape(player: Player) -> None:
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    ship = {"shipSymbol": player.frigate}
    contract = player.registration["contract"]["id"]

    check(player, "GET", "/my/agent")
    check(player, "GET", "/my/contracts")
    check(player, "GET", "/my/contracts/{contractId}", contractId=contract)
    check(player, "POST", "/my/ships/{shipSymbol}/orbit", **ship)
    check(player, "PATCH", "/my/ships/{shipSymbol}/nav", {"flightMode": "BURN"}, **ship)
    check(player, "POST", "/my/ships/{shipSymbol}/navigate", {"waypointSymbol": yard}, **ship)
    check(player, "GET", "/my/ships/{shipSymbol}", **ship)
    player.world.wait(hours=1)
    check(player, "POST", "/my/ships/{shipSymbol}/dock", **ship)
    check(player, "POST", "/my/ships/{shipSymbol}/refuel", {}, **ship)
    drone = check(player, "POST", "/my/ships", {"shipType": "SHIP_MINING_DRONE", "waypointSymbol": yard})["ship"]
    check(player, "POST", "/my/ships/{shipSymbol}/purchase", {"symbol": "FUEL", "units": 9}, **ship)
    check(player, "POST", "/my/ships/{shipSymbol}/sell", {"symbol": "FUEL", "units": 2}, **ship)
    check(player, "POST", "/my/ships/{shipSymbol}/jettison", {"symbol": "FUEL", "units": 1}, **ship)
    gift = {"tradeSymbol": "FUEL", "units": 2, "shipSymbol": drone["symbol"]}
    check(player, "POST", "/my/ships/{shipSymbol}/transfer", gift, **ship)
    check(player, "GET", "/my/ships")
    check(player, "GET", "/my/ships/{shipSymbol}/nav", **ship)
    check(player, "GET", "/my/ships/{shipSymbol}/cargo", **ship)


def test_every_documented_operation_is_known_to_the_sandbox(player: Player) -> None:
    """Never 404 or 405 for want of a route."""
    router = player.world.api._router
    for method, path in operations():
        routes, _ = router.find("/".join("X" if word.startswith("{") else word for word in path.split("/")))
        assert method in routes, path


def test_every_ship_for_sale_has_the_documented_shape() -> None:
    """Whatever a seed's shipyards sell."""
    for seed in range(1, 9):
        player = World(seed).join()
        agent = player.world.universe.agents[player.symbol]
        for waypoint in player.world.universe.home.shipyards:
            agent.ships[next(iter(agent.ships))].destination = player.world.universe.places[waypoint]
            place = {"systemSymbol": player.home, "waypointSymbol": waypoint}
            assert check(player, "GET", "/systems/{systemSymbol}/waypoints/{waypointSymbol}/shipyard", **place)["ships"]
