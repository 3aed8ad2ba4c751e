"""The pilot in trouble: what the game refuses is tried anew from what the ship is, and an outage is waited out."""

import asyncio

import pytest

from starfoundry.game.model import FlightMode
from starfoundry.game.transport.transport import Response
from starfoundry.kernel.errors import Refused, Unavailable
from tests.fleet.harbour import FRIGATE, a_hop, first, fly, in_harbour, refusal


@pytest.mark.parametrize("code", [4214, 4236, 4204, 4203, 4999])
def test_a_refused_departure_is_tried_anew_from_what_the_ship_really_is(tmp_path, code):
    async def work(harbour):
        goal = a_hop(harbour)
        harbour.wire.meddle = first(2, refusal(code), "POST", "/navigate")
        ship = await fly(harbour, FRIGATE, goal)
        return ship.nav.waypoint == goal

    assert in_harbour(tmp_path, work) is True


def test_a_ship_with_less_fuel_than_we_thought_is_read_again_and_filled_up(tmp_path):
    """What we know of a ship may be old; the game's refusal is the moment to read it again."""

    async def work(harbour):
        goal = a_hop(harbour)
        harbour.universe.agents["FOUNDRY"].ships[FRIGATE].fuel = 3
        ship = await fly(harbour, FRIGATE, goal)
        return ship.nav.waypoint == goal, ship.nav.flight_mode, await harbour.problems()

    assert in_harbour(tmp_path, work) == (True, FlightMode.BURN, [])


def test_a_departure_that_is_refused_for_ever_ends_with_the_games_reason(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = first(1_000, refusal(4999), "POST", "/navigate")
        mark = len(harbour.wire.asked)
        with pytest.raises(Refused):
            await fly(harbour, FRIGATE, a_hop(harbour))
        return len(harbour.wire.asked) - mark

    assert in_harbour(tmp_path, work) < 40


@pytest.mark.parametrize("code", [4214, 4236, 4204])
def test_a_state_that_is_claimed_for_ever_ends_too(tmp_path, code):
    """A server that says "in transit" of a ship that it shows in orbit must not be asked without end."""

    async def work(harbour):
        harbour.wire.meddle = first(1_000, refusal(code), "POST", "/navigate")
        with pytest.raises(Refused):
            await asyncio.wait_for(fly(harbour, FRIGATE, a_hop(harbour)), 3600)

    in_harbour(tmp_path, work)


def test_an_outage_on_the_way_is_waited_out(tmp_path):
    async def work(harbour):
        goal = a_hop(harbour)
        down = Response(status=503, headers={}, body=b"down")
        harbour.wire.meddle = first(12, down, "POST", "/navigate")
        ship = await fly(harbour, FRIGATE, goal)
        return ship.nav.waypoint == goal

    assert in_harbour(tmp_path, work) is True


def test_an_outage_without_end_is_told(tmp_path):
    async def work(harbour):
        harbour.wire.meddle = first(10_000, Response(status=503, headers={}, body=b""), "POST", "/navigate")
        with pytest.raises(Unavailable):
            await fly(harbour, FRIGATE, a_hop(harbour))

    in_harbour(tmp_path, work)
