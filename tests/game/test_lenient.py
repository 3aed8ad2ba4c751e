"""One odd element spoils itself and never its whole: it is left out and named."""

import json
from typing import Any

import pytest

from starfoundry.game.decoding import decode
from starfoundry.game.decoding.flaws import Flaw
from starfoundry.game.errors import Garbled, Unreadable
from tests.game.test_decode import body, good, market
from tests.game.wire import PLACE, agent, cargo, nav, ship, trade, traded

HUGE = 2**63


def read(decoder: decode.Decode, data: object) -> tuple[Any, list[str]]:
    """What an answer says, and what is told of what had to be left out."""
    flaws: list[Flaw] = []
    return decoder(body(data), flaws), [flaw.text for flaw in flaws]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tradeVolume": "many"}, "trade good IRON left out: tradeVolume is 'many' (expected int, got str)"),
        ({"tradeVolume": None}, "trade good IRON left out: tradeVolume is null (expected int, got null)"),
        ({"tradeVolume": HUGE}, "trade good IRON left out: tradeVolume is 9223372036854775808"),
        ({"purchasePrice": HUGE}, "trade good IRON left out: purchasePrice is 9223372036854775808"),
        ({"purchasePrice": 1.5}, "trade good IRON left out: purchasePrice is 1.5"),
        ({"sellPrice": -1}, "trade good IRON left out: sellPrice is -1"),
        ({"type": "AUCTION"}, "trade good IRON left out: type is 'AUCTION'"),
        ({"symbol": None}, "trade good EXPORT left out: symbol is null"),
    ],
    ids=str,
)
def test_a_good_that_cannot_be_read_is_left_out_of_its_market_and_named(changes: dict[str, object], told: str):
    odd = good(symbol="IRON", type="EXPORT")
    market_read, flaws = read(decode.market, market(tradeGoods=[odd | changes, good(symbol="FOOD")]))

    assert [quote.good for quote in market_read.quotes] == ["FOOD"]
    (flaw,) = flaws
    assert flaw.startswith(told)


@pytest.mark.parametrize("odd", [7, "IRON", None, [], True], ids=str)
def test_an_element_that_is_no_object_is_named_by_its_place(odd: object):
    market_read, (flaw,) = read(decode.market, market(tradeGoods=[good(), odd]))

    assert len(market_read.quotes) == 1
    assert flaw.startswith("trade good number 2 left out: is ")


def test_a_trade_without_a_ship_is_left_out_of_a_markets_memory_and_does_not_matter():
    flaws: list[Flaw] = []
    told = decode.market(body(market(transactions=[trade() | {"shipSymbol": None}, trade()])), flaws)

    assert len(told.records) == 1
    assert [(flaw.element, flaw.matters) for flaw in flaws] == [("transaction IRON", False)]


def test_a_good_that_is_told_twice_is_read_once():
    told, (flaw,) = read(decode.market, market(tradeGoods=[good(purchasePrice=10), good(purchasePrice=99)]))

    assert [quote.ask for quote in told.quotes] == [10]
    assert flaw.startswith("second trade good CLOTHING left out")


def test_a_supply_level_from_elsewhere_is_told():
    _, (flaw,) = read(decode.market, market(tradeGoods=[good(supply="PLENTY")]))

    assert flaw == "supply of CLOTHING is 'PLENTY', a word this client does not know"


@pytest.mark.parametrize("name", ["exports", "imports", "exchange", "tradeGoods", "transactions"])
def test_null_is_an_empty_list(name: str):
    told, flaws = read(decode.market, market(**{name: None}))

    assert flaws == []
    assert told.waypoint == PLACE


@pytest.mark.parametrize(("lines", "aboard"), [([], ()), (None, ())], ids=["empty", "null"])
def test_a_hold_without_a_list_is_empty(lines: object, aboard: tuple):
    told, flaws = read(decode.ship, {**ship(), "cargo": {"capacity": 40, "units": 0, "inventory": lines}})

    assert (told.cargo.items, flaws) == (aboard, [])


@pytest.mark.parametrize(
    ("units", "is_told"), [(0, False), (-4, True), (HUGE, True), ("7", True), (None, True)], ids=str
)
def test_a_line_of_the_hold_without_units_is_passed_over_and_an_odd_one_told(units: object, is_told: bool):
    hold = cargo(("IRON", 7))
    hold["inventory"].append({"symbol": "ICE_WATER", "units": units})
    told, flaws = read(decode.ship, {**ship(), "cargo": hold})

    assert [(item.good, item.units) for item in told.cargo.items] == [("IRON", 7)]
    assert [flaw.startswith("cargo item ICE_WATER left out: units is") for flaw in flaws] == [True] * is_told


