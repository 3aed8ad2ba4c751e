"""The economy benchmark: every policy plays a world through, by the rules, and its figures add up."""

import functools
import json

import pytest
from click.testing import CliRunner

from benchmarks.economy import bot
from benchmarks.economy.__main__ import main
from benchmarks.economy.errors import Errors
from benchmarks.economy.hands import CALLSIGN
from benchmarks.economy.policies import BOTS, ours_of, usual
from benchmarks.economy.row import row_of_figures
from benchmarks.economy.rules import Lane, Rule, load
from benchmarks.economy.table import best_plus, lines
from benchmarks.economy.world import World, row_of
from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.virtual_demo import play_hours
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.simulation.figures import figures_of


def played(rule, *, hours=2.0, carriers=4):
    """A universe after a bot's game, and the bot's hands."""

    async def play():
        universe = new_universe(1)
        return universe, await bot.play(universe, rule, carriers=carriers, hours=hours)

    return loop.run(play(), seed=1)


@functools.cache
def row(policy: str):
    """A policy's figures after an hour."""
    return row_of(World(scenario="ordinary", seed=1, hours=1.0), policy, carriers=4)


@pytest.mark.parametrize("policy", usual())
def test_every_policy_plays_a_world_through(policy: str):
    assert row(policy)["gained_with_ships"] > 0
    assert json.loads(json.dumps(row(policy))) == row(policy)


@pytest.mark.parametrize("name", BOTS)
def test_a_bot_never_spends_what_it_does_not_have(name: str):
    """Nothing that it asked for was refused, for want of money or as one request too many."""
    assert row(name)["declined"] == row(name)["rate_limited"] == 0
    assert 0 <= row(name)["lowest"] <= row(name)["start"]


def test_a_bot_buys_ships_up_to_its_number():
    _, hands = played(Rule(margin=0.2), carriers=3)

    assert sum(ship.cargo.capacity > 0 for ship in hands.ships.values()) == 3


def lane(*, stock: float, wants: float = -4.0, product: bool = False, feed: bool = False):
    """Electronics from where so many transactions of them are left to where that many are missing."""
    sold_at = market_good(TradeKind.EXPORT, stock)
    used_at = market_good(TradeKind.IMPORT, wants)
    sold_at.inputs = (market_good(TradeKind.IMPORT, 0.0),) if product else ()
    used_at.outputs = (market_good(TradeKind.EXPORT, 0.0),) if feed else ()
    return Lane(Good("ELECTRONICS"), WaypointSymbol("X1-A-1"), sold_at, WaypointSymbol("X1-A-2"), used_at)


def market_good(kind, fill: float) -> MarketGood:
    return MarketGood(good=Good("ELECTRONICS"), kind=kind, base=1_000, steepness=8, volume=20, units=round(20 * fill))


def units(rule, where, *, is_start=True, hold=80, money=10**9) -> int:
    return load(where, rule, hold=hold, money=money, is_start=is_start).units


def test_a_greedy_bot_buys_until_the_next_tranche_does_not_pay():
    """The stock falls and what it fills rises by a transaction each, until both have one price."""
    filled = load(lane(stock=1.0), BOTS["greedy"], hold=1_000, money=10**9, is_start=True)
    bought, sold = market_good(TradeKind.EXPORT, 1.0).stock, market_good(TradeKind.IMPORT, -4.0).stock

    assert filled.tranches == (20, 20, 20)
    assert sold.after_sale(60).bid <= bought.after_purchase(60).ask
    assert filled.gain == sum(20 * (sold.after_sale(n).bid - bought.after_purchase(n).ask) for n in (0, 20, 40))


def test_a_margin_ends_a_load_earlier():
    assert [units(Rule(margin=each), lane(stock=1.0), hold=1_000) for each in (0.0, 0.2, 0.4)] == [60, 40, 20]


def test_a_load_ends_with_the_hold_and_with_the_money():
    assert units(BOTS["greedy"], lane(stock=3.0), hold=30) == 30
    assert units(BOTS["greedy"], lane(stock=3.0), money=20_000) == 25


def test_sparing_leaves_products_at_high():
    assert units(BOTS["sparing"], lane(stock=3.5)) == 40
    assert units(BOTS["sparing"], lane(stock=1.9)) == 0


def test_fixed_rules_collect_products_at_high_and_feed_from_all_but_scarce():
    rule = BOTS["fixed-rules"]

    assert units(rule, lane(stock=2.5, product=True)) == 20
    assert units(rule, lane(stock=1.9, product=True)) == 0
    assert units(rule, lane(stock=1.9, feed=True)) > 0
    assert units(rule, lane(stock=-4.1, wants=-9.0, feed=True)) == 0
    assert units(rule, lane(stock=9.0)) == 0


