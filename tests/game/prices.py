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
]
