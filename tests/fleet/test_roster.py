"""The roster: what the game last said of each ship, from whichever answer it came."""

from dataclasses import replace

import pytest

from starfoundry.fleet.registry.roster import Roster
from starfoundry.game.model import Cargo, CargoItem, Fuel, NavStatus
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ShipSymbol
from tests.ledger.bank import IRON, a_ship

ONE, TWO = ShipSymbol("FOUNDRY-1"), ShipSymbol("FOUNDRY-2")
HOLD = Cargo(capacity=40, units=7, items=(CargoItem(good=IRON, units=7),))
TANK = Fuel(current=1, capacity=400)
IN_ORBIT = replace(a_ship(ONE).nav, status=NavStatus.IN_ORBIT)


def a_roster(*symbols: str) -> Roster:
    roster = Roster()
    for symbol in symbols:
        roster.saw_ship(a_ship(symbol))
    return roster


def test_ships_come_by_symbol_however_they_were_heard_of():
    """An order of its own would make two runs of one seed decide differently."""
    assert [ship.symbol for ship in a_roster(TWO, ONE).ships()] == [ONE, TWO]


@pytest.mark.parametrize(
    ("hear", "facts"),
    [
        (lambda roster: roster.saw_cargo(ONE, HOLD), {"cargo": HOLD}),
        (lambda roster: roster.saw_fuel(ONE, TANK), {"fuel": TANK}),
        (lambda roster: roster.saw_nav(ONE, IN_ORBIT), {"nav": IN_ORBIT}),
    ],
    ids=["cargo", "fuel", "nav"],
)
def test_an_answer_about_a_part_of_a_ship_changes_that_part_alone_and_wakes_who_waits(hear, facts):
    roster = a_roster(ONE, TWO)
    before, version = roster.get(ONE), roster.changed.version

    hear(roster)

    assert roster.get(ONE) == replace(before, **facts) != before
    assert roster.get(TWO) == a_ship(TWO)
    assert roster.changed.version == version + 1


def test_the_size_of_a_hold_and_of_a_tank_is_told_by_the_ship_alone():
    """Once an order's answer with a tank of 7 kept a ship from every flight, and nothing was said."""
    roster = a_roster(ONE)
    whole = roster.get(ONE)

    roster.saw_cargo(ONE, replace(HOLD, capacity=7))
    roster.saw_fuel(ONE, replace(TANK, capacity=7))

    assert roster.get(ONE).cargo == replace(HOLD, capacity=whole.cargo.capacity)
    assert roster.get(ONE).fuel == replace(TANK, capacity=whole.fuel.capacity)


@pytest.mark.parametrize(
    "hear",
    [
        lambda roster: roster.saw_cargo(TWO, HOLD),
        lambda roster: roster.saw_fuel(TWO, TANK),
        lambda roster: roster.saw_nav(TWO, IN_ORBIT),
    ],
    ids=["cargo", "fuel", "nav"],
)
def test_half_a_ship_is_none(hear):
    """An answer about a ship that was never seen whole cannot make one."""
    roster = a_roster(ONE)
    version = roster.changed.version

    hear(roster)

    assert [ship.symbol for ship in roster.ships()] == [ONE]
    assert roster.changed.version == version


def test_a_ship_that_is_not_ours_is_missing_with_a_way_to_see_which_are():
    with pytest.raises(Missing, match=r"FOUNDRY-2.*ship list"):
        a_roster(ONE).get(TWO)
