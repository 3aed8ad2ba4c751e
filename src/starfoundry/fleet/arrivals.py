"""Sees flights to their end, also those that nobody waits for any more: a ship is free only once it has arrived."""

import asyncio
import logging
from collections.abc import Iterator

from starfoundry.fleet.roster import Roster
from starfoundry.game.model import NavStatus
from starfoundry.game.port import Game
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.ports import Clock

NOT_ARRIVED = (NavStatus.IN_TRANSIT, NavStatus.UNKNOWN)

ARRIVAL_SLACK_SECONDS = 0.2
"""How long after the reckoned arrival a ship is looked for; a request sooner would only be told it is in transit."""

LOOK_AGAIN_SECONDS = 5.0
"""Pause before a ship is asked for again that should have arrived: the clocks may be apart."""

LOOK_AGAIN_SECONDS_MAX = 80.0
"""The pause doubles up to this, so that a ship in a state we have no word for does not eat the request budget."""

_log = logging.getLogger(__name__)


class Arrivals:
    """The flights of one player's ships, and who sees them to their end."""

    def __init__(self, game: Game, roster: Roster, clock: Clock) -> None:
        self._game = game
        self._roster = roster
        self._clock = clock
        self._watches: dict[ShipSymbol, asyncio.Task[None]] = {}
        self._is_closed = False

    async def wait_for(self, ship: ShipSymbol) -> None:
        """Return once the ship is not in flight. Only the game can say so: clocks may be apart.

        Raises what asking for the ship raises.
        """
        pauses = _pauses()
        while (nav := self._roster.get(ship).nav).status in NOT_ARRIVED:
            remaining = (nav.arrives_at - self._clock.now()).total_seconds()
            await asyncio.sleep(min(max(remaining, 0.0), max(nav.flight_seconds, 0.0)) + ARRIVAL_SLACK_SECONDS)
            self._roster.saw_ship(await self._game.ship(ship))
            if self._roster.get(ship).nav.status in NOT_ARRIVED:
                await asyncio.sleep(next(pauses))

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
