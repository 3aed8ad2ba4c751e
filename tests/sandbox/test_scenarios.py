"""Scenarios that come along, and scenario files."""

import statistics
from pathlib import Path

import pytest

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.control import scenario
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.ships.fleet import Contract
from starfoundry.sandbox.state.universe_config import UniverseConfig
from tests.sandbox.player import HandClock, World


@pytest.mark.parametrize("name", scenario.names())
def test_each_can_be_played(name: str) -> None:
    world = World(1, universe_config=scenario.load(name))
    player = world.join()

    assert player.credits() == scenario.load(name).credits
    assert player.quotes(player.registration["agent"]["headquarters"])


def test_eight_come_along() -> None:
    assert scenario.names() == ("bases-2024", "crowded", "late", "ordinary", "poor", "rich", "starved", "volatile")


def fills(name: str, kind: TradeKind) -> float:
    return statistics.median(
        market_good.fill for market_good in market_goods(scenario.load(name), 6) if market_good.kind is kind
    )


def test_rich_and_poor_differ_in_what_a_trader_can_gain() -> None:
    assert fills("rich", TradeKind.EXPORT) > fills("poor", TradeKind.EXPORT) + 2
    assert fills("rich", TradeKind.IMPORT) < fills("poor", TradeKind.IMPORT) - 2


def test_starved_factories_are_short() -> None:
    exports = [
        market_good for market_good in market_goods(scenario.load("starved"), 6) if market_good.kind is TradeKind.EXPORT
    ]

    assert sum(market_good.is_restricted for market_good in exports) / len(exports) > 0.6


def test_late_universes_have_grown_and_their_gate_is_built() -> None:
    world = World(1, universe_config=scenario.load("late"))
    gate = next(place for place in world.universe.places.values() if place.type == "JUMP_GATE")

    assert not world.universe.is_unbuilt(gate)
    assert max(market_good.volume for market_good in market_goods(scenario.load("late"), 0)) > 60


def test_a_scenario_file_may_change_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("credits = 5\nsystems = 3\n[economy]\ntick_jitter = 1.5\n")
    universe_config = scenario.load(str(file))

    assert (universe_config.name, universe_config.credits, universe_config.systems) == ("mine", 5, 3)
    assert universe_config.economy.tick_jitter == 1.5


def test_other_bases_move_prices_and_nothing_else() -> None:
    text = "[bases]\nFABRICS = 3_000\nMOUNT_SURVEYOR_I = 9_000"
    usual, shifted = market_goods(UniverseConfig(), 6), market_goods(scenario.read("shifted", text), 6)

    assert [(each.good, each.units, each.steepness) for each in usual] == [
        (each.good, each.units, each.steepness) for each in shifted
    ]
    pairs = [(old.stock, new.stock, new.good) for old, new in zip(usual, shifted, strict=True)]
    changed = {good: new.base for old, new, good in pairs if old.base != new.base}
    assert changed == {"FABRICS": 3_000}


def test_contracts_are_worth_what_their_goods_cost_in_this_universe() -> None:
    """The first contract, for something raw, pays about twice what its good costs and some thousand credits."""
    dear = "\n".join(f"{good} = {100 * bases[0]}" for good, bases in BASE_PRICES.items())
    usual, dearer = contract_of(UniverseConfig()), contract_of(scenario.read("dear", f"[bases]\n{dear}"))

    assert dearer.good == usual.good
    assert dearer.pays_first > 20 * usual.pays_first


def test_shifted_bases_survive_a_snapshot_and_a_reset() -> None:
    control = SandboxController.of(8, HandClock(), universe_config=scenario.load("bases-2024"))
    from_snapshot = SandboxController.from_snapshot(control.snapshot(), HandClock(), speed=1)

    assert from_snapshot.universe.universe_config.bases == scenario.load("bases-2024").bases
    assert from_snapshot.universe.successor().universe_config.bases == scenario.load("bases-2024").bases


@pytest.mark.parametrize(
    ("text", "field", "allowed"),
    [
        ("bases = 3", "bases", "a table"),
        ("economy = 3", "economy", "a table"),
        ("[bases]\nFABRIC = 3", "bases.FABRIC", "FABRICS"),
        ("[bases]\nfabrics = 3", "bases.fabrics", "FABRICS"),
        ("[bases]\nFABRICS = 0", "bases.FABRICS", "from 1 to"),
        ("[bases]\nFABRICS = 1.5", "bases.FABRICS", "a whole number"),
        ("[bases]\nFABRICS = true", "bases.FABRICS", "a whole number"),
        ("[bases]\nFABRICS = '2000'", "bases.FABRICS", "a whole number"),
        ("[bases]\nFABRICS = 10_000_001", "bases.FABRICS", "10,000,000"),
    ],
)
def test_a_wrong_table_is_refused_by_field_with_what_is_allowed(text: str, field: str, allowed: str) -> None:
    with pytest.raises(Refused) as refused:
        scenario.read("wrong", text)

    (problem,) = refused.value.fields
    assert problem.field == field
    assert allowed in problem.allowed


def test_a_scenario_may_give_every_agent_a_fleet() -> None:
    player = World(2, universe_config=scenario.read("fleet", "shuttles = 30")).join()

    roles = [ship["registration"]["role"] for page in (1, 2) for ship in player.get(f"/my/ships?limit=20&page={page}")]
    assert len(roles) == 32
    assert roles.count("TRANSPORT") == 30


@pytest.mark.parametrize(
    "text",
    [
        "credits = -1",
        "shuttles = 1001",
        "money = 3",
        "credits = 1.5",
        "has_gate = 1",
        "[economy]\nluck = 3",
        "[economy]\nappetite = 'x'",
        "=",
    ],
)
def test_a_wrong_scenario_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        scenario.read("wrong", text)


def test_an_unknown_scenario_is_named_with_the_choices() -> None:
    with pytest.raises(Missing, match="volatile"):
        scenario.load("sunny")


def contract_of(universe_config: UniverseConfig) -> Contract:
    """The contract that an agent begins with."""
    world = World(3, universe_config=universe_config)
    world.join()
    (agent,) = world.universe.agents.values()
    return agent.contracts[0]


def market_goods(universe_config: UniverseConfig, hours: float) -> list[MarketGood]:
    world = World(1, universe_config=universe_config)
    world.wait(hours=hours)
    universe = world.universe
    markets = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]
    return [market_good for market in markets if market for market_good in market.market_goods.values()]
