"""Base prices inferred from the prices that markets show."""

import json
from pathlib import Path

import pytest

from starfoundry.game.market_law.base_prices import infer_base
from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.law import likelihood
from starfoundry.game.market_law.stock import MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from tests.game.prices import quote

UNSEEN = Good("QUANTUM_DRIVES")
CIRCUITRY = Good("ADVANCED_CIRCUITRY")
READINGS = Path(__file__).parents[3] / "shared" / "data" / "market-readings.json"


def quotes(good: Good, base: int, *, count: int, seed: int, volume: int = 20) -> list[Quote]:
    """What `count` markets of random steepness and stock show of a good with this base price."""
    chance = SeededEntropy(seed).stream(good)
    shown = []
    for _ in range(count):
        kind = chance.choice([TradeKind.EXPORT, TradeKind.IMPORT])
        units = chance.randint(-5 * volume, 6 * volume)
        stock = MarketStock(
            kind=kind, base=base, steepness=chance.randint(6, 10), trade_volume=volume, units=units, exact=True
        )
        shown.append(
            Quote(
                good=good,
                kind=kind,
                trade_volume=volume,
                supply=stock.supply,
                activity=None,
                ask=stock.ask,
                bid=stock.bid,
            )
        )
    return shown


@pytest.mark.parametrize("base", [1_500, 5_200, 24_000, 46_000])
def test_two_readings_tell_the_base_of_a_dear_good_nobody_knows(base: int):
    found = [infer_base(UNSEEN, quotes(UNSEEN, base, count=2, seed=seed)) for seed in range(12)]

    assert found.count(base) >= 11
    assert set(found) <= {base, None}


def test_a_cheap_good_takes_more_readings_and_is_not_guessed_before():
    shown = quotes(UNSEEN, 140, count=12, seed=3, volume=60)

    assert infer_base(UNSEEN, shown[:1]) is None
    assert infer_base(UNSEEN, shown) == 140


def test_a_base_that_moved_between_universes_is_found():
    """ADVANCED_CIRCUITRY stood at 5,000 in a system of 2024 and at 5,200 in later ones (M)."""
    shown = quotes(CIRCUITRY, 5_000, count=3, seed=1)

    assert any(likelihood(quote, BASE_PRICES[CIRCUITRY][0]) == 0 for quote in shown)
    assert infer_base(CIRCUITRY, shown) == 5_000


def test_a_known_base_is_kept_while_it_explains_everything():
    shown = quotes(CIRCUITRY, BASE_PRICES[CIRCUITRY][0], count=3, seed=1)

    assert infer_base(CIRCUITRY, shown) == BASE_PRICES[CIRCUITRY][0]


def test_prices_of_no_round_number_are_nobodys_base():
    odd = Quote(
        good=UNSEEN,
        kind=TradeKind.EXPORT,
        trade_volume=20,
        supply=SupplyLevel.MODERATE,
        activity=None,
        ask=1_000,
        bid=999,
    )

    assert infer_base(UNSEEN, [odd]) is None
    assert infer_base(UNSEEN, []) is None


@pytest.mark.skipif(not READINGS.exists(), reason="the captured readings lie beside the checkout, not in it")
def test_the_bases_of_a_captured_universe_are_found_without_knowing_them():
    """Dear goods that several markets showed: nearly all are found, none is found wrong."""
    by_good: dict[str, list[Quote]] = {}
    for row in json.loads(READINGS.read_text()):
        if row["type"] != "EXCHANGE" and BASE_PRICES[row["good"]][0] >= 1_000:
            seen = quote(row["type"], UNSEEN, row["tradeVolume"], row["supply"], row["purchasePrice"], row["sellPrice"])
            by_good.setdefault(row["good"], []).append(seen)
    several = {good: shown for good, shown in by_good.items() if len(shown) > 1}
    found = {good: infer_base(UNSEEN, shown) for good, shown in several.items()}

    wrong = {good: base for good, base in found.items() if base is not None and base != BASE_PRICES[Good(good)][0]}
    assert wrong == {}
    assert sum(base is not None for base in found.values()) >= 0.9 * len(several) > 10
