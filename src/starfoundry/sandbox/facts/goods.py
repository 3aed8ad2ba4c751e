"""The goods of a home system: what each is made from, how much of it moves at once, what it is called.

Recipes, volumes and base prices are the live server's; only goods whose base price is known are traded here (the price
law needs it), and equipment, whose prices are assumed.
"""

from collections.abc import Mapping

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.facts.outfits import PART_PRICES, PART_VOLUME

_RECIPES_TEXT = """
    ADVANCED_CIRCUITRY   ELECTRONICS MICROPROCESSORS
    ALUMINUM             ALUMINUM_ORE
    ALUMINUM_ORE         EXPLOSIVES
    AMMONIA_ICE          MACHINERY
    AMMUNITION           IRON LIQUID_NITROGEN
    ANTIMATTER           LAB_INSTRUMENTS ADVANCED_CIRCUITRY
    ASSAULT_RIFLES       ALUMINUM AMMUNITION
    BIOCOMPOSITES        FABRICS POLYNUCLEOTIDES
    BOTANICAL_SPECIMENS  LAB_INSTRUMENTS EQUIPMENT
    CLOTHING             FABRICS
    COPPER               COPPER_ORE
    COPPER_ORE           EXPLOSIVES
    DIAMONDS             EXPLOSIVES
    DRUGS                AMMONIA_ICE POLYNUCLEOTIDES
    ELECTRONICS          SILICON_CRYSTALS COPPER
    EQUIPMENT            ALUMINUM PLASTICS
    EXOTIC_MATTER        LAB_INSTRUMENTS ADVANCED_CIRCUITRY
    EXPLOSIVES           LIQUID_HYDROGEN LIQUID_NITROGEN
    FABRICS              FERTILIZERS
    FAB_MATS             IRON QUARTZ_SAND
    FERTILIZERS          LIQUID_NITROGEN
    FIREARMS             IRON AMMUNITION
    FOOD                 FERTILIZERS
    FUEL                 HYDROCARBON
    GOLD                 GOLD_ORE
    GOLD_ORE             EXPLOSIVES
    HYDROCARBON          MACHINERY
    ICE_WATER            MACHINERY
    IRON                 IRON_ORE
    IRON_ORE             EXPLOSIVES
    JEWELRY              GOLD SILVER PRECIOUS_STONES DIAMONDS
    LAB_INSTRUMENTS      ELECTRONICS EQUIPMENT
    LASER_RIFLES         DIAMONDS PLATINUM ADVANCED_CIRCUITRY
    LIQUID_HYDROGEN      MACHINERY
    LIQUID_NITROGEN      MACHINERY
    MACHINERY            IRON
    MEDICINE             FABRICS POLYNUCLEOTIDES
    MERITIUM_ORE         EXPLOSIVES
    MICROPROCESSORS      SILICON_CRYSTALS COPPER
    MOOD_REGULATORS      POLYNUCLEOTIDES LAB_INSTRUMENTS
    NANOBOTS             POLYNUCLEOTIDES LAB_INSTRUMENTS
    PLASTICS             LIQUID_HYDROGEN
    PLATINUM             PLATINUM_ORE
    PLATINUM_ORE         EXPLOSIVES
    POLYNUCLEOTIDES      LIQUID_HYDROGEN LIQUID_NITROGEN
    PRECIOUS_STONES      EXPLOSIVES
    QUARTZ_SAND          EXPLOSIVES
    SHIP_PARTS           EQUIPMENT ELECTRONICS
    SHIP_PLATING         ALUMINUM MACHINERY
    SILICON_CRYSTALS     EXPLOSIVES
    SILVER               SILVER_ORE
    SILVER_ORE           EXPLOSIVES
    SUPERGRAINS          FERTILIZERS POLYNUCLEOTIDES LAB_INSTRUMENTS
    URANITE              URANITE_ORE
    URANITE_ORE          EXPLOSIVES
"""


def goods(text: str) -> tuple[Good, ...]:
    """The goods named in a text, in its order."""
    return tuple(map(Good, text.split()))


def _read_recipes(text: str) -> dict[Good, tuple[Good, ...]]:
    rows = (line.split() for line in text.strip().splitlines())
    return {Good(made): tuple(map(Good, inputs)) for made, *inputs in rows}


RECIPES: Mapping[Good, tuple[Good, ...]] = _read_recipes(_RECIPES_TEXT)
"""For each good that is made, the goods its factory uses up."""

_RAW = """
    ALUMINUM_ORE AMMONIA_ICE COPPER_ORE DIAMONDS GOLD_ORE HYDROCARBON ICE_WATER IRON_ORE LIQUID_HYDROGEN LIQUID_NITROGEN
    MERITIUM_ORE PLATINUM_ORE PRECIOUS_STONES QUARTZ_SAND SILICON_CRYSTALS SILVER_ORE URANITE_ORE
"""
RAW: Mapping[Good, None] = dict.fromkeys(goods(_RAW))
"""What comes out of the ground or a gas giant (an ordered set)."""

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
    """The units one transaction moves at most where a good is made or used, in a young universe."""
    return PART_VOLUME if good in PART_PRICES else _VOLUMES.get(good, _USUAL_VOLUME)


def exchange_volume(good: Good) -> int:
    """The units one transaction moves at most where a good is only passed on."""
    return _ANTIMATTER_VOLUME if good == "ANTIMATTER" else _EXCHANGE_VOLUME


def title(symbol: str) -> str:
    """How people write a symbol: IRON_ORE is Iron Ore, ENGINE_ION_DRIVE_II is Engine Ion Drive II."""
    return " ".join(word if word in {"I", "II", "III"} else word.capitalize() for word in symbol.split("_"))


def describe(good: Good) -> str:
    """One sentence on a good."""
    inputs = RECIPES.get(good)
    if inputs is None:
        return f"{title(good)}, not made in this part of space."
    made_from = ", ".join(title(each) for each in inputs)
    verb = "Won with the help of" if good in RAW else "Made from"
    return f"{verb} {made_from}."
