"""A fleet on a server with an oddity: it earns nearly what it earns without."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.store.tables.schema import ledger
from starfoundry.wire import daemon_pb2 as wire
from tests.drill.odd_server import OddServer, fails, shows_no_prices, slow_to_arrive
from tests.manufacturing.plant import Plant, plant

HOUR = 3_600.0
HOURS, RESTARTED_HOURS = 0.6, 1.0
SHARE_MIN = 0.8
CLOCK_SHARE_MIN = 0.95
REPEATS_MAX = 0.1
TRADE = ("PURCHASE", "SALE", "REFUEL")

Oddity = Callable[[OddServer], None]


async def profit(running: Plant) -> int:
    """Credits that trading has left so far."""
    total = sa.select(sa.func.sum(ledger.c.amount)).where(ledger.c.kind.in_(TRADE))
    return (await running.rows(total))[0][0] or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """Credits earned by trading under the oddity, every request it took, and what health named at the end."""

    profit: int
    asked: tuple[str, ...]
    conditions: dict[str, str]
    status: str


def earned(data_dir, oddity: Oddity, *, hours_before=0.0, ahead_seconds=0.0) -> Earnings:
    """What a coordinator earns with a frigate and two shuttles, most of it in the first half hour of a young universe.

    With `hours_before` the daemon earns so long without the oddity, stops, and starts again with it. It goes on for
    longer then, since ships are under way and a trip more or less is a smaller share. Under the oddity
    its clock is `ahead_seconds` ahead of the server's.
    """

    async def whole() -> Earnings:
        universe = new_universe(1, shuttles=2)
        server = OddServer(universe)
        if hours_before:
            async with plant(data_dir, universe, transport=server) as running:
                await running.start()
                await asyncio.sleep(hours_before * HOUR)
            server = OddServer(universe)
        oddity(server)
        async with plant(data_dir, universe, transport=server, ahead_seconds=ahead_seconds) as running:
            before = await profit(running)
            if not hours_before:
                await running.start()
            await asyncio.sleep((RESTARTED_HOURS if hours_before else HOURS) * HOUR)
            health = await running.operator.call("GetHealth", wire.GetHealthRequest())
            return Earnings(
                profit=await profit(running) - before,
                asked=tuple(server.asked),
                conditions={f"{each.kind} {each.subject}".strip(): each.reason for each in health.conditions},
                status=health.status,
            )

    return loop.run(whole(), seed=1)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Earnings:
    return earned(tmp_path_factory.mktemp("undisturbed"), lambda _server: None)


@pytest.fixture(scope="module")
def restarted(tmp_path_factory) -> Earnings:
    return earned(tmp_path_factory.mktemp("restarted"), lambda _server: None, hours_before=0.1)


def a_market(server: OddServer) -> str:
    """One market of many."""
    return sorted(plan.waypoint for plan in server.universe.system.markets)[3]


def test_ships_that_read_in_transit_for_a_while_after_their_arrival(tmp_path, undisturbed):
    """It once earned a twentieth: the ship that was refused its dock rested for five minutes, each time."""
    found = earned(tmp_path, lambda server: slow_to_arrive(server, 2.0))
    assert found.profit >= SHARE_MIN * undisturbed.profit
    assert found.status == "ok"


@pytest.mark.parametrize("ahead_seconds", [-300.0, 300.0])
def test_a_clock_that_is_minutes_off_costs_nothing_though_ships_are_on_their_way(tmp_path, restarted, ahead_seconds):
    """The clock is set while the daemon is down and ships fly: how long a flight takes is told by the server alone."""
    found = earned(tmp_path, lambda server: slow_to_arrive(server, 0.3), hours_before=0.1, ahead_seconds=ahead_seconds)
    assert found.profit >= CLOCK_SHARE_MIN * restarted.profit
    assert found.status == "ok"


def test_a_market_that_shows_no_prices(tmp_path, undisturbed):
    """It once took the whole budget: 16,483 requests in two hours, for somebody was always there and saw nothing."""
    found = earned(tmp_path, lambda server: shows_no_prices(server, a_market(server)))
    told = [name.split()[1] for name in found.conditions if name.startswith("market-unreadable")]
    assert found.profit >= SHARE_MIN * undisturbed.profit
    assert found.status == "degraded"
    assert len(told) == 1
    assert sum(path.endswith(f"/{told[0]}/market") for path in found.asked) <= REPEATS_MAX * len(found.asked)


PLACES = {
    "a market": lambda server: f"{a_market(server)}/market",
    "a shipyard": lambda server: f"{a_yard(server)}/shipyard",
    "the supply chain": lambda _server: "/market/supply-chain",
}


def a_yard(server: OddServer) -> str:
    return sorted(place.symbol for place in server.universe.places.values() if "SHIPYARD" in place.traits)[0]


@pytest.mark.parametrize(("place", "status"), [("a market", 500), ("a shipyard", 404), ("the supply chain", 500)])
def test_a_restart_at_which_a_place_is_broken(tmp_path, restarted, place, status):
    """It once earned nothing: the session did not open before every yard and the supply chain had answered."""
    found = earned(tmp_path, lambda server: fails(server, PLACES[place](server), status), hours_before=0.1)
    assert found.profit >= SHARE_MIN * restarted.profit


@pytest.mark.parametrize(
    ("place", "status", "health"),
    [("a market", 500, "degraded"), ("a shipyard", 500, "degraded"), ("the supply chain", 404, "ok")],
)
def test_a_first_start_at_which_a_place_is_broken(tmp_path, undisturbed, place, status, health):
    """A server without the supply-chain call is played with the recipes that the game is known to have."""
    found = earned(tmp_path, lambda server: fails(server, PLACES[place](server), status))
    assert found.profit >= SHARE_MIN * undisturbed.profit
    assert found.status == health
    assert found.conditions
