"""Waypoint traits and factions: their names, and the kinds of place that have them."""

from collections.abc import Mapping

from starfoundry.sandbox.catalogue.goods import title

SURFACES = ("ROCKY", "FROZEN", "VOLCANIC", "BARREN", "TEMPERATE", "SWAMP", "JUNGLE", "OCEAN")
SETTLEMENTS = ("OUTPOST", "SCATTERED_SETTLEMENTS", "SPRAWLING_CITIES", "MEGA_STRUCTURES")
FEATURES = (
    "MAGMA_SEAS",
    "SALT_FLATS",
    "FOSSILS",
    "DRY_SEABEDS",
    "CANYONS",
    "SUPERVOLCANOES",
    "PERPETUAL_DAYLIGHT",
    "PERPETUAL_OVERCAST",
    "VIBRANT_AURORAS",
    "STRONG_MAGNETOSPHERE",
    "TERRAFORMED",
    "EXTREME_TEMPERATURES",
    "EXTREME_PRESSURE",
    "WEAK_GRAVITY",
    "DIVERSE_LIFE",
    "SCARCE_LIFE",
    "METHANE_POOLS",
    "ASH_CLOUDS",
)
ATMOSPHERES = ("BREATHABLE_ATMOSPHERE", "THIN_ATMOSPHERE", "TOXIC_ATMOSPHERE", "CORROSIVE_ATMOSPHERE")
DEPOSITS: Mapping[str, float] = {
    "MINERAL_DEPOSITS": 0.52,
    "COMMON_METAL_DEPOSITS": 0.34,
    "PRECIOUS_METAL_DEPOSITS": 0.12,
    "RARE_METAL_DEPOSITS": 0.02,
}
ASTEROID_FEATURES = (
    "SHALLOW_CRATERS",
    "DEEP_CRATERS",
    "RADIOACTIVE",
    "DEBRIS_CLUSTER",
    "EXPLOSIVE_GASES",
    "UNSTABLE_COMPOSITION",
    "MICRO_GRAVITY_ANOMALIES",
)

FACTIONS = (
    *("COSMIC", "VOID", "GALACTIC", "QUANTUM", "DOMINION", "ASTRO", "CORSAIRS", "OBSIDIAN", "AEGIS", "UNITED"),
    *("SOLITARY", "COBALT", "OMEGA", "ECHO", "LORDS", "CULT", "ANCIENTS", "SHADOW", "ETHEREAL"),
)
FACTION_TRAITS = (
    *("INDUSTRIOUS", "CAPITALISTIC", "PEACEFUL", "SECRETIVE", "WELCOMING", "BUREAUCRATIC", "INNOVATIVE", "BOLD"),
    *("CURIOUS", "RESOURCEFUL", "COOPERATIVE", "STRATEGIC", "DEFENSIVE", "PROUD", "DIVERSE", "FREE_MARKETS"),
)

_SPECIAL: Mapping[str, str] = {
    "MARKETPLACE": "Goods are bought and sold here.",
    "SHIPYARD": "Ships are sold and refitted here.",
    "STRIPPED": "Worked out: little is left to mine.",
    "INDUSTRIAL": "Factories stand here.",
}


def describe_trait(symbol: str) -> str:
    """One sentence describing a trait of a waypoint or a faction."""
    return _SPECIAL.get(symbol, f"Known for: {title(symbol).lower()}.")