def test_thresholds_tell_starting_from_going_on():
    rule = BOTS["thresholds"]

    assert units(rule, lane(stock=3.5, product=True)) == 0
    assert units(rule, lane(stock=3.5, product=True), is_start=False) == 40
    assert units(rule, lane(stock=4.5, product=True)) == 60


def test_figures_add_up():
    universe, hands = played(BOTS["greedy"])
    agent = universe.agents[CALLSIGN]
    began, start = universe.opened_at, universe.universe_config.credits
    figures = row_of_figures(figures_of(universe, agent, start=start, began=began, ends=began + 2 * HOUR))

    assert figures["gained"] == hands.credits - universe.universe_config.credits
    assert figures["gained_with_ships"] == figures["gained"] + figures["spent_on_ships"]
    assert sum(figures["hourly"]) == figures["gained_with_ships"]
    assert figures["credits_2h"] == hands.credits
    shares = [figures[f"share_{name}"] for name in ("laden", "empty", "port", "held", "idle")]
    assert sum(shares) == pytest.approx(1.0, abs=0.001)


def test_a_row_of_ours_is_what_a_demo_comes_to(tmp_path):
    plan = DemoPlan(seed=1, speed=0, hours=1.0, data_dir=tmp_path, scenario="ordinary")
    summary = play_hours(plan, lambda _scene, _reading: None)

    assert row("defaults")["gained_with_ships"] == summary.profit
    assert row("defaults")["spent_on_ships"] == summary.spent_on_ships
    assert row("defaults")["requests"] == summary.requests


def test_no_bot_gets_beyond_the_bound():
    best = max(row(name)["gained_with_ships"] for name in BOTS)

    assert best < row("bound")["gained_with_ships"] < row("bound-grown")["gained_with_ships"]


def test_a_run_goes_on_where_it_stopped(tmp_path):
    out = tmp_path / "rows.jsonl"
    options = ["--seeds", "1", "--scenarios", "poor", "--hours", "0.5", "--out", str(out)]
    first = CliRunner().invoke(main, [*options, "--policies", "greedy"])
    second = CliRunner().invoke(main, [*options, "--policies", "greedy margin-0.3"])

    assert "poor 1 greedy:" in first.output
    assert "poor 1 greedy:" not in second.output
    assert "poor 1 margin-0.3:" in second.output
    assert "(a+) is margin-0.3." in second.output
    assert len(out.read_text().splitlines()) == 2


def test_ours_take_settings_behind_the_name_of_a_preset():
    ours = ours_of("aggressive,max_pipelines=10,max_workers=20")

    assert ours is not None
    assert (ours.preset, ours.settings) == ("aggressive", {"max_pipelines": "10", "max_workers": "20"})


def test_a_policy_that_is_none_names_those_there_are():
    with pytest.raises(Refused, match=r"one of greedy, margin-0\.2.*defaults"):
        ours_of("greed")
    with pytest.raises(Refused, match="max_pipelines must be"):
        ours_of("defaults,max_pipelines=lots")


def test_the_best_candidate_over_all_worlds_is_the_one_to_beat():
    def came_to(policy, seed, gained):
        return {"policy": policy, "scenario": "poor", "seed": seed, "gained": gained, "gained_with_ships": gained}

    rows = [
        came_to("margin-0.2", 1, 10),
        came_to("margin-0.2", 2, 10),
        came_to("sparing", 1, 5),
        came_to("sparing", 2, 30),
    ]
    by = {
        name: {("poor", each["seed"]): each for each in rows if each["policy"] == name}
        for name in ("margin-0.2", "sparing")
    }

    assert best_plus(by) == "sparing"
    assert any(line.split()[0:3] == ["margin-0.2", "1.17,", "0.33"] for line in lines(rows) if line)


def test_where_nobody_else_trades_what_was_expected_comes():
    errors = {name: row("defaults")[f"{name}_error_median"] for name in ("price", "trip", "chain")}

    assert abs(errors["price"]) < 1  # credits
    assert abs(errors["trip"]) < 0.05
    assert abs(errors["chain"]) < 0.15


def test_errors_are_told_by_their_median_and_by_how_large_all_but_a_tenth_are():
    figures = Errors(prices=[-9, *[0] * 8, 3, 1], trips=[0.1], chains=[]).figures()

    assert (figures["price_error_median"], figures["price_error_p90"]) == (0, 3)
    assert (figures["trip_error_median"], figures["chain_error_median"]) == (0.1, None)
