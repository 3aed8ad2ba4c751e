"""Access of callers to players.

A player the caller may not act for is answered like an unknown one.
"""

from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.players import store
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.store.engine import Database


class PlayerAccess:
    """Admits each caller to its players; implements kernel.ports.Gate."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[int, PlayerId] = {}

    async def admit(self, player_id: int, context: object) -> PlayerId:
        """The player's id. Raises Missing for one unknown or not the caller's, Refused when none was named."""
        caller = caller_of(context)
        if player_id not in self._known:
            players = await self._database.read(store.list_players)
            self._known = {int(player.id): player.id for player in players}
        if player_id in self._known and caller.may_play(player_id):
            return self._known[player_id]
        choices = ", ".join(str(each) for each in self._known if caller.may_play(each)) or "none yet"
        if player_id == 0:
            raise Refused.of("player_id", player_id, f"the number of a player ({choices})")
        raise Missing(f"there is no player {player_id}; there are: {choices}")

    def is_owner(self, context: object) -> bool:
        """Whether the caller came through the socket, without a token of somebody else's."""
        return not caller_of(context).token_id

    def sees(self, player_id: int, context: object) -> bool:
        """Whether the caller may see the player's data."""
        return caller_of(context).may_play(player_id)
