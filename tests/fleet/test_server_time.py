"""The server's clock, as flights tell it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.fleet.domain.server_time import ServerTime
from starfoundry.game.model import FlightMode, Nav, NavStatus
from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol
from tests.ledger.bank import EPOCH

HERE = WaypointSymbol("X1-AA1-A1")


class Stopped:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self):
        return EPOCH + timedelta(seconds=self.seconds)

    def elapsed(self):
        return self.seconds


def a_flight(departs, arrives, status=NavStatus.IN_TRANSIT):
    """A flight between two moments of the server's clock, in its seconds."""
    return Nav(
        system=SystemSymbol("X1-AA1"),
        waypoint=HERE,
        status=status,
        flight_mode=FlightMode.CRUISE,
        origin=HERE,
        departed_at=EPOCH + timedelta(seconds=departs),
        arrives_at=EPOCH + timedelta(seconds=arrives),
    )


def ahead(server, clock):
    """How far it takes the server's clock to be ahead of ours, in seconds."""
    return (server.now() - clock.now()).total_seconds()


def test_clocks_agree_until_something_says_otherwise():
    clock = Stopped()
    server = ServerTime(clock)
    server.saw(a_flight(-100, 100))
    assert ahead(server, clock) == 0


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (a_flight(180, 400), 180),
        (a_flight(-400, -180), -180),
        (a_flight(60, 180, NavStatus.IN_ORBIT), 180),
    ],
)
def test_a_flight_that_our_clock_puts_elsewhere_moves_it(seen, told):
    clock = Stopped()
    server = ServerTime(clock)
    server.saw(seen)
    assert ahead(server, clock) == told


def test_a_clock_that_was_set_is_followed():
    clock = Stopped()
    server = ServerTime(clock)
    server.saw(a_flight(180, 190))
    clock.seconds += 3_600
    server.saw(a_flight(3_600, 3_700))
    assert ahead(server, clock) == 0


@given(
    apart=st.integers(-600, 600),
    looks=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 900), st.integers(0, 900)), max_size=12),
)
def test_it_is_never_farther_off_than_our_own_clock(apart, looks):
    clock = Stopped()
    server = ServerTime(clock)
    for pause, flight, into_it in looks:
        clock.seconds += pause
        departed = clock.seconds + apart - into_it
        status = NavStatus.IN_TRANSIT if into_it < flight else NavStatus.IN_ORBIT
        server.saw(a_flight(departed, departed + flight, status))
        assert abs(ahead(server, clock) - apart) <= abs(apart) + 1e-3
