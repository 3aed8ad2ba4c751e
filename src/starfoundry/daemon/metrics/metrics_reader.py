"""Reader of all metric values of a running daemon: from the database, the sessions and the bus."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.halt.halt_files import HaltFiles
from starfoundry.daemon.health.checks import HealthChecks
from starfoundry.daemon.metrics.growing import LEVELS, IncidentCounts, LedgerSums
from starfoundry.daemon.metrics.model import ContainerFigures, CoordinatorFigures, MetricFigures, PlayerFigures
from starfoundry.daemon.players import store as player_store
from starfoundry.daemon.players.store import Player
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.budget import RequestBudget
from starfoundry.game.model import NavStatus
from starfoundry.kernel.ids import ContainerId
from starfoundry.ledger.domain.model import TRADE_KINDS, EntryKind
from starfoundry.manufacturing.domain.model import PipelineStatus, TaskStatus
from starfoundry.manufacturing.planner.scouting import SCOUTING
from starfoundry.manufacturing.storage.store import count_completed, count_pipelines
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import pipelines, tasks

SHOWN = tuple(each for each in ContainerStatus if each.is_unfinished or each is ContainerStatus.FAILED)
ACTIVITIES = ("IDLE", "AT_WORK", "FLYING", "SCOUTING", "QUARANTINED")

_GOING_ON = {
    pipelines: (PipelineStatus.EXECUTING.value,),
    tasks: tuple(each.value for each in TaskStatus if not each.is_over),
}

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class _Work:
    """The stored figures of one coordinator's work."""

    pipelines: Counts
    tasks: Counts
    opened: int
    completed: int


@dataclass(frozen=True, slots=True)
class _Stored:
    players: tuple[Player, ...]
    containers: tuple[Container, ...]
    work: Mapping[ContainerId, _Work]


@dataclass(slots=True, kw_only=True)
class MetricsReader:
    """Reads the figures. `sessions` are those that are open."""

    database: Database
    health_checks: HealthChecks
    budget: RequestBudget
    bus: ConfigBus
    halt_files: HaltFiles
    sessions: Callable[[], Iterable[Session]]
    version: str
    plays_on: str
    ledger: LedgerSums = field(init=False)
    incidents: IncidentCounts = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        self.ledger = LedgerSums(self.database)
        self.incidents = IncidentCounts(self.database)

    async def look(self) -> MetricFigures:
        """The figures of this moment; raises Unavailable where the database cannot be read."""
        stored = await self.database.read(_stored)
        await self.ledger.catch_up()
        await self.incidents.catch_up()
        findings = await self.health_checks.examine()
        opened = {session.player_id: session for session in self.sessions()}
        return MetricFigures(
            version=self.version,
            game_api=self.plays_on,
            is_degraded=any(each.degrades for each in findings.conditions),
            budget=self.budget.reading(),
            conditions=findings.conditions,
            players=tuple(self._player(each, opened.get(each.id)) for each in stored.players),
            containers=tuple(self._container(each, stored.work.get(each.id)) for each in stored.containers),
        )

    def _player(self, player: Player, session: Session | None) -> PlayerFigures:
        booked: Counter[EntryKind] = Counter(dict.fromkeys(EntryKind, 0))
        for (player_id, _container, kind), amount in self.ledger.by_kind.items():
            if player_id == player.id:
                booked[kind] += amount
        return PlayerFigures(
            player_id=player.id,
            agent=player.agent,
            ledger=booked,
            profit=sum(booked[kind] for kind in TRADE_KINDS),
            incidents={level: self.incidents.by_level[player.id, level] for level in LEVELS},
            credits=None if session is None else session.gateway.credits,
            calls_in_doubt=None if session is None else len(session.gateway.doubts()),
            ships=None if session is None else activities(session),
        )

    def _container(self, container: Container, work: _Work | None) -> ContainerFigures:
        held = self.halt_files.halt_of(container.player_id, container.id)
        return ContainerFigures(
            container_id=container.id,
            player_id=container.player_id,
            type=container.type,
            status=container.status.value,
            restarts=container.restart_count,
            is_halted=held is not None,
            coordinator=None if work is None else self._coordinator(container, work),
        )

    def _coordinator(self, container: Container, work: _Work) -> CoordinatorFigures:
        channel = self.bus.channel(container.id)
        running, refusal = channel.running, channel.refused
        by_kind = self.ledger.by_kind
        return CoordinatorFigures(
            desired=container.revision,
            observed=max(container.observed_revision, 0 if running is None else running.revision),
            running=None if running is None else running.revision,
            refused=0 if refusal is None else refusal.revision,
            pipelines=work.pipelines,
            tasks=work.tasks,
            pipelines_opened=work.opened,
            tasks_completed=work.completed,
            profit=sum(by_kind[container.player_id, container.id, kind] for kind in TRADE_KINDS),
        )


def activities(session: Session) -> Mapping[str, int]:
    """The number of ships by what they do; each known ship counts once."""
    counted: Counter[str] = Counter(dict.fromkeys(ACTIVITIES, 0))
    quarantined = {each.ship for each in session.quarantine.ships()}
    counted["QUARANTINED"] = len(quarantined)
    for ship in session.roster.ships():
        if ship.symbol in quarantined:
            continue
        claim = session.claims.claim_of(ship.symbol)
        if claim is not None and claim.purpose == SCOUTING:
            counted["SCOUTING"] += 1
        elif ship.nav.status is NavStatus.IN_TRANSIT:
            counted["FLYING"] += 1
        else:
            counted["IDLE" if claim is None else "AT_WORK"] += 1
    return counted


def _stored(connection: sa.Connection) -> _Stored:
    shown = container_store.list_containers(connection, statuses=SHOWN)
    coordinators = [each.id for each in shown if each.type == COORDINATOR]
    return _Stored(
        players=tuple(each for each in player_store.list_players(connection) if each.ended_at is None),
        containers=tuple(shown),
        work={each: _work(connection, each) for each in coordinators},
    )


def _work(connection: sa.Connection, container_id: ContainerId) -> _Work:
    return _Work(
        pipelines=_going_on(connection, pipelines, container_id),
        tasks=_going_on(connection, tasks, container_id),
        opened=count_pipelines(connection, container_id),
        completed=count_completed(connection, container_id),
    )


def _going_on(connection: sa.Connection, table: sa.Table, container_id: ContainerId) -> Counts:
    kind, status = table.c.kind, table.c.status
    counted = (
        sa.select(kind, status, sa.func.count())
        .where(table.c.container_id == container_id, status.in_(_GOING_ON[table]))
        .group_by(kind, status)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(counted)}
