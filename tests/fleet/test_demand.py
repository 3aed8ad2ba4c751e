"""Demand for carriage: what another ship adds, and whose word counts."""

import pytest

from starfoundry.fleet.domain.demand import Demand, Demands, Work
from starfoundry.kernel.ids import ContainerId

ONE, OTHER = ContainerId("mfg-1"), ContainerId("mfg-2")


def demand(*works: tuple[float, float]) -> Demand:
    """Work as (carriers, credits an hour), for haulers."""
    found = tuple(Work(carriers=carriers, per_hour=per_hour) for carriers, per_hour in works)
    return Demand(
        find_works=lambda: found,
        capacity=80,
        engine_speed=15,
        max_workers=3,
    )


def test_a_ship_counts_by_its_hold_and_its_speed():
    assert demand().weight(40, 15) == 0.5
    assert demand().weight(40, 36) == 1.2


def test_the_first_ship_takes_the_best_work_wherever_it_stands_in_the_list():
    assert demand((1.0, 5_000), (0.5, 90_000)).added(0.0, 1.0) == 0.5 * 90_000 + 0.5 * 5_000


def test_the_next_one_gets_what_those_before_leave():
    market = demand((1.5, 60_000), (1.0, 8_000))

    assert market.added(1.0, 1.0) == 0.5 * 60_000 + 0.5 * 8_000
    assert market.added(2.0, 1.0) == 0.5 * 8_000
    assert market.added(3.0, 1.0) == 0.0


def test_several_coordinators_look_at_the_same_markets_so_the_largest_demand_counts():
    demands = Demands()
    demands.register(ONE, lambda: demand((1.0, 1_000)))
    demands.register(OTHER, lambda: demand((2.5, 1_000)))

    largest = demands.largest()
    assert largest is not None
    assert largest.works == demand((2.5, 1_000)).works
    assert largest.max_workers == 6, "each may send its own"


def test_a_coordinator_that_ended_is_asked_no_more():
    demands = Demands()
    demands.register(ONE, lambda: pytest.fail("asked"))
    demands.withdraw(ONE)

    assert demands.largest() is None
