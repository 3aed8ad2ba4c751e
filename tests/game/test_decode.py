"""What other servers of this API do is borne; what cannot be trusted is not used."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from starfoundry.game.decoding import decode
from starfoundry.game.errors import Unreadable
from starfoundry.game.model import FlightMode, NavStatus
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from tests.game.wire import PLACE, nav, ship, trade

HOME = Path(__file__).parents[3] / "shared" / "data" / "home-system.json"


def body(data: object) -> bytes:
    """An answer's body."""
    return json.dumps({"data": data}).encode()


def good(**changes: object) -> dict[str, Any]:
    """One good of a market."""
    told = {
        "symbol": "CLOTHING",
        "type": "IMPORT",
        "tradeVolume": 20,
        "supply": "LIMITED",
        "activity": "WEAK",
        "purchasePrice": 10196,
        "sellPrice": 4982,
    }
    return {**told, **changes}


def market(**changes: object) -> dict[str, Any]:
    """A market seen from near."""
    told = {
        "symbol": PLACE,
        "exports": [{"symbol": "SHIP_PARTS", "name": "", "description": ""}],
        "imports": [{"symbol": "CLOTHING"}],
        "exchange": [{"symbol": "FUEL"}],
        "transactions": [trade()],
        "tradeGoods": [good()],
    }
    return {**told, **changes}


def test_a_market_seen_from_near_has_its_quotes_and_trades():
    told = decode.market(body(market()))
    (quote,), (record,) = told.quotes, told.records

    assert (told.exports, told.imports, told.exchange) == (("SHIP_PARTS",), ("CLOTHING",), ("FUEL",))
    assert (quote.kind, quote.trade_volume, quote.ask, quote.bid) == (TradeKind.IMPORT, 20, 10196, 4982)
    assert (quote.supply, quote.activity) == (SupplyLevel.LIMITED, Activity.WEAK)
    assert (record.is_purchase, record.units, record.price, record.total) == (True, 20, 100, 2_000)
    assert record.at == datetime(2026, 1, 1, 0, 0, 5, 123_000, tzinfo=UTC)


@pytest.mark.parametrize("absent", [{}, {"tradeGoods": None, "transactions": None}], ids=["missing", "null"])
def test_a_market_seen_from_afar_has_no_quotes(absent: dict[str, object]):
    far = {name: value for name, value in market().items() if name not in ("tradeGoods", "transactions")}
    told = decode.market(body({**far, **absent}))

    assert told.imports == ("CLOTHING",)
    assert (told.quotes, told.records) == ((), ())


def test_an_ask_is_what_we_pay_and_a_bid_what_we_receive():
    """The game names prices from our side; a predecessor stored them the wrong way round."""
    (quote,) = decode.market(body(market(tradeGoods=[good(purchasePrice=2, sellPrice=1)]))).quotes

    assert (quote.ask, quote.bid) == (2, 1)


@pytest.mark.parametrize("supply", ["ABUNDANT2", "abundant", "", None])
def test_a_supply_level_that_is_not_known_is_no_level(supply: str | None):
    (quote,) = decode.market(body(market(tradeGoods=[good(supply=supply)]))).quotes

    assert quote.supply is None


def test_an_exchange_good_has_no_activity():
    plain = {name: value for name, value in good(type="EXCHANGE").items() if name != "activity"}
    (quote,) = decode.market(body(market(tradeGoods=[plain]))).quotes

    assert quote.activity is None


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "AUCTION"},
        {"tradeVolume": 0},
        {"tradeVolume": None},
        {"purchasePrice": None},
        {"purchasePrice": 0},
        {"purchasePrice": -5},
        {"sellPrice": -1},
        {"sellPrice": None},
    ],
    ids=str,
)
def test_a_good_that_cannot_be_traded_by_what_is_told_is_left_out(changes: dict[str, object]):
    told = decode.market(body(market(tradeGoods=[good(**changes), good(symbol="FOOD")])))

    assert [quote.good for quote in told.quotes] == ["FOOD"]


def test_a_trade_of_an_unknown_kind_is_left_out_of_a_markets_memory():
    told = decode.market(body(market(transactions=[trade(kind="GIFT"), trade(kind="SELL")])))

    assert [record.is_purchase for record in told.records] == [False]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"null",
        b"[]",
        b"<html></html>",
        b'{"data": null}',
        b'{"data": {}}',
        b"\xff\xfe",
        b'{"data": ' * 50_000,
        body({"error": "no"}),
        b'{"data": {"symbol": "X", "tradeGoods": [{"symbol": "FOOD", "purchasePrice": NaN}]}}',
    ],
)
def test_what_cannot_be_read_is_said_to_be_unreadable(broken: bytes):
    with pytest.raises(Unreadable):
        decode.market(broken)


def test_unknown_fields_are_passed_over():
    told = decode.ship(body({**ship(), "mood": {"cheerful": True}, "nav": {**nav(), "warp": 9}}))

    assert told.engine_speed == 36


def test_a_ship_without_what_we_can_do_without_is_a_ship():
    bare = {name: value for name, value in ship().items() if name not in ("registration", "frame")}
    told = decode.ship(body(bare))

    assert (told.role, told.frame) == ("", "")


def test_a_ship_is_not_told_without_what_we_cannot_do_without():
    for needed in ("nav", "fuel", "cargo", "engine"):
        with pytest.raises(Unreadable):
            decode.ship(body({name: value for name, value in ship().items() if name != needed}))


