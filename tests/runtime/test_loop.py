"""Loops at another speed: time is scaled or jumps, and a real gRPC server does not notice."""

import asyncio
import time

import grpc
import grpc.aio
import pytest

from starfoundry.kernel.errors import Refused
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.scaled_loop import loop_seconds, new_event_loop
from starfoundry.wire import daemon_pb2, daemon_pb2_grpc
from tests.patience import DEADLINE_SECONDS


def run_at(speed, coroutine):
    """The result of `coroutine` on a new loop of that speed, and the real seconds it took."""
    began = time.perf_counter()
    with asyncio.Runner(loop_factory=lambda: new_event_loop(speed)) as runner:
        result = runner.run(coroutine)
    return result, time.perf_counter() - began


async def sleep(seconds):
    """How long a sleep takes in the loop's own time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(seconds)
    return loop.time() - began


def test_speed_one_is_asyncios_own_loop():
    loop = new_event_loop(1)
    loop.close()

    assert type(loop) is asyncio.SelectorEventLoop


def test_a_scaled_second_is_a_fraction_of_a_real_one():
    slept, took = run_at(100, sleep(30))

    assert slept >= 30
    assert 0.3 <= took < 30


def test_timeouts_are_scaled_like_sleeps():
    async def give_up():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20):
                await asyncio.sleep(10_000)

    _, took = run_at(200, give_up())

    assert 0.1 <= took < 20


@pytest.mark.parametrize(("speed", "counted"), [(1, 5), (100, 500), (0, 5)])
def test_seconds_of_a_person_are_more_where_time_is_scaled(speed, counted):
    async def of_a_person():
        return loop_seconds(5)

    assert run_at(speed, of_a_person())[0] == counted


def test_a_jumping_loop_sleeps_for_a_month_at_once():
    slept, took = run_at(0, sleep(30 * 86_400))

    assert slept == 30 * 86_400
    assert took < 86_400


def test_a_jumping_loop_does_blocking_work_without_time_passing():
    async def block():
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, time.sleep, 0.05)  # noqa: TID251  (blocking is the point)
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, divmod, 1, 0)
        return loop.time()

    result, _ = run_at(0, block())

    assert result == 0


def test_a_jumping_loop_hears_sockets_between_two_jumps():
    async def talk():
        first = asyncio.Event()

        async def greet(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()
            first.set()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        ticking = asyncio.get_running_loop().create_task(tick())
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        answer = await reader.readline()
        await first.wait()
        ticking.cancel()
        writer.close()
        server.close()
        return answer

    async def tick():
        for _ in range(10_000_000):
            await asyncio.sleep(1)

    result, took = run_at(0, talk())

    assert result == b"hello\n"
    assert took < 60


@pytest.mark.parametrize("speed", [-1, 10_001, float("nan")])
def test_an_impossible_speed_is_refused_by_name(speed):
    with pytest.raises(Refused, match="speed must be 0"):
        new_event_loop(speed)


class SlowHealth(daemon_pb2_grpc.DaemonServiceServicer):
    """A servicer that thinks for thirty seconds of its loop's time."""

    async def GetHealth(self, request, context):  # noqa: N802
        await asyncio.sleep(30)
        return daemon_pb2.Health(status="ok")


@pytest.mark.parametrize("speed", [50, 0])
def test_a_real_grpc_server_and_client_run_on_it(speed, tmp_path):
    address = f"unix:{tmp_path}/daemon.sock"

    async def serve_and_call():
        server = grpc.aio.server()
        daemon_pb2_grpc.add_DaemonServiceServicer_to_server(SlowHealth(), server)  # type: ignore[abstract]
        server.add_insecure_port(address)
        await server.start()
        try:
            async with grpc.aio.insecure_channel(address) as channel:
                stub = daemon_pb2_grpc.DaemonServiceStub(channel)
                calls = [stub.GetHealth(daemon_pb2.GetHealthRequest(), timeout=DEADLINE_SECONDS) for _ in range(5)]
                return [(await call).status for call in calls]
        finally:
            await server.stop(grace=None)

    statuses, took = run_at(speed, serve_and_call())

    assert statuses == ["ok"] * 5
    assert took < 30


def test_the_loop_clock_shows_the_loops_time_as_a_wall_clock():
    from datetime import UTC, datetime, timedelta

    epoch = datetime(2026, 1, 1, tzinfo=UTC)

    async def look():
        clock = LoopClock(asyncio.get_running_loop(), epoch)
        await asyncio.sleep(3_600)
        return clock.now(), clock.elapsed()

    (shown, elapsed), _ = run_at(0, look())

    assert shown == epoch + timedelta(hours=1)
    assert elapsed == 3_600
