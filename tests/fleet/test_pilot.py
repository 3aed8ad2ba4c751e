"""The pilot: ships get where they are sent, out of any state, with few requests and whatever the game answers."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.fleet.runtime.pilot import Pilot
from starfoundry.game.model import FlightMode, Fuel, NavStatus
from starfoundry.game.transport.transport import Response
from starfoundry.kernel.errors import Missing, Refused, StarFoundryError
from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.runtime.clock import LoopClock
from starfoundry.sandbox.core.event_log import EventKind
from tests.fleet.harbour import FRIGATE, PROBE, PURPOSE, a_hop, first, fly, in_harbour, refusal
from tests.ledger.bank import EPOCH, FUEL


def test_a_ship_arrives_and_the_roster_knows_without_asking_again(tmp_path):
    async def work(harbour):
        goal = a_hop(harbour)
        await harbour.session.pilot.fly(FRIGATE, goal, purpose=PURPOSE)
        known = harbour.frigate
        return goal, known, await harbour.game.ship(FRIGATE), await harbour.problems()

    goal, known, told, problems = in_harbour(tmp_path, work)

    assert (known.nav.waypoint, known.nav.status) == (goal, NavStatus.IN_ORBIT)
    assert (told.nav.waypoint, told.fuel, told.nav.status) == (goal, known.fuel, known.nav.status)
    assert problems == []


def test_a_flight_takes_only_the_requests_it_needs(tmp_path):
    """A request is half a second of the whole account's budget."""

    async def work(harbour):
        goal = a_hop(harbour)
        start = harbour.frigate.nav.waypoint
        mark = len(harbour.wire.asked)
        await fly(harbour, FRIGATE, goal)
        there = harbour.asked_since(mark)
        mark = len(harbour.wire.asked)
        await fly(harbour, FRIGATE, start)
        back = harbour.asked_since(mark)
        mark = len(harbour.wire.asked)
        await fly(harbour, FRIGATE, start)
        return there, back, harbour.asked_since(mark)

    there, back, again = in_harbour(tmp_path, work)

    assert there == [f"PATCH {FRIGATE}/nav", f"POST {FRIGATE}/orbit", f"POST {FRIGATE}/navigate"]
    assert back == [f"POST {FRIGATE}/navigate"]
    assert again == []


def test_the_farthest_market_is_reached_by_way_of_pumps_with_the_fuel_booked(tmp_path):
    async def work(harbour):
        goal = harbour.markets()[-1]
        await fly(harbour, FRIGATE, goal)
        filled = list(harbour.universe.event_log.of("FOUNDRY", EventKind.REFUEL))
        return goal, harbour.frigate.nav.waypoint, len(filled), await harbour.problems()

    goal, there, filled, problems = in_harbour(tmp_path, work)

    assert there == goal
    assert filled > 0
    assert problems == []


def test_a_probe_flies_without_fuel(tmp_path):
    async def work(harbour):
        await fly(harbour, PROBE, harbour.markets()[0])
        return harbour.probe.nav.waypoint == harbour.markets()[0], harbour.session.gateway.credits

    assert in_harbour(tmp_path, work) == (True, 175_000)


def test_a_ship_found_in_flight_is_waited_for_and_then_sent_on(tmp_path):
    """As after a restart: the flight goes on without us."""

    async def work(harbour):
        first_goal = harbour.markets()[-1]
        flying = asyncio.create_task(fly(harbour, FRIGATE, first_goal))
        await asyncio.sleep(30)
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        again = await harbour.reopened()
        status = again.roster.get(FRIGATE).nav.status
        goal = harbour.markets()[0]
        ship = await again.pilot.fly(FRIGATE, goal, purpose=PURPOSE)
        await again.close()
        return status, ship.nav.waypoint == goal

    assert in_harbour(tmp_path, work) == (NavStatus.IN_TRANSIT, True)


def test_two_who_send_one_ship_to_one_place_do_not_disturb_each_other(tmp_path):
    async def work(harbour):
        goal = a_hop(harbour)
        await asyncio.gather(fly(harbour, FRIGATE, goal), fly(harbour, FRIGATE, goal))
        return harbour.frigate.nav.waypoint == goal

    assert in_harbour(tmp_path, work) is True


