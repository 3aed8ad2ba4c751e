"""Decides for which player a caller may act.

Whoever reaches the daemon's socket is its owner (it lies in a directory that only the owner can enter), so every
player of the daemon is theirs. Who may reach it from elsewhere will be decided here, too, and nowhere else.
"""

from starfoundry.daemon.players import store
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.store.engine import Database


class OwnerGate:
    """Admits the daemon's owner to every player there is; implements kernel.ports.Gate."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, PlayerId] = {}

    async def admit(self, player_id: int, context: object) -> PlayerId:  # noqa: ARG002  (every caller is the owner)
        """The player; raises Missing for one that is not there, Refused when none was named."""
        if player_id not in self._known:
            players = await self._database.read(store.list_players)
            self._known = {int(player.id): player.id for player in players}
        if player_id in self._known:
            return self._known[player_id]
        choices = ", ".join(str(each) for each in self._known) or "none yet"
        if player_id == 0:
            raise Refused.of("player_id", player_id, f"the number of a player ({choices})")
        raise Missing(f"there is no player {player_id}; there are: {choices}")
