"""Snapshots of the current state for a player's alert rules; facts that cannot be read are marked unknown."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starfoundry.containers.domain.model import Container
from starfoundry.daemon.alerts.domain.model import AlertKind, AlertSighting, Chance, Halt, Rule, Snapshot
from starfoundry.daemon.alerts.facts import stored_facts
from starfoundry.daemon.alerts.facts.profit import ProfitCurve
from starfoundry.daemon.halt.halt_files import HaltFiles
from starfoundry.daemon.health.checks import HealthChecks
from starfoundry.game.budget import RequestBudget
from starfoundry.game.port import PublicApi
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.manufacturing.planner.pipelines.opportunities import opportunities
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.store.engine import Database

Facts = dict[str, Any]
"""Fields of a snapshot by their names."""

Readers = Mapping[AlertKind, Callable[[], Awaitable[Facts]]]

OWN_CONDITIONS = frozenset({"alert-undelivered", "alert-rule-blind"})
"""Conditions of the pager itself, of which it does not call."""

_RULES_OF_THEIR_OWN = frozenset({"halted", "container-failed", "settings-refused"})
RESET_LOOK_SECONDS = 3_600.0
"""The server is asked so often when it resets."""


@dataclass(slots=True, kw_only=True)
class AlertFactReader:
    """Reads what the rules of a player need, and nothing for those that are off."""

    database: Database
    clock: Clock
    health_checks: HealthChecks
    budget: RequestBudget
    halt_files: HaltFiles
    public_api: PublicApi
    runner: ManufacturingRunner
    curve: ProfitCurve = field(init=False)
    _reset_at: datetime | None = field(init=False, default=None)
    _asked_at: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Begin to count."""
        self.curve = ProfitCurve(self.database)

    async def look(self, player_id: PlayerId, rules: Mapping[AlertKind, Rule]) -> Snapshot:
        """The facts for the rules that are on; never raises for what cannot be read."""
        now = self.clock.now()
        facts: Facts = {"now": now}
        unknown: dict[AlertKind, str] = {}
        for kind, read in self._readers(player_id, rules, now).items():
            if not rules[kind].is_on:
                continue
            try:
                facts |= await read()
            except StarFoundryError as error:
                unknown[kind] = error.message
        return Snapshot(**facts, unknown=unknown)

    def _readers(self, player_id: PlayerId, rules: Mapping[AlertKind, Rule], now: datetime) -> Readers:
        since = {kind: now - rule.within for kind, rule in rules.items()}

        async def reset() -> Facts:
            return {"next_reset_at": await self._next_reset()}

        async def incident() -> Facts:
            logged = await self._stored(player_id, "errors", stored_facts.errors, since[AlertKind.INCIDENT])
            return {"incidents": (*await self._conditions(player_id), *logged["errors"])}

        async def halted() -> Facts:
            return {"halts": self._halts(player_id)}

        async def chances() -> Facts:
            return {"chances": self._chances(player_id)}

        def stored(name: str, read: Callable[..., Any], *arguments: object) -> Callable[[], Awaitable[Facts]]:
            return lambda: self._stored(player_id, name, read, *arguments)

        return {
            **self._money_readers(player_id, rules, since),
            AlertKind.COORDINATOR_FAILED: stored("failed", stored_facts.failed),
            AlertKind.SETTINGS_REFUSED: stored("refused", stored_facts.refused, now),
            AlertKind.BUDGET_EXHAUSTED: self._budget_used,
            AlertKind.RESET: reset,
            AlertKind.INCIDENT: incident,
            AlertKind.HALTED: halted,
            AlertKind.SETTING_CHANGED: stored("changes", stored_facts.changes, since[AlertKind.SETTING_CHANGED]),
            AlertKind.OPPORTUNITY: chances,
        }

    def _money_readers(
        self, player_id: PlayerId, rules: Mapping[AlertKind, Rule], since: Mapping[AlertKind, datetime]
    ) -> Readers:
        async def working() -> Facts:
            running = await self.database.read(lambda c: stored_facts.coordinators(c, player_id))
            return {"working_since": self._working_since(running)}

        async def loss() -> Facts:
            found = await self._stored(player_id, "traded", stored_facts.traded_since, since[AlertKind.LOSS])
            return {"traded": {rules[AlertKind.LOSS].within_seconds: found["traded"]}}

        async def drawdown() -> Facts:
            profit = await self.curve.of(player_id)
            return {"profit": profit.now, "high_water": profit.highest}

        async def flat() -> Facts:
            begin = since[AlertKind.FLAT_NET_WORTH]
            return await self._stored(player_id, "worth_change", stored_facts.worth_change, begin) | await working()

        async def no_trade() -> Facts:
            return await self._stored(player_id, "last_deal_at", stored_facts.last_deal_at) | await working()

        return {
            AlertKind.LOSS: loss,
            AlertKind.DRAWDOWN: drawdown,
            AlertKind.FLAT_NET_WORTH: flat,
            AlertKind.NO_TRADE: no_trade,
        }

    async def _stored(self, player_id: PlayerId, name: str, read: Callable[..., Any], *arguments: object) -> Facts:
        return {name: await self.database.read(lambda c: read(c, player_id, *arguments))}

    async def _budget_used(self) -> Facts:
        return {"budget_used_percent": round(100 * self.budget.reading().used_share)}

    def _working_since(self, running: list[Container]) -> datetime | None:
        free = [each for each in running if self.halt_files.halt_of(each.player_id, each.id) is None]
        return min((each.started_at or each.created_at for each in free), default=None)

    async def _next_reset(self) -> datetime | None:
        """When the server resets, as it last said; asked again now and then."""
        now = self.clock.elapsed()
        if self._asked_at is None or now - self._asked_at >= RESET_LOOK_SECONDS:
            self._reset_at = (await self.public_api.status()).next_reset_at
            self._asked_at = now
        return self._reset_at

    async def _conditions(self, player_id: PlayerId) -> list[AlertSighting]:
        findings = await self.health_checks.examine()
        left_out = OWN_CONDITIONS | _RULES_OF_THEIR_OWN
        return [
            AlertSighting(f"{each.kind} {each.subject}".strip(), each.reason)
            for each in findings.conditions
            if each.degrades and each.player_id in (None, player_id) and each.kind not in left_out
        ]

    def _halts(self, player_id: PlayerId) -> tuple[Halt, ...]:
        found = [(scope, self.halt_files.since(scope, self.clock)) for scope in self.halt_files.halts()]
        return tuple(
            Halt(str(scope), since)
            for scope, since in found
            if since is not None and (scope.player_id in (None, player_id))
        )

    def _chances(self, player_id: PlayerId) -> tuple[Chance, ...]:
        found: dict[str, int] = {}
        for coordinator in list(self.runner.live.values()):
            views, cooldowns = coordinator.view_builder, coordinator.cooldowns
            if views.session.player_id != player_id:
                continue
            view = views.view(coordinator.revised, cooldowns.resting(), cooldowns.cooling())
            for each in opportunities(view, views.reference_ship()):
                if each.refusal is None:
                    name = f"{each.good} at {each.factory}"
                    found[name] = max(found.get(name, 0), each.per_hour)
        return tuple(Chance(name, per_hour) for name, per_hour in found.items())
