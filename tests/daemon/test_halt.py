"""Halts: reads continue, halted calls stop at once, and continue after the release."""

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from starfoundry.containers.runtime.current_container import set_current_container
from starfoundry.daemon.halt.halt_files import HaltFiles, HaltFileStuck, HaltScope
from starfoundry.daemon.halt.haltable_transport import CallsInProgress, HaltableTransport
from starfoundry.daemon.halt.rpc import HaltRpc
from starfoundry.game.transport.transport import ConnectionNeverMade, Request, Response
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.clock import LoopClock, SystemClock
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.wire.daemon_pb2 import AwaitHaltRequest

ALL = HaltScope()
FIRST = HaltScope(player_id=PlayerId(1))
MINING = HaltScope(container_id=ContainerId("mining/1"))


class Slow:
    """A transport that answers when it is told to."""

    def __init__(self):
        self.sent = []
        self.answer = asyncio.Event()

    async def send(self, request):
        self.sent.append(request.method)
        await self.answer.wait()
        return Response(status=200, headers={}, body=b"{}")

    async def close(self):
        self.sent.append("closed")


def request(method: str = "POST") -> Request:
    return Request(method=method, path="/my/ships/A-1/dock", headers={}, body=None, timeout_seconds=1)


def haltable(directory, player_id=1):
    """A transport that can be halted, with the one behind it."""
    inner = Slow()
    in_flight = CallsInProgress()
    return HaltableTransport(
        inner=inner, halt_files=HaltFiles(directory), in_flight=in_flight, player_id=player_id
    ), inner


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_nothing_that_changes_the_game_is_sent_while_halted(tmp_path, method):
    async def main():
        transport, inner = haltable(tmp_path)
        inner.answer.set()
        halt_files = HaltFiles(tmp_path)
        await transport.send(request(method))
        halt_files.halt(ALL)
        with pytest.raises(ConnectionNeverMade, match="halted by the operator"):
            await transport.send(request(method))
        await transport.send(request("GET"))
        halt_files.release(ALL)
        await transport.send(request(method))
        return inner.sent

    assert asyncio.run(main()) == [method, "GET", method]


@pytest.mark.parametrize(
    ("scope", "player_id", "container_id", "leaves"),
    [
        (ALL, None, None, False),
        (FIRST, 1, None, False),
        (FIRST, 1, "mining/1", False),
        (FIRST, 2, "mining/1", True),
        (FIRST, None, None, True),
        (MINING, 1, "mining/1", False),
        (MINING, 1, "mining", True),
        (MINING, 1, None, True),
    ],
)
def test_a_halt_holds_its_scope_and_nobody_else(tmp_path, scope, player_id, container_id, leaves):
    async def main():
        transport, inner = haltable(tmp_path, player_id)
        inner.answer.set()
        HaltFiles(tmp_path).halt(scope)
        if container_id:
            set_current_container(ContainerId(container_id))
        try:
            await asyncio.create_task(transport.send(request()))  # as deep down as a worker's call
        except ConnectionNeverMade:
            return False
        return True

    assert asyncio.run(main()) is leaves


def test_what_is_under_way_is_waited_for_and_only_that_of_the_scope(tmp_path):
    async def main():
        transport, inner = haltable(tmp_path)
        call = asyncio.create_task(transport.send(request()))
        await asyncio.sleep(0)
        in_flight = transport.in_flight
        await in_flight.none_left(HaltScope(player_id=PlayerId(2)))
        waiting = asyncio.create_task(in_flight.none_left(FIRST))
        await asyncio.sleep(0.01)
        before = (waiting.done(), in_flight.count(FIRST))
        inner.answer.set()
        await asyncio.gather(call, waiting)
        return before, in_flight.count(ALL)

    assert asyncio.run(main()) == ((False, 1), 0)


def test_a_call_is_waited_for_in_real_seconds_where_the_daemons_time_runs_faster(tmp_path):
    async def main():
        transport, inner = haltable(tmp_path)
        call = asyncio.create_task(transport.send(request()))
        await asyncio.sleep(0)
        halt_files = HaltFiles(tmp_path)
        halt_files.halt(ALL)
        asyncio.get_running_loop().call_later(20, inner.answer.set)  # a tenth of a real second
        nothing: Any = None
        parts = {"halt_files": halt_files, "in_flight": transport.in_flight, "data_dir": tmp_path}
        rpc = HaltRpc(database=nothing, gate=nothing, **parts)
        told = await rpc.AwaitHalt(AwaitHaltRequest(wait_milliseconds=10_000), None)
        await call
        return told.is_halted, told.calls_under_way

    with asyncio.Runner(loop_factory=lambda: new_event_loop(200)) as runner:
        assert runner.run(main()) == (True, 0)


def test_a_call_that_is_given_up_is_under_way_no_more(tmp_path):
    async def main():
        transport, _inner = haltable(tmp_path)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await transport.send(request())
        return transport.in_flight.count(ALL)

    assert asyncio.run(main()) == 0


def test_a_halt_began_at_a_moment_of_the_daemons_own_time(tmp_path):
    """Once `health` told a moment of the machine's between those of a sandbox that runs faster."""
    begins = datetime(2020, 1, 1, tzinfo=UTC)

    async def main():
        clock = LoopClock(asyncio.get_running_loop(), begins)
        await asyncio.sleep(600)
        before = clock.now()
        HaltFiles(tmp_path).halt(ALL)
        return before, HaltFiles(tmp_path).since(ALL, clock), clock.now()

    with asyncio.Runner(loop_factory=lambda: new_event_loop(1_000)) as runner:
        before, since, after = runner.run(main())
    assert before - timedelta(seconds=30) < since <= after, "files are dated by hundredths of a second"
    real = HaltFiles(tmp_path).since(ALL, SystemClock())
    assert real is not None
    assert real.year > begins.year


def test_every_halt_is_listed_the_widest_first(tmp_path):
    halt_files = HaltFiles(tmp_path)
    for scope in (MINING, FIRST, ALL):
        halt_files.halt(scope)
    (tmp_path / "halted.player-x").touch()

    assert halt_files.halts() == (ALL, FIRST, MINING)
    assert halt_files.halt_of(PlayerId(1), MINING.container_id) == ALL
    assert (halt_files.release(ALL), halt_files.release(ALL)) == (True, False)
    assert halt_files.halt_of(PlayerId(1), MINING.container_id) == FIRST


def test_a_directory_that_does_not_exist_is_refused_rather_than_halted_for_nothing(tmp_path):
    with pytest.raises(Missing, match="--data-dir"):
        HaltFiles(tmp_path / "elsewhere").halt(ALL)


def test_a_halt_that_cannot_be_set_says_what_to_do_instead(tmp_path, monkeypatch):
    with refusing_disk(monkeypatch), pytest.raises(HaltFileStuck, match="No space left") as told:
        HaltFiles(tmp_path).halt(ALL)
    assert "kill" in told.value.next_step


@contextmanager
def refusing_disk(monkeypatch):
    """A disk without room for one more file."""

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.touch", full)
        yield


@pytest.mark.parametrize("scope", [ALL, FIRST, MINING])
def test_the_text_of_a_scope_names_it(scope):
    assert HaltScope.named(str(scope)) == scope
