"""Where the agents of each faction begin, and equipment, which is made only beyond."""

import statistics

import pytest

from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.sandbox.catalogue.outfits import PART_PRICES
from starfoundry.sandbox.catalogue.parts import MODULES, MOUNTS
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.state.universe_config import UniverseConfig
from tests.sandbox.player import Player, World


@pytest.fixture(scope="module")
def world() -> World:
    return World(4, universe_config=UniverseConfig(systems=200, has_gate=True))


def test_in_a_large_universe_every_faction_has_a_home_system_of_its_own(world: World) -> None:
    seats = {faction: world.universe.galaxy.home_of(faction) for faction in FACTIONS}

    assert len({home_of.symbol for home_of in seats.values()}) == len(FACTIONS)
    assert all(home_of.star.faction == faction for faction, home_of in seats.items())
    assert all(
        20 <= len(home_of.markets) <= 30 and home_of.star.gate in world.universe.galaxy.roads
        for home_of in seats.values()
    )


def test_an_agent_begins_at_its_factions_headquarters_with_the_real_start(world: World) -> None:
    for faction in ("VOID", "AEGIS"):
        player = world.join(f"OF-{faction}", faction)
        home_of = world.universe.galaxy.home_of(faction)
        contract = player.registration["contract"]["terms"]["deliver"][0]

        assert player.registration["agent"]["headquarters"] == home_of.headquarters
        assert player.registration["faction"]["headquarters"] == home_of.headquarters
        assert player.get(f"/factions/{faction}")["headquarters"] == home_of.headquarters
        assert {ship["nav"]["systemSymbol"] for ship in player.registration["ships"]} == {home_of.symbol}
        assert contract["destinationSymbol"].startswith(f"{home_of.symbol}-")
        assert player.quotes(str(home_of.headquarters)), "its market can be traded at"


def test_in_a_small_universe_all_begin_in_one_system() -> None:
    world = World(4, universe_config=UniverseConfig(systems=2))

    assert len({world.join(f"OF-{each}", each).home for each in FACTIONS}) == 1


def test_every_part_with_a_price_fits_some_ship() -> None:
    assert {*PART_PRICES} == {*MODULES, *MOUNTS}


def outfitter(player: Player) -> tuple[str, str]:
    """A market that makes a mount, and the mount."""
    universe = player.world.universe
    for star in universe.galaxy.stars.values():
        system = universe.galaxy.find(star.symbol)
        for plan in system.markets if system else ():
            for good in plan.exports:
                if good in MOUNTS:
                    return plan.waypoint, good
    raise AssertionError("nobody makes a mount")


def test_a_mount_is_bought_at_a_market_and_put_in_at_a_shipyard(world: World) -> None:
    """The drone that carries it is set down at both: the way there is another test's matter."""
    player = world.join("FITTER")
    universe = world.universe
    universe.agents[player.symbol].credits = 10_000_000
    yard = next(each for each in universe.galaxy.home_of("COSMIC").shipyards if "SHIP_PROBE" in each.ship_types)
    ship = next(iter(universe.agents[player.symbol].ships.values()))
    shop, mount = outfitter(player)

    def set_down(waypoint: str) -> None:
        place = universe.place(WaypointSymbol(waypoint))
        assert place is not None
        ship.origin = ship.destination = place

    set_down(shop)
    player.home = system_of(WaypointSymbol(shop))
    quote = player.quotes(shop)[mount]
    bought = player.do(player.frigate, "purchase", symbol=mount, units=1)["transaction"]
    assert bought["pricePerUnit"] == quote["purchasePrice"]
    set_down(yard.waypoint)
    fitted = [each["symbol"] for each in player.get(f"/my/ships/{player.frigate}/mounts")]
    player.do(player.frigate, "mounts/remove", symbol=fitted[0])
    mounts = player.do(player.frigate, "mounts/install", symbol=mount)["mounts"]

    assert mount in [each["symbol"] for each in mounts]


def test_of_a_module_that_is_fitted_twice_both_are_removed_and_one_is_returned() -> None:
    """A surprise of the live server that a bot should meet here first."""
    world = World(1)
    player = world.join("FITTER")
    universe = world.universe
    ship = next(iter(universe.agents[player.symbol].ships.values()))
    yard = universe.place(universe.system.shipyards[0].waypoint)
    assert yard is not None
    ship.origin = ship.destination = yard
    ship.modules.append("MODULE_MINERAL_PROCESSOR_I")
    assert ship.modules.count("MODULE_MINERAL_PROCESSOR_I") == 2

    answer = player.do(player.frigate, "modules/remove", symbol="MODULE_MINERAL_PROCESSOR_I")

    assert "MODULE_MINERAL_PROCESSOR_I" not in [each["symbol"] for each in answer["modules"]]
    assert ship.cargo == {"MODULE_MINERAL_PROCESSOR_I": 1}


def test_parts_cost_about_their_base_price(world: World) -> None:
    """Less where they are made; more where a shipyard uses them."""
    ratios: dict[str, list[float]] = {"made": [], "used": []}
    for star in [*world.universe.galaxy.stars.values()]:
        system_state = world.universe.system_state(star.symbol)
        for plan in system_state.plans.values() if system_state else ():
            market = world.universe.market(plan.waypoint, world.universe.now())
            assert market is not None
            for part in [Good(each) for each in (*plan.exports, *plan.imports) if each in PART_PRICES]:
                kind = "made" if part in plan.exports else "used"
                ratios[kind].append(market.market_goods[part].stock.ask / PART_PRICES[part])

    assert 0.45 < statistics.median(ratios["made"]) < 1.0
    assert 2.0 < statistics.median(ratios["used"]) < 3.0
