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
from starfoundry.drill.ship_commands import one_owner_at_a_time
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
class _SeedRun:
    """The state of one seed in progress."""

    universe: Universe
    network: FailingNetwork
    data_dir: Path
    rng: Random
    faults: DrillFaults
    acknowledged_changes: AcknowledgedChanges
    crashes: int = 0
    second: DrillSetup | None = None


def play(seed: int, *, faults: DrillFaults | None = None, storm_seconds: float = STORM_SECONDS) -> SeedResult:
    """Run one seed to its end and check it; `faults` None = chosen by the seed."""
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=fast_directory()) as directory:
        return loop.run(_play(seed, faults, storm_seconds, Path(directory)), seed=seed)


async def _play(seed: int, faults: DrillFaults | None, storm_seconds: float, data_dir: Path) -> SeedResult:
    entropy = SeededEntropy(seed)
    rng = entropy.stream("drill.campaign")
    chosen = faults
    if chosen is None:
        chosen = replace(swarm(rng), reset=entropy.stream("drill.reset").random() < RESETS)
    universe = new_universe(seed, shuttles=_gift(entropy.stream("drill.fleet")))
    seed_run = _SeedRun(
        universe=universe,
        network=FailingNetwork(universe, DrillFaults(), entropy),
        data_dir=data_dir,
        rng=rng,
        faults=chosen,
        acknowledged_changes=AcknowledgedChanges(),
    )
    scene = await _open(seed_run)
    for life in range(1, chosen.crashes + 1):
        await _live(seed_run, scene, life, storm_seconds / (chosen.crashes + 1), is_cut=True)
        await asyncio.sleep(rng.uniform(*DARK_SECONDS))
    await _live(seed_run, scene, chosen.crashes + 1, storm_seconds / (chosen.crashes + 1), is_cut=False)
    with sqlite.open_read_only(seed_run.data_dir / "sandbox.db") as connection:
        problems = tuple(_problems_of(connection, seed_run, scene))
        digest = digest_of(connection, universe.event_log)
    return SeedResult(
        seed=seed,
        faults=chosen,
        problems=problems,
        deals=sum(1 for _ in universe.event_log.of(scene.agent, *MONEY_DEEDS)),
        changes=seed_run.acknowledged_changes.changes,
        crashes=seed_run.crashes,
        struck=dict(sorted(seed_run.network.struck.items())),
        simulated_seconds=asyncio.get_running_loop().time(),
        digest=digest,
    )


def _gift(rng: Random) -> int:
    return rng.randint(20, SHUTTLES_MAX) if rng.random() < LARGE_FLEETS else 0


async def _open(seed_run: _SeedRun) -> DrillSetup:
    """A start without faults: an agent's token is given once, so its loss would end the run."""
    async with powered(seed_run.universe, seed_run.network, seed_run.data_dir) as (machine, _power_cut):
        scene = await open_scene(machine.operator)
        await asyncio.sleep(CALM_FIRST_SECONDS)
        return scene


async def _live(seed_run: _SeedRun, scene: DrillSetup, life: int, seconds: float, *, is_cut: bool) -> None:
    """One run of the daemon. The last one is stopped in good order, after the storm, with nothing in progress."""
    cut_at = seed_run.rng.randint(*CALLS_BEFORE_A_CRASH) if is_cut else None
    async with powered(seed_run.universe, seed_run.network, seed_run.data_dir, life=life, cut_at=cut_at) as (
        machine,
        power_cut,
    ):
        seed_run.network.faults = seed_run.faults
        operating = asyncio.create_task(_operate(seed_run, scene, machine), name="operator")
        await wait_at_most(power_cut.cut, seconds)
        if power_cut.cut.is_set():
            seed_run.network.faults = DrillFaults()
            seed_run.crashes += 1
            return
        operating.cancel()
        await asyncio.gather(operating, return_exceptions=True)
        if seed_run.faults.reset and not is_cut:
            seed_run.network.api.reset()
            await asyncio.sleep(RESET_STORM_SECONDS)
        seed_run.network.faults = DrillFaults()
        if not is_cut:
            await _settle_and_stop(seed_run, scene, machine)


