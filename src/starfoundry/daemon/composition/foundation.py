"""Shared parts of a daemon: database, players, sessions, request budget, halt, conditions."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.halt.halt_files import HaltFiles
from starfoundry.daemon.halt.haltable_transport import CallsInProgress, HaltableTransport
from starfoundry.daemon.metrics.timings import Timings
from starfoundry.daemon.players.player_access import PlayerAccess
from starfoundry.daemon.players.service import Players
from starfoundry.daemon.players.sessions import Sessions
from starfoundry.daemon.players.store import Player
from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.resets.reset_watch import ResetWatch
from starfoundry.daemon.settings import KEY_IN_KEYRING, Settings
from starfoundry.fleet.runtime.session import Session, open_session
from starfoundry.game.budget import RequestBudget
from starfoundry.game.client import HttpGame, HttpPublicApi
from starfoundry.game.port import PublicApi
from starfoundry.game.transport.server_pace import ServerPaceWatch
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.errors import Stale, Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.manufacturing.storage.store import booked_late
from starfoundry.runtime.condition_registry import ConditionRegistry
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """The parts used by all rooms."""

    ports: Ports
    database: Database
    gate: PlayerAccess
    logbook: Logbook
    budget: RequestBudget
    conditions: ConditionRegistry
    timings: Timings
    players: Players
    cipher: TokenCipher
    public_api: PublicApi
    reset_watch: ResetWatch
    sessions: Sessions[Session]
    tokens: Tokens
    halt_files: HaltFiles
    in_flight: CallsInProgress


async def open_foundation(ports: Ports, settings: Settings) -> Foundation:
    """Open the database and create the shared parts. Raises Refused for an unusable database or key."""
    cipher = _cipher(settings)
    budget, conditions = RequestBudget(ports.clock), ConditionRegistry(ports.clock)
    timings = Timings(ports.stopwatch or ports.clock.elapsed)
    database = await _open_database(settings, ports, timings)
    halt_files, in_flight = HaltFiles(settings.data_dir), CallsInProgress()
    inner = _watched(ports, settings, conditions)
    haltable = functools.partial(HaltableTransport, inner=inner, halt_files=halt_files, in_flight=in_flight)
    public_api = HttpPublicApi(haltable(player_id=None), budget, ports.entropy, conditions.daemon)
    logbook = Logbook(database, ports.clock)

    async def same_universe(player: Player) -> Sequence[Player]:
        return await players.same_universe(player)

    reset_watch = ResetWatch(
        database=database, clock=ports.clock, logbook=logbook, public_api=public_api, same_universe=same_universe
    )

    def play(token: str, player: Player | None) -> HttpGame:
        way = haltable(player_id=None) if player is None else reset_watch.guarded(haltable(player_id=player.id), player)
        return HttpGame(way, token, budget, ports.entropy, conditions.of(player.id) if player else conditions.daemon)

    players = Players(
        database=database,
        clock=ports.clock,
        public_api=public_api,
        play=play,
        cipher=cipher,
        server=server_of(settings),
        account_token=settings.account_token,
        is_sandbox=settings.sandbox.enabled,
    )
    return Foundation(
        ports=ports,
        database=database,
        gate=PlayerAccess(database),
        logbook=logbook,
        budget=budget,
        conditions=conditions,
        timings=timings,
        players=players,
        cipher=cipher,
        public_api=public_api,
        reset_watch=reset_watch,
        sessions=_sessions(players, database, ports, conditions),
        tokens=await Tokens.load(database, ports.clock, ports.entropy),
        halt_files=halt_files,
        in_flight=in_flight,
    )


def _cipher(settings: Settings) -> TokenCipher:
    is_in_keyring = settings.token_key_store == KEY_IN_KEYRING
    return TokenCipher.load(settings.data_dir, settings.credentials, is_in_keyring=is_in_keyring)


def _watched(ports: Ports, settings: Settings, conditions: ConditionRegistry) -> Transport:
    """The transport; of a server that is not our own sandbox, the speed of its time is watched."""
    return ports.transport if settings.sandbox.enabled else ServerPaceWatch(ports.transport, conditions.daemon)


async def _open_database(settings: Settings, ports: Ports, timings: Timings) -> Database:
    offload = timings.timed(ports.offload)
    return await Database.open(settings.database_url, offload, waits_for_disk=ports.waits_for_disk)


CANNOT_PLAY = "player-cannot-play"
CANNOT_PLAY_SECONDS = 300.0
"""Longer than the pause before a session is opened again, and than most attempts take."""


def report_opening(conditions: ConditionRegistry, player_id: PlayerId, error: BaseException | None) -> None:
    """Report a player whose session cannot be opened; the end of its universe is reported separately."""
    reporter = conditions.of(player_id)
    if error is None or isinstance(error, Stale):
        reporter.clear(CANNOT_PLAY)
        return
    is_tried_again = isinstance(error, Unavailable)
    reporter.report(
        CANNOT_PLAY,
        str(player_id),
        reason=f"player {player_id} cannot play: {str(error) or type(error).__name__}",
        next_step="wait: the daemon keeps retrying" if is_tried_again else "see the daemon's log",
        lasts_seconds=CANNOT_PLAY_SECONDS if is_tried_again else None,
    )


def _sessions(players: Players, database: Database, ports: Ports, conditions: ConditionRegistry) -> Sessions[Session]:
    open_for = functools.partial(_open_session, players, database, ports, conditions)
    return Sessions(open_for, Session.close, functools.partial(report_opening, conditions))


async def _open_session(
    players: Players, database: Database, ports: Ports, conditions: ConditionRegistry, player_id: PlayerId
) -> Session:
    unlocated, game = await players.game_of(player_id)
    player = await players.located(unlocated, game)
    return await open_session(
        game,
        database,
        ports.clock,
        player_id=player.id,
        system=player.system,
        booked_late=booked_late,
        conditions=conditions.of(player.id),
    )


def server_of(settings: Settings) -> str:
    """The name of the game server; tokens are encrypted for it."""
    return "sandbox" if settings.sandbox.enabled else settings.base_url
