"""Carriage that the markets call for, by example: one product, one buyer, and the input of its factory."""

from dataclasses import replace

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.fleet.domain.demand import PAYBACK_HOURS
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.manufacturing.planner.trips.carrier_demand import USEFUL_SHARE, carriage
from starfoundry.market.domain.movement import Movement
from tests.manufacturing.worlds import CLOTHING, FABRICS, FACTORY, SHOP, VOLUME, hull, sighting, sightings, view

ONLY_CLOTHING = ManufacturingConfig(blocked_goods=(FABRICS,))
TRIP_HOURS = (300 + 300 + 2 * 30) / USEFUL_SHARE / 3600
PERIOD = 1_800.0


def moving(seen, step, activity=Activity.WEAK):
    """The same good, of which it was learned that a tick every half hour moves so much of its volume."""
    quote = replace(seen.quote, activity=activity)
    movement = Movement(kind=quote.kind, activity=activity, step=step, spread=0.1, steps_seen=5, period=PERIOD)
    return replace(seen, quote=quote, movement=movement)


def clothing(*, made=0.5, used=0.4, factory=2.0, shop=-3.0, activity=Activity.WEAK):
    """What a factory makes and a shop uses, as shares of the volume a tick, and their stocks in transactions."""
    return (
        moving(sighting(FACTORY, CLOTHING, TradeKind.EXPORT, 4000, factory), made, activity),
        moving(sighting(SHOP, CLOTHING, TradeKind.IMPORT, 4000, shop), used),
    )


def carriers(seen, config=ONLY_CLOTHING, *, capacity=40):
    return carriage(view(config, seen=seen), hull(capacity=capacity)).carriers


def test_no_more_is_carried_for_long_than_the_slower_of_factory_and_buyer_moves():
    assert carriers(clothing(made=0.5, used=0.4)) == pytest.approx(2 * 0.4 * VOLUME * TRIP_HOURS / 40)
    assert carriers(clothing(made=0.2, used=0.4)) == pytest.approx(2 * 0.2 * VOLUME * TRIP_HOURS / 40)


def test_stock_that_stands_ready_and_has_room_is_work_until_a_ship_has_paid_for_itself():
    at_rest, full = carriers(clothing()), carriers(clothing(factory=6.0, shop=-6.0))

    assert full - at_rest == pytest.approx(3 * VOLUME / PAYBACK_HOURS * TRIP_HOURS / 40)


def test_what_the_fleet_has_just_taken_makes_it_no_larger_than_the_markets_need():
    assert carriers(clothing(factory=-1.0, shop=2.0)) == carriers(clothing())


def test_a_factory_that_is_short_of_inputs_counts_as_fed():
    assert carriers(clothing(made=0.3, activity=Activity.RESTRICTED)) == carriers(clothing(made=0.3))


def test_a_hold_that_is_larger_than_a_load_makes_no_ship_superfluous():
    assert carriers(clothing(), capacity=80) == carriers(clothing(), capacity=40)
    assert carriers(clothing(), capacity=20) == 2 * carriers(clothing(), capacity=40)


def test_a_lane_below_the_least_margin_and_a_blocked_good_are_no_work():
    assert carriers(sightings(), ManufacturingConfig()) > carriers(sightings()) > 0
    assert carriers(sightings(), ManufacturingConfig(trade_min_margin=1000)) == 0
    assert carriers(sightings(), ManufacturingConfig(blocked_goods=(CLOTHING, FABRICS))) == 0


def test_a_good_of_twice_the_price_is_twice_as_good_work():
    found = carriage(view(ManufacturingConfig(), seen=sightings(clothing=3.0, shop=-3.0)), hull())
    fabrics, clothes = sorted(work.per_hour + 200 / TRIP_HOURS for work in found.works)  # 200 credits of fuel

    assert clothes == pytest.approx(2 * fabrics, rel=0.001)


def test_a_market_out_of_reach_is_no_work():
    nowhere = replace(view(ONLY_CLOTHING), travel=lambda _hull, _origin, _goal: None)

    assert carriage(nowhere, hull()).works == ()
