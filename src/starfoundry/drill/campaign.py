"""Fault campaigns: the real daemon in a universe whose network, disk and power fail, seed after seed.

`python -m starfoundry.drill --seeds 1-100` runs them. The same seed gives the same history.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random  # noqa: TID251  (named as a type only)

import sqlalchemy as sa

from starfoundry.drill import invariants
from starfoundry.drill.deal_comparison import MONEY_DEEDS, digest_of
from starfoundry.drill.faults.failing_network import FailingNetwork
from starfoundry.drill.faults.fault import DrillFaults, swarm
from starfoundry.drill.faults.power import powered
from starfoundry.drill.machine import Machine, new_universe
from starfoundry.drill.random_operator import AcknowledgedChanges, keep_changing
from starfoundry.drill.setup import DrillSetup, open_scene
from starfoundry.drill.ship_commands import one_master_at_a_time
from starfoundry.drill.virtual_time import loop
from starfoundry.runtime.concurrency.waiting import wait_at_most
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.state.universe import Universe
from starfoundry.store import sqlite
from starfoundry.wire import daemon_pb2 as wire

STORM_SECONDS = 3_600.0
QUIET_SECONDS = 7_200.0
"""Long enough for every ship to end its trip and for every call in doubt to be settled."""

CALLS_BEFORE_A_CRASH = (20, 900)
DARK_SECONDS = (1.0, 240.0)
BROKEN_AFTER_SECONDS = (300.0, 1_500.0)
CALM_FIRST_SECONDS = 30.0
RESET_STORM_SECONDS = 600.0
"""How long the storm continues after a reset, which must be noticed in it."""

SECOND_ERA_SECONDS = 3_600.0
LARGE_FLEETS = 0.1
"""The share of seeds that begin with a large fleet; all others begin as the game does, and grow."""

SHUTTLES_MAX = 198
"""Two hundred ships together with the two of the start."""

RESETS = 0.15
"""The share of seeds whose storm ends with a reset of the universe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedResult:
    """The result of one seed. `problems` is empty when every guarantee held; `digest` covers its whole history."""

    seed: int
    faults: DrillFaults
    problems: tuple[str, ...]
    deals: int
    changes: int
    crashes: int
    struck: dict[str, int]
    simulated_seconds: float
    digest: str


@dataclass(slots=True)
class _Story:
    """The state of one seed in progress."""

    universe: Universe
    network: FailingNetwork
    data_dir: Path
    chance: Random
    faults: DrillFaults
    memory: AcknowledgedChanges
    crashes: int = 0
    second: DrillSetup | None = None


def play(seed: int, *, faults: DrillFaults | None = None, storm_seconds: float = STORM_SECONDS) -> SeedResult:
    """Run one seed to its end and check it; `faults` None = chosen by the seed."""
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=fast_directory()) as directory:
        return loop.run(_play(seed, faults, storm_seconds, Path(directory)), seed=seed)


async def _play(seed: int, faults: DrillFaults | None, storm_seconds: float, data_dir: Path) -> SeedResult:
    entropy = SeededEntropy(seed)
    chance = entropy.stream("drill.campaign")
    chosen = faults
    if chosen is None:
        chosen = replace(swarm(chance), reset=entropy.stream("drill.reset").random() < RESETS)
    universe = new_universe(seed, shuttles=_gift(entropy.stream("drill.fleet")))
    story = _Story(
        universe=universe,
        network=FailingNetwork(universe, DrillFaults(), entropy),
        data_dir=data_dir,
        chance=chance,
        faults=chosen,
        memory=AcknowledgedChanges(),
    )
    scene = await _open(story)
    for life in range(1, chosen.crashes + 1):
        await _live(story, scene, life, storm_seconds / (chosen.crashes + 1), is_cut=True)
        await asyncio.sleep(chance.uniform(*DARK_SECONDS))
    await _live(story, scene, chosen.crashes + 1, storm_seconds / (chosen.crashes + 1), is_cut=False)
    with sqlite.reading(story.data_dir / "sandbox.db") as connection:
        problems = tuple(_judge(connection, story, scene))
        digest = digest_of(connection, universe.event_log)
    return SeedResult(
        seed=seed,
        faults=chosen,
        problems=problems,
        deals=sum(1 for _ in universe.event_log.of(scene.agent, *MONEY_DEEDS)),
        changes=story.memory.changes,
        crashes=story.crashes,
        struck=dict(sorted(story.network.struck.items())),
        simulated_seconds=asyncio.get_running_loop().time(),
        digest=digest,
    )


def _gift(chance: Random) -> int:
    return chance.randint(20, SHUTTLES_MAX) if chance.random() < LARGE_FLEETS else 0


