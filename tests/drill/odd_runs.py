"""The whole daemon against a server that is odd in one way, in virtual time, and what came of it."""

import asyncio
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.drill import invariants
from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.deal_comparison import MONEY_DEEDS
from starfoundry.drill.machine import Machine, machine, new_universe
from starfoundry.drill.setup import AGENT
from starfoundry.drill.virtual_time import loop
from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe
from starfoundry.store import sqlite
from starfoundry.store.tables import schema
from starfoundry.wire import daemon_pb2 as wire
from tests.drill.oddities import LATE_SECONDS, Oddity, Spoiler

SEED = 5
SHUTTLES = 4
HOURS = 0.5
LOOK_SECONDS = 300.0
REQUESTS_A_SECOND = 2.0  # what the game allows; the burst beside it is not counted on


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run came to. `told` is what an operator was told: refusals, and what stood in health at any time.

    `earned` counts credits, `spoilt` the answers that were odd; `problems` is what must never be.
    """

    earned: int
    requests: int
    spoilt: int
    told: tuple[str, ...]
    problems: tuple[str, ...]


class OddTransport:
    """The way to the universe, with some of its answers spoilt."""

    def __init__(self, inner: SandboxTransport, spoiler: Spoiler | None) -> None:
        self._inner = inner
        self._spoiler = spoiler
        self.requests = 0

    async def send(self, request: Request) -> Response:
        """The universe's answer, or what has become of it."""
        self.requests += 1
        answer = await self._inner.send(request)
        if self._spoiler is None or not self._spoiler.strikes(request):
            return answer
        if self._spoiler.oddity.kind == "late":
            self._spoiler.spoilt += 1
            await asyncio.sleep(LATE_SECONDS)
            return answer
        return self._spoiler.spoil(answer)

    async def close(self) -> None:
        """As the one inside."""
        await self._inner.close()


def play(oddity: Oddity | None, *, seed: int = SEED, hours: float = HOURS) -> Run:
    """One run with an oddity, or undisturbed."""
    with tempfile.TemporaryDirectory(prefix="odd-", dir=fast_directory()) as directory, logged_errors() as errors:
        return loop.run(_play(oddity, seed, hours, Path(directory), errors), seed=seed)


async def _play(oddity: Oddity | None, seed: int, hours: float, data_dir: Path, errors: list[str]) -> Run:
    universe = new_universe(seed, shuttles=SHUTTLES)
    spoiler = None if oddity is None else Spoiler(oddity, SeededEntropy(seed).stream("drill.odd"))
    transport = OddTransport(SandboxTransport(universe), spoiler)
    told: dict[str, None] = {}
    async with machine(universe, data_dir, transport=transport) as running:
        await _begin(running, told)
        for _ in range(round(hours * 3_600 / LOOK_SECONDS)):
            await asyncio.sleep(LOOK_SECONDS)
            health = await running.operator.call("GetHealth", wire.GetHealthRequest())
            told |= dict.fromkeys(f"{each.kind}: {each.reason}" for each in health.conditions)
    with sqlite.open_read_only(data_dir / "sandbox.db") as connection:
        problems = list(invariants.crashed_containers(connection))
        stored = [row.token_sealed for row in connection.execute(schema.players.select())]
    cipher = TokenCipher.load(data_dir)
    kept = {cipher.decrypt(each, owner=f"{AGENT} on sandbox") for each in stored}
    problems += [f"the token of {each.symbol} is lost" for each in universe.agents.values() if each.token not in kept]
    return Run(
        earned=_earned(universe),
        requests=transport.requests,
        spoilt=0 if spoiler is None else spoiler.spoilt,
        told=tuple(told),
        problems=(*problems, *errors),
    )


def _earned(universe: Universe) -> int:
    """Credits that trade brought, less what fuel cost; ships that were bought are worth their price."""
    deeds = [event_kind for event_kind in MONEY_DEEDS if event_kind is not EventKind.BUY_SHIP]
    return sum(entry.credit_change for entry in universe.event_log.of(AGENT, *deeds))


async def _begin(running: Machine, told: dict[str, None]) -> None:
    """Register and start what most people run; whatever is refused is told to whoever asks."""
    try:
        player = await running.operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent=AGENT))
        await running.operator.call("StartManufacturing", wire.StartManufacturingRequest(player_id=player.player_id))
        growth = wire.StartFleetGrowthRequest(player_id=player.player_id, max_haulers=0, max_probes=3)
        await running.operator.call("StartFleetGrowth", growth)
    except StarFoundryError as error:
        told[f"refused: {error.message}"] = None


@contextmanager
def logged_errors() -> Iterator[list[str]]:
    """What is logged as an error meanwhile: something that nobody foresaw."""
    found: list[str] = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: found.append(f"{record.getMessage()}: {record.exc_info}")  # type: ignore[method-assign]
    logging.getLogger().addHandler(listener)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(listener)