def test_units_that_are_not_told_follow_from_the_list():
    told, _ = read(decode.ship, {**ship(), "cargo": {"capacity": 40, "inventory": [{"symbol": "IRON", "units": 7}]}})

    assert (told.cargo.units, told.cargo.free) == (7, 33)


@pytest.mark.parametrize("speed", [0, -1, HUGE, "fast", None], ids=str)
def test_one_ship_whose_engine_cannot_be_reckoned_with_leaves_one_ship_out(speed: object):
    flaws: list[Flaw] = []
    odd = {**ship("FOUNDRY-2"), "engine": {"speed": speed}}
    answer = json.dumps({"data": [ship("FOUNDRY-1"), odd, ship("FOUNDRY-3")], "meta": {"total": 3}}).encode()
    page = decode.ships(answer, flaws)

    assert [each.symbol for each in page.items] == ["FOUNDRY-1", "FOUNDRY-3"]
    assert page.listed == 3
    (flaw,) = flaws
    assert (flaw.place, flaw.text.startswith("ship FOUNDRY-2 left out: engine.speed is")) == ("ship FOUNDRY-2", True)


@pytest.mark.parametrize("x", [0.5, HUGE, "3", None], ids=str)
def test_a_place_without_whole_coordinates_is_left_out(x: object):
    there = {"symbol": "X1-AB1-C2", "traits": [], "x": 2, "y": 2}
    places = [there | {"symbol": "X1-AB1-C1", "x": x}, there]
    flaws: list[Flaw] = []
    page = decode.waypoints(json.dumps({"data": places}).encode(), flaws)

    assert [place.symbol for place in page.items] == ["X1-AB1-C2"]
    assert [flaw.place for flaw in flaws] == ["waypoint X1-AB1-C1"]


def test_a_place_without_traits_is_left_out_since_nobody_knows_whether_it_has_a_market():
    """Once it was a place without a market for ever, and nobody was told; null is what some servers say for none."""
    here = {"symbol": "X1-AB1-C1", "x": 1, "y": 2}
    places = [here, here | {"symbol": "X1-AB1-C2", "traits": None}]
    flaws: list[Flaw] = []
    page = decode.waypoints(json.dumps({"data": places}).encode(), flaws)

    assert [(place.symbol, place.traits) for place in page.items] == [("X1-AB1-C2", ())]
    assert [(flaw.place, flaw.matters) for flaw in flaws] == [
        ("waypoint X1-AB1-C1", True),
        ("waypoint X1-AB1-C2", False),
    ]


@pytest.mark.parametrize(
    "odd", [{"purchasePrice": "cheap"}, {"purchasePrice": 0}, {"purchasePrice": HUGE}, {"type": None}], ids=str
)
def test_a_ship_for_sale_without_a_price_is_left_out_of_its_yard(odd: dict[str, object]):
    offers = [{"type": "SHIP_PROBE", "purchasePrice": 20_000}, {"type": "SHIP_SHUTTLE", "purchasePrice": 9} | odd]
    told, flaws = read(decode.shipyard, {"symbol": PLACE, "shipTypes": None, "ships": offers})

    assert [offer.type for offer in told.offers] == ["SHIP_PROBE"]
    assert len(flaws) == 1


def test_a_ship_for_sale_can_be_bought_whatever_its_engine_is():
    offer = {"type": "SHIP_PROBE", "purchasePrice": 20_000, "engine": {"symbol": "ENGINE"}}
    told, (flaw,) = read(decode.shipyard, {"symbol": PLACE, "ships": [offer]})

    assert [(each.type, each.engine_speed) for each in told.offers] == [("SHIP_PROBE", 0)]
    assert flaw == "engine of ship for sale SHIP_PROBE left out: speed is missing"


def test_a_recipe_that_is_no_list_is_left_out_and_none_is_half_read():
    chain = {"IRON": ["IRON_ORE"], "COPPER": "COPPER_ORE", "FOOD": ["WATER", 7], "ICE": None}
    told, flaws = read(decode.supply_chain, {"exportToImportMap": chain})

    assert told == {"IRON": ("IRON_ORE",), "ICE": ()}
    assert [flaw.partition(" left out")[0] for flaw in flaws] == ["recipe of COPPER", "recipe of FOOD"]


