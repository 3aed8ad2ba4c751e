"""Data that a session lacks because the server could not report it, and the retries that fill it in."""

import asyncio
import logging

from starfoundry.fleet.registry.recipes import RecipeBook
from starfoundry.fleet.registry.shipyards import Shipyards
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import SystemSymbol
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.market.runtime.scan import retry_listings, retry_survey
from starfoundry.market.runtime.unreadable import ASK_AGAIN_SECONDS, ASK_AGAIN_SECONDS_MAX, READ_ERRORS
from starfoundry.runtime.backoff import GrowingPauses

_log = logging.getLogger(__name__)


class SessionGaps:
    """The places, markets, shipyards and recipes that one player's session lacks."""

    def __init__(
        self,
        game: Game,
        system: SystemSymbol,
        book: MarketBook,
        yards: Shipyards,
        recipes: RecipeBook,
        conditions: ConditionReporter,
    ) -> None:
        self._game = game
        self._system = system
        self._conditions = conditions
        self._book = book
        self._yards = yards
        self._recipes = recipes
        self._has_places = False
        self._has_recipes = False
        self._filling: asyncio.Task[None] | None = None

    async def ask(self) -> bool:
        """Ask for missing places, every shipyard and the recipes at a start; returns whether nothing is missing."""
        try:
            placed = await self._place()
        except READ_ERRORS:
            placed = False  # the known places are enough to start with
        yards = await self._yards.survey(self._book.places())
        self._has_recipes = await self._recipes.ask()
        return placed and yards and self._has_recipes and not any(place.is_unlisted for place in self._book.places())

    def begin(self) -> None:
        """Retry in the background until nothing is missing."""
        self._filling = asyncio.create_task(self._fill(), name="what the session lacks")

    async def close(self) -> None:
        """Stop asking."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    async def _place(self) -> bool:
        """Ask for the unknown places; returns whether all are known now."""
        if not self._has_places:
            self._has_places = await retry_survey(self._game, self._book, self._system, self._conditions)
        return self._has_places

    async def _fill(self) -> None:
        for pause in GrowingPauses(ASK_AGAIN_SECONDS, ASK_AGAIN_SECONDS_MAX):
            await asyncio.sleep(pause)
            try:
                placed = await self._place()
                listed = await retry_listings(self._game, self._book)
                answered = await self._yards.retry_survey(self._book.places())
                self._has_recipes = self._has_recipes or await self._recipes.ask()
            except StarFoundryError as error:
                _log.warning("missing session data could not be read: %s", error.message)
            else:
                if placed and listed and answered and self._has_recipes:
                    return
