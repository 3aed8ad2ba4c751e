"""Generation of systems other than home systems: colonies with markets, or wilderness. Both are uncharted.

Shares of types and numbers of waypoints follow 25 counted systems of the live universe. Products are random: colonies
trade what they need, and a chain may span several of them.
"""

import math
from dataclasses import dataclass, replace

from starfoundry.game.known_recipes import goods
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.goods import RAW
from starfoundry.sandbox.catalogue.outfits import PART_PRICES
from starfoundry.sandbox.core.random_streams import RandomStream, from_quantiles, shuffled, weighted
from starfoundry.sandbox.worldgen.atlas import ShipyardPlan, Star, System, WaypointPlan
from starfoundry.sandbox.worldgen.home_system import market_plan, place_of
from starfoundry.sandbox.worldgen.industry import ANTIMATTER, FUEL, HOUSEHOLD, STAPLES, MarketGoods
from starfoundry.sandbox.worldgen.layout import WaypointSite, at

GATED_SIZES = ((0.0, 21.0), (0.5, 43.0), (1.0, 91.0))
LONELY_SIZES = ((0.0, 1.0), (0.5, 6.0), (1.0, 20.0))  # assumed: systems without a gate were not counted
TYPE_SHARES = {
    "ASTEROID": 0.62,
    "MOON": 0.12,
    "PLANET": 0.08,
    "FUEL_STATION": 0.06,
    "ORBITAL_STATION": 0.05,
    "GAS_GIANT": 0.03,
    "ASTEROID_BASE": 0.03,
}
REACH = {
    "ASTEROID": (300.0, 800.0),
    "PLANET": (20.0, 210.0),
    "FUEL_STATION": (60.0, 500.0),
    "GAS_GIANT": (120.0, 180.0),
    "ASTEROID_BASE": (320.0, 720.0),
    "JUMP_GATE": (300.0, 460.0),
}
STATION_CHANCE = {1: 0.23, 2: 0.26, 3: 0.32, 4: 0.32, 5: 0.90}  # at each planet, by tier (M: a player's model)
PLANETS_SPREAD = 2  # around tier + 1 (M, the same)
RUINS_CHANCE = 1 / 300  # assumed, at planets and moons
SETTLED = {"PLANET": 0.7, "MOON": 0.5, "ORBITAL_STATION": 1.0, "ASTEROID_BASE": 1.0}  # assumed shares with a market
OUTFITTERS = 0.3  # assumed: settled places that make equipment; a captured home system makes none
YARDS = (("SHIP_PROBE", "SHIP_LIGHT_SHUTTLE"), ("SHIP_MINING_DRONE", "SHIP_SURVEYOR", "SHIP_ORE_HOUND"))
ORES = goods("IRON_ORE COPPER_ORE ALUMINUM_ORE GOLD_ORE SILVER_ORE QUARTZ_SAND SILICON_CRYSTALS PRECIOUS_STONES")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A system under construction."""

    star: Star
    rng: RandomStream
    sites: list[WaypointSite]

    def add(self, kind: str, parent: WaypointSite | None = None) -> None:
        """Add a waypoint."""
        if parent is not None:
            x, y = parent.x, parent.y
        else:
            x, y = at(self.rng.uniform(*REACH[kind]), self.rng.uniform(0.0, 2 * math.pi))
        number = len(self.sites) + 1
        is_gate = kind == "JUMP_GATE"
        symbol = self.star.gate if is_gate and self.star.gate else WaypointSymbol(f"{self.star.symbol}-A{number}")
        site = WaypointSite(letter="A", type=kind, x=x, y=y, role="industry", symbol=symbol, parent=parent)
        if parent is not None:
            parent.orbitals.append(site)
        self.sites.append(site)


def settle(star: Star, entropy: Entropy) -> System:
    """The complete system of a star; the same whenever it is created."""
    rng = entropy.stream(f"world.{star.symbol}")
    ruins = entropy.stream(f"world.{star.symbol}.ruins")
    drawn = _Drawn(star, rng, [])
    _lay_out(drawn, round(from_quantiles(rng, GATED_SIZES if star.gate else LONELY_SIZES)))
    market_goods_by_place = _furnish(drawn.sites, rng) if star.faction else {}
    yards = _yards(market_goods_by_place, drawn.sites, rng)
    capital = next(
        (site.symbol for site in drawn.sites if site.type == "PLANET" and site.symbol in market_goods_by_place), None
    )
    return System(
        star=star,
        places=tuple(
            _perhaps_with_ruins(place_of(site, site.symbol in market_goods_by_place, site.symbol in yards, rng), ruins)
            for site in drawn.sites
        ),
        markets=tuple(market_plan(waypoint, market_goods) for waypoint, market_goods in market_goods_by_place.items()),
        shipyards=tuple(ShipyardPlan(waypoint=waypoint, ship_types=types) for waypoint, types in yards.items()),
        headquarters=capital or next(iter(market_goods_by_place), None),
    )


def _lay_out(drawn: _Drawn, size: int) -> None:
    if drawn.star.gate:
        drawn.add("JUMP_GATE")
    shares = TYPE_SHARES
    if drawn.star.tier:
        _add_planets(drawn)
        shares = {kind: share for kind, share in TYPE_SHARES.items() if kind != "PLANET"}
    while len(drawn.sites) < size:
        kind = weighted(drawn.rng, shares)
        bodies = [site for site in drawn.sites if site.type in {"PLANET", "GAS_GIANT"}]
        if kind in {"MOON", "ORBITAL_STATION"}:
            if bodies:
                drawn.add(kind, drawn.rng.choice(bodies))
            else:
                drawn.add("PLANET")
        else:
            drawn.add(kind)
    for site in drawn.sites:
        site.role = "industry" if site.type in SETTLED and drawn.star.faction else "empty"


def _perhaps_with_ruins(place: WaypointPlan, rng: RandomStream) -> WaypointPlan:
    """The place, rarely with the ruins that have the highest charting fees."""
    if place.type not in {"PLANET", "MOON"} or rng.random() >= RUINS_CHANCE:
        return place
    return replace(place, traits=(*place.traits, "VAST_RUINS"))


def _add_planets(drawn: _Drawn) -> None:
    """The planets of a rich system, most of them with a station."""
    spread = drawn.rng.randint(-PLANETS_SPREAD, PLANETS_SPREAD)
    for _ in range(max(1, drawn.star.tier + 1 + spread)):
        drawn.add("PLANET")
        planet = drawn.sites[-1]
        if drawn.rng.random() < STATION_CHANCE[drawn.star.tier]:
            drawn.add("ORBITAL_STATION", planet)


def _furnish(sites: list[WaypointSite], rng: RandomStream) -> dict[WaypointSymbol, MarketGoods]:
    """Markets: factories on most settled places, ores at the bases, fuel on routes."""
    market_goods_by_place: dict[WaypointSymbol, MarketGoods] = {}
    for site in sites:
        market_goods = MarketGoods()
        if site.type == "JUMP_GATE":
            market_goods.trade((ANTIMATTER,))
        elif site.type == "ASTEROID_BASE":
            for ore in shuffled(rng, ORES)[: rng.randint(2, 4)]:
                market_goods.make(ore)
        elif rng.random() < SETTLED.get(site.type, 0.0):
            _build_works(market_goods, rng)
        elif site.type != "FUEL_STATION":
            continue
        market_goods.trade((FUEL,))
        market_goods_by_place[site.symbol] = market_goods
    return market_goods_by_place


def _build_works(market_goods: MarketGoods, rng: RandomStream) -> None:
    wanted: list[Good] = shuffled(rng, [good for good in STAPLES if good != FUEL and good not in RAW])
    for good in wanted[: rng.randint(1, 3)]:
        if market_goods.can_make(good):
            market_goods.make(good)
    if rng.random() < OUTFITTERS:
        market_goods.make(rng.choice([*PART_PRICES]))
    market_goods.use(shuffled(rng, HOUSEHOLD)[: rng.randint(0, 3)])


def _yards(
    market_goods_by_place: dict[WaypointSymbol, MarketGoods], sites: list[WaypointSite], rng: RandomStream
) -> dict[WaypointSymbol, tuple[str, ...]]:
    """At most one shipyard, on an orbital station with a market if there is one; it uses equipment for its ships."""
    homes = [site.symbol for site in sites if site.symbol in market_goods_by_place and site.type == "ORBITAL_STATION"]
    if not homes or rng.random() >= 0.5:
        return {}
    yard = homes[0]
    market_goods_by_place[yard].use(shuffled(rng, [*PART_PRICES])[: rng.randint(1, 3)])
    return {yard: rng.choice(YARDS)}