@pytest.mark.parametrize("hours_apart", [-1, 1])
def test_a_clock_that_disagrees_with_the_servers_delays_a_flight_by_itself_at_most(tmp_path, hours_apart):
    """A ship found in flight: how long that takes is reckoned from the server's own two times."""

    async def work(harbour):
        goal = a_hop(harbour)
        began = harbour.clock.elapsed()
        flying = asyncio.create_task(fly(harbour, FRIGATE, goal))
        await asyncio.sleep(10)
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        wrong = LoopClock(asyncio.get_running_loop(), EPOCH + timedelta(hours=hours_apart))
        session = harbour.session
        pilot = Pilot(session.game, session.roster, session.routes, session.gateway, session.book, wrong)
        ship = await pilot.fly(FRIGATE, goal, purpose=PURPOSE)
        return ship.nav.waypoint == goal, harbour.clock.elapsed() - began, ship.nav.flight_seconds

    is_there, seconds, flight = in_harbour(tmp_path, work)

    assert is_there
    assert flight < seconds < 2 * flight + 20


def test_a_word_for_a_state_that_we_do_not_know_does_not_eat_the_request_budget(tmp_path):
    """Other servers of this API say what they like; a ship in such a state is looked at again with patience."""

    async def work(harbour):
        ship = harbour.frigate
        unknown = replace(ship, nav=replace(ship.nav, status=NavStatus.UNKNOWN))
        harbour.session.roster.saw_ship(unknown)
        game = harbour.session.game

        async def still_unknown(_symbol):
            harbour.wire.asked.append("GET unknown")
            return unknown

        game.ship = still_unknown
        flying = asyncio.create_task(fly(harbour, FRIGATE, a_hop(harbour)))
        await asyncio.sleep(600)
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        return harbour.wire.asked.count("GET unknown")

    assert in_harbour(tmp_path, work) <= 30


def test_without_money_for_fuel_a_ship_drifts_rather_than_stays(tmp_path):
    async def work(harbour):
        goal = a_hop(harbour)
        harbour.wire.meddle = first(100, refusal(4600), "POST", "/refuel")
        harbour.session.roster.saw_fuel(FRIGATE, Fuel(current=5, capacity=400))
        ship = await fly(harbour, FRIGATE, goal)
        return ship.nav.waypoint == goal, ship.nav.flight_mode

    assert in_harbour(tmp_path, work) == (True, FlightMode.DRIFT)


def test_a_ship_with_nothing_to_fly_on_is_refused_with_the_reason(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = first(100, refusal(4600), "POST", "/refuel")
        harbour.session.roster.saw_fuel(FRIGATE, Fuel(current=0, capacity=400))
        with pytest.raises(Refused, match=r"cannot get from .* with 0 fuel"):
            await fly(harbour, FRIGATE, a_hop(harbour))

    in_harbour(tmp_path, work)


def test_a_place_nobody_knows_is_missing(tmp_path):
    async def work(harbour):
        with pytest.raises(Missing):
            await fly(harbour, FRIGATE, WaypointSymbol("X1-NOWHERE-A1"))

    in_harbour(tmp_path, work)


def test_a_ship_whose_last_call_is_in_doubt_is_not_moved(tmp_path):
    """Its hold, where it lies, is the only witness."""

    async def work(harbour):
        session = harbour.session
        await session.pilot.dock(FRIGATE)
        market = await session.trader.look(FRIGATE)
        fuel = next(quote for quote in market.quotes if quote.good == FUEL)
        harbour.wire.meddle = first(1, Response(status=502, headers={}, body=b"<html>"), "POST", "/purchase")
        buying = asyncio.create_task(
            session.trader.buy(FRIGATE, FUEL, 5, price_seen=fuel.ask, floor=0, purpose=PURPOSE)
        )
        await asyncio.sleep(10)
        mark = len(harbour.wire.asked)
        flying = asyncio.create_task(fly(harbour, FRIGATE, a_hop(harbour)))
        await asyncio.sleep(30)
        moved_meanwhile = [path for path in harbour.asked_since(mark) if path.startswith(("POST", "PATCH"))]
        await asyncio.gather(buying, flying)
        return moved_meanwhile

    assert in_harbour(tmp_path, work) == []


def test_docking_is_one_request_and_none_when_docked(tmp_path):
    async def work(harbour):
        await fly(harbour, FRIGATE, a_hop(harbour))
        mark = len(harbour.wire.asked)
        await harbour.session.pilot.dock(FRIGATE)
        await harbour.session.pilot.dock(FRIGATE)
        return harbour.asked_since(mark), harbour.frigate.nav.status

    assert in_harbour(tmp_path, work) == ([f"POST {FRIGATE}/dock"], NavStatus.DOCKED)


def test_an_unknown_ship_is_missing(tmp_path):
    async def work(harbour):
        with pytest.raises(StarFoundryError, match="there is no ship 'FOUNDRY-99'"):
            await fly(harbour, ShipSymbol("FOUNDRY-99"), a_hop(harbour))

    in_harbour(tmp_path, work)
