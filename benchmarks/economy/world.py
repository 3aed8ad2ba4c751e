"""One row: one policy in one world, from its seed and scenario to its figures."""

import time
from dataclasses import asdict, dataclass

from benchmarks.economy import bot
from benchmarks.economy.bound import bound_of
from benchmarks.economy.hands import CALLSIGN
from benchmarks.economy.ours import play_ours
from benchmarks.economy.policies import BOTS, BOUNDS, ours_of
from benchmarks.economy.row import Row, row_of_figures
from benchmarks.economy.rules import Rule
from benchmarks.economy.watch import WatchingEventLog
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.state.universe import Universe
from starfoundry.simulation.figures import figures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where and how long is played."""

    scenario: str
    seed: int
    hours: float


def row_of(world: World, policy: str, *, carriers: int) -> Row:
    """What a policy came to; `carriers` is how many ships with a hold a bot has at most, and the bound counts on."""
    began = time.process_time()
    figures = loop.run(_play(world, policy, carriers), seed=world.seed)
    seconds = time.process_time() - began
    speed = {"processor_seconds": round(seconds, 2), "hours_per_second": round(world.hours / seconds, 3)}
    return {**asdict(world), "policy": policy, "most_carriers": carriers, **figures, **speed}


async def _play(world: World, policy: str, carriers: int) -> Row:
    ours = ours_of(policy)
    if ours is not None:
        return await play_ours(ours, seed=world.seed, scenario=world.scenario, hours=world.hours)
    if policy in BOUNDS:
        universe = new_universe(world.seed, scenario=world.scenario)
        return bound_of(universe, hours=world.hours, carriers=carriers, pace=BOUNDS[policy])
    return await _play_bot(world, BOTS[policy], carriers)


async def _play_bot(world: World, rule: Rule, carriers: int) -> Row:
    universe = new_universe(world.seed, scenario=world.scenario)
    universe.event_log = watching = WatchingEventLog(universe)
    began, volumes = universe.now(), _volumes(universe)
    hands = await bot.play(universe, rule, carriers=carriers, hours=world.hours)
    ends = began + round(world.hours * HOUR)
    agent, start = universe.agents[CALLSIGN], universe.universe_config.credits
    figures = figures_of(universe, agent, start=start, began=began, ends=ends)
    return {
        **row_of_figures(figures),
        "share_missed": watching.share_missed,
        "requests": hands.requests,
        "declined": len(hands.declined),
        "rate_limited": hands.budget.reading().rate_limited,
        "volume_growth": round(_volumes(universe) / volumes, 3),
    }


def _volumes(universe: Universe) -> int:
    """The trade volumes of all imports and exports, added up."""
    now = universe.now()
    markets = [universe.home.market(waypoint, now) for waypoint in universe.home.plans]
    market_goods = [
        market_good for market in markets if market is not None for market_good in market.market_goods.values()
    ]
    return sum(market_good.volume for market_good in market_goods if market_good.kind is not TradeKind.EXCHANGE)
