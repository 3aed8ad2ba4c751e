"""`python -m benchmarks.forecast`: how fast runs are played, and how near forecasts come in worlds they do not expect.

The economy of each world is drawn up to 30 % off what the forecaster assumes. The program plays there for some hours,
then is asked for a forecast. What is true is found by playing that very world on from that moment under both settings.
"""

import asyncio
import cProfile
import pstats
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.machine import EPOCH, machine
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.api.service import arm_of
from starfoundry.forecast.domain.comparison import compare
from starfoundry.forecast.domain.forecast import arm_forecast
from starfoundry.forecast.domain.model import Arm, Outcome, Run, World
from starfoundry.forecast.domain.situation import Situation, encode
from starfoundry.forecast.runtime.observation import observe
from starfoundry.kernel.ids import ContainerId
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.control import snapshots
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.simulation.figures import figures_of
from starfoundry.simulation.play import simulate
from starfoundry.simulation.resumed import write_database

OFF = 0.30
"""How far the numbers of an economy lie from what the forecaster assumes, at most."""

DRAWN = (
    *("tick_minutes", "export_climb", "export_climb_growing", "export_sink", "import_climb_moderate"),
    *("import_climb_high", "import_climb_abundant", "import_climb_growing", "import_sink", "exchange_return"),
)

PROPOSALS: Sequence[Mapping[str, Any]] = (
    {"max_workers": 2},
    {"trade_max_ships": 0},
    {"max_workers": 20, "trade_min_margin": 15},
    {"trade_min_margin": 120},
)
"""Changes that matter, in turn."""

TRUE_SHARE = 0.10
"""A true difference of less than this share of today's profit has no sign that must be right."""


def economy(seed: int) -> EconomyParameters:
    """An economy off the usual one."""
    chance, usual = SeededEntropy(seed).stream("benchmark.economy"), EconomyParameters()
    return replace(usual, **{name: getattr(usual, name) * chance.uniform(1 - OFF, 1 + OFF) for name in DRAWN})


def begun(seed: int, hours: float) -> tuple[Situation, bytes]:
    """What the daemon knows after so many hours in a world, and the world itself then."""

    async def play(directory: Path) -> tuple[Situation, bytes]:
        clock = LoopClock(asyncio.get_running_loop(), EPOCH)
        universe = Universe(seed, clock, universe_config=UniverseConfig(economy=economy(seed)))
        async with machine(universe, directory) as running:
            scene = await open_scene(running.operator)
            await asyncio.sleep(hours * 3_600)
            daemon = running.daemon
            session = await daemon.sessions.get(scene.player_id)
            container = ContainerId(scene.manufacturing_id)
            situation = await observe(session, daemon.database, container, running.clock.now())
            return situation, snapshots.dump_universe(universe)

    return in_directory(play, seed)


def true_profit(situation: Situation, world: bytes, settings: Arm, *, seed: int, hours: float) -> float:
    """The profit an hour of the world itself, played on under these settings."""

    async def play(directory: Path) -> float:
        clock = LoopClock(asyncio.get_running_loop(), situation.at)
        universe = snapshots.load_universe(snapshots.read(world), clock)
        (agent,) = universe.agents.values()
        start, began = agent.credits, universe.now()
        universe.reset_date = situation.universe
        await write_database(situation, settings, agent.token, directory)
        async with machine(universe, directory, seed=seed):
            await asyncio.sleep(hours * 3_600)
            money = figures_of(universe, agent, start=start, began=began, ends=universe.now()).money
            return (money.gained + money.spent_on_ships) / hours

    return in_directory(play, seed)


def in_directory(play: Callable[[Path], Any], seed: int) -> Any:
    """What a game in virtual time comes to."""
    with TemporaryDirectory(prefix="benchmark-", dir=fast_directory()) as directory:
        return loop.run(play(Path(directory)), seed=seed)


def forecast(situation: Situation, arms: Sequence[Arm], *, runs: int, hours: float) -> list[list[Outcome]]:
    """The runs of each arm, in this process."""
    with TemporaryDirectory(prefix="benchmark-", dir=fast_directory()) as directory:
        path = Path(directory) / "situation"
        path.write_bytes(encode(situation))
        worlds = [World(seed=1_000 + number, situation=str(path)) for number in range(runs)]
        return [[simulate(Run(world=world, arm=each, hours=hours)) for world in worlds] for each in arms]


@click.command()
@click.option("--worlds", default=20, show_default=True, help="How many.")
@click.option("--begun", "lived", default=6.0, show_default=True, help="Hours played before the forecast.")
@click.option("--hours", default=6.0, show_default=True, help="Hours forecast.")
@click.option("--runs", default=4, show_default=True, help="Rounds of a forecast.")
@click.option("--truths", default=3, show_default=True, help="Runs of the world itself, for each settings.")
@click.option("--profile", is_flag=True, help="Only tell where the time of one run goes.")
def main(*, worlds: int, lived: float, hours: float, runs: int, truths: int, profile: bool) -> None:
    """Print speed, signs that were right, and how often the 80 % ranges held."""
    if profile:
        tell_profile(hours)
        return
    signs: list[bool] = []
    held: list[bool] = []
    within: list[bool] = []
    seconds = simulated = 0.0
    for seed in range(1, worlds + 1):
        situation, world = begun(seed, lived)
        changes = PROPOSALS[seed % len(PROPOSALS)]
        arms = [arm_of(str(each), replace(ManufacturingConfig(), **each)) for each in ({}, changes)]
        played = forecast(situation, arms, runs=runs, hours=hours)
        true = [
            [true_profit(situation, world, each, seed=2_000 + number, hours=hours) for number in range(truths)]
            for each in arms
        ]
        seconds += sum(each.seconds for one in played for each in one)
        simulated += hours * runs * len(arms)
        difference = compare(*([each.profit_per_hour for each in one] for one in played)).for_one_game()
        means = [statistics.fmean(each) for each in true]
        gap = means[1] - means[0]
        if abs(gap) > TRUE_SHARE * abs(means[0]):
            signs.append((difference.mean > 0) == (gap > 0))
        assert difference.low is not None, "more than one round"
        assert difference.high is not None, "more than one round"
        within.append(difference.low <= gap <= difference.high)
        for one, came in zip(played, true, strict=True):
            found = arm_forecast(one)
            held += [found.low <= each <= found.high for each in came]
        click.echo(
            f"world {seed} {dict(changes)}: expected {difference.mean:+,.0f}"
            f" ({difference.low:+,.0f} to {difference.high:+,.0f}), true {gap:+,.0f}; today expected"
            f" {arm_forecast(played[0]).profit_per_hour:,.0f}, true {means[0]:,.0f}"
        )
    click.echo(f"speed: {60 * simulated / seconds:.0f} simulated hours a processor minute (must 250)")
    click.echo(f"sign right where the true difference is over 10 %: {sum(signs)} of {len(signs)} (must 85 %)")
    click.echo(f"80 % ranges of a game that held: {sum(held)} of {len(held)} ({100 * sum(held) / len(held):.0f} %)")
    click.echo(f"80 % ranges of a difference that held: {sum(within)} of {len(within)}")


def tell_profile(hours: float) -> None:
    """Where the time of one run goes, by function and by what it belongs to."""
    profiler = cProfile.Profile()
    run = Run(world=World(seed=1), arm=Arm(name="earner", preset="earner"), hours=hours)
    outcome = profiler.runcall(simulate, run)
    click.echo(
        f"{60 * hours / outcome.seconds:.0f} simulated hours a processor minute, {outcome.ships} ships (profiled)"
    )
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