@pytest.mark.parametrize("credits_reported", [HUGE, -HUGE, "rich", None, 1.5], ids=str)
def test_credits_out_of_range_are_unreadable(credits_reported: object):
    with pytest.raises(Unreadable, match="credits is"):
        decode.agent(body(agent() | {"credits": credits_reported}))


@pytest.mark.parametrize("odd", [{"agent": None}, {"agent": agent() | {"credits": HUGE}}, {"agent": []}], ids=str)
def test_the_token_of_a_registration_is_read_whatever_the_agent_is(odd: dict[str, object]):
    told, _ = read(decode.registration, {"token": "secret", **odd})

    assert (told.token, told.agent) == ("secret", None)


def test_an_agent_that_was_not_registered_is_left_out_and_told_and_the_token_is_read():
    told, flaws = read(decode.registration_of("FOUNDRY"), {"token": "secret", "agent": agent() | {"symbol": "PLUGH"}})

    assert (told.token, told.agent) == ("secret", None)
    assert flaws == ["agent left out: it is 'PLUGH', not FOUNDRY"]


def test_an_agent_is_read_without_its_headquarters():
    told, _ = read(decode.registration, {"token": "secret", "agent": agent() | {"headquarters": None}})

    assert told.agent is not None
    assert (told.agent.credits, told.agent.headquarters) == (175_000, None)


def test_a_receipt_needs_of_the_agent_its_credits_only():
    told, flaws = read(decode.trade, traded() | {"agent": {"credits": 5, "symbol": None, "headquarters": 7}})

    assert (told.credits, flaws) == (5, [])


@pytest.mark.parametrize("route", [None, {}, {"arrival": "soon"}], ids=str)
def test_how_a_ship_got_there_matters_only_while_it_flies(route: object):
    docked, _ = read(decode.ship, ship(where=nav("DOCKED") | {"route": route}))

    assert docked.nav.waypoint == PLACE
    with pytest.raises(Unreadable, match="route is missing"):
        decode.ship(body(ship(where=nav("IN_TRANSIT") | {"route": route})))


@pytest.mark.parametrize("arrival", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01T00:00:00Z"])
def test_a_flight_without_an_end_in_sight_is_unreadable(arrival: str):
    here = nav("IN_TRANSIT")
    here["route"]["arrival"] = arrival

    with pytest.raises(Unreadable):
        decode.ship(body(ship(where=here)))


@pytest.mark.parametrize("number", ["1e999", "9" * 5_000, "-" + "9" * 5_000])
def test_a_number_beyond_all_bounds_spoils_its_element_only(number: str):
    text = json.dumps({"data": market(tradeGoods=[good(purchasePrice=123_456), good(symbol="FOOD")])})
    told = decode.market(text.replace("123456", number).encode())

    assert [quote.good for quote in told.quotes] == ["FOOD"]


@pytest.mark.parametrize("symbol", ["a\0b", "\ud800", "X" * 101, ""], ids=["nul", "surrogate", "long", "empty"])
def test_a_name_that_cannot_be_stored_spoils_its_element_only(symbol: str):
    told, flaws = read(decode.market, market(tradeGoods=[good(symbol=symbol), good(symbol="FOOD")]))

    assert [quote.good for quote in told.quotes] == ["FOOD"]
    assert len(flaws) == 1


def test_what_is_told_is_one_short_line_whatever_the_answer_holds():
    odd = good(symbol="\x1b[31m" + "R" * 80, tradeVolume="\n\x07" + "x" * 10_000)
    _, (flaw,) = read(decode.market, market(tradeGoods=[odd]))

    assert flaw.isprintable()
    assert len(flaw) <= 160


def test_many_flaws_are_counted():
    flaws: list[Flaw] = []
    decode.market(body(market(tradeGoods=[good(symbol=f"G{number}", tradeVolume=0) for number in range(50)])), flaws)

    assert len(flaws) == 21
    assert flaws[-1].text == "30 more parts left out"


def test_an_answer_that_broke_off_is_no_odd_answer():
    with pytest.raises(Garbled):
        decode.market(body(market(tradeGoods=[good(tradeVolume="many")]))[:-20])
