"""A server whose time runs at another speed than ours is told; the live one, which says nothing of it, is not."""

import asyncio
from datetime import UTC, datetime

from starfoundry.drill.virtual_time.loop import run
from starfoundry.game.transport.server_pace import SPEED_HEADER, ServerPaceWatch
from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.conditions import Condition
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.condition_registry import ConditionRegistry
from tests.game.wire import Wire

STATUS = Request(method="GET", path="/", headers={}, body=None, timeout_seconds=1)


def told_after(*speeds: str | None) -> tuple[Condition, ...]:
    """What is told after answers of a server that runs at these speeds, one after another."""
    left = iter(speeds)

    def answer(_request: Request) -> Response:
        speed = next(left)
        return Response(status=200, headers={} if speed is None else {SPEED_HEADER: speed}, body=b"{}")

    async def scene() -> tuple[Condition, ...]:
        conditions = ConditionRegistry(LoopClock(asyncio.get_running_loop(), datetime(2026, 1, 1, tzinfo=UTC)))
        transport = ServerPaceWatch(Wire(answer), conditions.daemon)
        for _ in speeds:
            await transport.send(STATUS)
        return conditions.current()

    return run(scene())


def test_a_server_at_real_time_is_nothing_to_tell():
    assert told_after(None, None) == ()


def test_a_server_at_another_speed_is_told_with_what_to_do():
    (told,) = told_after("60", "60")

    assert told.reason == "the server runs 60 times as fast as real time, and this daemon waits in real time"
    assert told.next_step.endswith("--sandbox --speed X")
    assert told.degrades


def test_a_server_that_never_waits_is_told():
    (told,) = told_after("max")

    assert "as fast as possible" in told.reason


def test_it_is_told_no_longer_once_the_server_runs_at_real_time():
    assert told_after("60", None) == ()
