"""Ships that the game counts but does not report: a health condition, and retries until they are known."""

import asyncio
import logging
from collections.abc import Callable

from starfoundry.fleet.registry.load_ships import ShipList, load_ships
from starfoundry.fleet.registry.quarantine import PROBE_PAUSES, Quarantine
from starfoundry.fleet.registry.roster import Roster
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ShipSymbol

KIND = "ships-missing"

_log = logging.getLogger(__name__)


class MissingShips:
    """The number of one player's ships by the agent's own count, compared with the known ones."""

    def __init__(self, game: Game, roster: Roster, quarantine: Quarantine, conditions: ConditionReporter) -> None:
        self._game = game
        self._roster = roster
        self._quarantine = quarantine
        self._conditions = conditions
        self._looking: asyncio.Task[None] | None = None
        self.missing = 0

    async def take(self) -> None:
        """Load every ship that the game reports into the roster. Raises what the game's reads raise."""
        self._note(await load_ships(self._game, self._quarantine))

    def begin(self, on_found: Callable[[ShipSymbol], None]) -> None:
        """Ask again for missing ships, at growing intervals; `on_found` is called for each that is found."""
        if self.missing:
            self._looking = asyncio.create_task(self._look(on_found), name="missing ships")

    async def close(self) -> None:
        """Stop asking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self, on_found: Callable[[ShipSymbol], None]) -> None:
        for pause in PROBE_PAUSES:
            await asyncio.sleep(pause)
            try:
                found = self._note(await load_ships(self._game, self._quarantine))
            except StarFoundryError as error:
                _log.info("missing ships cannot be read: %s", error.message)
                continue
            for ship in found:
                on_found(ship)
            if not self.missing:
                return

    def _note(self, ship_list: ShipList) -> list[ShipSymbol]:
        """The newly found ships; known ones keep their last state."""
        new = [ship for ship in ship_list.ships if not self._roster.knows(ship.symbol)]
        for ship in new:
            self._roster.saw_ship(ship)
        self.missing = ship_list.missing
        if not ship_list.missing:
            self._conditions.clear(KIND, ship_list.agent)
            return [ship.symbol for ship in new]
        known = len(ship_list.ships)
        self._conditions.report(
            KIND,
            ship_list.agent,
            reason=f"the game counts {ship_list.missing} ships more of agent {ship_list.agent}"
            f" than the {known} it reports",
            next_step="wait: they are retried automatically; the known ones: spacetraders ship list",
        )
        return [ship.symbol for ship in new]
