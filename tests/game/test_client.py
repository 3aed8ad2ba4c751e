"""Which request each call is, and what its answer means."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from starfoundry.game.errors import GameRefused, ShipInTransit, TokenRejected, Unreadable
from starfoundry.game.model import CargoItem, FlightMode, Fuel, NavStatus
from starfoundry.game.outcome import Declined, Done, Unknown
from starfoundry.game.port import Game, Priority, PublicApi
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.kernel.errors import InDoubt
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol
from tests.game.wire import (
    ELSEWHERE,
    IRON,
    PLACE,
    SHIP,
    TOKEN,
    Answer,
    Play,
    agent,
    cargo,
    html,
    nav,
    one_after_another,
    play,
    raw,
    refuses,
    says,
    ship,
    trade,
    traded,
)

OTHER = ShipSymbol("FOUNDRY-2")
SHIP_BOUGHT = {"agent": agent(150_000), "ship": ship("FOUNDRY-3"), "transaction": {"price": 25_000, "shipSymbol": ""}}
REFUELLED = {
    "agent": agent(174_856),
    "fuel": {"current": 400, "capacity": 400},
    "transaction": {**trade(good="FUEL", units=2)},
}


def test_the_client_is_a_game_and_a_lobby():
    async def scene(scene: Play) -> tuple[Game, PublicApi]:
        return scene.game, scene.public_api

    assert all(play(one_after_another(html(500)), scene))


ONCE: list[tuple[Callable[[Game], Awaitable[object]], str, object, object]] = [
    (
        lambda game: game.purchase(SHIP, IRON, 20),
        "/my/ships/FOUNDRY-1/purchase",
        {"symbol": "IRON", "units": 20},
        traded(),
    ),
    (
        lambda game: game.sell(SHIP, IRON, 20),
        "/my/ships/FOUNDRY-1/sell",
        {"symbol": "IRON", "units": 20},
        traded(kind="SELL"),
    ),
    (lambda game: game.refuel(SHIP), "/my/ships/FOUNDRY-1/refuel", None, REFUELLED),
    (
        lambda game: game.jettison(SHIP, IRON, 3),
        "/my/ships/FOUNDRY-1/jettison",
        {"symbol": "IRON", "units": 3},
        {"cargo": cargo()},
    ),
    (
        lambda game: game.transfer(SHIP, IRON, 3, OTHER),
        "/my/ships/FOUNDRY-1/transfer",
        {"tradeSymbol": "IRON", "units": 3, "shipSymbol": "FOUNDRY-2"},
        {"cargo": cargo()},
    ),
    (
        lambda game: game.buy_ship("SHIP_PROBE", PLACE),
        "/my/ships",
        {"shipType": "SHIP_PROBE", "waypointSymbol": PLACE},
        SHIP_BOUGHT,
    ),
]


@pytest.mark.parametrize(("call", "path", "body", "answer"), ONCE, ids=[path for _, path, _, _ in ONCE])
@pytest.mark.parametrize(
    ("trouble", "ends"),
    [(None, Done), (refuses(4244), Declined), (html(502), Unknown), (AnswerLost("reset"), Unknown)],
    ids=["done", "declined", "502", "lost"],
)
def test_what_moves_money_or_cargo_is_sent_once_however_it_ends(call, path, body, answer, trouble, ends):
    async def scene(scene: Play) -> tuple[object, list[Request]]:
        return await call(scene.game), scene.wire.requests

    outcome, requests = play(one_after_another(trouble or says(answer, 201), says(answer, 201)), scene)

    assert isinstance(outcome, ends)
    assert [(request.method, request.path) for request in requests] == [("POST", path)]
    assert (requests[0].body and json.loads(requests[0].body)) == body
    assert ("content-type" in requests[0].headers) == (body is not None)


def test_a_refuelling_tells_the_tank_and_the_price():
    async def scene(scene: Play) -> object:
        return await scene.game.refuel(SHIP)

    outcome = play(one_after_another(says(REFUELLED)), scene)

    assert isinstance(outcome, Done)
    assert outcome.receipt.fuel == Fuel(current=400, capacity=400)
    assert (outcome.receipt.record.units, outcome.receipt.record.total, outcome.receipt.credits) == (2, 200, 174_856)


@pytest.mark.parametrize(
    "another", [trade(), trade(good="FUEL", kind="SELL"), trade(good="FUEL", who=OTHER)], ids=["good", "kind", "ship"]
)
def test_a_refuelling_answered_with_another_trade_is_in_doubt(another: dict[str, object]):
    async def scene(scene: Play) -> object:
        return await scene.game.refuel(SHIP)

    assert isinstance(play(one_after_another(says({**REFUELLED, "transaction": another})), scene), Unknown)


def test_a_bought_ship_comes_with_its_price():
    async def scene(scene: Play) -> object:
        return await scene.game.buy_ship("SHIP_PROBE", PLACE)

    outcome = play(one_after_another(says(SHIP_BOUGHT)), scene)

    assert isinstance(outcome, Done)
    assert (outcome.receipt.ship.symbol, outcome.receipt.price, outcome.receipt.credits) == (
        "FOUNDRY-3",
        25_000,
        150_000,
    )


def test_a_departure_says_when_it_arrives_and_what_fuel_is_left():
    async def scene(scene: Play):
        return await scene.game.navigate(SHIP, ELSEWHERE), scene.wire

    flying = {"nav": nav("IN_TRANSIT", ELSEWHERE), "fuel": {"current": 281, "capacity": 400}, "events": []}
    departure, wire = play(one_after_another(says(flying)), scene)

    assert wire.asked == ["POST /my/ships/FOUNDRY-1/navigate"]
    assert json.loads(wire.requests[0].body) == {"waypointSymbol": ELSEWHERE}
    assert departure.nav.arrives_at == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert departure.nav.flight_seconds == 90
    assert (departure.nav.origin, departure.nav.waypoint) == (PLACE, ELSEWHERE)
    assert departure.fuel.current == 281


@pytest.mark.parametrize("code", [4204, 4214, 4200])
def test_a_ship_already_there_or_on_its_way_there_has_departed(code: int):
    """So it is after an answer was lost: the second request finds what the first one did."""

    async def scene(scene: Play):
        return await scene.game.navigate(SHIP, ELSEWHERE), scene.wire.asked

    on_its_way = says(ship(where=nav("IN_TRANSIT", ELSEWHERE)))
    departure, asked = play(one_after_another(AnswerLost("reset"), refuses(code), on_its_way), scene)

    assert departure.nav.waypoint == ELSEWHERE
    assert departure.fuel.current == 300
    assert asked == ["POST /my/ships/FOUNDRY-1/navigate"] * 2 + ["GET /my/ships/FOUNDRY-1"]


def test_a_ship_on_its_way_elsewhere_has_not_departed():
    async def scene(scene: Play) -> None:
        with pytest.raises(ShipInTransit) as caught:
            await scene.game.navigate(SHIP, PLACE)
        assert caught.value.code == 4214

    play(one_after_another(refuses(4214), says(ship(where=nav("IN_TRANSIT", ELSEWHERE)))), scene)


def test_a_docked_ship_leaves_the_dock_to_depart():
    async def scene(scene: Play) -> list[str]:
        await scene.game.navigate(SHIP, ELSEWHERE)
        return scene.wire.asked

    flying = {"nav": nav("IN_TRANSIT", ELSEWHERE), "fuel": {"current": 1, "capacity": 400}}
    asked = play(one_after_another(refuses(4236), says({"nav": nav("IN_ORBIT")}), says(flying)), scene)

    assert asked == [f"POST /my/ships/FOUNDRY-1/{action}" for action in ("navigate", "orbit", "navigate")]


@pytest.mark.parametrize(
    ("move", "status"), [("dock", NavStatus.DOCKED), ("orbit", NavStatus.IN_ORBIT)], ids=["dock", "orbit"]
)
@pytest.mark.parametrize("code", [4204, 4236, 4244])
def test_a_server_that_refuses_what_is_so_already_is_borne(move: str, status: NavStatus, code: int):
    async def scene(scene: Play):
        return await getattr(scene.game, move)(SHIP)

    so_already = says(ship(where=nav(status.value)))

    assert play(one_after_another(refuses(code), so_already), scene).status is status


def test_a_ship_that_did_not_dock_is_refused():
    async def scene(scene: Play) -> None:
        with pytest.raises(GameRefused):
            await scene.game.dock(SHIP)

    play(one_after_another(refuses(4236), says(ship(where=nav("IN_ORBIT")))), scene)


@pytest.mark.parametrize("shape", [{"nav": nav(mode="BURN"), "fuel": {}}, nav(mode="BURN")], ids=["2025", "before"])
def test_a_flight_mode_is_set_whichever_way_the_server_answers(shape: object):
    async def scene(scene: Play):
        return await scene.game.set_flight_mode(SHIP, FlightMode.BURN), scene.wire

    told, wire = play(one_after_another(says(shape)), scene)

    assert told.flight_mode is FlightMode.BURN
    assert wire.asked == ["PATCH /my/ships/FOUNDRY-1/nav"]
    assert json.loads(wire.requests[0].body) == {"flightMode": "BURN"}


def paged(items: list[object], *, counts: bool = True) -> Callable[[Request], Answer]:
    """A server with a list, in pages of 20."""

    def handler(request: Request) -> Response:
        number = int(request.path.split("page=")[1].split("&")[0])
        body: dict[str, object] = {"data": items[20 * (number - 1) : 20 * number]}
        if counts:
            body["meta"] = {"total": len(items), "page": number, "limit": 20}
        return raw(body)

    return handler


@pytest.mark.parametrize(
    ("ships", "counts", "pages"),
    [(1, True, 1), (20, True, 1), (21, True, 2), (45, True, 3), (19, False, 1), (20, False, 2), (45, False, 3)],
)
def test_a_list_is_read_to_its_end(ships: int, counts: bool, pages: int):
    async def scene(scene: Play):
        return await scene.game.ships(), scene.wire.asked

    handler = paged([ship(f"FOUNDRY-{number}") for number in range(ships)], counts=counts)
    told, asked = play(handler, scene)

    assert [one.symbol for one in told] == [f"FOUNDRY-{number}" for number in range(ships)]
    assert asked == [f"GET /my/ships?page={number}&limit=20" for number in range(1, pages + 1)]


def test_a_list_that_claims_more_than_it_gives_ends():
    async def scene(scene: Play) -> int:
        await scene.game.ships()
        return len(scene.wire.requests)

    def handler(request: Request) -> Response:
        return raw({"data": [ship()] if "page=1&" in request.path else [], "meta": {"total": 1_000_000}})

    assert play(handler, scene) == 2


def test_a_ship_that_moved_between_pages_is_told_once():
    async def scene(scene: Play) -> int:
        return len(await scene.game.ships())

    def handler(_request: Request) -> Response:
        return raw({"data": [ship(f"FOUNDRY-{number}") for number in range(20)], "meta": {"total": 40}})

    assert play(handler, scene) == 20


def test_a_list_that_tells_everything_twice_is_read_to_its_end():
    """Counting what was told twice as two once ended such a list in its middle, and half the places stayed unknown."""

    async def scene(scene: Play) -> int:
        return len(await scene.game.ships())

    def handler(request: Request) -> Response:
        first = 20 * (int(request.path.partition("page=")[2].partition("&")[0]) - 1)
        there = [ship(f"FOUNDRY-{number}") for number in range(first, min(first + 20, 60))]
        return raw({"data": [*there, *there], "meta": {"total": 60}})

    assert play(handler, scene) == 60


def test_a_waypoint_tells_where_it_is_and_what_it_has():
    async def scene(scene: Play):
        return await scene.game.waypoints(SystemSymbol("X1-AB1")), scene.wire.asked

    place = {
        "symbol": PLACE,
        "type": "MOON",
        "systemSymbol": "X1-AB1",
        "x": -3,
        "y": 44,
        "orbits": ELSEWHERE,
        "orbitals": [],
        "traits": [{"symbol": "MARKETPLACE", "name": "Marketplace", "description": ""}, {"symbol": "SHIPYARD"}],
        "isUnderConstruction": False,
    }
    (told,), asked = play(paged([place]), scene)

    assert (told.symbol, told.x, told.y, told.orbits, told.type) == (PLACE, -3, 44, ELSEWHERE, "MOON")
    assert told.has_market
    assert told.has_shipyard
    assert asked == ["GET /systems/X1-AB1/waypoints?page=1&limit=20"]


@pytest.mark.parametrize(
    ("call", "path", "answer"),
    [
        (lambda game: game.agent(), "/my/agent", agent()),
        (lambda game: game.ship(SHIP), "/my/ships/FOUNDRY-1", ship()),
        (lambda game: game.market(PLACE), f"/systems/X1-AB1/waypoints/{PLACE}/market", {"symbol": PLACE}),
        (lambda game: game.shipyard(PLACE), f"/systems/X1-AB1/waypoints/{PLACE}/shipyard", {"symbol": PLACE}),
        (lambda game: game.supply_chain(), "/market/supply-chain", {"exportToImportMap": {}}),
    ],
)
def test_a_read_asks_at_its_place(call, path: str, answer: object):
    async def scene(scene: Play) -> list[str]:
        await call(scene.game)
        return scene.wire.asked

    assert play(one_after_another(says(answer)), scene) == [f"GET {path}"]


def test_the_supply_chain_says_what_a_good_is_made_from():
    async def scene(scene: Play):
        return await scene.game.supply_chain()

    chain = {"exportToImportMap": {"ELECTRONICS": ["SILICON_CRYSTALS", "COPPER"]}}

    assert play(one_after_another(says(chain)), scene) == {Good("ELECTRONICS"): ("SILICON_CRYSTALS", "COPPER")}


def test_a_market_can_be_asked_for_out_of_turn():
    """A worker about to buy must not wait behind the scouts."""

    async def scene(scene: Play) -> list[str]:
        for _ in range(32):
            await scene.game.agent()
        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(scene.game.market(PLACE))
            await asyncio.sleep(0.1)
            group.create_task(scene.game.market(ELSEWHERE, priority=Priority.MONEY))
        return scene.wire.asked[32:34]

    def handler(request: Request) -> Response:
        place = ELSEWHERE if ELSEWHERE in request.path else PLACE
        return says(agent() if request.path == "/my/agent" else {"symbol": place})

    assert f"GET /systems/X1-AB1/waypoints/{ELSEWHERE}/market" in play(handler, scene)


@pytest.mark.parametrize("symbol", ["../../my/agent", "X?y=1", "A B", "X#1"])
def test_a_symbol_cannot_leave_its_place_in_the_path(symbol: str):
    async def scene(scene: Play) -> str:
        await scene.game.market(WaypointSymbol(symbol))
        return scene.wire.requests[0].path

    path = play(one_after_another(says({"symbol": None, "exports": []})), scene)

    assert path.startswith("/systems/")
    assert path.endswith("/market")
    assert path.count("/") == 5
    assert not set("?# ") & set(path)


def test_the_status_is_asked_for_without_a_token():
    async def scene(scene: Play):
        return await scene.public_api.status(), scene.wire.requests[0]

    told, request = play(one_after_another(raw({"resetDate": "2026-01-04", "version": "v2.3", "status": "up"})), scene)

    assert (told.reset_date, told.version) == ("2026-01-04", "v2.3")
    assert request.path == "/"
    assert "authorization" not in request.headers


async def register(scene: Play):
    """A registration, and its requests."""
    return await scene.public_api.register("account-token", "FOUNDRY", "COSMIC"), scene.wire.requests


REGISTERED = {"agent": agent(), "token": TOKEN, "contract": {}, "faction": {}, "ships": []}


def test_registering_gives_an_agent_and_its_token():
    told, requests = play(one_after_another(says(REGISTERED, 201)), register)

    assert (told.agent.symbol, told.agent.credits, told.token) == ("FOUNDRY", 175_000, TOKEN)
    assert TOKEN not in repr(told)
    assert [(one.method, one.path) for one in requests] == [("POST", "/register")]
    assert json.loads(requests[0].body) == {"symbol": "FOUNDRY", "faction": "COSMIC"}
    assert requests[0].headers["authorization"] == "Bearer account-token"


def test_registering_waits_out_the_rate_limit():
    told, requests = play(one_after_another(raw({}, 429, {"x-ratelimit-type": "IP"}), says(REGISTERED)), register)

    assert told.token == TOKEN
    assert len(requests) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuses(4111, 409), GameRefused),
        (refuses(4109, 409), GameRefused),
        (refuses(4104, 401), TokenRejected),
        (ConnectionNeverMade("no route"), ConnectionNeverMade),
        (AnswerLost("reset"), InDoubt),
        (html(502), InDoubt),
        (html(201), InDoubt),
    ],
)
def test_registering_is_sent_once_and_fails_in_its_family(answer: Answer, error: type[Exception]):
    async def scene(scene: Play) -> int:
        with pytest.raises(error):
            await register(scene)
        return len(scene.wire.requests)

    assert play(one_after_another(answer, says(REGISTERED)), scene) == 1


def test_a_hold_is_told_by_good():
    async def scene(scene: Play):
        return (await scene.game.ship(SHIP)).cargo

    told = play(one_after_another(says(ship())), scene)

    assert told.items == (CargoItem(good=IRON, units=7),)
    assert (told.units_of(IRON), told.free) == (7, 33)


def test_a_hold_that_a_receipt_does_not_tell_wholly_is_read_from_the_ship():
    async def scene(scene: Play) -> tuple[object, list[str]]:
        return await scene.game.purchase(SHIP, IRON, 20), scene.wire.asked

    receipt = says(traded() | {"cargo": cargo(("IRON", 20)) | {"inventory": [{"symbol": "IRON", "units": "many"}]}})
    outcome, asked = play(one_after_another(receipt, says(ship() | {"cargo": cargo(("IRON", 20))})), scene)

    assert isinstance(outcome, Done)
    assert outcome.receipt.cargo.items == (CargoItem(good=IRON, units=20),)
    assert asked == ["POST /my/ships/FOUNDRY-1/purchase", "GET /my/ships/FOUNDRY-1"]


@pytest.mark.parametrize("odd", [{"nav": None}, {"nav": nav("ON_VACATION")}, {}], ids=["null", "status", "missing"])
def test_an_order_that_is_answered_oddly_is_looked_after(odd: object):
    async def scene(scene: Play):
        return await scene.game.dock(SHIP), scene.wire.asked

    told, asked = play(one_after_another(says(odd), says(ship(where=nav("DOCKED")))), scene)

    assert told.status is NavStatus.DOCKED
    assert asked == ["POST /my/ships/FOUNDRY-1/dock", "GET /my/ships/FOUNDRY-1"]


def test_a_departure_that_is_answered_oddly_is_looked_after():
    async def scene(scene: Play):
        return await scene.game.navigate(SHIP, ELSEWHERE)

    seen = says(ship(where=nav("IN_TRANSIT", ELSEWHERE)))

    assert play(one_after_another(says({"nav": nav("IN_TRANSIT"), "fuel": 7}), seen), scene).nav.waypoint == ELSEWHERE


def test_a_list_that_is_the_same_on_every_page_ends():
    async def scene(scene: Play) -> int:
        await scene.game.ships()
        return len(scene.wire.requests)

    whole = raw({"data": [ship(f"FOUNDRY-{number}") for number in range(20)]})

    assert play(one_after_another(whole), scene) == 2


def test_short_pages_are_read_to_the_end_where_the_server_says_how_long_they_are():
    async def scene(scene: Play) -> int:
        return len(await scene.game.ships())

    def handler(request: Request) -> Response:
        number = int(request.path.split("page=")[1].split("&")[0])
        told = [ship(f"FOUNDRY-{each}") for each in range(10 * (number - 1), min(10 * number, 32))]
        return raw({"data": told, "meta": {"limit": 10}})

    assert play(handler, scene) == 32


def test_a_market_that_does_not_name_itself_is_the_one_that_was_asked_for():
    async def scene(scene: Play):
        return await scene.game.market(PLACE)

    assert play(one_after_another(says({"symbol": None, "exports": [{"symbol": "IRON"}]})), scene).waypoint == PLACE


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda game: game.ship(SHIP), ship(OTHER)),
        (lambda game: game.market(PLACE), {"symbol": ELSEWHERE}),
        (lambda game: game.shipyard(PLACE), {"symbol": ELSEWHERE}),
    ],
)
def test_an_answer_about_another_ship_or_place_is_not_used(call, answer: object):
    """A market that named another place was asked without end: 2,899 requests in half an hour, and nothing was said."""

    async def scene(scene: Play) -> list[str]:
        with pytest.raises(Unreadable, match=r"the answer is about .*, not about "):
            await call(scene.game)
        return scene.wire.asked

    assert len(play(one_after_another(says(answer)), scene)) == 1
