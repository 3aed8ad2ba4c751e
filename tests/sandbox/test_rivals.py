"""Other players' agents: listed, trading near a headquarters, charting, and absent from an ordinary universe."""

import json
import math
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest

from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.control import scenario
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.state.rival_charts import chart_count
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.sandbox.worldgen.atlas import System
from tests.sandbox.player import Player, Refusal, World


def test_rivals_leave_their_deals_on_the_board_at_the_price_shown() -> None:
    world = World(2, universe_config=scenario.load("crowded"))
    player = world.join()
    world.wait(hours=10)
    deals = player.market(player.registration["ships"][1]["nav"]["waypointSymbol"])["transactions"]

    assert {deal["shipSymbol"].split("-")[0] for deal in deals} == {f"RIVAL_{rank}" for rank in range(1, 6)}
    assert {deal["type"] for deal in deals} <= {"PURCHASE", "SELL"}
    assert all(deal["totalPrice"] == deal["units"] * deal["pricePerUnit"] for deal in deals)


def test_rivals_drain_and_flood_no_further_than_somebody_gains() -> None:
    """The dearest export still sells at some import, and the cheapest import still buys from some export."""
    world = World(2, universe_config=scenario.load("crowded"))
    world.wait(hours=72)
    universe = world.universe
    found = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]
    traded = [each for market in found if market for each in market.market_goods.values()]
    exports = [each.fill for each in traded if each.kind is TradeKind.EXPORT]
    imports = [each.fill for each in traded if each.kind is TradeKind.IMPORT]

    assert -5.4 <= min(exports) < -3.4  # a transaction below the bound at most, and they come near it
    assert max(imports) <= 4


def test_rivals_trade_near_a_headquarters_only() -> None:
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=12))
    universe = world.universe
    for symbol in universe.galaxy.stars:
        universe.system_state(symbol)
    world.wait(hours=10)
    visited: set[bool] = set()
    quiet: set[bool] = set()
    for system_state in universe.system_states():
        capital = (
            system_state.places.get(system_state.system.headquarters) if system_state.system.headquarters else None
        )
        for waypoint in system_state.plans:
            market, here = universe.market(waypoint, universe.now()), system_state.places[waypoint]
            is_near = capital is not None and math.dist((here.x, here.y), (capital.x, capital.y)) <= 150
            assert market is not None
            (visited if market.take_visits() else quiet).add(is_near)

    assert visited == {True}
    assert False in quiet


def test_nobody_but_players_trades_or_is_listed_in_an_ordinary_universe() -> None:
    world = World(2)
    player = world.join()
    world.wait(hours=48)
    universe = world.universe
    markets = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]

    assert not any(market.take_visits() for market in markets if market)
    assert [each["symbol"] for each in player.get("/agents")] == [player.registration["agent"]["symbol"]]


def test_a_hundred_other_agents_are_listed_ranked_and_their_names_taken() -> None:
    world = World(2, universe_config=scenario.load("crowded"))
    player = world.join()
    world.wait(hours=5.4)
    agents = [each for page in range(1, 7) for each in player.get(f"/agents?limit=20&page={page}")]
    status = json.loads(world.send("GET", "/").body)
    leaders = [each["credits"] for each in status["leaderboards"]["mostCredits"]]

    assert len({each["symbol"] for each in agents}) == status["stats"]["agents"] == 101
    assert player.get("/agents/RIVAL_1")["credits"] == pytest.approx(leaders[0], rel=0.001)
    assert leaders == sorted(leaders, reverse=True)
    live = {0: 1_440_000, 4: 870_000, 9: 430_000}  # 5.4 hours after a reset (M)
    assert {rank: leaders[rank] for rank in live} == pytest.approx(live, rel=0.15)
    with pytest.raises(Refusal) as taken:
        world.join("RIVAL_1")
    assert taken.value.code == Code.SYMBOL_TAKEN


def colony(world: World) -> System:
    """A system with a gate, in which nobody begins."""
    galaxy = world.universe.galaxy
    star = next(star for star in galaxy.stars.values() if star.gate and not galaxy.is_home_system(star.symbol))
    system = galaxy.find(star.symbol)
    assert system is not None
    return system


def shown(world: World, player: Player) -> list[dict[str, str]]:
    """The charts of that system's waypoints, as everybody is told of them."""
    found = player.everything(f"/systems/{colony(world).symbol}/waypoints")
    return [each["chart"] for each in found if "chart" in each]


