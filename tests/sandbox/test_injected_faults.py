"""Faults on demand: each kind, what of the request was applied, and what the caller gets."""

import asyncio
import json
from typing import Any

import pytest

from starfoundry.drill.virtual_time.loop import run
from starfoundry.game.transport.transport import AnswerLost, Request, Response
from starfoundry.kernel.errors import Refused
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.connection import Connection
from starfoundry.sandbox.http.in_process import SandboxTransport
from tests.sandbox.player import HandClock, Player, World
from tests.sandbox.test_http1 import Wire

BUY = b'{"symbol":"FUEL","units":3}'


class Bench:
    """A player at the capital's market, behind a transport whose faults are ours."""

    def __init__(self, *faults: Fault) -> None:
        self.world = World(1)
        self.player: Player = self.world.join()
        self.world.wait(seconds=5)
        self.transport = SandboxTransport(self.world.universe, delay_seconds=(0.0, 0.0))
        for fault in faults:
            self.transport.api.faults.add(fault)

    def request(self, timeout_seconds: float = 10) -> Request:
        path = f"/my/ships/{self.player.frigate}/purchase"
        headers = {"authorization": f"Bearer {self.player.token}"}
        return Request(method="POST", path=path, headers=headers, body=BUY, timeout_seconds=timeout_seconds)

    def buy(self, **patience: float) -> Response:
        return run(self.transport.send(self.request(**patience)))

    @property
    def bought(self) -> int:
        ship = next(iter(self.world.universe.agents["BADGER"].ships.values()))
        return sum(ship.cargo.values())


@pytest.mark.parametrize(
    ("kind", "status", "bought"),
    [
        (FaultKind.LATENCY, 201, 3),
        (FaultKind.RATE_LIMITED, 429, 0),
        (FaultKind.ERROR_BEFORE, 502, 0),
        (FaultKind.ERROR_AFTER, 502, 3),
        (FaultKind.RESET, 401, 0),
    ],
)
def test_faults_that_are_answered(kind: FaultKind, status: int, bought: int) -> None:
    bench = Bench(Fault(kind=kind, status=502))
    answer = bench.buy()

    assert (answer.status, bench.bought) == (status, bought)


@pytest.mark.parametrize(("kind", "bought"), [(FaultKind.LOST, 3), (FaultKind.TRUNCATED, 3), (FaultKind.LATE, 0)])
def test_faults_that_swallow_the_answer(kind: FaultKind, bought: int) -> None:
    bench = Bench(Fault(kind=kind, seconds=30))
    with pytest.raises(AnswerLost):
        bench.buy()

    assert bench.bought == bought


def test_a_late_request_is_applied_after_its_caller_has_given_up() -> None:
    bench = Bench(Fault(kind=FaultKind.LATE, seconds=30))

    async def watch() -> list[int]:
        seen = []
        with pytest.raises(AnswerLost):
            await bench.transport.send(bench.request())
        for seconds in (29, 2):
            await asyncio.sleep(seconds)
            seen.append(bench.bought)
        return seen

    assert run(watch()) == [0, 3]


def test_a_latency_longer_than_the_callers_patience_leaves_the_request_in_doubt() -> None:
    bench = Bench(Fault(kind=FaultKind.LATENCY, seconds=20))

    async def watch() -> int:
        with pytest.raises(AnswerLost, match="within 5"):
            await bench.transport.send(bench.request(timeout_seconds=5))
        await asyncio.sleep(30)
        return bench.bought

    assert run(watch()) == 3


def test_a_broken_ship_answers_nothing_and_the_others_do() -> None:
    bench = Bench(Fault(kind=FaultKind.BROKEN_SHIP, ship="BADGER-1"))
    headers = {"authorization": f"Bearer {bench.player.token}"}
    probe = Request(method="GET", path="/my/ships/BADGER-2", headers=headers, body=None, timeout_seconds=1)

    assert bench.buy().status == 500
    assert run(bench.transport.send(probe)).status == 200


def test_a_ship_named_in_the_body_counts_too() -> None:
    fault = Fault(kind=FaultKind.ERROR_BEFORE, ship="BADGER-2")
    body = b'{"tradeSymbol":"FUEL","units":1,"shipSymbol":"BADGER-2"}'
    request = Request(method="POST", path="/my/ships/BADGER-1/transfer", headers={}, body=body, timeout_seconds=1)

    assert fault.matches(request)


def test_faults_strike_where_they_are_aimed_as_often_as_they_say() -> None:
    bench = Bench(Fault(kind=FaultKind.ERROR_BEFORE, method="POST", path="/my/ships/*/purchase", times=2))
    headers = {"authorization": f"Bearer {bench.player.token}"}
    look = Request(method="GET", path="/my/agent?x=/purchase", headers=headers, body=None, timeout_seconds=1)

    assert [bench.buy().status, run(bench.transport.send(look)).status] == [500, 200]
    assert [bench.buy().status, bench.buy().status] == [500, 201]


def test_probability_is_kept_and_repeats_with_the_seed() -> None:
    def struck() -> list[bool]:
        bench = Bench(Fault(kind=FaultKind.ERROR_BEFORE, probability=0.3))
        faults = bench.transport.api.faults
        return [faults.pick(bench.request()) is not None for _ in range(1_000)]

    assert struck() == struck()
    assert 240 <= sum(struck()) <= 360


@pytest.mark.parametrize(
    "wrong",
    [{"probability": 0}, {"probability": 1.1}, {"times": 0}, {"seconds": -1}, {"status": 404}],
)
def test_a_fault_out_of_bounds_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        Fault(kind=FaultKind.ERROR_AFTER, **wrong)


def test_a_broken_ship_needs_a_name() -> None:
    with pytest.raises(Refused, match="ship"):
        Fault(kind=FaultKind.BROKEN_SHIP)


@pytest.mark.parametrize(("kind", "arrives"), [(FaultKind.TRUNCATED, "half"), (FaultKind.LOST, "nothing")])
def test_over_http_the_connection_ends_early(kind: FaultKind, arrives: str) -> None:
    control = SandboxController.of(1, HandClock())
    control.api.faults.add(Fault(kind=kind))

    async def ask() -> Wire:
        made, wire = Connection(control), Wire()
        made._transport = wire  # type: ignore[assignment]
        made.data_received(b"GET /v2/factions HTTP/1.1\r\n\r\n" * 2)
        await asyncio.sleep(1)
        return wire

    wire = run(ask())
    assert wire.is_closed
    if arrives == "nothing":
        assert wire.written == b""
    else:
        head, body = wire.written.split(b"\r\n\r\n", 1)
        stated = next(int(line.split()[1]) for line in head.splitlines() if line.startswith(b"content-length"))
        assert 0 < len(body) < stated
        with pytest.raises(json.JSONDecodeError):
            json.loads(body)
