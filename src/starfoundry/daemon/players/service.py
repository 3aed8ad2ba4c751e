"""Players of the daemon: registration of new agents, addition of existing ones, and their tokens."""

import asyncio
import logging
import re
import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.config.storage import layer_store
from starfoundry.daemon.players import store
from starfoundry.daemon.players.store import Player
from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.daemon.token_input import stripped_token
from starfoundry.game.errors import TokenRejected
from starfoundry.game.model import Agent
from starfoundry.game.port import Game, PublicApi
from starfoundry.kernel.errors import Missing, Refused, Stale, StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId, SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import DISK_PAUSES, retry
from starfoundry.store.engine import Database

CALLSIGN = re.compile(r"[A-Z0-9_-]{3,14}")
DEFAULT_FACTION = "COSMIC"
WHERE_FROM = (
    "given: --account-token, STARFOUNDRY_API_ACCOUNT_TOKEN, or api.account_token in starfoundry.toml "
    "(your account at my.spacetraders.io has one)"
)

_log = logging.getLogger(__name__)


class Players:
    """The agents of this daemon on the one server it plays on.

    `server` is the server's address: a token encrypted for one server is never sent to another. `play` makes the game
    of a token, for the given player if it is known already.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        public_api: PublicApi,
        play: Callable[[str, Player | None], Game],
        cipher: TokenCipher,
        server: str,
        account_token: str,
        is_sandbox: bool = False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._public_api = public_api
        self._play = play
        self._cipher = cipher
        self._server = server
        self._account_token = stripped_token("account_token", account_token)
        self._is_sandbox = is_sandbox
        self._registering: dict[str, asyncio.Task[Player]] = {}

    async def register(
        self, agent: str, faction: str = "", account_token: str = "", *, is_renewal: bool = False
    ) -> Player:
        """A new agent in the server's present universe; a renewal takes over the settings of the old player.

        It continues if the caller leaves: the token is given once, and an agent without its token is lost. Raises
        Refused for an invalid callsign, NotPermitted for a token the server refuses, Stale for an agent that is already
        known. A renewal without a callsign is that of the only renewable agent.
        """
        callsign = agent.strip().upper()
        if is_renewal and not callsign:
            callsign = await self._only_renewable()
        if not CALLSIGN.fullmatch(callsign):
            raise Refused.of("agent", agent, "3 to 14 letters, digits, dashes or underscores")
        # A sandbox has one account, its own: a real account's token is never sent to it, wherever it came from.
        given = stripped_token("account_token", account_token)
        token = self._account_token if self._is_sandbox else given or self._account_token
        if not token:
            raise Refused.of("account_token", "", WHERE_FROM)
        task = self._registering.get(callsign)
        if task is None:
            work = self._register(callsign, faction.strip().upper() or DEFAULT_FACTION, token, is_renewal=is_renewal)
            task = self._registering[callsign] = asyncio.create_task(work, name=f"register {callsign}")
            task.add_done_callback(lambda _done: self._registering.pop(callsign))
        return await asyncio.shield(task)

    async def add(self, agent_token: str) -> Player:
        """The agent of a token; a known agent gets this token from now on."""
        token = stripped_token("agent_token", agent_token)
        if not token:
            raise Refused.of("agent_token", "", "the token of an agent that exists")
        status = await self._public_api.status()
        game = self._play(token, None)
        agent = await game.agent()
        before = await self._database.read(lambda connection: store.newest(connection, agent.symbol))
        renewed_from = before.id if before is not None and before.ended_at is not None else None
        player = await self._keep(agent, status.reset_date, token, renewed_from=renewed_from)
        with suppress(StarFoundryError):  # the session retries until the game answers
            return await self.located(player, game)
        return player

    async def list(self) -> list[Player]:
        """Every player, oldest first."""
        return await self._database.read(store.list_players)

    async def game_of(self, player_id: PlayerId) -> tuple[Player, Game]:
        """A player and its game.

        Raises Stale when its universe is over, Refused when its token cannot be decrypted, or is for another server.
        """
        player, encrypted = await self._kept(player_id)
        if player.ended_at is not None:
            raise Stale(
                f"player {player.id} was {player.agent} in the universe of {player.universe}, and that is over; next:"
                f" `spacetraders player register --agent {shlex.quote(player.agent)} --renew`"
            )
        return player, self._play(self._cipher.decrypt(encrypted, owner=self._owner(player.agent)), player)

    async def located(self, player: Player, game: Game) -> Player:
        """The player with its home, stored; the game is asked for anything its registration did not give.

        Raises Unavailable while the game gives neither its headquarters nor a ship, and the errors of reads.
        """
        if player.system:
            return player
        agent = await game.agent()
        if agent.headquarters is not None:
            headquarters, system = agent.headquarters, system_of(agent.headquarters)
        else:
            ships = await game.ships()
            if not ships:
                raise Unavailable(f"the game gives neither the headquarters nor a ship of agent {player.agent}")
            headquarters, system = WaypointSymbol(""), min(ships, key=lambda ship: ship.symbol).nav.system
        home = replace(player, headquarters=headquarters, system=system, credits=agent.credits)
        await self._database.write(lambda connection: store.locate(connection, home))
        return home

    async def reencrypt_tokens(self) -> int:
        """Encrypt every token with the first of several keys; the number of tokens. Undecryptable ones are left."""
        if not self._cipher.is_changing:
            return 0
        reencrypted: list[tuple[PlayerId, bytes]] = []
        for player in await self.list():
            _, encrypted = await self._kept(player.id)
            with suppress(Refused):
                owner = self._owner(player.agent)
                reencrypted.append(
                    (player.id, self._cipher.encrypt(self._cipher.decrypt(encrypted, owner=owner), owner=owner))
                )

        def work(connection: sa.Connection) -> None:
            for player_id, encrypted in reencrypted:
                store.store_token(connection, player_id, encrypted)

        await self._database.write(work)
        _log.info(
            "encrypted %d tokens with the first key; the others may be removed from the key file", len(reencrypted)
        )
        return len(reencrypted)

    async def is_over(self, player_id: PlayerId) -> bool:
        """Whether the player's universe is over."""
        player, _ = await self._kept(player_id)
        return player.ended_at is not None

    async def same_universe(self, player: Player) -> Sequence[Player]:
        """The players of this server in the same universe, including this one; those of other servers are not ours."""
        found = []
        for each in await self.list():
            if each.universe == player.universe and each.ended_at is None:
                _, encrypted = await self._kept(each.id)
                with suppress(Refused):
                    self._cipher.decrypt(encrypted, owner=self._owner(each.agent))
                    found.append(each)
        return found

    async def _kept(self, player_id: PlayerId) -> tuple[Player, bytes]:
        def work(connection: sa.Connection) -> tuple[Player, bytes]:
            return store.get(connection, player_id), store.encrypted_token(connection, player_id)

        return await self._database.read(work)

    async def _register(self, callsign: str, faction: str, account_token: str, *, is_renewal: bool) -> Player:
        status = await self._public_api.status()
        present = await self._database.read(
            lambda connection: store.find(connection, universe=status.reset_date, agent=callsign)
        )
        if present is not None:
            raise Stale(
                f"agent {callsign} is already here, as player {present.id} in the universe of {present.universe}"
            )
        renewed_from = await self._player_to_renew(callsign) if is_renewal else None
        registration = await self._public_api.register(account_token, callsign, faction)
        # The token is given once, so it is stored before the rest of the answer is used.
        agent = registration.agent or Agent(symbol=callsign, headquarters=None, credits=0)
        player = await self._keep(agent, status.reset_date, registration.token, renewed_from=renewed_from)
        with suppress(StarFoundryError):  # the session retries until the game answers
            return await self.located(player, self._play(registration.token, player))
        return player

    async def _only_renewable(self) -> str:
        found = await self._database.read(store.not_renewed)
        if len(found) != 1:
            choices = ", ".join(each.agent for each in found) or "none: no universe of a player here is over"
            raise Refused.of("agent", "", f"one that can be renewed ({choices})")
        return found[0].agent

    async def _player_to_renew(self, callsign: str) -> PlayerId:
        """The player that a renewal continues; the game itself must confirm that its universe is over."""
        former = await self._database.read(lambda connection: store.newest(connection, callsign))
        if former is None:
            raise Missing(f"agent {callsign} is not known here; register it without --renew")
        if former.ended_at is None:
            _, game = await self.game_of(former.id)
            with suppress(TokenRejected):
                await game.agent()
                raise Stale(f"agent {callsign} still plays, as player {former.id}; there is nothing to renew")
        return former.id

    async def _keep(self, agent: Agent, universe: str, token: str, *, renewed_from: PlayerId | None) -> Player:
        player = Player(
            id=PlayerId(0),
            agent=agent.symbol,
            universe=universe,
            headquarters=agent.headquarters or WaypointSymbol(""),
            system=SystemSymbol("") if agent.headquarters is None else system_of(agent.headquarters),
            credits=agent.credits,
        )
        encrypted = self._cipher.encrypt(token, owner=self._owner(agent.symbol))
        at = self._clock.now()

        def work(connection: sa.Connection) -> Player:
            is_new = store.find(connection, universe=universe, agent=agent.symbol) is None
            kept = store.keep(connection, player, encrypted=encrypted, at=at)
            if is_new and renewed_from is not None:
                layer_store.copy_shared_layers(connection, kept.id, of=renewed_from)
            return kept

        def failed(error: Unavailable, _seconds: float) -> None:
            _log.warning("the token of agent %s cannot be stored yet: %s", agent.symbol, error.message)

        return await retry(lambda: self._database.write(work), DISK_PAUSES, on=Unavailable, failed=failed)

    def _owner(self, agent: str) -> str:
        return f"{agent} on {self._server}"
