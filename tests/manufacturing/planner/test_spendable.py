"""Money that goods may cost: what ships on their way will spend is not spent twice."""

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.manufacturing.domain.model import TaskStatus
from starfoundry.manufacturing.planner.view import FUEL_RESERVE, spendable_credits
from tests.manufacturing import worlds

CONFIG = ManufacturingConfig(min_balance=10_000)
KNOWN = {(each.waypoint, each.quote.good): each for each in worlds.sightings()}
ASK = KNOWN[worlds.FACTORY, worlds.CLOTHING].quote.ask


def left(*tasks):
    """What may be spent of a million credits."""
    return spendable_credits(1_000_000, CONFIG, tasks, lambda waypoint, good: KNOWN.get((waypoint, good)))


def flying(**changes):
    return worlds.task(status=TaskStatus.EXECUTING, units_planned=40, **changes)


def test_the_reserve_and_fuel_money_are_kept():
    assert left() == 1_000_000 - 10_000 - FUEL_RESERVE


def test_what_a_ship_on_its_way_will_buy_is_taken_off():
    assert left(flying()) == left() - 40 * ASK


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(flying(units_bought=40, units_sold=0), id="it has bought already"),
        pytest.param(worlds.task(status=TaskStatus.READY, units_planned=40), id="no ship is on its way"),
    ],
)
def test_what_nobody_will_pay_for_is_not(task):
    assert left(task) == left()
