"""The door of the sandbox: who is let in, how requests and refusals look, and how many are answered."""

import json

import pytest

from starfoundry.game.transport.transport import Request
from tests.sandbox.player import Refusal, World


@pytest.fixture
def world() -> World:
    return World()


def test_joining_gives_the_real_start(world: World) -> None:
    """A new agent has 175,000 credits, a frigate at its headquarters and a probe at a shipyard."""
    player = world.join()
    frigate, probe = player.registration["ships"]

    assert player.credits() == 175_000
    assert (frigate["cargo"]["capacity"], frigate["fuel"]["current"], frigate["engine"]["speed"]) == (40, 400, 36)
    assert frigate["nav"]["waypointSymbol"] == player.registration["agent"]["headquarters"]
    assert (probe["cargo"]["capacity"], probe["fuel"]["capacity"], probe["engine"]["speed"]) == (0, 0, 9)
    yard = player.get(f"/systems/{player.home}/waypoints/{probe['nav']['waypointSymbol']}/shipyard")
    assert yard["ships"], "the probe is where ships are sold, so their prices show"


def test_joining_asks_for_the_account_token(world: World) -> None:
    body = {"symbol": "BADGER", "faction": "COSMIC"}
    nobody = world.send("POST", "/register", body)
    agent = world.join("OTHER")
    world.wait(seconds=5)
    with_agent_token = world.send("POST", "/register", body, agent.token)

    assert (nobody.status, json.loads(nobody.body)["error"]["code"]) == (401, 4103)
    assert (with_agent_token.status, json.loads(with_agent_token.body)["error"]["code"]) == (401, 4105)
    assert "agent's token" in json.loads(with_agent_token.body)["error"]["message"]


def test_a_name_is_given_once_and_in_capitals(world: World) -> None:
    first = world.join("badger")
    with pytest.raises(Refusal) as taken:
        world.join("Badger")

    assert first.symbol == "BADGER"
    assert (taken.value.status, taken.value.code) == (409, 4111)


@pytest.mark.parametrize(
    "body",
    [
        {"symbol": "AB"},
        {"symbol": "AB", "faction": "COSMIC"},
        {"symbol": "ABC", "faction": "NO"},
        {"symbol": "ÄÖÜ", "faction": "COSMIC"},
    ],
)
def test_joining_with_wrong_words_is_refused(world: World, body: dict[str, str]) -> None:
    answer = world.send("POST", "/register", body, world.universe.account_token)

    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (422, 422)


def test_own_pages_ask_for_a_token(world: World) -> None:
    account = world.universe.account_token
    for token, code, why in (
        ("", 4103, "No token"),
        ("nonsense", 4104, "not valid"),
        (account, 4105, "account's token"),
    ):
        world.wait(seconds=5)
        answer = world.send("GET", "/my/agent", None, token)
        error = json.loads(answer.body)["error"]

        assert (answer.status, error["code"]) == (401, code)
        assert why in error["message"]


def test_a_token_of_another_universe_says_that_it_was_reset(world: World) -> None:
    """The universe before the reset issued tokens with its own date in them."""
    later = World(seed=1)
    later.universe.reset_date = "2026-03-08"
    answer = later.send("GET", "/my/agent", None, World(seed=2).join().token)

    error = json.loads(answer.body)["error"]
    assert (answer.status, error["code"]) == (401, 4113)
    assert error["data"] == {"expected": "2026-03-08", "actual": "2026-03-01"}


def test_unknown_paths_and_wrong_methods_have_their_answers(world: World) -> None:
    player = world.join()

    assert player.answer("GET", "/nowhere").status == 404
    assert player.answer("GET", "/my/ships/BADGER-9").status == 404
    assert player.answer("DELETE", "/my/agent").status == 405


@pytest.mark.parametrize("word", ["*", "%3F", "%2F", "a%20b"])
def test_whatever_stands_for_a_name_is_taken_for_one(world: World, word: str) -> None:
    """Not for another page, nor for the end of the path."""
    refusal = world.join().answer("GET", f"/my/ships/{word}/repair")

    assert refusal.status == 404
    assert json.loads(refusal.body)["error"]["message"] == f"Ship {word} was not found."


def test_a_body_of_the_wrong_shape_is_refused_by_field(world: World) -> None:
    player = world.join()
    with pytest.raises(Refusal) as refused:
        player.do(player.frigate, "purchase", symbol="FUEL", units="many")

    assert (refused.value.status, list(refused.value.error["data"])) == (422, ["units"])


