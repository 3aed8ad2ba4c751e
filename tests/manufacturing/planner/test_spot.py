"""Decisions of a ship during its trip: where it sells what it holds."""

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.trips.spot import SpotDecision
from starfoundry.manufacturing.planner.view import Journey
from tests.manufacturing import worlds

CHEAP, DEAR = 4_000, 8_000


def decision(
    *,
    kind=TaskKind.COLLECT_SELL,
    mill=DEAR,
    factory=TradeKind.EXPORT,
    travel=worlds.everywhere_in_five_minutes,
    left=(),
):
    """A ship with clothing from the factory for the shop; the mill buys clothing too."""
    seen = (
        worlds.sighting(worlds.FACTORY, worlds.CLOTHING, factory, 20_000, 5.0),
        worlds.sighting(worlds.SHOP, worlds.CLOTHING, TradeKind.IMPORT, CHEAP, -4.0),
        worlds.sighting(worlds.MILL, worlds.CLOTHING, TradeKind.IMPORT, mill, -4.0),
    )
    return SpotDecision(
        task=worlds.task(kind=kind, source=worlds.FACTORY, target=worlds.SHOP, good=worlds.CLOTHING),
        hull=worlds.hull(cargo=(("CLOTHING", 40),)),
        board=board_of(worlds.PLACES, seen, worlds.NOON, ()),
        wanted={},
        config=ManufacturingConfig(),
        spendable=1_000_000,
        travel=travel,
        left=left,
    )


def out_of_reach(_hull, _origin, goal):
    return None if goal == worlds.MILL else Journey(300.0, 100)


def test_a_ship_sells_where_it_brings_more_than_at_the_planned_market():
    assert decision().better_sink(gain=1.0).waypoint == worlds.MILL


@pytest.mark.parametrize(
    "kept",
    [
        decision(mill=CHEAP),
        decision(travel=out_of_reach),
        decision(kind=TaskKind.ACQUIRE_DELIVER),
        decision(mill=CHEAP, factory=TradeKind.EXCHANGE),
        decision(left=(worlds.MILL,)),
    ],
    ids=["no more is paid", "out of reach", "a factory waits for it", "where it was bought", "it comes from there"],
)
def test_a_ship_keeps_to_the_planned_market(kept):
    assert kept.better_sink(gain=1.0).waypoint == worlds.SHOP
