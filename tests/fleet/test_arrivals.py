"""Arrivals: a ship whose flight nobody waits for is seen to its end, for until then nobody may send it anywhere."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.fleet.registry.quarantine import PROBE_PAUSES
from starfoundry.fleet.registry.roster import Roster
from starfoundry.fleet.runtime.arrivals import LOOK_AGAIN_SECONDS_MAX
from starfoundry.game.calls import ATTEMPTS_MAX
from starfoundry.game.errors import GameRefused
from starfoundry.game.model import NavStatus
from starfoundry.game.transport.transport import ConnectionNeverMade
from tests.fleet.harbour import FRIGATE, PURPOSE, Harbour, in_harbour
from tests.ledger.bank import IRON
from tests.manufacturing.plant import run_plant

AN_HOUR = 3600.0
ASKED = f"GET {FRIGATE}"


async def until(roster: Roster, holds: Callable[[], bool]) -> None:
    """Return once the roster has heard of what makes it true."""
    while not holds():
        await roster.changed.newer_than(roster.changed.version)


async def left_in_flight(harbour: Harbour) -> tuple[str, int]:
    """The frigate on its way to the farthest market, its caller gone; where to, and how many requests there were."""
    goal = harbour.markets()[-1]
    flying = asyncio.create_task(harbour.session.pilot.fly(FRIGATE, goal, purpose=PURPOSE))
    await until(harbour.session.roster, lambda: harbour.frigate.nav.status is NavStatus.IN_TRANSIT)
    flying.cancel()
    await asyncio.gather(flying, return_exceptions=True)
    assert harbour.frigate.nav.status is NavStatus.IN_TRANSIT
    return harbour.frigate.nav.waypoint, len(harbour.wire.asked)


def test_a_flight_that_lost_its_caller_ends_in_the_roster_when_it_ends_in_the_world(tmp_path):
    """It once stayed in transit for ever there, and the ship was never sent out again."""

    async def work(harbour):
        goal, mark = await left_in_flight(harbour)
        due = harbour.frigate.nav.arrives_at
        await until(harbour.session.roster, lambda: harbour.frigate.nav.status is not NavStatus.IN_TRANSIT)
        return goal, harbour.frigate.nav, harbour.clock.now() - due, harbour.asked_since(mark)

    goal, nav, late, asked = in_harbour(tmp_path, work)

    assert (nav.waypoint, nav.status) == (goal, NavStatus.IN_ORBIT)
    assert timedelta(0) < late < timedelta(seconds=2)
    assert asked == [ASKED]


def test_a_ship_in_flight_at_a_start_is_free_once_it_arrives(tmp_path):
    async def work(harbour):
        goal, _mark = await left_in_flight(harbour)
        await harbour.session.close()
        again = await harbour.reopened()
        found, mark = again.roster.get(FRIGATE).nav.status, len(harbour.wire.asked)
        await asyncio.sleep(AN_HOUR)
        await again.close()
        return found, again.roster.get(FRIGATE).nav, goal, harbour.asked_since(mark)

    found, nav, goal, asked = in_harbour(tmp_path, work)

    assert found is NavStatus.IN_TRANSIT
    assert (nav.waypoint, nav.status) == (goal, NavStatus.IN_ORBIT)
    assert asked == [ASKED]


def test_whoever_flies_the_ship_next_does_the_waiting_and_nobody_asks_twice(tmp_path):
    async def work(harbour):
        _goal, mark = await left_in_flight(harbour)
        await harbour.session.pilot.fly(FRIGATE, harbour.markets()[0], purpose=PURPOSE)
        await asyncio.sleep(AN_HOUR)
        return harbour.asked_since(mark).count(ASKED)

    assert in_harbour(tmp_path, work) == 1


@pytest.mark.parametrize("outage", [60.0, 2 * AN_HOUR])
def test_an_arrival_during_an_outage_is_seen_after_it_and_seldom_asked_for_meanwhile(tmp_path, outage):
    async def work(harbour):
        goal, mark = await left_in_flight(harbour)
        back_at = harbour.clock.now() + timedelta(seconds=outage)

        def unreachable(_request):
            if harbour.clock.now() < back_at:
                raise ConnectionNeverMade("no route to the server")

        harbour.wire.meddle = unreachable
        await asyncio.sleep(outage + AN_HOUR)
        return goal, harbour.frigate.nav, len(harbour.asked_since(mark))

    goal, nav, asked = in_harbour(tmp_path, work)

    assert (nav.waypoint, nav.status) == (goal, NavStatus.IN_ORBIT)
    is_it_the_ship = 6 + outage / PROBE_PAUSES.most_seconds
    assert asked <= ATTEMPTS_MAX * (6 + outage / LOOK_AGAIN_SECONDS_MAX + is_it_the_ship)


async def believed_in_orbit_at_home(harbour: Harbour) -> None:
    """The frigate in flight, and nobody here knows: its caller went away before the answer to its departure came."""
    home = harbour.frigate
    await left_in_flight(harbour)
    harbour.session.pilot._arrivals.unwatch(FRIGATE)
    harbour.session.roster.saw_ship(replace(home, nav=replace(home.nav, status=NavStatus.IN_ORBIT)))


async def dock(harbour: Harbour) -> None:
    with pytest.raises(GameRefused):
        await harbour.session.pilot.dock(FRIGATE)


async def sell(harbour: Harbour) -> None:
    await harbour.session.trader.sell(FRIGATE, IRON, 1, purpose=PURPOSE)


@pytest.mark.parametrize("ask", [dock, sell])
def test_a_ship_that_turns_out_to_be_in_flight_is_seen_to_its_arrival(tmp_path, ask):
    async def work(harbour):
        await believed_in_orbit_at_home(harbour)
        await ask(harbour)
        found = harbour.frigate.nav.status
        await asyncio.sleep(AN_HOUR)
        return found, harbour.frigate.nav.status

    assert in_harbour(tmp_path, work) == (NavStatus.IN_TRANSIT, NavStatus.IN_ORBIT)


def test_a_closed_session_asks_for_no_ship_any_more(tmp_path):
    async def work(harbour):
        await left_in_flight(harbour)
        await harbour.session.close()
        mark = len(harbour.wire.asked)
        harbour.session.pilot.track_arrival(FRIGATE)
        await asyncio.sleep(AN_HOUR)
        return harbour.asked_since(mark)

    assert in_harbour(tmp_path, work) == []


def test_ships_that_a_stopped_coordinator_left_in_flight_work_for_the_next_one(tmp_path):
    async def work(running):
        first = await running.start()
        session = await running.daemon.sessions.get(running.player_id)
        ships = session.roster.ships
        await until(
            session.roster,
            lambda: all(ship.nav.status is NavStatus.IN_TRANSIT and not ship.cargo.units for ship in ships()),
        )
        destinations = [ship.nav.waypoint for ship in ships()]
        await running.stop(first)
        await running.start()
        await asyncio.sleep(AN_HOUR)

        unmoved = [ship.symbol for ship, goal in zip(ships(), destinations, strict=True) if ship.nav.waypoint == goal]
        assert unmoved == []

    run_plant(work, tmp_path)