def test_lists_come_in_pages(world: World) -> None:
    player = world.join()
    path = f"/systems/{player.home}/waypoints"
    second = player.ask("GET", f"{path}?page=2&limit=7")
    everything = player.everything(path)

    assert second["meta"] == {"total": len(everything), "page": 2, "limit": 7}
    assert second["data"] == everything[7:14]
    assert len(player.get(path)) == 10, "ten are shown unless more are asked for"
    for wrong in ("limit=21", "limit=0", "page=0", "page=x", "page=" + "9" * 5_000):
        assert player.answer("GET", f"{path}?{wrong}").status == 422


def test_waypoints_are_found_by_type_and_traits(world: World) -> None:
    player = world.join()
    path = f"/systems/{player.home}/waypoints"
    moons = player.everything(f"{path}?type=MOON")
    yards = player.everything(f"{path}?traits=MARKETPLACE&traits=SHIPYARD")

    assert {each["type"] for each in moons} == {"MOON"}
    assert yards
    assert all({"MARKETPLACE", "SHIPYARD"} <= {trait["symbol"] for trait in each["traits"]} for each in yards)


def test_two_a_second_and_thirty_more_a_minute_are_answered(world: World) -> None:
    """The two pools are used up together, and the answer says when to come back."""
    statuses = [world.send("GET", "/").status for _ in range(33)]
    answer = world.send("GET", "/")
    error = json.loads(answer.body)["error"]

    assert statuses == [200] * 32 + [429]
    assert error["code"] == 429
    assert answer.headers["retry-after"] == "1.000"
    assert answer.headers["x-ratelimit-limit-burst"] == "30"
    assert answer.headers["x-ratelimit-limit-per-second"] == "2"
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert error["data"]["reset"] == answer.headers["x-ratelimit-reset"] == "2026-03-01T12:00:01.000Z"


def test_the_steady_pool_comes_back_after_a_second_and_the_burst_after_a_minute(world: World) -> None:
    for _ in range(32):
        world.send("GET", "/")
    world.wait(seconds=1)
    steady = [world.send("GET", "/").status for _ in range(3)]
    world.wait(seconds=59)
    burst = [world.send("GET", "/").status for _ in range(33)]

    assert steady == [200, 200, 429]
    assert burst == [200] * 32 + [429]


def test_agents_of_one_account_share_its_limit_and_strangers_have_their_own(world: World) -> None:
    one, two = world.join("ONE"), world.join("TWO")
    world.wait(seconds=61)
    answers = [world.send("GET", "/my/agent", None, player.token).status for player in (one, two) * 17]
    stranger = world.send("GET", "/", address="10.0.0.9")

    assert answers.count(429) == 2
    assert stranger.status == 200


@pytest.mark.parametrize("body", [b"symbol=FUEL&units=3", b' {"symbol":"FUEL","units":3}'])
def test_bodies_may_be_forms_and_json_may_be_called_one(world: World, body: bytes) -> None:
    """Some published clients send forms, and curl names any body one."""
    player = world.join()
    world.wait(seconds=1)
    headers = {"authorization": f"Bearer {player.token}", "content-type": "application/x-www-form-urlencoded"}
    path = f"/my/ships/{player.frigate}/purchase"
    request = Request(method="POST", path=path, headers=headers, body=body, timeout_seconds=1)

    assert world.api.handle(request).status == 201


def test_a_form_of_the_wrong_shape_is_refused(world: World) -> None:
    player = world.join()
    world.wait(seconds=1)
    headers = {"authorization": f"Bearer {player.token}", "content-type": "application/x-www-form-urlencoded"}
    path = f"/my/ships/{player.frigate}/purchase"
    for body in (b"symbol=FUEL&units=many", b"units=3", b"\xff"):
        request = Request(method="POST", path=path, headers=headers, body=body, timeout_seconds=1)
        assert world.api.handle(request).status == 422


def test_pages_beyond_the_description_answer_as_the_live_server_s(world: World) -> None:
    player = world.join()

    codes = json.loads(player.answer("GET", "/error-codes").body)["errorCodes"]
    assert {"name": "UNIVERSE_RESET", "code": 4113} in codes
    assert player.get("/my/factions") == [{"symbol": "COSMIC", "reputation": 0}]
    assert player.get("/my/agent/events") == []
    assert player.get("/my/account")["account"]["token"] == world.universe.account_token


def test_the_status_tells_when_markets_were_updated_last(world: World) -> None:
    told = json.loads(world.send("GET", "/").body)["health"]["lastMarketUpdate"]
    world.wait(hours=1)
    later = json.loads(world.send("GET", "/").body)["health"]["lastMarketUpdate"]

    assert told < later