async def _operate(seed_run: _SeedRun, scene: DrillSetup, machine: Machine) -> None:
    if seed_run.faults.broken_ship and not seed_run.network.broken_ship:
        await asyncio.sleep(seed_run.rng.uniform(*BROKEN_AFTER_SECONDS))
        seed_run.network.broken_ship = f"{scene.agent}-1"
    if not seed_run.faults.changes:
        return
    await keep_changing(
        machine.operator,
        scene.player_id,
        scene.manufacturing_id,
        seed_run.rng,
        seed_run.acknowledged_changes,
        require_prompt=not seed_run.faults.disk,
        shuttles=seed_run.universe.universe_config.shuttles,
    )


async def _settle_and_stop(seed_run: _SeedRun, scene: DrillSetup, machine: Machine) -> None:
    """After the faults: register again if there was a reset, then stop everything and wait until it has stopped."""
    seed_run.network.broken_ship = ""
    if seed_run.faults.reset:
        await asyncio.sleep(CALM_FIRST_SECONDS)
        scene = seed_run.second = await open_scene(machine.operator, is_renewal=True)
        await asyncio.sleep(SECOND_ERA_SECONDS)
    for container_id in (scene.manufacturing_id, scene.growth_id):
        stop = wire.StopContainerRequest(container_id=container_id, player_id=scene.player_id)
        await machine.operator.call("StopContainer", stop)
    await asyncio.sleep(QUIET_SECONDS)
    session = await machine.daemon.sessions.get(scene.player_id)
    await session.gateway.check()


def _problems_of(connection: sa.Connection, seed_run: _SeedRun, scene: DrillSetup) -> Iterator[str]:
    """All problems, read from the disk and from the universe's own event log."""
    yield from seed_run.acknowledged_changes.slow
    orders = seed_run.network.orders
    yield from islice(one_owner_at_a_time(orders.given), invariants.SHOWN_MAX)
    if seed_run.faults.explain_no_refusal:
        yield from orders.refused[: invariants.SHOWN_MAX]
    if not seed_run.faults.disk:
        yield from invariants.crashed_containers(connection)
    universe = seed_run.universe
    credits_now = universe.agents[scene.agent].credits
    yield from invariants.ledger_differences(
        connection, universe.event_log, scene.agent, credits_now, seed_run.network.doubled
    )
    yield from invariants.open_calls(connection)
    yield from invariants.broken_promises(connection)
    yield from invariants.reserve_violations(connection, universe.event_log, scene.agent)
    if seed_run.second is not None:
        yield from _problems_after_reset(connection, seed_run, seed_run.second)
    yield from invariants.lost_revisions(connection, scene.manufacturing_id, seed_run.acknowledged_changes.acknowledged)


def _problems_after_reset(connection: sa.Connection, seed_run: _SeedRun, scene: DrillSetup) -> Iterator[str]:
    """After the reset there were no faults: the ledger must match every deal, and the old universe must be over."""
    universe = seed_run.network.api.universe
    credits_now = universe.agents[scene.agent].credits
    yield from invariants.ledger_differences(
        connection, universe.event_log, scene.agent, credits_now, (), player_id=scene.player_id
    )
    if not invariants.is_over(connection, 1):
        yield "the universe was reset and the daemon has not noticed"
    if next(universe.event_log.of(scene.agent, *MONEY_DEEDS), None) is None:
        yield "after the reset nothing was bought or sold"


def fast_directory() -> str | None:
    """A directory in memory if there is one: the speed of the disk is not tested here."""
    acknowledged_changes = Path("/dev/shm")  # noqa: S108  (a private directory is made in it)
    return str(acknowledged_changes) if acknowledged_changes.is_dir() else None