def test_rivals_chart_a_system_one_waypoint_after_another_once_the_first_gates_are_built() -> None:
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=12))
    player = world.join()
    world.wait(hours=23)
    assert not shown(world, player)

    world.wait(hours=2_000)
    charts = shown(world, player)
    times = [datetime.fromisoformat(each["submittedOn"]) for each in charts]
    assert len(charts) == len(colony(world).places)
    assert len({each["submittedBy"] for each in charts}) == 1
    assert charts[0]["submittedBy"] in world.universe.rivals
    assert {(later - earlier).total_seconds() for earlier, later in pairwise(times)} == {240}


def test_what_a_rival_has_charted_pays_nobody_else_and_can_be_read_from_afar() -> None:
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=12))
    player = world.join()
    system = colony(world)
    market = system.markets[0].waypoint
    place = next(each for each in system.places if each.symbol == market)
    ship = world.universe.agents[player.symbol].ships[player.frigate]  # type: ignore[index]
    with pytest.raises(Refusal) as too_far:
        player.get(f"/systems/{system.symbol}/waypoints/{market}/market")
    assert too_far.value.code == Code.UNCHARTED

    world.wait(hours=2_000)
    ship.origin = ship.destination = place
    before = player.credits()
    with pytest.raises(Refusal) as too_late:
        player.do(player.frigate, "chart")
    assert too_late.value.code == Code.CHARTED_ALREADY
    assert player.credits() == before
    ship.origin = ship.destination = world.universe.places[world.universe.system.markets[0].waypoint]
    assert player.get(f"/systems/{system.symbol}/waypoints/{market}/market")["symbol"] == market


def test_a_chart_that_was_there_first_stays_and_the_rival_goes_on() -> None:
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=12))
    player = world.join()
    place = colony(world).places[1]
    ship = world.universe.agents[player.symbol].ships[player.frigate]  # type: ignore[index]
    ship.origin = ship.destination = place
    player.do(player.frigate, "chart")
    world.wait(hours=2_000)

    by = {each["waypointSymbol"]: each["submittedBy"] for each in shown(world, player)}
    assert by.pop(place.symbol) == player.symbol
    assert set(by.values()) <= set(world.universe.rivals)
    assert len(by) == len(colony(world).places) - 1


def test_nobody_charts_in_an_ordinary_universe() -> None:
    world = World(2, universe_config=UniverseConfig(systems=12))
    player = world.join()
    world.wait(hours=2_000)

    assert not shown(world, player)


def test_half_of_a_weeks_attempts_come_too_late() -> None:
    """Of 3,130 live attempts in one week 53 % found a chart already."""
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=400))
    universe = world.universe
    systems = [system for star in universe.galaxy.stars.values() if (system := universe.galaxy.find(star.symbol))]
    away = [system for system in systems if system.star.gate and not universe.galaxy.is_home_system(system.symbol)]
    too_late = attempts = 0
    world.wait(hours=18)
    for _ in range(24, 168, 6):
        world.wait(hours=6)
        for system in away:
            charted = [universe.chart(place) is not None for place in system.places]
            too_late, attempts = too_late + sum(charted), attempts + len(charted)

    assert too_late / attempts == pytest.approx(0.53, abs=0.08)


def test_the_best_five_chart_as_many_waypoints_in_a_week_as_five_live_agents_did() -> None:
    """5,900 to 18,600, in a universe of 3,101 gates."""
    rivals = [*World(2, universe_config=scenario.load("crowded")).universe.rivals.values()]

    assert all(5_900 <= chart_count(each, rivals, 3_101, 168.0) <= 18_600 for each in rivals[:5])
    assert chart_count(rivals[0], rivals, 3_101, 24.0) == 0


def test_the_leaderboard_of_charts_lists_rivals_too() -> None:
    world = World(2, universe_config=replace(scenario.load("crowded"), systems=40))
    world.wait(hours=72)
    leaders = json.loads(world.send("GET", "/").body)["leaderboards"]["mostSubmittedCharts"]

    assert leaders[0]["agentSymbol"] == "RIVAL_1"
    assert [each["chartCount"] for each in leaders] == sorted((each["chartCount"] for each in leaders), reverse=True)
