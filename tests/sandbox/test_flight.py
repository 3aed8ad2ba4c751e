"""Movement as seen from outside: how long, how much fuel, in which state what may be done."""

import math
from datetime import datetime

import pytest

from tests.sandbox.player import Player, Refusal, World

FACTOR = {"CRUISE": 25.0, "DRIFT": 250.0, "BURN": 12.5, "STEALTH": 30.0}


@pytest.fixture
def player() -> Player:
    return World().join()


def spots(player: Player) -> dict[str, tuple[int, int]]:
    return {each["symbol"]: (each["x"], each["y"]) for each in player.everything(f"/systems/{player.home}/waypoints")}


def destination(player: Player, nearest: float, farthest: float) -> tuple[str, float]:
    """Some waypoint between two distances of the frigate, and its distance."""
    known = spots(player)
    here = known[player.registration["agent"]["headquarters"]]
    return next(
        (symbol, math.dist(here, spot)) for symbol, spot in known.items() if nearest < math.dist(here, spot) < farthest
    )


def refusal(player: Player, ship: str, action: str, **body: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        player.do(ship, action, **body)
    return refused.value


@pytest.mark.parametrize("mode", ["CRUISE", "DRIFT", "BURN", "STEALTH"])
def test_a_flight_takes_the_seconds_and_the_fuel_of_its_mode(player: Player, mode: str) -> None:
    there, units = destination(player, 40, 190)
    player.ask("PATCH", f"/my/ships/{player.frigate}/nav", {"flightMode": mode})
    player.do(player.frigate, "orbit")
    answer = player.do(player.frigate, "navigate", waypointSymbol=there)
    route = answer["nav"]["route"]
    seconds = (
        datetime.fromisoformat(route["arrival"]) - datetime.fromisoformat(route["departureTime"])
    ).total_seconds()
    burnt = {"CRUISE": round(units), "STEALTH": round(units), "BURN": 2 * round(units), "DRIFT": 1}[mode]

    assert seconds == math.floor(units * FACTOR[mode] / 36 + 15.5)
    assert answer["fuel"]["consumed"]["amount"] == burnt
    assert answer["fuel"]["current"] == 400 - burnt
    assert (answer["nav"]["status"], answer["nav"]["waypointSymbol"]) == ("IN_TRANSIT", there)


def test_a_hop_between_a_body_and_its_moon_counts_as_one_unit(player: Player) -> None:
    here = player.registration["agent"]["headquarters"]
    moon = player.get(f"/systems/{player.home}/waypoints/{here}")["orbitals"][0]["symbol"]
    player.do(player.frigate, "orbit")
    answer = player.do(player.frigate, "navigate", waypointSymbol=moon)

    assert answer["fuel"]["consumed"]["amount"] == 1
    route = answer["nav"]["route"]
    flown = datetime.fromisoformat(route["arrival"]) - datetime.fromisoformat(route["departureTime"])
    assert flown.total_seconds() == math.floor(25 / 36 + 15.5)


def test_a_probe_needs_no_fuel(player: Player) -> None:
    player.do(player.probe, "orbit")
    there, _ = destination(player, 150, 190)
    answer = player.do(player.probe, "navigate", waypointSymbol=there)

    assert answer["fuel"] == {"current": 0, "capacity": 0, "consumed": answer["fuel"]["consumed"]}
    assert answer["fuel"]["consumed"]["amount"] == 0


def test_a_ship_arrives_at_the_moment_it_was_told(player: Player) -> None:
    there, _ = destination(player, 40, 190)
    player.do(player.frigate, "orbit")
    route = player.do(player.frigate, "navigate", waypointSymbol=there)["nav"]["route"]
    left = (datetime.fromisoformat(route["arrival"]) - player.world.clock.now()).total_seconds()
    player.world.wait(seconds=left - 1.001)
    before = player.get(f"/my/ships/{player.frigate}/nav")["status"]
    player.world.wait(seconds=-0.999)
    after = player.get(f"/my/ships/{player.frigate}/nav")["status"]

    assert (before, after) == ("IN_TRANSIT", "IN_ORBIT")


def test_flights_that_cannot_be_are_refused_by_their_own_codes(player: Player) -> None:
    here = player.registration["agent"]["headquarters"]
    near, _ = destination(player, 40, 100)
    far, units = destination(player, 410, 900)
    ship = player.frigate

    assert refusal(player, ship, "navigate", waypointSymbol=near).code == 4236
    player.do(ship, "orbit")
    assert refusal(player, ship, "navigate", waypointSymbol=here).code == 4204
    assert refusal(player, ship, "navigate", waypointSymbol="X1-ZZ99-A1").code == 4202
    assert refusal(player, ship, "navigate", waypointSymbol=f"{player.home}-Z999").code == 4201
    short = refusal(player, ship, "navigate", waypointSymbol=far)
    assert (short.status, short.code) == (400, 4203)
    assert short.error["data"]["fuelRequired"] == round(units)
    player.do(ship, "navigate", waypointSymbol=near)
    for action in ("dock", "orbit", "refuel"):
        assert refusal(player, ship, action).code == 4214
    assert refusal(player, ship, "navigate", waypointSymbol=here).code == 4214
    assert refusal(player, ship, "purchase", symbol="FUEL", units=1).code == 4214


def test_docking_and_orbiting_twice_is_no_error(player: Player) -> None:
    for action, status in (("orbit", "IN_ORBIT"), ("orbit", "IN_ORBIT"), ("dock", "DOCKED"), ("dock", "DOCKED")):
        assert player.do(player.frigate, action)["nav"]["status"] == status


def test_an_unknown_flight_mode_is_refused(player: Player) -> None:
    with pytest.raises(Refusal) as refused:
        player.ask("PATCH", f"/my/ships/{player.frigate}/nav", {"flightMode": "WARP"})

    assert refused.value.status == 422


def test_a_hundred_tank_units_cost_one_of_fuel_rounded_up(player: Player) -> None:
    there, _ = destination(player, 101, 190)
    player.fly(player.frigate, there)
    base = next(
        each["symbol"]
        for each in player.everything(f"/systems/{player.home}/waypoints?traits=MARKETPLACE")
        if any(good["symbol"] == "FUEL" for good in player.market(each["symbol"])["exchange"])
    )
    player.fly(player.frigate, base)
    tank = player.get(f"/my/ships/{player.frigate}")["fuel"]["current"]
    price = player.quotes(base)["FUEL"]["purchasePrice"]
    part = player.do(player.frigate, "refuel", units=30)
    full = player.do(player.frigate, "refuel")
    again = player.do(player.frigate, "refuel")

    assert (part["fuel"]["current"], part["transaction"]["units"]) == (tank + 30, 1)
    assert full["fuel"]["current"] == 400
    assert full["transaction"]["units"] == math.ceil((370 - tank) / 100)
    assert full["transaction"]["totalPrice"] == full["transaction"]["units"] * price
    assert again["transaction"]["units"] == 0


def test_fuel_aboard_fills_the_tank_too(player: Player) -> None:
    player.do(player.frigate, "purchase", symbol="FUEL", units=3)
    there, _ = destination(player, 101, 190)
    player.fly(player.frigate, there)
    burnt = 400 - player.get(f"/my/ships/{player.frigate}")["fuel"]["current"]
    owned = player.credits()
    answer = player.do(player.frigate, "refuel", fromCargo=True)

    assert answer["fuel"]["current"] == 400
    assert answer["cargo"]["units"] == 3 - math.ceil(burnt / 100)
    assert player.credits() == owned
