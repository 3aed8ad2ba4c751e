"""The sandbox as a transport in one process with its client."""

import asyncio
import json

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.runtime.clock import LoopClock
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe
from tests.sandbox.player import EPOCH


def status_request(timeout_seconds: float = 5.0) -> Request:
    return Request(method="GET", path="/", headers={}, body=None, timeout_seconds=timeout_seconds)


def transport(delay_seconds: tuple[float, float] = (0.05, 0.15)) -> SandboxTransport:
    clock = LoopClock(asyncio.get_running_loop(), EPOCH)
    return SandboxTransport(Universe(1, clock), delay_seconds=delay_seconds)


def test_an_answer_takes_the_networks_time_and_no_real_time() -> None:
    async def play() -> tuple[Response, float]:
        carrier = transport()
        before = asyncio.get_running_loop().time()
        answer = await carrier.send(status_request())
        return answer, asyncio.get_running_loop().time() - before

    answer, seconds = loop.run(play())

    assert answer.status == 200
    assert json.loads(answer.body)["resetDate"] == "2026-03-01"
    assert 0.05 <= seconds <= 0.15


def test_an_answer_that_takes_longer_than_the_client_waits_is_lost_yet_applied() -> None:
    async def play() -> Universe:
        carrier = transport(delay_seconds=(2.0, 2.0))
        universe = carrier.api.universe
        request = Request(
            method="POST",
            path="/register",
            headers={"authorization": f"Bearer {universe.account_token}"},
            body=b'{"symbol": "LATE", "faction": "COSMIC"}',
            timeout_seconds=1.0,
        )
        with pytest.raises(AnswerLost):
            await carrier.send(request)
        return universe

    assert list(loop.run(play()).agents) == ["LATE"]


def test_a_closed_transport_sends_nothing() -> None:
    async def play() -> None:
        carrier = transport()
        await carrier.close()
        await carrier.close()
        with pytest.raises(ConnectionNeverMade):
            await carrier.send(status_request())

    loop.run(play())
