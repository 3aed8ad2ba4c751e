"""Takes agents into the daemon's care: registers new ones, adds those that exist, and plays with their tokens."""

import asyncio
import re
from collections.abc import Callable

import sqlalchemy as sa

from starfoundry.daemon.players import store
from starfoundry.daemon.players.store import Player
from starfoundry.daemon.seal import Seal
from starfoundry.game.model import Agent
from starfoundry.game.port import Game, Lobby
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import PlayerId, system_of
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

CALLSIGN = re.compile(r"[A-Z0-9_-]{3,14}")
DEFAULT_FACTION = "COSMIC"
WHERE_FROM = (
    "given: --account-token, STARFOUNDRY_API_ACCOUNT_TOKEN, or api.account_token in starfoundry.toml "
    "(your account at my.spacetraders.io has one)"
)


class Players:
    """The agents of this daemon on the one server it plays on.

    `server` is the server's address: a token sealed for one server is never sent to another. `play` makes the game of
    a token, for the player that is named if it is ours already.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        lobby: Lobby,
        play: Callable[[str, PlayerId | None], Game],
        seal: Seal,
        server: str,
        account_token: str,
        is_sandbox: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._lobby = lobby
        self._play = play
        self._seal = seal
        self._server = server
        self._account_token = account_token
        self._is_sandbox = is_sandbox
        self._registering: dict[str, asyncio.Task[Player]] = {}

    async def register(self, agent: str, faction: str = "", account_token: str = "") -> Player:
        """A new agent in the server's present universe.

        Goes on if the caller leaves: the token comes once, and an agent without its token is lost. Raises Refused for
        a callsign that cannot be, NotPermitted for a token the server does not take, Stale for an agent that is ours
        already.
        """
        callsign = agent.strip().upper()
        if not CALLSIGN.fullmatch(callsign):
            raise Refused.of("agent", agent, "3 to 14 letters, digits, dashes or underscores")
        # A sandbox has one account, its own: a real account's token is never spent on it, wherever it came from.
        token = self._account_token if self._is_sandbox else account_token or self._account_token
        if not token:
            raise Refused.of("account_token", "", WHERE_FROM)
        task = self._registering.get(callsign)
        if task is None:
            work = self._register(callsign, faction.strip().upper() or DEFAULT_FACTION, token)
            task = self._registering[callsign] = asyncio.create_task(work, name=f"register {callsign}")
            task.add_done_callback(lambda _done: self._registering.pop(callsign))
        return await asyncio.shield(task)

    async def add(self, agent_token: str) -> Player:
        """The agent that a token acts for; one that is ours already gets this token from now on."""
        if not agent_token.strip():
            raise Refused.of("agent_token", "", "the token of an agent that exists")
        status = await self._lobby.status()
        agent = await self._play(agent_token.strip(), None).agent()
        return await self._keep(agent, status.reset_date, agent_token.strip())

    async def list(self) -> list[Player]:
        """Every player, the first first."""
        return await self._database.read(store.list_players)

    async def game_of(self, player_id: PlayerId) -> tuple[Player, Game]:
        """A player and its game. Raises Refused when its token does not open, or is for another server."""

        def work(connection: sa.Connection) -> tuple[Player, bytes]:
            return store.get(connection, player_id), store.sealed_token(connection, player_id)

        player, sealed = await self._database.read(work)
        return player, self._play(self._seal.open(sealed, owner=self._owner(player.agent)), player.id)

    async def _register(self, callsign: str, faction: str, account_token: str) -> Player:
        status = await self._lobby.status()
        present = await self._database.read(
            lambda connection: store.find(connection, universe=status.reset_date, agent=callsign)
        )
        if present is not None:
            raise Stale(f"agent {callsign} is here already, as player {present.id}")
        registration = await self._lobby.register(account_token, callsign, faction)
        return await self._keep(registration.agent, status.reset_date, registration.token)

    async def _keep(self, agent: Agent, universe: str, token: str) -> Player:
        player = Player(
            id=PlayerId(0),
            agent=agent.symbol,
            universe=universe,
            headquarters=agent.headquarters,
            system=system_of(agent.headquarters),
            credits=agent.credits,
        )
        sealed = self._seal.close(token, owner=self._owner(agent.symbol))
        at = self._clock.now()
        return await self._database.write(lambda connection: store.keep(connection, player, sealed=sealed, at=at))

    def _owner(self, agent: str) -> str:
        return f"{agent} on {self._server}"
