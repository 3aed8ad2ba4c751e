"""Waiting for a ship that no container commands and that is not in flight, for an operator's command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ShipSymbol

WAIT_SECONDS_MAX = 3_600.0
"""The longest flights of a home system take a fraction of this."""


@asynccontextmanager
async def idle_ship(session: Session, ship: ShipSymbol, wait_seconds: float) -> AsyncIterator[None]:
    """Wait for the ship's next free moment, and keep containers from taking it inside the context.

    Raises Refused for a busy ship if `wait_seconds` is 0, and Unavailable if it stayed busy for all of
    `wait_seconds`.
    """
    busy = _busy(session, ship)
    if busy and wait_seconds <= 0:
        raise Refused(f"{busy}; wait until it is free, or stop the container that commands it")
    async with AsyncExitStack() as held:
        try:
            async with asyncio.timeout(min(wait_seconds, WAIT_SECONDS_MAX) if busy else None):
                await held.enter_async_context(session.claims.unclaimed(ship))
                while _busy(session, ship):
                    await session.roster.changed.newer_than(session.roster.changed.version)
        except TimeoutError:
            raise Unavailable(
                f"{_busy(session, ship) or busy}, and was busy for all of the {wait_seconds:.0f} s"
            ) from None
        yield


def _busy(session: Session, ship: ShipSymbol) -> str:
    """Why the ship is not free at once; empty if it is."""
    owner, status = session.claims.owner(ship), session.roster.get(ship).nav.status
    if owner is not None:
        return f"{ship} is commanded by {owner}"
    if status not in (NavStatus.DOCKED, NavStatus.IN_ORBIT):
        return f"{ship} is {status.value}"
    return ""
