"""Goods of a home system: inputs, trade volumes, names.

Recipes (game.known_recipes), volumes and base prices are the live server's; only goods whose base price is known are
traded here (the price law needs it), and equipment, whose prices are assumed.
"""

from collections.abc import Mapping

from starfoundry.game.known_recipes import RECIPES, goods
from starfoundry.kernel.ids import Good
from starfoundry.sandbox.catalogue.outfits import PART_PRICES, PART_VOLUME

_RAW = """
    ALUMINUM_ORE AMMONIA_ICE COPPER_ORE DIAMONDS GOLD_ORE HYDROCARBON ICE_WATER IRON_ORE LIQUID_HYDROGEN LIQUID_NITROGEN
    MERITIUM_ORE PLATINUM_ORE PRECIOUS_STONES QUARTZ_SAND SILICON_CRYSTALS SILVER_ORE URANITE_ORE
"""
RAW: Mapping[Good, None] = dict.fromkeys(goods(_RAW))
"""Goods from asteroids or gas giants (an ordered set)."""

_BULK = """
    ALUMINUM COPPER GOLD IRON PLATINUM SILVER URANITE FABRICS FERTILIZERS FOOD FUEL PLASTICS
"""
_PRECIOUS = """
    ANTIMATTER BOTANICAL_SPECIMENS EXOTIC_MATTER LASER_RIFLES MOOD_REGULATORS NANOBOTS SHIP_PARTS SHIP_PLATING
    SUPERGRAINS
"""

_VOLUMES: Mapping[Good, int] = {
    **dict.fromkeys(RAW, 60),
    **dict.fromkeys(goods(_BULK), 60),
    **dict.fromkeys(goods(_PRECIOUS), 6),
}
_USUAL_VOLUME = 20
_EXCHANGE_VOLUME = 180
_ANTIMATTER_VOLUME = 18


def factory_volume(good: Good) -> int:
    """The trade volume in units where a good is made or used, in a young universe."""
    return PART_VOLUME if good in PART_PRICES else _VOLUMES.get(good, _USUAL_VOLUME)


def exchange_volume(good: Good) -> int:
    """The trade volume in units where a good is only exchanged."""
    return _ANTIMATTER_VOLUME if good == "ANTIMATTER" else _EXCHANGE_VOLUME


def title(symbol: str) -> str:
    """A symbol as people write it: IRON_ORE is Iron Ore, ENGINE_ION_DRIVE_II is Engine Ion Drive II."""
    return " ".join(word if word in {"I", "II", "III"} else word.capitalize() for word in symbol.split("_"))


def describe(good: Good) -> str:
    """One sentence describing a good."""
    inputs = RECIPES.get(good)
    if inputs is None:
        return f"{title(good)}, not made in this part of space."
    made_from = ", ".join(title(each) for each in inputs)
    verb = "Won with the help of" if good in RAW else "Made from"
    return f"{verb} {made_from}."
