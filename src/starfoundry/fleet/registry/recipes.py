"""The supply chain of one player's game: from the server, from its last answer, or from the built-in table."""

from collections.abc import Mapping

from starfoundry.fleet.storage.known_places import KnownPlaces
from starfoundry.game.known_recipes import SUPPLY_CHAIN
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import Good
from starfoundry.market.runtime.unreadable import READ_ERRORS

UNTOLD = "supply-chain-unreadable"


class RecipeBook:
    """The inputs of each good that is made. `known` is always the same mapping, updated in place."""

    def __init__(self, game: Game, storage: KnownPlaces, conditions: ConditionReporter) -> None:
        self._game = game
        self._storage = storage
        self._conditions = conditions
        self._known: dict[Good, tuple[Good, ...]] = {}
        self._kept: Mapping[Good, tuple[Good, ...]] = {}
        self._source = "the built-in ones"

    @property
    def known(self) -> Mapping[Good, tuple[Good, ...]]:
        """The recipes in use."""
        return self._known

    async def load(self) -> None:
        """Load the recipes of the last start, or else the built-in ones."""
        self._kept = await self._storage.load_recipes()
        self._known.update(self._kept or SUPPLY_CHAIN)
        if self._kept:
            self._source = "those of the last start"

    async def ask(self) -> bool:
        """Update the recipes from the server; returns whether it answered. A failure becomes a health condition."""
        try:
            answer = await self._game.supply_chain()
        except READ_ERRORS as error:
            self._conditions.report(
                UNTOLD,
                "",
                reason=f"the server does not report its supply chain; recipes are {self._source}: {error.message}",
                next_step="wait: it is retried automatically",
                degrades=not isinstance(error, Missing),
            )
            return False
        self._conditions.clear(UNTOLD)
        if answer and answer != self._kept:
            self._known.clear()
            self._known.update(answer)
            self._kept = dict(answer)
            await self._storage.keep_recipes(answer)
        return True
