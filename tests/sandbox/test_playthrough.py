"""One game that uses every operation of the description, each answer held against it."""

import pytest

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.sandbox.ships.fleet import Ship
from starfoundry.sandbox.state.universe_config import UniverseConfig
from tests.sandbox.description import DESCRIPTION, check, operations
from tests.sandbox.player import Json, World

pytestmark = pytest.mark.skipif(not DESCRIPTION.is_dir(), reason="the game's description is not at hand")

SHIP = "/my/ships/{shipSymbol}"
PLACE = "/systems/{systemSymbol}/waypoints/{waypointSymbol}"


class Game:
    """A player who notes which operations it has used."""

    def __init__(self) -> None:
        self.world = World(3, universe_config=UniverseConfig(systems=40, has_gate=True))
        self.player = self.world.join()
        self.used = {("POST", "/register")}
        self.agent = self.world.universe.agents[self.player.symbol]
        self.agent.credits = 50_000_000
        self.words = {
            "shipSymbol": self.player.frigate,
            "systemSymbol": self.player.home,
            "waypointSymbol": self.player.registration["ships"][1]["nav"]["waypointSymbol"],
            "agentSymbol": self.player.symbol,
            "factionSymbol": "COSMIC",
            "contractId": self.player.registration["contract"]["id"],
        }

    def do(self, method: str, path: str, body: object = None, **words: str) -> Json:
        """One request, its answer held against the description."""
        self.used.add((method, path))
        return check(self.player, method, path, body, **{**self.words, **words})

    def rest(self) -> None:
        """Wait until every flight and cooldown is over."""
        self.world.wait(hours=3)

    def find(self, **asked: str) -> str:
        """The first waypoint of a type or with a trait."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return str(self.player.get(f"/systems/{self.player.home}/waypoints?{query}")[0]["symbol"])

    def put(self, waypoint: str, *, docked: bool = False) -> Ship:
        """Set the frigate down somewhere, as if it had flown there."""
        ship = next(iter(self.agent.ships.values()))
        place = self.world.universe.place(WaypointSymbol(waypoint))
        assert place is not None
        ship.origin = ship.destination = place
        ship.is_docked, ship.arrives_at = docked, self.world.universe.now()
        return ship


@pytest.fixture(scope="module")
def used() -> set[tuple[str, str]]:
    game = Game()
    look_around(game)
    fly_and_trade(game)
    keep_contracts(game)
    work(game)
    refit(game)
    build(game)
    leave(game)
    return game.used


def look_around(game: Game) -> None:
    for path in ("/", "/systems", "/systems/{systemSymbol}", "/systems/{systemSymbol}/waypoints", PLACE):
        game.do("GET", path)
    assert game.do("GET", f"{PLACE}/market")["tradeGoods"]
    assert game.do("GET", f"{PLACE}/shipyard")["ships"]
    gate = game.find(type="JUMP_GATE")
    assert game.do("GET", f"{PLACE}/jump-gate", waypointSymbol=gate)["connections"]
    game.do("GET", f"{PLACE}/construction", waypointSymbol=gate)
    for path in ("/factions", "/factions/{factionSymbol}", "/agents", "/agents/{agentSymbol}"):
        game.do("GET", path)
    for path in ("/market/supply-chain", "/my/agent", "/my/ships", SHIP, f"{SHIP}/nav", f"{SHIP}/cargo"):
        game.do("GET", path)


def fly_and_trade(game: Game) -> None:
    yard = game.words["waypointSymbol"]
    game.do("POST", f"{SHIP}/orbit")
    game.do("PATCH", f"{SHIP}/nav", {"flightMode": "BURN"})
    game.do("POST", f"{SHIP}/navigate", {"waypointSymbol": yard})
    game.rest()
    game.do("POST", f"{SHIP}/dock")
    game.do("POST", f"{SHIP}/refuel", {"units": 100})
    drone = game.do("POST", "/my/ships", {"shipType": "SHIP_MINING_DRONE", "waypointSymbol": yard})["ship"]
    game.do("POST", f"{SHIP}/purchase", {"symbol": "FUEL", "units": 5})
    game.do("POST", f"{SHIP}/sell", {"symbol": "FUEL", "units": 2})
    game.do("POST", f"{SHIP}/transfer", {"tradeSymbol": "FUEL", "units": 1, "shipSymbol": drone["symbol"]})
    game.do("POST", f"{SHIP}/jettison", {"symbol": "FUEL", "units": 2})


def keep_contracts(game: Game) -> None:
    game.do("GET", "/my/contracts")
    contract = game.do("GET", "/my/contracts/{contractId}")
    game.do("POST", "/my/contracts/{contractId}/accept")
    wanted = contract["terms"]["deliver"][0]
    left = wanted["unitsRequired"]
    while left:
        units = min(40, left)
        ship = game.put(wanted["destinationSymbol"], docked=True)
        ship.load(Good(wanted["tradeSymbol"]), units)
        cargo = {"shipSymbol": ship.symbol, "tradeSymbol": wanted["tradeSymbol"], "units": units}
        game.do("POST", "/my/contracts/{contractId}/deliver", cargo)
        left -= units
    game.do("POST", "/my/contracts/{contractId}/fulfill")
    game.do("POST", f"{SHIP}/negotiate/contract")


def work(game: Game) -> None:
    game.put(game.find(type="ENGINEERED_ASTEROID"))
    assert game.player.answer("GET", f"/my/ships/{game.player.frigate}/cooldown").status == 204
    survey = game.do("POST", f"{SHIP}/survey")["surveys"][0]
    game.do("GET", f"{SHIP}/cooldown")
    game.world.wait(seconds=100)
    game.do("POST", f"{SHIP}/extract/survey", survey)
    game.rest()
    game.do("POST", f"{SHIP}/extract", {})
    game.put(game.find(type="GAS_GIANT"))
    game.rest()
    game.do("POST", f"{SHIP}/siphon")
    for what in ("systems", "waypoints", "ships"):
        game.rest()
        assert game.do("POST", f"{SHIP}/scan/{what}")[what]


def refit(game: Game) -> None:
    ship = game.put(game.find(traits="SHIPYARD"), docked=True)
    ship.cargo.clear()
    for part, symbol in (("mounts", "MOUNT_GAS_SIPHON_II"), ("modules", "MODULE_GAS_PROCESSOR_I")):
        game.do("GET", f"{SHIP}/{part}")
        game.do("POST", f"{SHIP}/{part}/remove", {"symbol": symbol})
        game.do("POST", f"{SHIP}/{part}/install", {"symbol": symbol})
    ship.wear.engine = 0.5
    game.do("GET", f"{SHIP}/repair")
    game.do("POST", f"{SHIP}/repair")
    ship.modules = ["MODULE_CARGO_HOLD_II", "MODULE_ORE_REFINERY_I", "MODULE_WARP_DRIVE_I"]
    ship.load(Good("IRON_ORE"), 30)
    ship.is_docked = False
    game.rest()
    assert game.do("POST", f"{SHIP}/refine", {"produce": "IRON"})["produced"] == [{"tradeSymbol": "IRON", "units": 10}]


def build(game: Game) -> None:
    gate = game.find(type="JUMP_GATE")
    ship = game.put(gate, docked=True)
    site = game.world.universe.site(ship.destination)
    assert site is not None
    site.materials[0].fulfilled -= 3
    ship.cargo.clear()
    ship.load(Good("FAB_MATS"), 3)
    cargo = {"shipSymbol": ship.symbol, "tradeSymbol": "FAB_MATS", "units": 3}
    assert game.do("POST", f"{PLACE}/construction/supply", cargo, waypointSymbol=gate)["construction"]["isComplete"]


def leave(game: Game) -> None:
    universe = game.world.universe
    gate = game.find(type="JUMP_GATE")
    game.put(gate)
    game.rest()
    there = game.player.get(f"/systems/{game.player.home}/waypoints/{gate}/jump-gate")["connections"][0]
    game.do("POST", f"{SHIP}/jump", {"waypointSymbol": there})
    wild = next(star for star in universe.galaxy.stars.values() if not star.faction)
    system = universe.system_state(wild.symbol)
    assert system is not None
    ship = game.put(system.system.places[0].symbol)
    assert game.do("POST", f"{SHIP}/chart")["waypoint"]["chart"]["submittedBy"] == game.player.symbol
    assert game.player.ask("GET", "/")["leaderboards"]["mostSubmittedCharts"][0]["chartCount"] == 1
    near = min(
        (star for star in universe.galaxy.stars.values() if star.symbol != wild.symbol),
        key=lambda star: (star.x - wild.x) ** 2 + (star.y - wild.y) ** 2,
    )
    system_state = universe.system_state(near.symbol)
    assert system_state is not None
    ship.fuel = 9_000
    game.rest()
    game.do("POST", f"{SHIP}/warp", {"waypointSymbol": system_state.system.places[0].symbol})
    game.put(game.find(traits="SHIPYARD"), docked=True)
    game.do("GET", f"{SHIP}/scrap")
    game.do("POST", f"{SHIP}/scrap")


def test_one_game_uses_every_operation_and_every_answer_has_the_documented_shape(used: set[tuple[str, str]]) -> None:
    assert used == {*operations()}
