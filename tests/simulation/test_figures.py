"""What carriers do with their time, from the sandbox's record."""

from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.simulation.figures import figures_of

SHIP = ShipSymbol("FOUNDRY-1")
IRON = Good("IRON")


def times(*events, cargo):
    """The shares of a ship's two hours: what it has aboard in the end, and what it did, with units, by the hour."""

    async def body():
        universe = new_universe(1)
        began = universe.now()
        here, there = list(universe.places.values())[:2]
        ship = Ship(
            symbol=SHIP,
            type=SHIP_TYPES["SHIP_LIGHT_SHUTTLE"],
            faction="COSMIC",
            origin=here,
            destination=here,
            departed_at=began,
            arrives_at=began,
            is_docked=False,
            fuel=100,
            cargo={IRON: cargo} if cargo else {},
            cargo_capacity=40,
        )
        agent = Agent(
            symbol="FOUNDRY",
            account=universe.accounts[universe.account_token],
            token="t",
            faction="COSMIC",
            headquarters=WaypointSymbol(here.symbol),
            credits=1_000,
            ships={SHIP: ship},
        )
        for kind, at, units in events:
            universe.event_log.note(
                kind,
                at=began + round(at * HOUR),
                agent=agent.symbol,
                ship=SHIP,
                waypoint=here.symbol,
                subject=there.symbol if kind is EventKind.NAVIGATE else IRON,
                units=units,
                credits_after=1_000,
            )
        return figures_of(universe, agent, start=1_000, began=began, ends=began + 2 * HOUR).time

    return loop.run(body(), seed=1)


def test_cargo_that_was_aboard_at_the_start_counts_until_it_is_sold():
    time = times((EventKind.SELL, 1.0, 10), (EventKind.NAVIGATE, 1.5, 5), cargo=0)

    assert time["held"] == 0.5
    assert time["laden"] == 0
    assert time["empty"] > 0


def test_a_hold_that_was_thrown_out_is_empty():
    time = times((EventKind.PURCHASE, 0.5, 10), (EventKind.JETTISON, 1.0, 10), (EventKind.NAVIGATE, 1.5, 5), cargo=0)

    assert time["held"] == 0.25
    assert time["laden"] == 0
