"""One session for each player, however many want it, and however the game is."""

import asyncio

import pytest

from starfoundry.daemon.players.sessions import RETRY_SECONDS, Sessions
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import NotPermitted, Unavailable
from starfoundry.kernel.ids import PlayerId

PLAYER = PlayerId(1)


class Opener:
    """Opens sessions in a second each, after failing as often as told."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.opened = 0
        self.closed = []
        self.sessions = Sessions(self.open, self.close)

    async def open(self, player_id):
        await asyncio.sleep(1)
        if self.failures:
            raise self.failures.pop(0)
        self.opened += 1
        return f"session {self.opened} of {player_id}"

    async def close(self, session):
        self.closed.append(session)


def test_all_who_want_it_share_one(tmp_path):
    async def body():
        opener = Opener()
        return await asyncio.gather(*(opener.sessions.get(PLAYER) for _ in range(5)))

    assert run(body()) == ["session 1 of 1"] * 5


def test_a_caller_that_leaves_takes_nobodys_session_away():
    async def body():
        opener = Opener()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await opener.sessions.get(PLAYER)
        return await opener.sessions.get(PLAYER), asyncio.get_running_loop().time()

    assert run(body()) == ("session 1 of 1", 1.0)


def test_a_failed_opening_is_told_and_tried_anew_by_the_next():
    async def body():
        opener = Opener(NotPermitted("bad token"))
        with pytest.raises(NotPermitted):
            await opener.sessions.get(PLAYER)
        assert opener.sessions.opened(PLAYER) is None
        return await opener.sessions.get(PLAYER)

    assert run(body()) == "session 1 of 1"


def test_work_without_a_caller_waits_until_the_game_can_be_reached():
    async def body():
        opener = Opener(*(Unavailable("away") for _ in range(5)))
        session = await opener.sessions.when_ready(PLAYER)
        return session, asyncio.get_running_loop().time()

    pauses = RETRY_SECONDS[0] + RETRY_SECONDS[1] + 3 * RETRY_SECONDS[2]
    assert run(body()) == ("session 1 of 1", 6 + pauses)


def test_what_waiting_cannot_cure_is_raised_at_once():
    async def body():
        with pytest.raises(NotPermitted):
            await Opener(NotPermitted("bad token")).sessions.when_ready(PLAYER)

    run(body())


def test_a_session_may_be_begun_for_whoever_will_want_it():
    async def body():
        opener = Opener()
        opener.sessions.begin(PLAYER)
        assert opener.sessions.opened(PLAYER) is None
        await asyncio.sleep(2)
        return opener.sessions.opened(PLAYER), opener.sessions.all_opened()

    assert run(body()) == ("session 1 of 1", ("session 1 of 1",))


def test_closing_closes_the_open_and_gives_up_the_rest():
    async def body():
        opener = Opener()
        await opener.sessions.get(PLAYER)
        opener.sessions.begin(PlayerId(2))
        await opener.sessions.close()
        await asyncio.sleep(5)
        return opener.closed, opener.opened

    assert run(body()) == (["session 1 of 1"], 1)
