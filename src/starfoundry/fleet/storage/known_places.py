"""Stored shipyards and recipes, for a start at which the server does not report them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from starfoundry.fleet.domain.model import YardSighting
from starfoundry.fleet.storage import store
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import Good, PlayerId
from starfoundry.store.engine import Database


class KnownPlaces:
    """The data of one player. What the disk rejects is not stored: the server is asked again at the next start."""

    def __init__(self, database: Database, player_id: PlayerId) -> None:
        self._database = database
        self._player_id = player_id

    async def load(self) -> Sequence[YardSighting]:
        """Every stored shipyard, by waypoint."""
        return await self._database.read(lambda connection: store.load_yards(connection, self._player_id))

    async def keep(self, yard: YardSighting) -> None:
        """Store a shipyard, replacing the previous version."""
        with suppress(Unavailable):
            await self._database.write(lambda connection: store.save_yard(connection, self._player_id, yard))

    async def load_recipes(self) -> Mapping[Good, tuple[Good, ...]]:
        """The stored recipes; empty before the first time."""
        return await self._database.read(lambda connection: store.load_recipes(connection, self._player_id))

    async def keep_recipes(self, recipes: Mapping[Good, tuple[Good, ...]]) -> None:
        """Store these recipes, replacing all others."""
        with suppress(Unavailable):
            await self._database.write(lambda connection: store.save_recipes(connection, self._player_id, recipes))
