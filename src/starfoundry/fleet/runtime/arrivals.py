"""Flights seen to their end, also those that nobody waits for any more: a ship is free only once it has arrived."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from starfoundry.fleet.domain.server_time import ServerTime
from starfoundry.fleet.registry.roster import Roster
from starfoundry.game.errors import ShipInTransit
from starfoundry.game.model import Nav, NavStatus
from starfoundry.game.port import Game
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.ports import Clock

T = TypeVar("T")

NOT_ARRIVED = (NavStatus.IN_TRANSIT, NavStatus.UNKNOWN)

ARRIVAL_SLACK_SECONDS = 0.2
"""How long after the reckoned arrival a ship is looked for; a request sooner would only be told it is in transit."""

SLACK_SECONDS_MAX = 10.0
"""A server that lets ships arrive late is given so much more time at most; what it takes beyond is waited out."""

SLACK_KEPT = 0.98
"""The share of the learned slack that is kept with each flight that ended in time, so that it shrinks again."""

LOOK_AGAIN_SECONDS = 0.5
"""Pause before a ship is asked for again that should have arrived: clocks may be apart, and servers lag."""

LOOK_AGAIN_SECONDS_MAX = 80.0
"""The pause doubles up to this, so that a ship in a state we have no word for does not eat the request budget."""

ORDERS_MAX = 10
"""How often an order is given that is refused since the ship is in flight, though it reads arrived: 256 s of pauses."""

_log = logging.getLogger(__name__)


class Arrivals:
    """The flights of one player's ships, and who sees them to their end."""

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
        """Return once the ship is not in flight. Only the game can say so: clocks may be apart.

        Raises what asking for the ship raises.
        """
        nav = self._roster.get(ship).nav
        if nav.status not in NOT_ARRIVED:
            return
        self._server.has_departed(nav)
        remaining = (nav.arrives_at - self._server.now()).total_seconds()
        await asyncio.sleep(min(max(remaining, 0.0), max(nav.flight_seconds, 0.0)) + self._slack)
        for pause in _pauses():
            if (await self._look(ship)).status not in NOT_ARRIVED:
                return
            await asyncio.sleep(pause)

    async def flown(self, ship: ShipSymbol, nav: Nav) -> None:
        """Return when a ship that has just departed should have arrived, by the server's own reckoning."""
        self._server.has_departed(nav)
        seconds = max(0.0, nav.flight_seconds)
        self._due[ship] = self._clock.elapsed() + seconds
        await asyncio.sleep(seconds + self._slack)

    async def ordered(self, ship: ShipSymbol, order: Callable[[], Awaitable[T]]) -> T:
        """What an order to a ship answers; while the game says that the ship is in flight, that is waited out.

        Raises ShipInTransit when the ship flies elsewhere than we thought, or is refused for minutes though it reads
        arrived; what asking for the ship raises; and whatever else `order` raises.
        """
        here = self._roster.get(ship).nav.waypoint
        pauses = _pauses()
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
        """Keep how late ships arrive here, from the first order that is taken after a flight."""
        due = self._due.pop(ship, None)
        if due is None:
            return
        if was_late:
            self._slack = min(max(self._slack, self._clock.elapsed() - due), SLACK_SECONDS_MAX)
        else:
            self._slack = max(ARRIVAL_SLACK_SECONDS, self._slack * SLACK_KEPT)

    def watch(self, ship: ShipSymbol) -> None:
        """See the ship to the end of its flight, in the background, if it is in flight and not watched already."""
        in_flight = self._roster.get(ship).nav.status in NOT_ARRIVED
        if in_flight and ship not in self._watches and not self._is_closed:
            watch = asyncio.create_task(self._see_home(ship), name=f"arrival of {ship}")
            self._watches[ship] = watch
            watch.add_done_callback(lambda ended: self._ended(ship, ended))

    def unwatch(self, ship: ShipSymbol) -> None:
        """Somebody waits for the ship now: two would ask twice."""
        watch = self._watches.pop(ship, None)
        if watch is not None:
            watch.cancel()

    async def close(self) -> None:
        """Watch no more; flights go on without us."""
        self._is_closed = True
        watches = list(self._watches.values())
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    async def _see_home(self, ship: ShipSymbol) -> None:
        for pause in _pauses():
            try:
                await self.wait_for(ship)
            except StarFoundryError as error:  # nobody waits who could be told
                self._roster.could_not_see(ship, error.message)
                _log.info("cannot see whether %s has arrived yet: %s", ship, error.message)
                await asyncio.sleep(pause)
            else:
                return

    def _ended(self, ship: ShipSymbol, watch: asyncio.Task[None]) -> None:
        if self._watches.get(ship) is watch:
            del self._watches[ship]
        if not watch.cancelled() and (error := watch.exception()) is not None:
            _log.error("the arrival of %s is watched no more", ship, exc_info=error)


def _pauses() -> Iterator[float]:
    pause = LOOK_AGAIN_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, LOOK_AGAIN_SECONDS_MAX)
