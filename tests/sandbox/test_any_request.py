"""Requests drawn at random from the game's description: whatever is asked, no 5xx and no status that is not the game's.

Paths, queries and bodies are drawn for each operation, some right, some nearly right, some nonsense; every success is
held against the description, every refusal has the game's shape.
"""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.game.transport.transport import Request
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.state.universe_config import UniverseConfig
from tests.sandbox import refusals
from tests.sandbox.description import DESCRIPTION, hold_against, operations, paths
from tests.sandbox.player import Json, Player, World

pytestmark = pytest.mark.skipif(not DESCRIPTION.is_dir(), reason="the game's description is not at hand")

Scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
Nonsense = st.recursive(
    Scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
Goods = st.sampled_from(["FUEL", "IRON_ORE", "FAB_MATS", "MOUNT_GAS_SIPHON_II", "MODULE_GAS_PROCESSOR_I", "NOTHING"])
CODES = {code.value for code in Code}


@pytest.fixture(scope="module")
def player() -> Player:
    """A rich player with ships in orbit, docked and under way."""
    world = World(3, universe_config=UniverseConfig(systems=12, has_gate=True))
    player = world.join()
    world.universe.agents[player.symbol].credits = 10**9
    yard = player.registration["ships"][1]["nav"]["waypointSymbol"]
    for _ in range(2):
        player.ask("POST", "/my/ships", {"shipType": "SHIP_MINING_DRONE", "waypointSymbol": yard})
    player.do(player.frigate, "orbit")
    return player


def known(player: Player) -> dict[str, st.SearchStrategy[str]]:
    """For each variable of a path or body, words that mean something."""
    universe = player.world.universe
    waypoints = [place.symbol for place in universe.system.places[:12]] + [*universe.galaxy.roads][:4]
    ships = [f"{player.symbol}-{number}" for number in range(1, 6)]
    return {
        "systemSymbol": st.sampled_from([*universe.galaxy.stars]),
        "waypointSymbol": st.sampled_from(waypoints),
        "shipSymbol": st.sampled_from(ships),
        "contractId": st.just(player.registration["contract"]["id"]),
        "factionSymbol": st.sampled_from(["COSMIC", "VOID", "NOBODY"]),
        "agentSymbol": st.sampled_from([player.symbol, "NOBODY"]),
        "symbol": Goods,
        "tradeSymbol": Goods,
        "produce": st.sampled_from(["IRON", "FUEL", "GOLD", "LEAD"]),
        "flightMode": st.sampled_from(["CRUISE", "DRIFT", "BURN", "STEALTH", "WALK"]),
        "shipType": st.sampled_from(["SHIP_PROBE", "SHIP_MINING_DRONE", "SHIP_BULK_FREIGHTER", "BOAT"]),
        "faction": st.sampled_from(["COSMIC", "NOBODY"]),
        "signature": st.just("X-1"),
        "size": st.just("SMALL"),
        "expiration": st.just("2026-03-01T12:00:00Z"),
    }


def words_of(player: Player, name: str) -> st.SearchStrategy[Any]:
    """A value for a field or variable: mostly one that means something."""
    right = known(player).get(name)
    if name == "units":
        return st.integers(min_value=-2, max_value=90) | st.sampled_from(["5", None, 1.5, 2**70])
    if name == "deposits":
        return st.lists(st.fixed_dictionaries({"symbol": Goods}), max_size=3)
    return st.text(max_size=12) if right is None else right | right | right | st.text(max_size=12)


def bodies(player: Player, operation: Json) -> st.SearchStrategy[Any]:
    """A body for an operation: of the right fields, of some of them, or nonsense."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return st.none() | Nonsense
    names = [*content["schema"].get("properties", {})] or ["signature", "symbol", "deposits", "expiration", "size"]
    fields = {name: words_of(player, name) for name in names if name != "survey"}
    return st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields) | Nonsense


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_no_request_gets_a_5xx_or_a_status_that_is_not_the_games(player: Player, data: st.DataObject) -> None:
    method, template = data.draw(st.sampled_from([*operations()]))
    operation = paths()[template][method.lower()]
    path = template
    for name in [part[1:-1] for part in template.split("/") if part.startswith("{")]:
        word = str(data.draw(words_of(player, name))) or "-"
        path = path.replace(f"{{{name}}}", quote(word, safe=""))
    if data.draw(st.booleans()) and any(each.get("in") == "query" for each in operation.get("parameters", [])):
        page = data.draw(st.integers(min_value=-1, max_value=25) | st.text(max_size=4))
        path += (
            f"?page={quote(str(page))}&limit={data.draw(st.integers(min_value=-1, max_value=25))}&traits=MARKETPLACE"
        )
    body = data.draw(bodies(player, operation))
    raw = data.draw(st.sampled_from([json.dumps(body).encode(), None, b"{", b"\xff\xfe"])) if method != "GET" else None
    token = data.draw(st.sampled_from([player.token, player.token, player.token, "", "x.y.z"]))
    if template == "/register":
        token = player.world.universe.account_token
    form = data.draw(st.sampled_from(["application/json"] * 5 + ["application/x-www-form-urlencoded"]))
    headers = {"content-type": form} | ({"authorization": f"Bearer {token}"} if token else {})
    player.world.wait(seconds=data.draw(st.sampled_from([1, 1, 1, 300])))
    answer = player.world.api.handle(
        Request(method=method, path=path, headers=headers, body=raw, timeout_seconds=1), address="fuzz"
    )

    content = json.loads(answer.body) if answer.body else {}
    if answer.status < 400:
        hold_against(method, template, answer.status, content)
    else:
        assert answer.status in refusals.statuses(method, template, operation), (
            method,
            template,
            answer.status,
            content,
        )
        assert content["error"]["code"] in CODES
        assert content["error"]["message"]
