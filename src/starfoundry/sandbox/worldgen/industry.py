"""Distribution of the supply chain over the markets of a home system.

Every chain that can be completed inside the system is: ores, gases and crystals come from the bases and the gas
station, factories are placed where there is room, and households, yards and outlaws use the products. As on the live
server some goods are made and not used here (FAB_MATS), and some used and not made (EXOTIC_MATTER).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starfoundry.game.known_recipes import SUPPLY_CHAIN, goods
from starfoundry.kernel.ids import Good
from starfoundry.sandbox.core.random_streams import RandomStream, shuffled

GROUPS = tuple(
    goods(line)
    for line in (
        "IRON ALUMINUM COPPER",
        "FUEL PLASTICS FERTILIZERS",
        "MACHINERY FABRICS POLYNUCLEOTIDES",
        "AMMUNITION EXPLOSIVES",
        "FAB_MATS ELECTRONICS",
        "ASSAULT_RIFLES FIREARMS",
        "SHIP_PARTS MEDICINE",
        "SHIP_PLATING ADVANCED_CIRCUITRY",
        "FOOD EQUIPMENT CLOTHING BIOCOMPOSITES",
        "MICROPROCESSORS",
        "JEWELRY",
    )
)
"""Goods made at the same place, as in two captured home systems of different universes, which have the same groups."""

LABORATORY = Good("LAB_INSTRUMENTS")
STAPLES = (*(good for group in GROUPS for good in group), LABORATORY)
LUXURIES = {
    Good("BOTANICAL_SPECIMENS"): 0.75,
    Good("SUPERGRAINS"): 0.75,
    Good("LASER_RIFLES"): 0.25,
}
"""Goods made in some systems, and their share: 3.75 live importers of POLYNUCLEOTIDES, 0.25 of ADVANCED_CIRCUITRY."""

STRANGE = goods("EXOTIC_MATTER MOOD_REGULATORS NANOBOTS")
HOUSEHOLD = goods("FOOD MEDICINE CLOTHING EQUIPMENT JEWELRY")
SHIP_GOODS = goods("SHIP_PLATING SHIP_PARTS")
BELT_METALS = goods("GOLD SILVER PLATINUM")
BELT_EXCHANGE = goods(
    """ICE_WATER AMMONIA_ICE QUARTZ_SAND SILICON_CRYSTALS IRON_ORE COPPER_ORE ALUMINUM_ORE URANITE_ORE MERITIUM_ORE
    PRECIOUS_STONES DIAMONDS"""
)
MOON_EXCHANGE = goods("ICE_WATER AMMONIA_ICE QUARTZ_SAND SILICON_CRYSTALS")
GAS_EXCHANGE = goods("HYDROCARBON LIQUID_HYDROGEN LIQUID_NITROGEN")
OUTER_ORES = goods("IRON_ORE COPPER_ORE ALUMINUM_ORE")
OUTER_EXTRAS = goods("PRECIOUS_STONES DIAMONDS QUARTZ_SAND SILICON_CRYSTALS GOLD_ORE SILVER_ORE PLATINUM_ORE")
FUEL = Good("FUEL")
ANTIMATTER = Good("ANTIMATTER")

SIPHON_YARD_SHARE = 0.3  # of gas stations with a shipyard


@dataclass(slots=True)
class MarketGoods:
    """A market under construction; lists keep the order of additions."""

    exports: list[Good] = field(default_factory=list)
    imports: list[Good] = field(default_factory=list)
    exchange: list[Good] = field(default_factory=list)

    def can_make(self, good: Good) -> bool:
        """Whether a factory for `good` may be here: no market both makes and uses the same good."""
        return good not in (*self.imports, *self.exports) and not any(
            each in self.exports for each in SUPPLY_CHAIN[good]
        )

    def make(self, good: Good) -> None:
        """Add a factory, with its inputs as imports."""
        self.exports.append(good)
        for each in SUPPLY_CHAIN[good]:
            if each not in self.imports:
                self.imports.append(each)
            if each in self.exchange:
                self.exchange.remove(each)

    def use(self, wanted: Sequence[Good]) -> None:
        """Add the consumption of goods that are not made here."""
        self.imports.extend(good for good in wanted if good not in self.imports and good not in self.exports)

    def trade(self, passing: Sequence[Good]) -> None:
        """Add goods for exchange that are neither made nor used here."""
        taken = (*self.imports, *self.exports, *self.exchange)
        self.exchange.extend(good for good in passing if good not in taken)


def furnish(roles: Sequence[str], rng: RandomStream) -> list[MarketGoods]:
    """The traded goods of each market of a system, by the role of its site (see layout.WaypointSite.role)."""
    market_goods_by_place = [MarketGoods() for _ in roles]
    by_role: dict[str, list[MarketGoods]] = {}
    for role, market_goods in zip(roles, market_goods_by_place, strict=True):
        by_role.setdefault(role, []).append(market_goods)
    _furnish_bases(by_role, rng)
    _furnish_people(by_role, rng)
    _spread_factories(by_role, rng)
    _furnish_trade(by_role, rng)
    for market_goods in market_goods_by_place:
        market_goods.trade((FUEL,))
    return market_goods_by_place


def _furnish_bases(by_role: dict[str, list[MarketGoods]], rng: RandomStream) -> None:
    for belt in by_role["belt base"]:
        for metal in BELT_METALS:
            belt.make(metal)
    for outer in by_role["outer base"]:
        for ore in (*OUTER_ORES, *shuffled(rng, OUTER_EXTRAS)[: rng.randint(1, 3)], Good("DRUGS")):
            outer.make(ore)
        outer.use(goods("FOOD MEDICINE CLOTHING EQUIPMENT ASSAULT_RIFLES FIREARMS"))


def _furnish_people(by_role: dict[str, list[MarketGoods]], rng: RandomStream) -> None:
    for capital in by_role["capital"]:
        capital.use((*HOUSEHOLD, rng.choice(STRANGE)))
    for yard in by_role["shipyard"]:
        yard.use(SHIP_GOODS)
    for yard in by_role["gas station"]:
        if rng.random() < SIPHON_YARD_SHARE:
            yard.use(SHIP_GOODS)


def _spread_factories(by_role: dict[str, list[MarketGoods]], rng: RandomStream) -> None:
    """Place every group of factories where there is most room, and the goods of only some systems where possible."""
    industrial = [*by_role["industry"], *by_role["station"]]
    for group in shuffled(rng, GROUPS):
        homes = [market_goods for market_goods in industrial if all(market_goods.can_make(good) for good in group)]
        place = min(homes, key=lambda market_goods: len(market_goods.exports) + rng.random())
        for good in group:
            place.make(good)
    by_role["gas station"][0].make(LABORATORY)
    for good, portion in LUXURIES.items():
        if rng.random() < portion:
            homes = [market_goods for market_goods in industrial if market_goods.can_make(good)]
            min(homes, key=lambda market_goods: len(market_goods.exports) + rng.random()).make(good)


def _furnish_trade(by_role: dict[str, list[MarketGoods]], rng: RandomStream) -> None:
    industrial = by_role["industry"]
    for good in (Good("DRUGS"), Good("MACHINERY"), Good("FOOD"), Good("ELECTRONICS"), Good("MEDICINE")):
        if good == "DRUGS" or rng.random() < 0.4:
            homes = [
                market_goods
                for market_goods in industrial
                if good not in market_goods.exports and good not in market_goods.imports
            ]
            rng.choice(homes).use((good,))
    for station in by_role["station"]:
        station.use((rng.choice(goods("LAB_INSTRUMENTS EQUIPMENT FIREARMS")),))
    quiet = min(industrial, key=lambda market_goods: len(market_goods.exports) + len(market_goods.imports))
    quiet.trade(MOON_EXCHANGE)
    for belt in by_role["belt base"]:
        belt.trade(BELT_EXCHANGE)
    for gas in by_role["gas station"]:
        gas.trade(GAS_EXCHANGE)
    for gate in (*by_role["gate"], *by_role["gate fuel"]):
        gate.trade((ANTIMATTER,))
