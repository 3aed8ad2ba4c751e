"""Quotes in one line, and a few of the live server's prices that the law must give to the credit."""

from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import SupplyLevel, TradeKind


def quote(kind: str, good: str, volume: int, supply: str | None, ask: int, bid: int) -> Quote:
    """A quote in one line."""
    return Quote(
        good=Good(good),
        kind=TradeKind[kind],
        trade_volume=volume,
        supply=None if supply is None else SupplyLevel[supply],
        activity=None,
        ask=ask,
        bid=bid,
    )


SEEN = [  # a quote as players read it, then the steepness and the stock behind it
    (quote("EXPORT", "MICROPROCESSORS", 20, "ABUNDANT", 1961, 937), 10, 92),
    (quote("EXPORT", "MEDICINE", 20, "HIGH", 3266, 1594), 5, 58),
    (quote("EXPORT", "SHIP_PARTS", 6, "ABUNDANT", 2870, 1429), 10, 100),
    (quote("EXPORT", "FABRICS", 60, "HIGH", 1443, 690), 9, 214),
    (quote("EXPORT", "ELECTRONICS", 20, "HIGH", 1838, 891), 6, 55),
    (quote("IMPORT", "CLOTHING", 20, "LIMITED", 10196, 4982), 8, -90),
    (quote("IMPORT", "EXOTIC_MATTER", 6, "SCARCE", 71496, 35689), 10, -105),
    (quote("IMPORT", "SHIP_PARTS", 6, "SCARCE", 16748, 8174), 13, -35),
    (quote("IMPORT", "FOOD", 60, "MODERATE", 4152, 1953), 9, -56),
    (quote("IMPORT", "ELECTRONICS", 20, "MODERATE", 5406, 2616), 8, -60),
]

SEEN_ON_EXCHANGE = [
    quote("EXCHANGE", "FUEL", 180, "MODERATE", 72, 68),
    quote("EXCHANGE", "FUEL", 180, "SCARCE", 76, 69),
    quote("EXCHANGE", "DIAMONDS", 180, "MODERATE", 92, 88),
    quote("EXCHANGE", "ANTIMATTER", 18, "MODERATE", 5052, 4948),
    quote("EXCHANGE", "URANITE_ORE", 180, "MODERATE", 323, 317),
    quote("EXCHANGE", "URANITE_ORE", 180, "MODERATE", 324, 317),
    quote("EXCHANGE", "FUEL", 180, "MODERATE", 73, 68),
    quote("EXCHANGE", "FUEL", 180, "LIMITED", 73, 68),
    quote("EXCHANGE", "FUEL", 180, "SCARCE", 74, 68),
    quote("EXCHANGE", "FUEL", 180, "SCARCE", 75, 69),
    quote("EXCHANGE", "FUEL", 180, "SCARCE", 84, 74),
    quote("EXCHANGE", "DIAMONDS", 180, "LIMITED", 93, 88),
    quote("EXCHANGE", "DIAMONDS", 180, "SCARCE", 97, 89),
    quote("EXCHANGE", "AMMONIA_ICE", 180, "SCARCE", 44, 38),
    quote("EXCHANGE", "ALUMINUM_ORE", 180, "HIGH", 62, 57),
    quote("EXCHANGE", "ICE_WATER", 180, "HIGH", 17, 13),
    quote("EXCHANGE", "PRECIOUS_STONES", 180, "MODERATE", 78, 73),
    quote("EXCHANGE", "SILICON_CRYSTALS", 180, "SCARCE", 101, 79),
    quote("EXCHANGE", "QUARTZ_SAND", 180, "SCARCE", 48, 36),
    quote("EXCHANGE", "MERITIUM_ORE", 180, None, 1213, 1188),
    quote("EXCHANGE", "MERITIUM_ORE", 180, "LIMITED", 1223, 1189),
    quote("EXCHANGE", "MERITIUM_ORE", 180, "SCARCE", 1284, 1207),
    quote("EXCHANGE", "ANTIMATTER", 18, None, 5049, 4914),
    quote("EXCHANGE", "ANTIMATTER", 18, None, 5050, 4941),
    quote("EXCHANGE", "ANTIMATTER", 18, None, 5056, 4950),
    quote("EXCHANGE", "ANTIMATTER", 18, None, 5094, 4951),
    quote("EXCHANGE", "ANTIMATTER", 18, None, 5147, 4958),
]

SEEN_FLOODED = [  # imports whose bid can fall no further
    quote("IMPORT", "QUARTZ_SAND", 60, "ABUNDANT", 18, 1),
    quote("IMPORT", "LIQUID_HYDROGEN", 90, "ABUNDANT", 23, 1),
    quote("IMPORT", "LIQUID_NITROGEN", 111, "ABUNDANT", 27, 1),
]
