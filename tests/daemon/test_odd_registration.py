"""A token comes once: it is stored whatever else the answer to a registration holds, and the rest is asked for."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from starfoundry.game.transport.transport import Request, Response, Transport
from starfoundry.kernel.errors import Refused
from starfoundry.wire.daemon_pb2 import (
    AddPlayerRequest,
    ListPlayersRequest,
    ListShipsRequest,
    RegisterPlayerRequest,
)
from tests.daemon.daemons import daemon_in, run

Change = Callable[[dict[str, Any]], object]


class Meddling:
    """Changes the answers to the requests whose path ends as one of `changes` does."""

    def __init__(self, inner: Transport, changes: dict[str, Change]) -> None:
        self._inner = inner
        self._changes = changes

    async def send(self, request: Request) -> Response:
        """The universe's answer, or what has become of it."""
        answer = await self._inner.send(request)
        for path, change in self._changes.items():
            if request.path.endswith(path) and answer.status < 300:
                data = json.loads(answer.body)
                change(data["data"])
                return Response(status=answer.status, headers=answer.headers, body=json.dumps(data).encode())
        return answer

    async def close(self) -> None:
        """As the one inside."""
        await self._inner.close()


def odd(path: str, name: str, value: object) -> dict[str, Change]:
    """The answer of a path with an odd agent."""

    def change(data: dict[str, Any]) -> None:
        agent = data["agent"] if path == "/register" else data
        agent[name] = value

    return {path: change}


def registered(directory, changes):
    """The player that a registration makes while answers are changed, and the players of a daemon after it."""

    async def play():
        async with daemon_in(directory, through=lambda way: Meddling(way, changes)) as (_, operator):
            player = await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        async with daemon_in(directory) as (_, operator):
            ships = (await operator.call("ListShips", ListShipsRequest(player_id=1))).ships
            return player, (await operator.call("ListPlayers", ListPlayersRequest())).players[0], len(ships)

    return run(play())


@pytest.mark.parametrize(
    ("name", "value"),
    [("headquarters", None), ("credits", 2**63), ("symbol", 7), ("symbol", "PLUGH"), ("headquarters", "")],
    ids=["no-home", "credits", "symbol", "another-agent", "empty-home"],
)
def test_a_registration_with_an_odd_agent_makes_a_player_that_is_at_home(tmp_path, name, value):
    player, later, ships = registered(tmp_path, odd("/register", name, value))

    assert player.agent == "FOUNDRY"
    assert player.credits == 175_000
    assert player.headquarters.startswith(player.system)
    assert (later.headquarters, ships) == (player.headquarters, 2)


def test_what_no_answer_tells_is_asked_for_after_a_restart(tmp_path):
    everywhere = odd("/register", "credits", 2**63) | odd("/my/agent", "credits", 2**63)
    player, later, ships = registered(tmp_path, everywhere)

    assert (player.agent, player.system) == ("FOUNDRY", "")
    assert later.headquarters.startswith(later.system)
    assert (later.credits, ships) == (175_000, 2)


def test_a_player_without_headquarters_is_at_home_where_its_first_ship_is(tmp_path):
    everywhere = odd("/register", "headquarters", None) | odd("/my/agent", "headquarters", None)
    player, _, ships = registered(tmp_path, everywhere)

    assert player.headquarters == ""
    assert player.system.startswith("X1-")
    assert ships == 2


def test_tokens_are_taken_with_the_line_end_that_a_file_leaves(tmp_path):
    async def play():
        async with daemon_in(tmp_path) as (daemon, operator):
            universe = daemon.ports.transport.api.universe
            account = universe.account_token + "\n"
        async with daemon_in(tmp_path, account_token=account) as (daemon, operator):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY", account_token=account))
            universe = daemon.ports.transport.api.universe
            again = AddPlayerRequest(agent_token=f" {universe.agents['FOUNDRY'].token}\r\n")
            return (await operator.call("AddPlayer", again)).player_id

    assert run(play()) == 1


def test_an_account_token_that_no_request_can_carry_is_refused_by_its_name(tmp_path):
    async def play():
        async with daemon_in(tmp_path) as (_, operator):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY", account_token="two\nlines"))

    with pytest.raises(Refused, match="account_token must be a token without spaces"):
        run(play())
