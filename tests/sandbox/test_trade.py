"""Trade as seen from outside: what moves, what is paid, what is refused, what can be seen."""

from typing import Any

import pytest

from starfoundry.sandbox.core.event_log import EventKind
from tests.sandbox.player import Player, Refusal, World


@pytest.fixture
def player() -> Player:
    return World().join()


def place_trading(player: Player, kind: str, good: str | None = None) -> tuple[str, str]:
    """The nearest-named waypoint without a ship of ours that lists a good of a kind, and the good."""
    ours = {ship["nav"]["waypointSymbol"] for ship in player.get("/my/ships")}
    for waypoint in player.everything(f"/systems/{player.home}/waypoints?traits=MARKETPLACE"):
        for listed in player.market(waypoint["symbol"])[kind] if waypoint["symbol"] not in ours else ():
            if listed["symbol"] == good or (good is None and listed["symbol"] != "FUEL"):
                return waypoint["symbol"], listed["symbol"]
    raise AssertionError(f"nobody lists {good} as {kind}")


def afford(player: Player, amount: int) -> None:
    player.world.universe.agents[player.symbol].credits = amount


def test_prices_and_deals_are_shown_only_where_a_ship_is(player: Player) -> None:
    here = player.registration["agent"]["headquarters"]
    elsewhere, _ = place_trading(player, "exports")

    assert player.market(here)["tradeGoods"]
    far = player.market(elsewhere)
    assert "tradeGoods" not in far
    assert "transactions" not in far
    assert far["exports"], "what is traded is known from afar"


def test_a_ship_under_way_shows_no_prices(player: Player) -> None:
    there, _ = place_trading(player, "exports")
    player.do(player.frigate, "orbit")
    player.do(player.frigate, "navigate", waypointSymbol=there)

    assert "tradeGoods" not in player.market(there)


def test_a_purchase_is_made_at_the_price_shown_and_moves_it_afterwards(player: Player) -> None:
    there, good = place_trading(player, "exports", "FABRICS")
    player.fly(player.frigate, there)
    afford(player, 1_000_000)
    before = player.quotes(there)[good]
    answer = player.do(player.frigate, "purchase", symbol=good, units=30)
    after = player.quotes(there)[good]

    assert answer["transaction"]["pricePerUnit"] == before["purchasePrice"]
    assert answer["transaction"]["totalPrice"] == 30 * before["purchasePrice"]
    assert answer["agent"]["credits"] == 1_000_000 - 30 * before["purchasePrice"]
    assert answer["cargo"]["units"] == 30
    assert after["purchasePrice"] > before["purchasePrice"]


def test_a_sale_is_made_at_the_price_shown_and_moves_it_afterwards(player: Player) -> None:
    """Bought and sold at one market, for the price law's sake; no other way to have cargo at once."""
    there, good = place_trading(player, "exports", "FABRICS")
    player.fly(player.frigate, there)
    afford(player, 1_000_000)
    player.do(player.frigate, "purchase", symbol=good, units=40)
    before = player.quotes(there)[good]
    answer = player.do(player.frigate, "sell", symbol=good, units=40)
    after = player.quotes(there)[good]

    assert answer["transaction"]["totalPrice"] == 40 * before["sellPrice"]
    assert answer["cargo"]["inventory"] == []
    assert after["sellPrice"] < before["sellPrice"]


def test_deals_are_remembered_by_the_market(player: Player) -> None:
    there, good = place_trading(player, "exports", "FABRICS")
    player.fly(player.frigate, there)
    afford(player, 1_000_000)
    bought = player.do(player.frigate, "purchase", symbol=good, units=3)["transaction"]
    sold = player.do(player.frigate, "sell", symbol=good, units=2)["transaction"]

    assert player.market(there)["transactions"][:2] == [sold, bought]


def refusal(player: Player, ship: str, action: str, **body: Any) -> int:
    with pytest.raises(Refusal) as refused:
        player.do(ship, action, **body)
    return int(refused.value.code)


def test_trades_that_cannot_be_are_refused_by_their_own_codes(player: Player) -> None:
    there, good = place_trading(player, "exports", "CLOTHING")
    player.fly(player.frigate, there)
    volume = player.quotes(there)[good]["tradeVolume"]
    ship = player.frigate

    assert refusal(player, ship, "purchase", symbol="NANOBOTS", units=1) == 4601
    assert refusal(player, ship, "sell", symbol="NANOBOTS", units=1) == 4602
    assert refusal(player, ship, "purchase", symbol=good, units=volume + 1) == 4604
    assert refusal(player, ship, "sell", symbol=good, units=1) == 4218
    assert refusal(player, ship, "jettison", symbol=good, units=1) == 4218
    afford(player, 10)
    assert refusal(player, ship, "purchase", symbol=good, units=1) == 4600
    afford(player, 1_000_000)
    player.do(ship, "purchase", symbol=good, units=volume)
    assert refusal(player, ship, "sell", symbol=good, units=volume + 1) == 4604
    assert refusal(player, ship, "jettison", symbol=good, units=volume + 1) == 4219
    player.do(ship, "purchase", symbol=good, units=volume)
    assert refusal(player, ship, "purchase", symbol=good, units=1) == 4217
    player.do(ship, "orbit")
    assert refusal(player, ship, "purchase", symbol=good, units=1) == 4244
    assert refusal(player, ship, "sell", symbol=good, units=1) == 4244
    assert refusal(player, ship, "refuel") == 4244


