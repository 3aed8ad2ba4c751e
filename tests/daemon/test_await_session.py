"""Containers wait for their player's session, but listen while they do."""

import asyncio
import functools
from datetime import UTC, datetime

import pytest

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.daemon.players.await_session import AwaitSession
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import NotPermitted, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from tests.daemon.test_sessions import Opener

CONTAINER = Container(
    id=ContainerId("c"),
    player_id=PlayerId(1),
    type="work",
    status=ContainerStatus.RUNNING,
    config={},
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def runs(*failures, stop_after=None, cancel_after=None, ending=Ending.SOON, is_shutdown=False):
    """When the container's own work began, if it did, and when the run ended."""

    async def body():
        began = []
        loop = asyncio.get_running_loop()

        async def work(_container, stop):
            began.append(loop.time())
            await stop.wait()

        stop = StopSignal()
        running = asyncio.create_task(AwaitSession(Opener(*failures).sessions, work)(CONTAINER, stop))
        if stop_after is not None:
            asked = functools.partial(stop.request, ending, is_shutdown=is_shutdown)
            loop.call_later(stop_after, asked) if stop_after else asked()
        if cancel_after is not None:
            loop.call_later(cancel_after, running.cancel)
        await running
        return began, loop.time()

    return run(body())


def test_work_begins_once_the_player_can_play():
    assert runs(stop_after=10) == ([1.0], 10.0)


def test_a_stop_during_the_wait_ends_it_at_once_and_no_work_begins():
    assert runs(stop_after=0.5) == ([], 0.5)


def test_a_stop_is_heard_while_the_game_is_away_too():
    assert runs(*(Unavailable("away") for _ in range(9)), stop_after=100) == ([], 100.0)


@pytest.mark.parametrize(
    ("ending", "stop_after"), [(Ending.SOON, 0), (Ending.DRAINED, 0), (Ending.DRAINED, 0.5)], ids=str
)
def test_work_that_is_left_from_before_is_waited_for_to_end_it_well(ending, stop_after):
    assert runs(stop_after=stop_after, ending=ending) == ([1.0], 1.0)


@pytest.mark.parametrize("stop_after", [0, 0.5])
def test_a_shutdown_ends_the_wait_at_once(stop_after):
    assert runs(stop_after=stop_after, is_shutdown=True) == ([], stop_after)


def test_being_cancelled_is_not_mistaken_for_a_stop():
    with pytest.raises(asyncio.CancelledError):
        runs(cancel_after=0.5)


def test_what_waiting_cannot_cure_is_a_crash():
    with pytest.raises(NotPermitted):
        runs(NotPermitted("bad token"))
