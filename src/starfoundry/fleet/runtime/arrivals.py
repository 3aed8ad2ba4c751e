"""Tracking of flights to their end, even if nothing waits for them: a ship is free only once it has arrived."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starfoundry.fleet.domain.server_time import ServerTime
from starfoundry.fleet.registry.roster import Roster
from starfoundry.game.errors import ShipInTransit
from starfoundry.game.model import Nav, NavStatus
from starfoundry.game.port import Game
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import GrowingPauses, retry

T = TypeVar("T")

NOT_ARRIVED = (NavStatus.IN_TRANSIT, NavStatus.UNKNOWN)

ARRIVAL_SLACK_SECONDS = 0.2
"""Seconds after the computed arrival at which a ship is read.

An earlier request would only say that it is in transit.
"""

SLACK_SECONDS_MAX = 10.0
"""The most extra seconds learned for a server whose ships arrive late; longer delays are waited out."""

SLACK_KEPT = 0.98
"""The share of the learned delay that is kept with each flight that ended in time, so that it shrinks again."""

LOOK_AGAIN_SECONDS = 0.5
"""The first pause in seconds before an overdue ship is read again: clocks may differ, and servers lag."""

LOOK_AGAIN_SECONDS_MAX = 80.0
"""The longest pause in seconds.

Pauses double, so that a ship in an unknown state does not use up the request budget.
"""

LOOK_PAUSES = GrowingPauses(LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS_MAX)

ORDERS_MAX = 10
"""The most repeats of an order that is refused as in flight although the ship reads arrived: 256 s of pauses."""

_log = logging.getLogger(__name__)


class Arrivals:
    """The flights of one player's ships, and the tasks that track them."""

    def __init__(self, game: Game, roster: Roster, clock: Clock) -> None:
        self._game = game
        self._roster = roster
        self._clock = clock
        self._server = ServerTime(clock)
        self._slack = ARRIVAL_SLACK_SECONDS
        self._due: dict[ShipSymbol, float] = {}
        self._watches: dict[ShipSymbol, asyncio.Task[None]] = {}
        self._is_closed = False

    async def wait_for(self, ship: ShipSymbol) -> None:
        """Return once the ship is not in flight. Only the game decides that: clocks may differ.

        Raises what asking for the ship raises.
        """
        nav = self._roster.get(ship).nav
        if nav.status not in NOT_ARRIVED:
            return
        self._server.has_departed(nav)
        remaining = (nav.arrives_at - self._server.now()).total_seconds()
        await asyncio.sleep(min(max(remaining, 0.0), max(nav.flight_seconds, 0.0)) + self._slack)
        for pause in LOOK_PAUSES:
            if (await self._look(ship)).status not in NOT_ARRIVED:
                return
            await asyncio.sleep(pause)

    async def wait_for_flight(self, ship: ShipSymbol, nav: Nav) -> None:
        """Return when a ship that has just departed should have arrived, by the server's own times."""
        self._server.has_departed(nav)
        seconds = max(0.0, nav.flight_seconds)
        self._due[ship] = self._clock.elapsed() + seconds
        await asyncio.sleep(seconds + self._slack)

    async def send_order(self, ship: ShipSymbol, order: Callable[[], Awaitable[T]]) -> T:
        """The answer to an order to a ship; while the game says that the ship is in flight, wait and repeat.

        Raises ShipInTransit if the ship flies to another place than expected, or is refused for minutes
        although it reads arrived; what asking for the ship raises; and what else `order` raises.
        """
        here = self._roster.get(ship).nav.waypoint
        pauses = iter(LOOK_PAUSES)
        for number in range(1, ORDERS_MAX + 1):
            try:
                answer = await order()
            except ShipInTransit:
                await asyncio.sleep(next(pauses))
                await self._look(ship)
                if number == ORDERS_MAX or self._roster.get(ship).nav.waypoint != here:
                    raise
                await self.wait_for(ship)
            else:
                self._learn(ship, was_late=number > 1)
                return answer
        raise AssertionError("the last order returns or raises")

    async def _look(self, ship: ShipSymbol) -> Nav:
        seen = await self._game.ship(ship)
        self._server.saw(seen.nav)
        self._roster.saw_ship(seen)
        return seen.nav

    def _learn(self, ship: ShipSymbol, *, was_late: bool) -> None:
        """Learn how late ships arrive here, from the first order that is accepted after a flight."""
        due = self._due.pop(ship, None)
        if due is None:
            return
        if was_late:
            self._slack = min(max(self._slack, self._clock.elapsed() - due), SLACK_SECONDS_MAX)
        else:
            self._slack = max(ARRIVAL_SLACK_SECONDS, self._slack * SLACK_KEPT)

    def watch(self, ship: ShipSymbol) -> None:
        """Track the ship's flight in the background, if it is in flight and not tracked yet."""
        in_flight = self._roster.get(ship).nav.status in NOT_ARRIVED
        if in_flight and ship not in self._watches and not self._is_closed:
            watch = asyncio.create_task(self._track_arrival(ship), name=f"arrival of {ship}")
            self._watches[ship] = watch
            watch.add_done_callback(lambda ended: self._ended(ship, ended))

    def unwatch(self, ship: ShipSymbol) -> None:
        """Stop tracking the ship because a caller waits for it: both would send requests."""
        watch = self._watches.pop(ship, None)
        if watch is not None:
            watch.cancel()

    async def close(self) -> None:
        """Stop tracking; flights continue."""
        self._is_closed = True
        watches = list(self._watches.values())
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    async def _track_arrival(self, ship: ShipSymbol) -> None:
        def failed(error: StarFoundryError, _seconds: float) -> None:  # no caller waits for this error
            self._roster.could_not_see(ship, error.message)
            _log.info("cannot see whether %s has arrived yet: %s", ship, error.message)

        await retry(lambda: self.wait_for(ship), LOOK_PAUSES, on=StarFoundryError, failed=failed)

    def _ended(self, ship: ShipSymbol, watch: asyncio.Task[None]) -> None:
        if self._watches.get(ship) is watch:
            del self._watches[ship]
        if not watch.cancelled() and (error := watch.exception()) is not None:
            _log.error("the arrival of %s is no longer tracked", ship, exc_info=error)
