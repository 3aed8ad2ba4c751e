"""Late arrivals: "in transit" is a wait, whichever order hears it, and whatever our own clock says."""

import pytest

from starfoundry.fleet.runtime.arrivals import SLACK_SECONDS_MAX
from starfoundry.game.model import FlightMode, NavStatus
from starfoundry.ledger.domain.model import Applied
from starfoundry.sandbox.core.milliseconds import SECOND, now_of
from tests.drill.odd_server import refusal
from tests.fleet.harbour import FRIGATE, PURPOSE, a_hop, first, fly, in_harbour
from tests.fleet.test_trader import at_an_export, buy

ORDERS = [
    ("POST", "/dock"),
    ("POST", "/orbit"),
    ("PATCH", "/nav"),
    ("POST", "/navigate"),
    ("POST", "/refuel"),
    ("POST", "/purchase"),
    ("POST", "/sell"),
]


async def a_round(harbour):
    """A trade with every order in it; whether all of it was done, and how long it took."""
    started = harbour.clock.elapsed()
    quote = await at_an_export(harbour)
    bought = await buy(harbour, quote, 1)
    sold = await harbour.session.trader.sell(FRIGATE, quote.good, 1, purpose=PURPOSE)
    goal = a_hop(harbour)
    there = await fly(harbour, FRIGATE, goal)
    away = await fly(harbour, FRIGATE, harbour.markets()[-1])
    done = isinstance(bought, Applied) and isinstance(sold, Applied)
    return done and there.nav.waypoint == goal and away.nav.waypoint != goal, harbour.clock.elapsed() - started


@pytest.mark.parametrize("code", [4214, 4200])
@pytest.mark.parametrize(("method", "ending"), ORDERS)
def test_an_order_that_is_refused_since_the_ship_flies_is_given_again(tmp_path, method, ending, code):
    async def work(harbour):
        refused = 0

        def meddle(request):
            nonlocal refused
            answer = refuse(request)
            refused += answer is not None
            return answer

        refuse = first(2, refusal(code), method, ending)
        harbour.wire.meddle = meddle
        done, _ = await a_round(harbour)
        return refused, done, await harbour.problems()

    assert in_harbour(tmp_path, work) == (2, True, [])


def late(harbour, lag_seconds):
    """Have every order to the frigate refused for so long after it arrives."""
    ship = harbour.universe.agents["FOUNDRY"].ships[FRIGATE]

    def meddle(request):
        passed = (now_of(harbour.universe.clock) - ship.arrives_at) / SECOND
        is_order = request.method != "GET" and FRIGATE in request.path
        return refusal(4214) if is_order and 0 <= passed < lag_seconds else None

    harbour.wire.meddle = meddle


def test_how_late_ships_arrive_is_learnt(tmp_path):
    """Once known it costs no refused request any more."""

    async def work(harbour):
        late(harbour, 2.0)
        home, goal = harbour.frigate.nav.waypoint, a_hop(harbour)
        refused = []
        for _ in range(4):
            for target in (goal, home):
                mark = len(harbour.wire.asked)
                await fly(harbour, FRIGATE, target)
                await harbour.session.pilot.dock(FRIGATE)
                refused.append(harbour.asked_since(mark).count(f"POST {FRIGATE}/dock") - 1)
        return refused

    refused = in_harbour(tmp_path, work)
    assert refused[0] > 0
    assert sum(refused[1:]) <= 1


def test_a_server_that_is_late_for_minutes_is_waited_for_and_never_counted_on(tmp_path):
    async def work(harbour):
        late(harbour, 120.0)
        await fly(harbour, FRIGATE, a_hop(harbour))
        mark = len(harbour.wire.asked)
        await harbour.session.pilot.dock(FRIGATE)
        asked = len(harbour.asked_since(mark))
        harbour.wire.meddle = lambda _request: None
        flying = harbour.clock.elapsed()
        ship = await fly(harbour, FRIGATE, harbour.markets()[0])
        return asked, harbour.clock.elapsed() - flying - ship.nav.flight_seconds

    asked, late_by = in_harbour(tmp_path, work)
    assert asked <= 20
    assert late_by < SLACK_SECONDS_MAX + 10


async def drifted_away(harbour):
    """The frigate on a long flight that nobody here knows of."""
    await harbour.game.orbit(FRIGATE)
    await harbour.game.set_flight_mode(FRIGATE, FlightMode.DRIFT)
    return await harbour.game.navigate(FRIGATE, a_hop(harbour))


@pytest.mark.parametrize("apart", [-180.0, 180.0])
def test_a_ship_in_flight_at_a_start_is_found_by_a_clock_that_is_minutes_off(tmp_path, apart):
    async def work(harbour):
        departure = await drifted_away(harbour)
        due = harbour.clock.elapsed() + departure.nav.flight_seconds
        await harbour.session.close()
        mark = len(harbour.wire.asked)
        again = await harbour.reopened(ahead_seconds=apart)
        roster = again.roster
        while roster.get(FRIGATE).nav.status is NavStatus.IN_TRANSIT:
            await roster.changed.newer_than(roster.changed.version)
        await again.close()
        return harbour.clock.elapsed() - due, harbour.asked_since(mark).count(f"GET {FRIGATE}")

    late_by, asked = in_harbour(tmp_path, work)
    assert 0 < late_by < abs(apart) / 2
    assert asked <= 12


def test_a_ship_that_flies_elsewhere_than_we_thought_is_told_and_not_dealt_with_there(tmp_path):
    async def work(harbour):
        quote = await at_an_export(harbour)
        await drifted_away(harbour)
        answer = await buy(harbour, quote, 1)
        return answer.code, harbour.frigate.nav.status, await harbour.problems()

    assert in_harbour(tmp_path, work) == (4214, NavStatus.IN_TRANSIT, [])
