"""Generation of a home system from a seed."""

from collections.abc import Sequence

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue import traits
from starfoundry.sandbox.core.random_streams import RandomStream, shuffled, weighted
from starfoundry.sandbox.worldgen.atlas import MarketPlan, ShipyardPlan, Star, System, WaypointPlan
from starfoundry.sandbox.worldgen.industry import SHIP_GOODS, MarketGoods, furnish
from starfoundry.sandbox.worldgen.layout import Layout, WaypointSite

STAR_TYPES = {
    "RED_STAR": 27.0,
    "ORANGE_STAR": 25.0,
    "BLUE_STAR": 21.0,
    "YOUNG_STAR": 14.0,
    "NEUTRON_STAR": 4.0,
    "WHITE_DWARF": 4.0,
    "BLACK_HOLE": 3.0,
    "HYPERGIANT": 1.4,
    "UNSTABLE": 1.2,
}
BIG_YARD_CHANCE = 0.35  # assumed; every other faction's headquarters system has one (M)
HOME_REACH = 25_600  # half of the live universe lies within

_NO_MARKET = ("belt", "outer field", "gas", "empty")


def home_system(entropy: Entropy, faction: str = "") -> System:
    """A system in which agents begin, the seed's or a faction's.

    About 90 waypoints, 20 to 30 markets, 2 to 4 shipyards.
    """
    rng = entropy.stream(f"world.home.{faction}" if faction else "world.home")
    symbol = draw_symbol(rng)
    sites = Layout(symbol, rng).build()
    traded = [site for site in sites if site.role not in _NO_MARKET]
    market_goods_by_place = furnish([site.role for site in traded], rng)
    markets = dict(zip([site.symbol for site in traded], market_goods_by_place, strict=True))
    yards = _shipyards(traded, markets, rng, big_yard_chance=1.0 if faction else BIG_YARD_CHANCE)
    places = tuple(place_of(site, site.symbol in markets, site.symbol in yards, rng) for site in sites)
    star = Star(
        symbol=symbol,
        type=weighted(rng, STAR_TYPES),
        x=rng.randint(-HOME_REACH, HOME_REACH),
        y=rng.randint(-HOME_REACH, HOME_REACH),
        faction=faction or rng.choice(traits.FACTIONS),
        gate=_of_role(sites, "gate"),
    )
    return System(
        star=star,
        places=places,
        markets=tuple(market_plan(waypoint, market_goods) for waypoint, market_goods in markets.items()),
        shipyards=tuple(ShipyardPlan(waypoint=waypoint, ship_types=types) for waypoint, types in yards.items()),
        headquarters=_of_role(sites, "capital"),
        nursery=next(waypoint for waypoint, types in yards.items() if "SHIP_MINING_DRONE" in types),
    )


def draw_symbol(rng: RandomStream) -> SystemSymbol:
    """A random symbol for a system, such as X1-AD75; it may be taken."""
    letters = "".join(rng.choice("ABCDFGHJKMNPQRSTUVXYZ") for _ in range(2))
    return SystemSymbol(f"X1-{letters}{rng.randint(10, 99)}")


def _of_role(sites: Sequence[WaypointSite], role: str) -> WaypointSymbol:
    return next(site.symbol for site in sites if site.role == role)


def market_plan(waypoint: WaypointSymbol, market_goods: MarketGoods) -> MarketPlan:
    """The plan of a furnished market."""
    return MarketPlan(
        waypoint=waypoint,
        exports=tuple(market_goods.exports),
        imports=tuple(market_goods.imports),
        exchange=tuple(market_goods.exchange),
    )


def _shipyards(
    traded: Sequence[WaypointSite],
    markets: dict[WaypointSymbol, MarketGoods],
    rng: RandomStream,
    *,
    big_yard_chance: float,
) -> dict[WaypointSymbol, tuple[str, ...]]:
    """Freighters near the capital, drones at an industrial place, at times siphons by the gas giant and a big yard."""
    yards: dict[WaypointSymbol, tuple[str, ...]] = {
        _of_role(traded, "shipyard"): ("SHIP_PROBE", "SHIP_LIGHT_HAULER", "SHIP_LIGHT_SHUTTLE"),
    }
    gas_station = _of_role(traded, "gas station")
    if SHIP_GOODS[0] in markets[gas_station].imports:
        yards[gas_station] = ("SHIP_PROBE", "SHIP_SIPHON_DRONE")
    industrial = shuffled(rng, [site for site in traded if site.role == "industry"])
    industrial = [site for site in industrial if not any(good in markets[site.symbol].exports for good in SHIP_GOODS)]
    industrial.sort(key=lambda site: len(markets[site.symbol].exports))
    drones, big = industrial[0], industrial[1]
    siphons = () if gas_station in yards else ("SHIP_SIPHON_DRONE",)
    yards[drones.symbol] = ("SHIP_MINING_DRONE", "SHIP_SURVEYOR", *siphons)
    markets[drones.symbol].use(SHIP_GOODS)
    if rng.random() < big_yard_chance:
        yards[big.symbol] = (
            "SHIP_PROBE",
            "SHIP_ORE_HOUND",
            "SHIP_EXPLORER",
            "SHIP_HEAVY_FREIGHTER",
            "SHIP_REFINING_FREIGHTER",
        )
        markets[big.symbol].use(SHIP_GOODS)
    return yards


def place_of(site: WaypointSite, has_market: bool, has_shipyard: bool, rng: RandomStream) -> WaypointPlan:
    """A site as a waypoint, with fitting random traits."""
    kinds = [*_nature(site, rng)]
    if has_market:
        kinds.append("MARKETPLACE")
    if has_shipyard:
        kinds.append("SHIPYARD")
    return WaypointPlan(
        symbol=site.symbol,
        type=site.type,
        x=site.x,
        y=site.y,
        orbits=site.parent.symbol if site.parent else None,
        orbitals=tuple(each.symbol for each in site.orbitals),
        traits=tuple(kinds),
        is_under_construction=site.role == "gate",
    )


def _nature(site: WaypointSite, rng: RandomStream) -> list[str]:
    """The traits of a place other than those of its market."""
    match site.type:
        case "ASTEROID":
            features = shuffled(rng, traits.ASTEROID_FEATURES)[: rng.choice((0, 0, 1, 1, 2))]
            return [weighted(rng, traits.DEPOSITS), *features]
        case "ENGINEERED_ASTEROID":
            return ["COMMON_METAL_DEPOSITS", "STRIPPED"]
        case "ASTEROID_BASE":
            return ["HOLLOWED_INTERIOR", "PIRATE_BASE" if site.role == "outer base" else "OUTPOST"]
        case "GAS_GIANT":
            return ["STRONG_GRAVITY"]
        case "ORBITAL_STATION":
            return ["MILITARY_BASE" if site.role == "station" else "OUTPOST"]
        case "PLANET" | "MOON":
            features = shuffled(rng, traits.FEATURES)[: rng.randint(1, 3)]
            life = [rng.choice(traits.SETTLEMENTS)] if site.role != "empty" else []
            works = ["INDUSTRIAL"] if site.role == "industry" else []
            return [rng.choice(traits.SURFACES), *life, *features, rng.choice(traits.ATMOSPHERES), *works]
        case _:
            return []