def test_a_status_that_is_not_known_is_unknown_and_a_mode_is_drift():
    told = decode.ship(body(ship(where=nav(status="ON_VACATION", mode="TELEPORT")))).nav

    assert (told.status, told.flight_mode) == (NavStatus.UNKNOWN, FlightMode.DRIFT)


def test_an_older_server_calls_the_origin_a_departure():
    here = nav()
    here["route"]["departure"] = {**here["route"].pop("origin"), "symbol": "X1-AB1-OLD"}

    assert decode.ship(body(ship(where=here))).nav.origin == "X1-AB1-OLD"


def test_a_time_without_a_zone_is_utc():
    here = nav()
    here["route"]["arrival"] = "2026-01-01T00:01:30"

    assert decode.ship(body(ship(where=here))).nav.arrives_at == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)


def test_a_waypoint_without_traits_is_a_place_without_a_market():
    place = {"symbol": "X1-AB1-C2", "type": "ASTEROID", "x": 1, "y": 2, "traits": None, "orbits": None}
    (told,) = decode.waypoints(json.dumps({"data": [place]}).encode()).items

    assert (told.system, told.traits, told.orbits, told.has_market) == ("X1-AB1", (), None, False)


def test_a_ship_for_sale_tells_what_it_can_carry():
    shuttle = {
        "type": "SHIP_LIGHT_SHUTTLE",
        "purchasePrice": 88_853,
        "supply": "HIGH",
        "frame": {"symbol": "FRAME_SHUTTLE", "fuelCapacity": 300},
        "engine": {"speed": 15},
        "modules": [
            {"symbol": "MODULE_CARGO_HOLD_II", "capacity": 40},
            {"symbol": "MODULE_CREW_QUARTERS_I", "capacity": 40},
        ],
    }
    yard = {"symbol": PLACE, "shipTypes": [{"type": "SHIP_PROBE"}], "ships": [shuttle, {"type": "SHIP_PROBE"}]}
    told = decode.shipyard(body(yard))
    (offer,) = told.offers

    assert told.ship_types == ("SHIP_PROBE",)
    assert (offer.type, offer.price, offer.supply) == ("SHIP_LIGHT_SHUTTLE", 88_853, SupplyLevel.HIGH)
    assert (offer.cargo_capacity, offer.fuel_capacity, offer.engine_speed) == (40, 300, 15)


def test_a_shipyard_seen_from_afar_tells_its_types_only():
    told = decode.shipyard(body({"symbol": PLACE, "shipTypes": [{"type": "SHIP_PROBE"}]}))

    assert (told.ship_types, told.offers) == (("SHIP_PROBE",), ())


@pytest.mark.parametrize(
    ("said", "message", "code", "retry_after"),
    [
        ({"error": {"message": "no", "code": 4600, "data": {"retryAfter": 1.5}}}, "no", 4600, 1.5),
        ({"error": {"message": "no"}}, "no", None, None),
        ({"error": {"message": "no", "code": "4600", "data": []}}, "no", None, None),
        ({"error": {"code": True, "data": {"retryAfter": True}}}, "it gave no reason", None, None),
        ({"error": "no"}, "no", None, None),
        ({"message": "no"}, "no", None, None),
        ({}, "it gave no reason", None, None),
    ],
)
def test_a_complaint_is_read_however_little_it_says(said, message, code, retry_after):
    told = decode.error_body(json.dumps(said).encode())

    assert told == decode.ErrorBody(message=message, code=code, retry_after_seconds=retry_after)


def test_a_complaint_is_one_short_line_with_a_code_that_can_be_one():
    told = decode.error_body(json.dumps({"error": {"message": "\x1b[31m\n" + "no" * 10_000, "code": 2**70}}).encode())

    assert told is not None
    assert told.message.isprintable()
    assert (len(told.message), told.code) == (300, None)


@pytest.mark.parametrize("said", [b"", b"<html>", b"[1]", b'"no"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_no_complaint_of_the_games(said: bytes):
    assert decode.error_body(said) is None


@pytest.mark.skipif(not HOME.exists(), reason="a real home system lies beside the project, not in it")
def test_the_live_servers_own_ships_are_read():
    ships = [decode.ship(body(one)) for one in json.loads(HOME.read_text())["startingShips"]]
    by_frame = {one.frame: one for one in ships}

    assert (by_frame["FRAME_PROBE"].engine_speed, by_frame["FRAME_PROBE"].fuel.capacity) == (9, 0)
    assert by_frame["FRAME_FRIGATE"].cargo.capacity == 40


HOSTILE = [
    "X1-\x1b[2J",
    "X1-\x9b31m",
    "X1\nnext: spacetraders resume",
    "X1;touch${IFS}x",
    "$(id)",
    "`id`",
    "--help",
    "a b",
    "A\u2028B",
    "A\u202eB",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_symbol_that_could_steer_a_terminal_or_a_shell_is_not_read(name):
    """Symbols become words of commands that a person pastes, so that only letters, digits and a few signs are one."""
    with pytest.raises(Unreadable):
        decode.agent(json.dumps({"data": {"symbol": name, "credits": 1}}).encode())


@pytest.mark.parametrize("name", ["FOUNDRY-1", "X1-AD75-A1", "IRON_ORE", "foundry_1", "A.B:C"])
def test_a_symbol_as_the_game_makes_them_is_read(name):
    assert decode.agent(json.dumps({"data": {"symbol": name, "credits": 1}}).encode()).symbol == name
