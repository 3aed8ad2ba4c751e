"""Ships that the game counts and does not tell of: reported, and asked for again until they are known."""

import asyncio
import logging
from collections.abc import Callable

from starfoundry.fleet.registry.load_ships import ShipList, muster
from starfoundry.fleet.registry.quarantine import Quarantine, probe_pauses
from starfoundry.fleet.registry.roster import Roster
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ShipSymbol

KIND = "ships-missing"

_log = logging.getLogger(__name__)


class MissingShips:
    """The number of one player's ships by the agent's own count, beside those that are known."""

    def __init__(self, game: Game, roster: Roster, quarantine: Quarantine, conditions: ConditionReporter) -> None:
        self._game = game
        self._roster = roster
        self._quarantine = quarantine
        self._conditions = conditions
        self._looking: asyncio.Task[None] | None = None
        self.missing = 0

    async def take(self) -> None:
        """Let the roster know every ship that the game tells of; raises what the game's reads raise."""
        self._note(await muster(self._game, self._quarantine))

    def begin(self, on_found: Callable[[ShipSymbol], None]) -> None:
        """Ask again for ships that are missing, after growing pauses; `on_found` hears of each that turns up."""
        if self.missing:
            self._looking = asyncio.create_task(self._look(on_found), name="headcount")

    async def close(self) -> None:
        """Ask no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self, on_found: Callable[[ShipSymbol], None]) -> None:
        for pause in probe_pauses():
            await asyncio.sleep(pause)
            try:
                found = self._note(await muster(self._game, self._quarantine))
            except StarFoundryError as error:
                _log.info("ships that are missing stay so: %s", error.message)
                continue
            for ship in found:
                on_found(ship)
            if not self.missing:
                return

    def _note(self, roll: ShipList) -> list[ShipSymbol]:
        """The ships that were not known before; those that are known stay as they were told last."""
        new = [ship for ship in roll.ships if not self._roster.knows(ship.symbol)]
        for ship in new:
            self._roster.saw_ship(ship)
        self.missing = roll.missing
        if not roll.missing:
            self._conditions.clear(KIND, roll.agent)
            return [ship.symbol for ship in new]
        told = len(roll.ships)
        self._conditions.report(
            KIND,
            roll.agent,
            reason=f"the game counts {roll.missing} ships more of agent {roll.agent} than the {told} it tells of",
            next_step="wait: they are asked for again; those that are known: spacetraders ship list",
        )
        return [ship.symbol for ship in new]
