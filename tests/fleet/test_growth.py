"""Growth: what is bought next and why, and a container that buys it without spending what it must not."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.fleet.domain.demand import PAYBACK_HOURS, Demand, Work
from starfoundry.fleet.domain.growth import (
    HAULER,
    PROBE,
    SHUTTLE,
    WORKING_CAPITAL,
    BuyShip,
    FleetCount,
    GrowthLimits,
    Save,
    SeePrices,
    limits_of,
    next_purchase,
)
from starfoundry.fleet.domain.model import YardSighting
from starfoundry.fleet.runtime import growth_runner
from starfoundry.fleet.runtime.growth_runner import GROWTH, GrowthRunner
from starfoundry.game.model import ShipOffer, Shipyard
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, WaypointSymbol
from starfoundry.kernel.reason import Reason
from tests.fleet.harbour import FRIGATE, PLAYER, Harbour, in_harbour
from tests.fleet.harbour import PROBE as FIRST_PROBE
from tests.ledger.bank import EPOCH
from tests.store.opened import add_container

A2, C41 = WaypointSymbol("X1-AD75-A2"), WaypointSymbol("X1-AD75-C41")
LIMITS = GrowthLimits(max_haulers=10, max_probes=6, reserve=0)
PRICES = {PROBE: 22_000, SHUTTLE: 90_000, HAULER: 290_000}


def a_yard(waypoint: WaypointSymbol = A2, prices: dict[str, int] | None = None, *, seen: bool = True) -> YardSighting:
    prices = PRICES if prices is None else prices
    offers = tuple(ShipOffer(type=each, price=price) for each, price in prices.items())
    return YardSighting(waypoint=waypoint, ship_types=tuple(prices), offers=offers if seen else ())


# The decision


def why_not(wish):
    assert isinstance(wish, Save)
    return str(wish.reason)


def test_a_probe_comes_first_where_there_is_none():
    fleet = FleetCount(carriers=1, probes=0)

    assert next_purchase(fleet, 175_000, LIMITS, [a_yard()]) == BuyShip(ship_type=PROBE, shipyard=A2, price=22_000)


@pytest.mark.parametrize(
    ("carriers", "ship_type", "price"), [(1, SHUTTLE, 90_000), (2, SHUTTLE, 90_000), (3, PROBE, 22_000)]
)
def test_two_carriers_are_bought_before_a_second_probe(carriers, ship_type, price):
    fleet = FleetCount(carriers=carriers, probes=1)

    assert next_purchase(fleet, 300_000, LIMITS, [a_yard()]) == BuyShip(ship_type=ship_type, shipyard=A2, price=price)


def test_a_second_carrier_that_is_too_dear_yet_is_saved_for():
    wish = next_purchase(FleetCount(carriers=1, probes=1), 100_000, LIMITS, [a_yard()])

    assert why_not(wish) == "SHIP_LIGHT_HAULER costs 290,000; 40,000 credits may be spent"


@pytest.mark.parametrize("limits", [LIMITS, replace(LIMITS, max_haulers=0)])
def test_probes_do_not_wait_for_a_carrier_that_cannot_be_bought(limits):
    yard = a_yard(prices={PROBE: 22_000}) if limits is LIMITS else a_yard()

    assert next_purchase(FleetCount(carriers=1, probes=1), 175_000, limits, [yard]) == BuyShip(
        ship_type=PROBE, shipyard=A2, price=22_000
    )


def work_for(carriers, per_hour):
    """What markets call for that keep so many haulers busy, each at so many credits an hour."""
    works = (Work(carriers=carriers, per_hour=per_hour),)
    return Demand(find_works=lambda: works, capacity=80, engine_speed=15, max_workers=20)


@pytest.mark.parametrize(("carriers", "max_haulers"), [(20, 99), (5, 4)], ids=["workers", "limits"])
def test_a_fleet_that_may_grow_no_further_never_looks_for_work(carriers, max_haulers):
    demand = replace(work_for(9.0, 90_000), find_works=lambda: pytest.fail("looked"))
    fleet = FleetCount(carriers=carriers, probes=40, carriage=2.0, demand=demand)

    assert isinstance(next_purchase(fleet, 10**9, replace(LIMITS, max_haulers=max_haulers), [a_yard()]), Save)


@pytest.mark.parametrize(("per_hour", "is_bought"), [(15_001, True), (14_999, False)])
def test_a_carrier_is_bought_only_if_what_it_adds_earns_its_price_back(per_hour, is_bought):
    fleet = FleetCount(carriers=3, probes=6, carriage=2.0, demand=work_for(3.0, per_hour))

    wish = next_purchase(fleet, 10**9, LIMITS, [a_yard(prices={SHUTTLE: 90_000})])

    assert PAYBACK_HOURS == 12
    assert isinstance(wish, BuyShip) is is_bought


def test_a_fleet_that_carries_what_the_markets_call_for_says_so_with_its_figures():
    fleet = FleetCount(carriers=5, probes=6, carriage=3.9, demand=work_for(4.0, 30_000))

    wish = next_purchase(fleet, 10**9, LIMITS, [a_yard()])

    assert isinstance(wish, Save)
    assert wish.reason.rule == "carriage_enough"
    assert wish.reason.figures == {
        "ship_type": HAULER,
        "price": 290_000,
        "earned_an_hour": 3_000,
        "payback_hours": 12.0,
        "carriers": 3.9,
        "carriers_busy_at_most": 4.0,
    }
    assert "SHIP_LIGHT_HAULER would earn 3,000 credits an hour more and costs 290,000" in wish.reason.text


def test_no_carrier_is_bought_that_no_coordinator_may_send():
    demand = work_for(20.0, 90_000)
    three, four = (
        next_purchase(
            FleetCount(carriers=3, probes=6, carriage=2.0, demand=replace(demand, max_workers=workers)),
            10**9,
            LIMITS,
            [a_yard()],
        )
        for workers in (3, 4)
    )

    assert isinstance(four, BuyShip)
    assert isinstance(three, Save)
    assert three.reason.rule == "workers_enough"
    assert three.reason.command == "spacetraders manufacturing config set max_workers=4"


def test_a_carrier_that_pays_is_bought_where_a_larger_one_would_not():
    fleet = FleetCount(carriers=5, probes=8, carriage=3.5, demand=work_for(4.0, 40_000))
    limits = replace(LIMITS, max_probes=0)

    assert next_purchase(fleet, 10**9, limits, [a_yard()]) == BuyShip(ship_type=SHUTTLE, shipyard=A2, price=90_000)


def test_a_fleet_with_enough_carriers_still_gets_its_probes():
    fleet = FleetCount(carriers=5, probes=2, carriage=5.0, demand=work_for(4.0, 30_000))

    assert next_purchase(fleet, 10**9, LIMITS, [a_yard()]) == BuyShip(ship_type=PROBE, shipyard=A2, price=22_000)


@pytest.mark.parametrize("carriers", [1, 2])
def test_the_first_two_carriers_do_not_wait_until_markets_were_seen(carriers):
    fleet = FleetCount(carriers=carriers, probes=1, carriage=1.2, demand=replace(work_for(0, 0), find_works=tuple))

    assert next_purchase(fleet, 300_000, LIMITS, [a_yard()]) == BuyShip(ship_type=SHUTTLE, shipyard=A2, price=90_000)


def test_the_third_carrier_waits_for_markets_that_keep_it_busy():
    fleet = FleetCount(carriers=3, probes=6, carriage=1.2, demand=replace(work_for(0, 0), find_works=tuple))

    assert isinstance(next_purchase(fleet, 300_000, LIMITS, [a_yard()]), Save)


def test_carriers_that_no_shipyard_sells_are_said_once_there_are_probes():
    wish = next_purchase(FleetCount(carriers=1, probes=6), 10**9, LIMITS, [a_yard(prices={PROBE: 22_000})])

    assert why_not(wish) == "no known shipyard sells SHIP_LIGHT_SHUTTLE or SHIP_LIGHT_HAULER"


def test_then_a_carrier_once_it_leaves_capital_to_trade_with():
    fleet = FleetCount(carriers=1, probes=2)

    poor = next_purchase(fleet, 90_000 + WORKING_CAPITAL - 1, LIMITS, [a_yard()])
    enough = next_purchase(fleet, 90_000 + WORKING_CAPITAL, LIMITS, [a_yard()])

    assert why_not(poor) == "SHIP_LIGHT_HAULER costs 290,000; 89,999 credits may be spent"
    assert enough == BuyShip(ship_type=SHUTTLE, shipyard=A2, price=90_000)


def test_the_cheapest_known_shipyard_is_chosen():
    yards = [a_yard(), a_yard(C41, {PROBE: 21_000})]

    assert next_purchase(FleetCount(carriers=1, probes=0), 175_000, LIMITS, yards) == BuyShip(
        ship_type=PROBE, shipyard=C41, price=21_000
    )


def test_a_price_nobody_has_seen_is_looked_at_before_anything_is_bought():
    wish = next_purchase(FleetCount(carriers=1, probes=0), 175_000, LIMITS, [a_yard(seen=False)])

    assert wish == SeePrices(ship_type=PROBE, shipyard=A2)


def test_a_fleet_as_large_as_it_may_be_is_left_alone():
    fleet = FleetCount(carriers=11, probes=6)

    assert why_not(next_purchase(fleet, 10**9, LIMITS, [a_yard()])) == "the fleet has reached its limits"


def test_what_is_sold_nowhere_is_said():
    wish = next_purchase(FleetCount(carriers=1, probes=0), 175_000, LIMITS, [a_yard(prices={SHUTTLE: 1})])

    assert why_not(wish) == "no known shipyard sells SHIP_PROBE"


@given(
    carriers=st.integers(1, 20),
    probes=st.integers(0, 10),
    credits_now=st.integers(0, 5_000_000),
    limits=st.builds(
        GrowthLimits,
        max_haulers=st.integers(0, 12),
        max_probes=st.integers(0, 8),
        reserve=st.integers(0, 1_000_000),
    ),
)
def test_neither_the_reserve_nor_the_capital_to_trade_with_nor_a_limit_is_ever_broken(
    carriers, probes, credits_now, limits
):
    wish = next_purchase(FleetCount(carriers=carriers, probes=probes), credits_now, limits, [a_yard()])

    if isinstance(wish, BuyShip):
        assert credits_now - wish.price >= limits.reserve + WORKING_CAPITAL
        if wish.ship_type == PROBE:
            assert probes < limits.max_probes
        else:
            assert carriers - 1 < limits.max_haulers


@pytest.mark.parametrize("name", ["max_haulers", "max_probes", "reserve"])
@pytest.mark.parametrize("value", [None, -1, "5", 1.5, True])
def test_a_limit_that_is_missing_or_wrong_is_refused_by_name(name, value):
    """The predecessor read a reserve of the wrong type as none, and spent everything."""
    with pytest.raises(Refused) as refusal:
        limits_of({**LIMITS.to_map(), name: value})

    assert refusal.value.fields[0].field == name


def test_limits_are_read_back_as_they_were_stored():
    assert limits_of({**LIMITS.to_map(), "container_id": "fleet-growth-1"}) == LIMITS


# The container


async def grow(harbour: Harbour, *, seconds: float, limits: GrowthLimits = LIMITS) -> list[str]:
    """Run a growth container for so long; what it said."""
    container = Container(
        id=ContainerId("fleet-growth-1"),
        player_id=PLAYER,
        type=GROWTH,
        status=ContainerStatus.RUNNING,
        config=limits.to_map(),
        created_at=EPOCH,
    )
    await harbour.database.write(lambda connection: add_container(connection, container.id, type=GROWTH))
    logbook = Logbook(harbour.database, harbour.clock)

    async def session_of(_player):
        return harbour.session

    stop = StopSignal()
    running = asyncio.create_task(GrowthRunner(logbook=logbook, session_of=session_of)(container, stop))
    await asyncio.sleep(seconds)
    stop.request()
    await running
    return [entry.message for entry in await logbook.entries(container.id)]


def test_a_new_fleet_gets_a_second_carrier_and_what_leaves_it_its_capital(tmp_path):
    async def work(harbour):
        said = await grow(harbour, seconds=3_600)
        ships = harbour.session.roster.ships()
        claims = [harbour.session.claims.owner(ship.symbol) for ship in ships]
        return said, len(ships), claims, harbour.session.gateway.credits, await harbour.problems()

    said, ships, claims, credits_now, problems = in_harbour(tmp_path, work)

    bought = [message for message in said if message.startswith("bought ")]
    assert bought[0].startswith("bought SHIP_LIGHT_SHUTTLE")
    assert ships == 2 + len(bought)
    assert credits_now >= WORKING_CAPITAL
    assert set(claims) == {None}, "a growth that was stopped commands no ship"
    assert problems == []


def test_a_reason_whose_figures_change_is_logged_once(tmp_path, monkeypatch):
    """Once there was a line nearly every minute, for as long as a fleet was large enough."""
    earned = itertools.count(1)

    def saves(_session, _limits):
        return Save(reason=Reason(rule="carriage_enough", text=f"another ship would earn {next(earned)} an hour"))

    monkeypatch.setattr(growth_runner, "next_step_of", saves)

    said = in_harbour(tmp_path, lambda harbour: grow(harbour, seconds=1_800))

    assert said == ["another ship would earn 1 an hour"]
    assert next(earned) > 10, "it was asked often"


def test_a_reserve_above_what_there_is_buys_nothing_and_says_the_numbers(tmp_path):
    async def work(harbour):
        said = await grow(harbour, seconds=1_800, limits=replace(LIMITS, reserve=170_000))
        return said[-1], harbour.session.gateway.credits

    said, credits_now = in_harbour(tmp_path, work)

    assert "0 credits may be spent" in said
    assert credits_now == 175_000


def test_the_same_reason_minute_after_minute_is_said_once(tmp_path):
    async def work(harbour):
        return await grow(harbour, seconds=7_200, limits=replace(LIMITS, reserve=170_000))

    said = in_harbour(tmp_path, work)

    assert len(said) == len(set(said))


def test_a_growth_that_waits_for_a_probe_tells_the_others_and_when_it_stops_too(tmp_path):
    async def work(harbour):
        other = ContainerId("mfg-1")
        await harbour.database.write(lambda connection: add_container(connection, other))
        await harbour.session.claims.claim(FIRST_PROBE, other, "scouting")
        growing = asyncio.create_task(grow(harbour, seconds=300))
        await asyncio.sleep(100)
        waits = harbour.session.claims.others_request(other)
        said = await growing
        return waits, harbour.session.claims.others_request(other), said

    waits, waits_after_the_stop, said = in_harbour(tmp_path, work)

    assert waits
    assert not waits_after_the_stop
    assert said[0].startswith("waits for a probe")


@pytest.mark.parametrize("others_shown", [True, False])
def test_a_shipyard_that_names_a_type_and_shows_no_price_is_not_asked_without_end(tmp_path, others_shown):
    async def work(harbour):
        game = harbour.session.game
        asked = 0

        async def shows_no_price(waypoint):
            nonlocal asked
            asked += 1
            await asyncio.sleep(0.5)
            offers = (ShipOffer(type="SHIP_EXPLORER", price=500_000),) if others_shown else ()
            return Shipyard(waypoint=waypoint, ship_types=(PROBE, "SHIP_EXPLORER"), offers=offers)

        game.shipyard = shows_no_price
        for yard in harbour.session.yards.yards():
            await harbour.session.yards.look(yard.waypoint)
        asked = 0
        await grow(harbour, seconds=3_600)
        return asked

    assert in_harbour(tmp_path, work) < 200


def test_a_price_that_rose_on_the_way_is_decided_on_anew(tmp_path):
    """What is bought is judged by the price at the counter."""

    async def work(harbour):
        yards = harbour.session.yards
        for waypoint, yard in list(yards._yards.items()):
            cheap = tuple(ShipOffer(type=each, price=1_000) for each in yard.ship_types)
            yards._yards[waypoint] = replace(yard, offers=cheap, seen_at=harbour.clock.now() - timedelta(hours=9))
        await grow(harbour, seconds=3_600, limits=replace(LIMITS, reserve=110_000))
        return harbour.session.gateway.credits

    assert in_harbour(tmp_path, work) == 175_000


def forget_probe(harbour):
    """The probe is gone, for the server and for us."""
    del harbour.universe.agents["FOUNDRY"].ships[FIRST_PROBE]
    harbour.session.roster._ships.pop(FIRST_PROBE)


def test_without_a_probe_that_works_a_ship_with_a_hold_buys_one_and_is_free_again(tmp_path):
    """Growth once waited for a probe, and every scout for growth, for ever."""

    async def work(harbour):
        forget_probe(harbour)
        said = await grow(harbour, seconds=3_600, limits=replace(LIMITS, max_haulers=0, max_probes=1))
        probes = [ship.symbol for ship in harbour.session.roster.ships() if not ship.cargo.capacity]
        return said, len(probes), harbour.session.claims.owner(FRIGATE)

    said, probes, owner = in_harbour(tmp_path, work)

    assert [message for message in said if message.startswith("bought SHIP_PROBE")]
    assert (probes, owner) == (1, None)


def test_a_ship_with_a_hold_is_let_go_while_there_is_nothing_to_buy(tmp_path):
    async def work(harbour):
        forget_probe(harbour)
        growing = asyncio.create_task(grow(harbour, seconds=3_600, limits=replace(LIMITS, reserve=170_000)))
        await asyncio.sleep(3_000)
        owner = harbour.session.claims.owner(FRIGATE)
        return owner, await growing

    owner, said = in_harbour(tmp_path, work)

    assert owner is None
    assert "0 credits may be spent" in said[-1]


def test_the_frigate_is_never_taken_as_the_buyer(tmp_path):
    async def work(harbour):
        start = harbour.frigate.nav.waypoint
        await grow(harbour, seconds=3_600)
        return harbour.session.roster.get(FRIGATE).nav.waypoint == start

    assert in_harbour(tmp_path, work) is True
