"""Causes of RESTRICTED activity, and what would end it."""

from dataclasses import replace

from starfoundry.game.market_law.stock import MarketStock
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.restriction import restriction_of
from tests.ledger.bank import EPOCH
from tests.market.stalls import A1, IRON, MACHINERY, a_quote

COPPER = Good("COPPER")
INPUTS = {MACHINERY: (IRON, COPPER)}


def seen(good: Good, kind: TradeKind, units: int, activity: Activity = Activity.WEAK) -> Sighting:
    """A good at one market with a stock of so many units at a trade volume of 20."""
    stock = MarketStock(kind=kind, base=2_400, steepness=8, trade_volume=20, units=units)
    quote = a_quote(good, kind=kind, activity=activity, supply=stock.supply, ask=stock.ask, bid=stock.bid)
    return Sighting(waypoint=A1, quote=quote, seen_at=EPOCH, curve=stock)


def test_a_starved_factory_names_its_scarce_input_and_what_ends_it():
    machinery = seen(MACHINERY, TradeKind.EXPORT, 30, Activity.RESTRICTED)
    market = [machinery, seen(IRON, TradeKind.IMPORT, -123), seen(COPPER, TradeKind.IMPORT, -60)]

    found = restriction_of(machinery, market, INPUTS)

    assert found is not None
    assert [(cause.good, cause.units) for cause in found.causes] == [(IRON, 23)]
    assert (
        found.sentence() == "MACHINERY is made at a fifth of its rate while IRON is SCARCE; deliver 23 IRON to end it"
    )


def test_delivering_what_is_named_ends_it():
    iron = seen(IRON, TradeKind.IMPORT, -123)
    machinery = seen(MACHINERY, TradeKind.EXPORT, 30, Activity.RESTRICTED)
    found = restriction_of(machinery, [machinery, iron], INPUTS)

    assert found is not None
    fed = iron.after_sale(found.causes[0].units or 0)
    assert restriction_of(machinery, [machinery, fed], INPUTS) == replace(found, causes=())
    assert fed.quote.supply is not iron.quote.supply


def test_an_import_waits_for_its_products_to_be_taken_away():
    iron = seen(IRON, TradeKind.IMPORT, 0, Activity.RESTRICTED)
    machinery = seen(MACHINERY, TradeKind.EXPORT, 95)

    found = restriction_of(iron, [iron, machinery], INPUTS)

    assert found is not None
    assert (
        found.sentence()
        == "IRON is used at a fifth of its rate while MACHINERY is ABUNDANT; buy 16 MACHINERY to end it"
    )
    assert machinery.after_purchase(16).quote.supply is not machinery.quote.supply
    assert machinery.after_purchase(15).quote.supply is machinery.quote.supply


def test_what_is_not_restricted_has_no_cause():
    machinery = seen(MACHINERY, TradeKind.EXPORT, 30)

    assert restriction_of(machinery, [machinery, seen(IRON, TradeKind.IMPORT, -123)], INPUTS) is None


def test_an_unexplained_restriction_is_told_as_that():
    machinery = seen(MACHINERY, TradeKind.EXPORT, 30, Activity.RESTRICTED)
    found = restriction_of(machinery, [machinery, seen(IRON, TradeKind.IMPORT, 0)], INPUTS)

    assert found is not None
    assert found.sentence() == "MACHINERY is RESTRICTED; no reading of this market explains it"
