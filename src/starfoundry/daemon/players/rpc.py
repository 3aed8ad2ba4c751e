"""The methods of players: register, add, list."""

from collections.abc import Callable

from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.players.service import Players
from starfoundry.daemon.players.store import Player
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.instants import rfc3339
from starfoundry.wire import daemon_pb2 as wire


class PlayersRpc:
    """The wire methods of players.

    `credits_now` returns the credits last reported by the game, or None; `arrived` is called for every new player.
    """

    def __init__(
        self,
        players: Players,
        *,
        credits_now: Callable[[PlayerId], int | None],
        on_added: Callable[[PlayerId], None],
    ) -> None:
        self._players = players
        self._credits_now = credits_now
        self._on_added = on_added

    async def RegisterPlayer(
        self,
        request: wire.RegisterPlayerRequest,
        context: object,  # noqa: ARG002
    ) -> wire.Player:
        """Register a new agent with the game."""
        player = await self._players.register(
            request.agent, request.faction, request.account_token, is_renewal=request.renew
        )
        self._on_added(player.id)
        return self._message(player)

    async def AddPlayer(self, request: wire.AddPlayerRequest, context: object) -> wire.Player:  # noqa: ARG002
        """Add an existing agent."""
        player = await self._players.add(request.agent_token)
        self._on_added(player.id)
        return self._message(player)

    async def ListPlayers(
        self,
        request: wire.ListPlayersRequest,  # noqa: ARG002
        context: object,
    ) -> wire.ListPlayersResponse:
        """Every player of the caller."""
        caller = caller_of(context)
        found = [player for player in await self._players.list() if caller.may_play(player.id)]
        return wire.ListPlayersResponse(players=[self._message(player) for player in found])

    def _message(self, player: Player) -> wire.Player:
        known = self._credits_now(player.id)
        return wire.Player(
            player_id=player.id,
            agent=player.agent,
            system=player.system,
            headquarters=player.headquarters,
            credits=player.credits if known is None else known,
            universe=player.universe,
            ended_at=rfc3339(player.ended_at),
        )
