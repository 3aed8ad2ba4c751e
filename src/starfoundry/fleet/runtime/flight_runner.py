"""Containers that fly one ship to one place on an operator's order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.ledger.domain.model import Purpose

FLIGHT = "ship_flight"
"""The container type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightRunner:
    """Runs containers of type FLIGHT: the container commands the ship until it has arrived.

    One that is started with `when_free` waits for a ship that another container commands.
    """

    logbook: Logbook
    session_of: Callable[[PlayerId], Awaitable[Session]]

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Fly there; after a restart of the daemon from where the ship is then.

        A stop releases the ship at once: one in flight arrives at its next stop. A drain lets it arrive.
        """
        session = await self.session_of(container.player_id)
        ship, goal = ShipSymbol(str(container.config["ship"])), WaypointSymbol(str(container.config["waypoint"]))
        is_claimed = await session.claims.claim(ship, container.id, _purpose(goal))
        if not is_claimed and not container.config.get("when_free"):
            owner = session.claims.owner(ship)
            self.logbook.log(container.id, LogLevel.ERROR, f"{ship} is commanded by {owner}; it stays where it is")
            return
        try:
            await self._fly(session, container, stop, ship, goal)
        finally:
            if not stop.is_shutdown:
                await session.claims.release(ship, container.id)

    async def _fly(
        self, session: Session, container: Container, stop: StopSignal, ship: ShipSymbol, goal: WaypointSymbol
    ) -> None:
        try:
            async with asyncio.timeout(None) as flight:
                watching = asyncio.ensure_future(_end_when_called_back(stop, flight))
                try:
                    await self._flown(session, container, ship, goal)
                finally:
                    watching.cancel()
        except TimeoutError:
            if not flight.expired():
                raise
            if session.claims.owner(ship) == container.id:
                self.logbook.log(container.id, LogLevel.INFO, f"{ship} is released on its way to {goal}")

    async def _flown(self, session: Session, container: Container, ship: ShipSymbol, goal: WaypointSymbol) -> None:
        await session.claims.claim_when_free(ship, container.id, _purpose(goal))
        try:
            async with session.quarantine.working_with(ship):
                await session.pilot.fly(ship, goal, purpose=Purpose(container_id=container.id))
        except Unavailable:
            raise  # it is retried from its stored state
        except StarFoundryError as error:
            self.logbook.log(container.id, LogLevel.ERROR, f"{ship} did not reach {goal}: {error.message}")
            return
        self.logbook.log(container.id, LogLevel.INFO, f"{ship} has arrived at {goal}")


def _purpose(goal: WaypointSymbol) -> str:
    return f"flying to {goal}"


async def _end_when_called_back(stop: StopSignal, flight: asyncio.Timeout) -> None:
    """End the flight when a stop is requested; a drain lets it continue."""
    version = 0
    while True:
        await stop.requested_ending.newer_than(version)
        if stop.ending is not Ending.DRAINED or stop.is_shutdown:
            flight.reschedule(asyncio.get_running_loop().time())
            return
        version = stop.requested_ending.version
