"""Agents are taken into the daemon's care, and their tokens stay there."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from starfoundry.daemon.players.service import Players
from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.kernel.errors import Missing, NotPermitted, Refused, Stale
from starfoundry.kernel.ids import PlayerId
from starfoundry.wire.daemon_pb2 import (
    AddPlayerRequest,
    GetContainerRequest,
    ListContainersRequest,
    ListPlayersRequest,
    RegisterPlayerRequest,
)
from tests.daemon.daemons import daemon_in, run


def in_daemon(directory, story, **changes):
    async def play():
        async with daemon_in(directory, **changes) as (daemon, operator):
            return await story(daemon, operator)

    return run(play())


def test_a_registered_agent_is_a_player_with_home_and_credits(tmp_path):
    async def story(_daemon, operator):
        return await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="foundry"))

    player = in_daemon(tmp_path, story)

    assert (player.player_id, player.agent, player.credits) == (1, "FOUNDRY", 175_000)
    assert player.headquarters.startswith(player.system)


def test_players_are_still_there_in_the_next_daemon(tmp_path):
    async def register(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

    async def list_players(_daemon, operator):
        return (await operator.call("ListPlayers", ListPlayersRequest())).players

    in_daemon(tmp_path, register)
    assert [player.agent for player in in_daemon(tmp_path, list_players)] == ["FOUNDRY"]


def test_an_agent_that_is_ours_already_is_not_registered_again(tmp_path):
    async def story(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        with pytest.raises(Stale, match="as player 1"):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

    in_daemon(tmp_path, story)


def test_two_callers_at_once_register_an_agent_once(tmp_path):
    async def story(_daemon, operator):
        request = RegisterPlayerRequest(agent="FOUNDRY")
        return await asyncio.gather(operator.call("RegisterPlayer", request), operator.call("RegisterPlayer", request))

    first, second = in_daemon(tmp_path, story)

    assert first == second


def test_a_caller_that_leaves_does_not_lose_the_agent(tmp_path):
    """The game gives the token once; without it the agent would be lost."""

    async def story(_daemon, operator):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        await asyncio.sleep(60)
        return (await operator.call("ListPlayers", ListPlayersRequest())).players

    assert [player.agent for player in in_daemon(tmp_path, story)] == ["FOUNDRY"]


@pytest.mark.parametrize("agent", ["", "AB", "FIFTEEN-LETTERS", "WITH SPACE", "A/../B", "ÄÖÜ"])
def test_a_callsign_that_cannot_be_is_refused_before_the_game_is_asked(tmp_path, agent):
    async def story(_daemon, operator):
        with pytest.raises(Refused) as refusal:
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent=agent))
        return refusal.value.fields[0].field

    assert in_daemon(tmp_path, story) == "agent"


def test_an_agent_that_exists_is_added_by_its_token(tmp_path):
    async def story(daemon, operator):
        registered = await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        token = daemon.ports.transport.api.universe.agents["FOUNDRY"].token
        again = await operator.call("AddPlayer", AddPlayerRequest(agent_token=f" {token}\n"))
        return registered, again

    registered, again = in_daemon(tmp_path, story)

    assert (again.player_id, again.agent) == (registered.player_id, "FOUNDRY")


def test_a_token_that_is_none_is_not_permitted(tmp_path):
    async def story(_daemon, operator):
        with pytest.raises(NotPermitted):
            await operator.call("AddPlayer", AddPlayerRequest(agent_token="nonsense"))

    in_daemon(tmp_path, story)


def test_no_file_of_the_data_directory_but_the_universe_itself_holds_a_token(tmp_path):
    async def story(daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        universe = daemon.ports.transport.api.universe
        return universe.agents["FOUNDRY"].token, universe.account_token

    tokens = in_daemon(tmp_path, story)

    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "sandbox.universe"]
    assert {"test.db", "sandbox.journal"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not any(token.encode() in content for token in tokens), path


def test_a_token_is_for_the_server_it_was_given_by(tmp_path):
    """Pointed at another server, the daemon refuses to play rather than show the token there."""

    async def register(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

    in_daemon(tmp_path, register)

    async def story(daemon, _operator):
        nothing: Any = None
        elsewhere = Players(
            database=daemon.database,
            clock=nothing,
            public_api=nothing,
            play=lambda _token, _player: pytest.fail("the token was taken out"),
            cipher=TokenCipher.load(tmp_path),
            server="https://elsewhere.example",
            account_token="",
        )
        with pytest.raises(Refused, match="was encrypted for FOUNDRY on sandbox"):
            await elsewhere.game_of(PlayerId(1))

    in_daemon(tmp_path, story)


def test_another_players_container_and_an_absent_player_look_the_same(tmp_path):
    async def story(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
        with pytest.raises(Missing):
            await operator.call("GetContainer", GetContainerRequest(player_id=1, container_id="x"))
        with pytest.raises(Missing, match="no player 2"):
            await operator.call("GetContainer", GetContainerRequest(player_id=2, container_id="x"))
        with pytest.raises(Refused, match="player_id"):
            await operator.call("GetContainer", GetContainerRequest(container_id="x"))
        return await operator.call("ListContainers", ListContainersRequest(player_id=1))

    assert list(in_daemon(tmp_path, story).containers) == []


def test_the_database_file_holds_the_sealed_token_only(tmp_path):
    async def register(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

    in_daemon(tmp_path, register)

    with closing(sqlite3.connect(tmp_path / "test.db")) as connection, connection:
        (encrypted,) = connection.execute("SELECT token_sealed FROM players").fetchone()
    connection.close()
    assert encrypted.startswith(b"gAAAA")
