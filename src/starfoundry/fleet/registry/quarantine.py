"""Quarantine of ships that the game cannot report while it answers other requests, until it can."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

from starfoundry.fleet.domain.model import QuarantinedShip
from starfoundry.fleet.registry.roster import Roster
from starfoundry.fleet.storage import store
from starfoundry.game.port import Game
from starfoundry.kernel.errors import Missing, StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId, ShipSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import GrowingPauses, retry
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.store.engine import Database

LOOKS = 2
"""The number of times that a suspected ship must fail to answer, while the game answers, before it is quarantined."""

LOOK_PAUSE_SECONDS = 5.0

PROBE_PAUSES = GrowingPauses(60.0, 900.0)
"""The intervals between requests for what the game cannot report, such as a quarantined ship.

The game itself is asked in the same way before any ship is suspected, while it is down.
"""

_log = logging.getLogger(__name__)


class ShipQuarantined(Unavailable):
    """The ship is quarantined: the game cannot report it."""


class Quarantine:
    """The quarantined ships of one player.

    If a ship cannot be read, the ship and the agent are asked for: only if the game answers for the agent and not
    for the ship, the ship is at fault. Quarantine is stored, and ends by itself as soon as the game reports the
    ship.
    """

    def __init__(self, game: Game, roster: Roster, database: Database, clock: Clock, player_id: PlayerId) -> None:
        self._game = game
        self._roster = roster
        self._database = database
        self._clock = clock
        self._player_id = player_id
        self._ships: dict[ShipSymbol, QuarantinedShip] = {}
        self._work: dict[ShipSymbol, list[asyncio.Timeout]] = {}
        self._looking: dict[ShipSymbol, asyncio.Task[None]] = {}
        self._suspects_from = 0.0
        self._outage_pauses = iter(PROBE_PAUSES)
        self._on_return: Callable[[ShipSymbol], None] = lambda _ship: None

    async def load(self) -> None:
        """Load the ships that were quarantined when the daemon last stopped, and continue to ask for them."""
        kept = await self._database.read(lambda connection: store.quarantined_ships(connection, self._player_id))
        self._ships = {each.ship: each for each in kept}

    def begin(self, on_return: Callable[[ShipSymbol], None]) -> None:
        """Start asking for quarantined ships; `on_return` is called for each that is back."""
        self._on_return = on_return
        for ship in self._ships:
            self._start(ship, self._probe(ship))

    def ships(self) -> tuple[QuarantinedShip, ...]:
        """The quarantined ships, by symbol."""
        return tuple(self._ships[ship] for ship in sorted(self._ships))

    def of(self, ship: ShipSymbol) -> QuarantinedShip | None:
        """The quarantine of a ship, if there is one."""
        return self._ships.get(ship)

    def suspect(self, ship: ShipSymbol, why: str) -> None:
        """Check a ship that could not be read: whether the ship or the game is at fault."""
        is_new = ship not in self._ships and ship not in self._looking
        if is_new and self._clock.elapsed() >= self._suspects_from:
            self._start(ship, self._examine(ship, why))

    @asynccontextmanager
    async def working_with(self, ship: ShipSymbol) -> AsyncIterator[None]:
        """A context for work with a ship: it ends with ShipQuarantined as soon as the ship is quarantined."""
        self._refuse(ship)
        try:
            async with asyncio.timeout(None) as work:
                self._work.setdefault(ship, []).append(work)
                try:
                    yield
                finally:
                    self._work[ship].remove(work)
        except TimeoutError:
            if not work.expired():
                raise
            self._refuse(ship)
            raise ShipQuarantined(f"{ship} was released meanwhile") from None

    async def admit(self, ship: ShipSymbol, why: str) -> None:
        """Quarantine a ship; stored when this returns."""
        quarantined = QuarantinedShip(ship=ship, reason=why, since=self._clock.now())
        await uninterrupted(
            self._database.write(lambda connection: store.insert_quarantined(connection, self._player_id, quarantined))
        )
        self._ships[ship] = quarantined
        now = asyncio.get_running_loop().time()
        for each in self._work.get(ship, []):
            each.reschedule(now)
        _log.warning("player %s: %s is quarantined: %s", self._player_id, ship, why)

    async def release(self, ship: ShipSymbol) -> None:
        """End a ship's quarantine, whether the game reports it or not.

        Raises Missing for a ship that is not quarantined.

        Raises Unavailable for a ship that was never reported, since nothing is known of it.
        """
        if ship not in self._ships:
            raise Missing(f"{ship} is not quarantined; `spacetraders ship list` shows which ships are")
        try:
            self._roster.saw_ship(await self._game.ship(ship))
        except Unavailable as error:
            if not self._roster.knows(ship):
                raise Unavailable(
                    f"nothing is known of {ship}, and the game still reports nothing: {error.message}"
                ) from error
        probe = self._looking.pop(ship, None)
        if probe is not None:
            probe.cancel()
        await self._forget(ship)

    async def close(self) -> None:
        """Stop asking."""
        looking = list(self._looking.values())
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    def _refuse(self, ship: ShipSymbol) -> None:
        quarantined = self._ships.get(ship)
        if quarantined is not None:
            raise ShipQuarantined(f"{ship} is quarantined: {quarantined.reason}")

    def _start(self, ship: ShipSymbol, steps: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(steps, name=f"quarantine of {ship}")
        self._looking[ship] = task
        task.add_done_callback(lambda ended: self._ended(ship, ended))

    def _ended(self, ship: ShipSymbol, task: asyncio.Task[None]) -> None:
        if self._looking.get(ship) is task:
            del self._looking[ship]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s is no longer retried", ship, exc_info=error)

    async def _examine(self, ship: ShipSymbol, why: str) -> None:
        for look in range(LOOKS):
            if look:
                await asyncio.sleep(LOOK_PAUSE_SECONDS)
            if not await self._game_answers():
                return
            try:
                await self._game.ship(ship)
            except Unavailable as error:
                why = error.message
            except StarFoundryError:
                return
            else:
                return
        await self.admit(ship, f"the game answers for everything except this ship ({why})")
        await self._probe(ship)

    async def _game_answers(self) -> bool:
        """Whether the game reports the agent. While it does not, no ship is suspected."""
        try:
            await self._game.agent()
        except StarFoundryError:
            self._suspects_from = self._clock.elapsed() + next(self._outage_pauses)
            return False
        self._outage_pauses = iter(PROBE_PAUSES)
        return True

    async def _probe(self, ship: ShipSymbol) -> None:
        async def attempt() -> None:
            if ship in self._ships:
                self._roster.saw_ship(await self._game.ship(ship))
                await self._forget(ship)

        def failed(error: StarFoundryError, _seconds: float) -> None:
            _log.info("%s stays in quarantine: %s", ship, error.message)

        pauses = iter(PROBE_PAUSES)
        await asyncio.sleep(next(pauses))
        await retry(attempt, pauses, on=StarFoundryError, failed=failed)

    async def _forget(self, ship: ShipSymbol) -> None:
        await uninterrupted(
            self._database.write(lambda connection: store.delete_quarantined(connection, self._player_id, ship))
        )
        self._ships.pop(ship, None)
        self._roster.saw_ship(self._roster.get(ship))  # wakes those that wait for ships
        _log.warning("player %s: %s is back from quarantine", self._player_id, ship)
        self._on_return(ship)
