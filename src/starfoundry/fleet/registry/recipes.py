"""The supply chain of one player's game: as the server tells it, as it told it last, or as it is known of the game."""

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
    """For each good that is made, the goods it is made from. `known` is always the same mapping, brought up to date."""

    def __init__(self, game: Game, shelf: KnownPlaces, conditions: ConditionReporter) -> None:
        self._game = game
        self._shelf = shelf
        self._conditions = conditions
        self._known: dict[Good, tuple[Good, ...]] = {}
        self._kept: Mapping[Good, tuple[Good, ...]] = {}
        self._source = "those known of the game"

    @property
    def known(self) -> Mapping[Good, tuple[Good, ...]]:
        """The recipes in use."""
        return self._known

    async def load(self) -> None:
        """Know the recipes of the last start, or else those that the game is known to have."""
        self._kept = await self._shelf.load_recipes()
        self._known.update(self._kept or SUPPLY_CHAIN)
        if self._kept:
            self._source = "those of the last start"

    async def ask(self) -> bool:
        """Bring the recipes up to what the server tells; whether it does. What it cannot tell is told to health."""
        try:
            told = await self._game.supply_chain()
        except READ_ERRORS as error:
            self._conditions.report(
                UNTOLD,
                "",
                reason=f"the server does not tell its supply chain, recipes are {self._source}: {error.message}",
                next_step="wait: it is asked again by itself",
                degrades=not isinstance(error, Missing),
            )
            return False
        self._conditions.clear(UNTOLD)
        if told and told != self._kept:
            self._known.clear()
            self._known.update(told)
            self._kept = dict(told)
            await self._shelf.keep_recipes(told)
        return True