async def _open(story: _Story) -> DrillSetup:
    """A start without faults: an agent's token is given once, so its loss would end the run."""
    async with powered(story.universe, story.network, story.data_dir) as (machine, _fence):
        scene = await open_scene(machine.operator)
        await asyncio.sleep(CALM_FIRST_SECONDS)
        return scene


async def _live(story: _Story, scene: DrillSetup, life: int, seconds: float, *, is_cut: bool) -> None:
    """One run of the daemon. The last one is stopped in good order, after the storm, with nothing in progress."""
    cut_at = story.chance.randint(*CALLS_BEFORE_A_CRASH) if is_cut else None
    async with powered(story.universe, story.network, story.data_dir, life=life, cut_at=cut_at) as (machine, fence):
        story.network.faults = story.faults
        operating = asyncio.create_task(_operate(story, scene, machine), name="operator")
        await wait_at_most(fence.cut, seconds)
        if fence.cut.is_set():
            story.network.faults = DrillFaults()
            story.crashes += 1
            return
        operating.cancel()
        await asyncio.gather(operating, return_exceptions=True)
        if story.faults.reset and not is_cut:
            story.network.api.reset()
            await asyncio.sleep(RESET_STORM_SECONDS)
        story.network.faults = DrillFaults()
        if not is_cut:
            await _come_to_rest(story, scene, machine)


async def _operate(story: _Story, scene: DrillSetup, machine: Machine) -> None:
    if story.faults.broken_ship and not story.network.broken_ship:
        await asyncio.sleep(story.chance.uniform(*BROKEN_AFTER_SECONDS))
        story.network.broken_ship = f"{scene.agent}-1"
    if not story.faults.changes:
        return
    await keep_changing(
        machine.operator,
        scene.player_id,
        scene.manufacturing_id,
        story.chance,
        story.memory,
        mind_delay=not story.faults.disk,
        shuttles=story.universe.universe_config.shuttles,
    )


async def _come_to_rest(story: _Story, scene: DrillSetup, machine: Machine) -> None:
    """After the faults: register again if there was a reset, then stop everything and wait until it has stopped."""
    story.network.broken_ship = ""
    if story.faults.reset:
        await asyncio.sleep(CALM_FIRST_SECONDS)
        scene = story.second = await open_scene(machine.operator, is_renewal=True)
        await asyncio.sleep(SECOND_ERA_SECONDS)
    for container_id in (scene.manufacturing_id, scene.growth_id):
        stop = wire.StopContainerRequest(container_id=container_id, player_id=scene.player_id)
        await machine.operator.call("StopContainer", stop)
    await asyncio.sleep(QUIET_SECONDS)
    session = await machine.daemon.sessions.get(scene.player_id)
    await session.gateway.check()


def _judge(connection: sa.Connection, story: _Story, scene: DrillSetup) -> Iterator[str]:
    """All problems, read from the disk and from the universe's own event log."""
    yield from story.memory.slow
    orders = story.network.orders
    yield from islice(one_master_at_a_time(orders.given), invariants.SHOWN_MAX)
    if story.faults.explain_no_refusal:
        yield from orders.refused[: invariants.SHOWN_MAX]
    if not story.faults.disk:
        yield from invariants.nothing_crashed(connection)
    universe = story.universe
    credits_now = universe.agents[scene.agent].credits
    yield from invariants.against_what_happened(
        connection, universe.event_log, scene.agent, credits_now, story.network.doubled
    )
    yield from invariants.nothing_is_open(connection)
    yield from invariants.promises_are_kept(connection)
    yield from invariants.floor_was_held(connection, universe.event_log, scene.agent)
    if story.second is not None:
        yield from _judge_second_era(connection, story, story.second)
    yield from invariants.acknowledged_is_stored(connection, scene.manufacturing_id, story.memory.acknowledged)


def _judge_second_era(connection: sa.Connection, story: _Story, scene: DrillSetup) -> Iterator[str]:
    """After the reset there were no faults: the ledger must match every deal, and the old universe must be over."""
    universe = story.network.api.universe
    credits_now = universe.agents[scene.agent].credits
    yield from invariants.against_what_happened(
        connection, universe.event_log, scene.agent, credits_now, (), player_id=scene.player_id
    )
    if not invariants.is_over(connection, 1):
        yield "the universe was reset and the daemon has not noticed"
    if next(universe.event_log.of(scene.agent, *MONEY_DEEDS), None) is None:
        yield "after the reset nothing was bought or sold"


def fast_directory() -> str | None:
    """A directory in memory if there is one: the speed of the disk is not tested here."""
    memory = Path("/dev/shm")  # noqa: S108  (a private directory is made in it)
    return str(memory) if memory.is_dir() else None
