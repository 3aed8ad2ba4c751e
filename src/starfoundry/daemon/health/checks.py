"""Health conditions of the whole daemon: the reported ones, and those found by checks."""

import shlex
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from starfoundry.config.domain.declarations.value_text import SAFE_NOTICE
from starfoundry.config.domain.revision_record import RefusedSettings
from starfoundry.config.storage.store import refused_settings
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.data_directory.directory import is_writable
from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.daemon.players import store as player_store
from starfoundry.daemon.players.store import Player
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.budget import RATE_LIMITED_SECONDS, RequestBudget
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.condition_registry import ConditionRegistry
from starfoundry.store.engine import Database

REFUSALS_MANY = 5
"""The number of rate-limited requests within RATE_LIMITED_SECONDS that degrades health.

A single one costs a second and is sent again; the first minute after a restart can cause one, because the new process
does not know the requests of the previous one.
"""

COMMAND = "spacetraders "
"""The beginning of a command in a next step; everything after it belongs to the command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFindings:
    """The result of one check: `database` is "ok" or its problem, `running` counts the live containers."""

    conditions: tuple[Condition, ...]
    database: str
    running: int


@dataclass(frozen=True, slots=True)
class _Stored:
    alive: int = 0
    failed: tuple[Container, ...] = ()
    ended: tuple[Player, ...] = ()
    refused: tuple[RefusedSettings, ...] = ()
    players: int = 0


class HealthChecks:
    """Checks every part of the daemon on each call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        conditions: ConditionRegistry,
        budget: RequestBudget,
        halt_files: HaltFiles,
        data_dir: Path,
        sessions: Callable[[], Iterable[Session]],
        earning: Callable[[], Awaitable[list[Condition]]],
        is_safe: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._conditions = conditions
        self._budget = budget
        self._halt_files = halt_files
        self._data_dir = data_dir
        self._sessions = sessions
        self._earning = earning
        self._is_safe = is_safe

    async def examine(self) -> HealthFindings:
        """All current conditions, oldest first."""
        stored, write_error = _Stored(), self._database.write_error
        try:
            stored = await self._database.read(_stored)
        except Unavailable as error:
            write_error = error.message
        self._hold("database", write_error, "free some disk space; the daemon then continues")
        self._check_machine()
        found = [*self._conditions.current(), *self._halts(), *self._from_store(stored)]
        for session in self._sessions():
            found += session.found_conditions(self._clock.now())
        found += await self._earning()
        if stored.players > 1:
            found = [_addressed(each) for each in found]
        return HealthFindings(
            conditions=tuple(sorted(found, key=lambda each: each.since)),
            database=write_error or "ok",
            running=stored.alive,
        )

    def _check_machine(self) -> None:
        is_closed = not is_writable(self._data_dir)
        reason = f"{self._data_dir} is read-only: `spacetraders halt` does not work, and the daemon cannot restart"
        self._hold("data-directory", reason if is_closed else "", "make the data directory writable")
        self._hold("safe-configuration", SAFE_NOTICE.rstrip(".") if self._is_safe else "", "")
        refused = self._budget.reading().rate_limited_lately
        minutes = round(RATE_LIMITED_SECONDS / 60)
        requests = "1 request" if refused == 1 else f"{refused} requests"
        self._hold(
            "rate-limited",
            f"the game's rate limit refused {requests} in the last {minutes} minutes" if refused else "",
            "check that no other program uses this address or this account",
            degrades=refused >= REFUSALS_MANY,
        )

    def _hold(self, kind: str, reason: str, next_step: str, *, degrades: bool = True) -> None:
        """A condition of the daemon itself: it lasts while there is a reason."""
        if reason:
            self._conditions.daemon.report(kind, "", reason=reason, next_step=next_step, degrades=degrades)
        else:
            self._conditions.daemon.clear(kind)

    def _halts(self) -> Iterator[Condition]:
        for scope in self._halt_files.halts():
            yield Condition(
                kind="halted",
                subject=_subject(scope),
                reason=f"halted by the operator ({scope}): nothing is bought, sold or flown",
                next_step=scope.resume_command,
                since=self._halt_files.since(scope, self._clock) or self._clock.now(),
                player_id=scope.player_id,
            )

    def _from_store(self, stored: _Stored) -> Iterator[Condition]:
        for container in stored.failed:
            yield Condition(
                kind="container-failed",
                subject=container.id,
                reason=f"container {container.id} has FAILED: {container.exit_reason or 'see its logs'}",
                next_step=f"spacetraders container logs {shlex.quote(container.id)}",
                since=container.stopped_at or self._clock.now(),
                player_id=container.player_id,
            )
        for refused in stored.refused:
            yield Condition(
                kind="settings-refused",
                subject=refused.container_id,
                reason=f"revision {refused.revision} of {refused.container_id} was refused: {refused.reason}",
                next_step="spacetraders manufacturing config set"
                f" --container {shlex.quote(refused.container_id)} NAME=VALUE",
                since=refused.at,
                degrades=refused.is_current(self._clock.now()),
                player_id=refused.player_id,
            )
        for player in stored.ended:
            yield Condition(
                kind="universe-over",
                subject=player.agent,
                reason=f"the universe of agent {player.agent} is over",
                next_step=f"spacetraders player register --agent {shlex.quote(player.agent)} --renew",
                since=player.ended_at or datetime.fromtimestamp(0, UTC),
                player_id=player.id,
            )


def condition_line(condition: Condition) -> str:
    """A condition as one line of text."""
    whose = "" if condition.player_id is None else f"player {condition.player_id}: "
    step = f"; next: {condition.next_step}" if condition.next_step else ""
    return f"{whose}{condition.reason}{step}"


def _addressed(condition: Condition) -> Condition:
    """The condition, with its player named in its next command if that is needed."""
    step = condition.next_step
    is_clear = any(named in step for named in ("--player-id", "--agent", "--container"))
    if condition.player_id is None or COMMAND not in step or is_clear:
        return condition
    return replace(condition, next_step=f"{step} --player-id {condition.player_id}")


def _subject(scope: HaltScope) -> str:
    return scope.container_id or ("" if scope.player_id is None else str(scope.player_id))


def _stored(connection: sa.Connection) -> _Stored:
    statuses = [each for each in ContainerStatus if each.is_alive or each is ContainerStatus.FAILED]
    found = container_store.list_containers(connection, statuses=statuses)
    return _Stored(
        alive=sum(container.status.is_alive for container in found),
        failed=tuple(container for container in found if container.status is ContainerStatus.FAILED),
        ended=tuple(player_store.not_renewed(connection)),
        refused=tuple(refused_settings(connection)),
        players=len(player_store.list_players(connection)),
    )