def test_a_refused_trade_changes_nothing(player: Player) -> None:
    there, good = place_trading(player, "exports", "CLOTHING")
    player.fly(player.frigate, there)
    afford(player, 100)
    before = player.quotes(there)[good]
    refusal(player, player.frigate, "purchase", symbol=good, units=1)

    assert player.quotes(there)[good] == before
    assert player.credits() == 100
    assert player.get(f"/my/ships/{player.frigate}/cargo")["units"] == 0


def test_jettison_throws_cargo_away(player: Player) -> None:
    player.do(player.frigate, "purchase", symbol="FUEL", units=5)
    left = player.do(player.frigate, "jettison", symbol="FUEL", units=2)["cargo"]

    assert [(each["symbol"], each["units"]) for each in left["inventory"]] == [("FUEL", 3)]


def test_cargo_is_handed_over_between_ships_at_one_place_in_one_state(player: Player) -> None:
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    player.fly(player.frigate, yard)
    drone = player.ask("POST", "/my/ships", {"shipType": "SHIP_MINING_DRONE", "waypointSymbol": yard})["data"]["ship"]
    player.do(player.frigate, "purchase", symbol="FUEL", units=20)

    def hand_over(units: int, receiver: str = drone["symbol"]) -> Any:
        return player.do(player.frigate, "transfer", tradeSymbol="FUEL", units=units, shipSymbol=receiver)

    assert hand_over(6)["cargo"]["units"] == 14
    assert player.get(f"/my/ships/{drone['symbol']}/cargo")["units"] == 6
    for receiver, units, code in (
        (drone["symbol"], 14, 4217),
        (drone["symbol"], 30, 4219),
        (player.frigate, 1, 4233),
        ("NOBODY-1", 1, 4231),
    ):
        with pytest.raises(Refusal) as refused:
            hand_over(units, receiver)
        assert refused.value.code == code
    player.do(drone["symbol"], "orbit")
    with pytest.raises(Refusal) as refused:
        hand_over(1)
    assert refused.value.code == 4271


def test_a_ship_is_bought_where_one_is_present_and_its_kind_gets_dearer(player: Player) -> None:
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    path = f"/systems/{player.home}/waypoints/{yard}/shipyard"
    offer = next(each for each in player.get(path)["ships"] if each["type"] == "SHIP_MINING_DRONE")
    bought = player.ask("POST", "/my/ships", {"shipType": "SHIP_MINING_DRONE", "waypointSymbol": yard})["data"]
    shown = player.get(path)
    later = next(each for each in shown["ships"] if each["type"] == "SHIP_MINING_DRONE")

    assert bought["transaction"]["price"] == offer["purchasePrice"]
    assert bought["agent"]["credits"] == 175_000 - offer["purchasePrice"]
    assert bought["agent"]["shipCount"] == 3
    assert (bought["ship"]["nav"]["waypointSymbol"], bought["ship"]["nav"]["status"]) == (yard, "DOCKED")
    assert later["purchasePrice"] > offer["purchasePrice"]
    assert shown["transactions"] == [bought["transaction"]]


def test_ships_that_cannot_be_bought_are_refused_by_their_own_codes(player: Player) -> None:
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    yards = player.everything(f"/systems/{player.home}/waypoints?traits=SHIPYARD")
    other = next(each["symbol"] for each in yards if each["symbol"] != yard)

    def refused(ship_type: str, waypoint: str) -> int:
        with pytest.raises(Refusal) as answer:
            player.ask("POST", "/my/ships", {"shipType": ship_type, "waypointSymbol": waypoint})
        return int(answer.value.code)

    assert refused("SHIP_PROBE", other) == 4245
    assert refused("SHIP_LIGHT_HAULER", yard) == 4605
    assert refused("SHIP_WITH_WINGS", yard) == 422
    afford(player, 1_000)
    assert refused("SHIP_MINING_DRONE", yard) == 4216


def test_every_credit_is_accounted_for_by_the_oracle(player: Player) -> None:
    """Credits are what the agent began with plus every change in the event log, to the credit, after each step."""
    there, good = place_trading(player, "exports", "FABRICS")
    player.fly(player.frigate, there)
    player.do(player.frigate, "refuel")
    for _ in range(2):
        player.do(player.frigate, "purchase", symbol=good, units=7)
    player.do(player.frigate, "sell", symbol=good, units=9)
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    player.ask("POST", "/my/ships", {"shipType": "SHIP_SURVEYOR", "waypointSymbol": yard})
    entries = list(player.world.universe.event_log.of(player.symbol))

    balance = 0
    for entry in entries:
        balance += entry.credit_change
        assert entry.credits_after == balance
    assert player.credits() == balance
    assert [each.event_kind for each in entries] == [
        EventKind.REGISTER,
        EventKind.NAVIGATE,
        EventKind.REFUEL,
        EventKind.PURCHASE,
        EventKind.PURCHASE,
        EventKind.SELL,
        EventKind.BUY_SHIP,
    ]
