"""Deposits by trait of a place. The goods of a trait are documented; the weights are assumed."""

from collections.abc import Mapping, Sequence

from starfoundry.kernel.ids import Good


def _weights(text: str) -> Mapping[Good, float]:
    pairs = (word.split("=") for word in text.split())
    return {Good(good): float(weight) for good, weight in pairs}


_BY_TRAIT: Mapping[str, Mapping[Good, float]] = {
    "COMMON_METAL_DEPOSITS": _weights(
        "IRON_ORE=24 COPPER_ORE=24 ALUMINUM_ORE=22 QUARTZ_SAND=12 SILICON_CRYSTALS=10 ICE_WATER=8"
    ),
    "MINERAL_DEPOSITS": _weights(
        "QUARTZ_SAND=24 SILICON_CRYSTALS=24 AMMONIA_ICE=16 ICE_WATER=16 PRECIOUS_STONES=8 IRON_ORE=12"
    ),
    "PRECIOUS_METAL_DEPOSITS": _weights(
        "GOLD_ORE=14 SILVER_ORE=16 PLATINUM_ORE=10 PRECIOUS_STONES=12 ALUMINUM_ORE=16 QUARTZ_SAND=16 ICE_WATER=16"
    ),
    "RARE_METAL_DEPOSITS": _weights("URANITE_ORE=16 MERITIUM_ORE=6 DIAMONDS=10 PLATINUM_ORE=20 QUARTZ_SAND=48"),
}
GASES: Mapping[Good, float] = _weights("HYDROCARBON=34 LIQUID_HYDROGEN=33 LIQUID_NITROGEN=33")


def ores_of(traits: Sequence[str]) -> Mapping[Good, float]:
    """The deposits of a place with these traits, by weight; empty when there is nothing to mine."""
    found: dict[Good, float] = {}
    for trait in traits:
        for good, weight in _BY_TRAIT.get(trait, {}).items():
            found[good] = found.get(good, 0.0) + weight
    return found
