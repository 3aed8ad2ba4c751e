"""Gaps of a session that was opened without a broken place, and the repeated requests that close them."""

import asyncio
import logging

from starfoundry.fleet.recipes import RecipeBook
from starfoundry.fleet.yards import YardBook
from starfoundry.game.port import Game
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.market.book import MarketBook
from starfoundry.market.scan import list_again
from starfoundry.market.unreadable import ASK_AGAIN_SECONDS, ASK_AGAIN_SECONDS_MAX

_log = logging.getLogger(__name__)


class Gaps:
    """The markets, shipyards and recipes that one player's session lacks."""

    def __init__(self, game: Game, book: MarketBook, yards: YardBook, recipes: RecipeBook) -> None:
        self._game = game
        self._book = book
        self._yards = yards
        self._recipes = recipes
        self._has_recipes = False
        self._filling: asyncio.Task[None] | None = None

    async def ask(self) -> bool:
        """Ask every shipyard and for the recipes, at a start; whether nothing at all is missing."""
        yards = await self._yards.survey(self._book.places())
        self._has_recipes = await self._recipes.ask()
        return yards and self._has_recipes and not any(place.is_unlisted for place in self._book.places())

    def begin(self) -> None:
        """Ask again in the background, until nothing is missing."""
        self._filling = asyncio.create_task(self._fill(), name="what the session lacks")

    async def close(self) -> None:
        """Ask no more."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)

    async def _fill(self) -> None:
        pause, is_whole = ASK_AGAIN_SECONDS, False
        while not is_whole:
            await asyncio.sleep(pause)
            pause = min(2 * pause, ASK_AGAIN_SECONDS_MAX)
            try:
                listed = await list_again(self._game, self._book)
                answered = await self._yards.survey_again()
                self._has_recipes = self._has_recipes or await self._recipes.ask()
            except StarFoundryError as error:
                _log.warning("what the session lacks could not be asked for: %s", error.message)
            else:
                is_whole = listed and answered and self._has_recipes
