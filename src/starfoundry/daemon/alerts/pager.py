"""The pager: evaluates the alert rules of every player periodically, and sends notifications.

Nothing waits for it: it runs in a task of its own, and so does each delivery. Health reports what it cannot do.
"""

import asyncio
import logging
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.daemon.alerts import store
from starfoundry.daemon.alerts.daily_summary import DailySummaries
from starfoundry.daemon.alerts.delivery.deliveries import Deliveries
from starfoundry.daemon.alerts.delivery.message_text import letter_of
from starfoundry.daemon.alerts.domain import paging as paging_rules
from starfoundry.daemon.alerts.domain.model import Alert, AlertKind, CannotTell, Paging, Rule
from starfoundry.daemon.alerts.domain.paging import Message, Verdicts, Watch
from starfoundry.daemon.alerts.domain.rules import evaluate
from starfoundry.daemon.alerts.facts.fact_reader import AlertFactReader
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.storage.store import ledger_owner

LOOK_SECONDS = 15.0
"""Pause between two looks."""

BLIND = "alert-rule-blind"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerSettings:
    """The alert settings of one player."""

    rules: dict[AlertKind, Rule]
    paging: Paging
    agent: str


class Pager:
    """Calls whoever watches over the fleets. Players without a target are not looked at."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        summaries: DailySummaries,
        looking: AlertFactReader,
    ) -> None:
        self._database = deliveries.database
        self._clock = deliveries.clock
        self._targets = deliveries.targets
        self._conditions_of = deliveries.conditions_of
        self._deliveries = deliveries
        self._summaries = summaries
        self._looking = looking
        self._watches: dict[PlayerId, Watch] = {}
        self._under_way: dict[PlayerId, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look from now on, in the background, if anybody is to be called."""
        if self._targets.players():
            self.wake()

    def wake(self) -> None:
        """Look at once: something was set."""
        self._wanted.set()
        if self._task is None and self._targets.players():
            self._task = asyncio.create_task(self._run(), name="pager")

    async def close(self) -> None:
        """Stop looking. A message under way is given up; what was not sent is sent after the next start."""
        tasks = [each for each in (self._task, *self._under_way.values()) if each is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._summaries.close()
        await self._deliveries.messenger.close()

    async def look(self, player_id: PlayerId) -> None:
        """One look at one player, and what comes of it. Raises Unavailable where the database refuses."""
        async with self._turn:
            settings = await self.settings_of(player_id)
            now = self._clock.now()
            before = await self._watch_of(player_id)
            verdicts = await self._verdicts(player_id, settings)
            after = paging_rules.follow(before, settings.rules, verdicts, now)
            await self._keep(player_id, before, after)
            if player_id not in self._under_way:
                message = paging_rules.message_of(self._watches[player_id], settings.rules, settings.paging, now)
                if message:
                    self._send(player_id, message, settings)

    async def settings_of(self, player_id: PlayerId) -> PagerSettings:
        """The alert settings of a player."""
        return await self._database.read(
            lambda connection: PagerSettings(
                rules=store.rules(connection, player_id),
                paging=store.paging(connection, player_id),
                agent=ledger_owner(connection, player_id)[0],
            )
        )

    async def acknowledge(self, player_id: PlayerId, alert_id: int, *, by: str) -> list[Alert]:
        """Acknowledge alerts, so that no further message is sent; returns those. Raises Missing."""
        async with self._turn:
            at = self._clock.now()
            watch = await self._watch_of(player_id)
            acked = await self._database.write(lambda c: store.acknowledge(c, player_id, alert_id, by=by, at=at))
            known = {each.id: each for each in acked}
            alerts = tuple(known.get(each.id, each) for each in watch.alerts)
            self._watches[player_id] = replace(watch, alerts=alerts)
            return acked

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            for player_id in self._targets.players():
                try:
                    await self.look(player_id)
                    await self._summaries.look(player_id)
                except StarFoundryError as error:
                    _log.warning("the alert rules of player %s could not be evaluated: %s", player_id, error.message)
                except Exception:  # noqa: BLE001  (whatever it is, the fleet and the other players go on)
                    _log.exception("evaluating the alert rules of player %s failed", player_id)
            pause = LOOK_SECONDS if self._targets.players() else None
            try:
                async with asyncio.timeout(pause):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def _watch_of(self, player_id: PlayerId) -> Watch:
        """The state of a player's alerts: after a start the alerts that were open, and when each was last sent."""
        if player_id not in self._watches:
            alerts = await self._database.read(lambda connection: store.open_alerts(connection, player_id))
            last_sent = {each.call.key: each.told_at for each in alerts if each.told_at is not None}
            pending = {each.call.key: each.opened_at for each in alerts}
            self._watches[player_id] = Watch(alerts=tuple(alerts), last_sent=last_sent, pending=pending)
        return self._watches[player_id]

    async def _verdicts(self, player_id: PlayerId, settings: PagerSettings) -> Verdicts:
        seen = await self._looking.look(player_id, settings.rules)
        verdicts = {kind: evaluate(rule, seen) for kind, rule in settings.rules.items()}
        reporter = self._conditions_of(player_id)
        for kind, verdict in verdicts.items():
            if not isinstance(verdict, CannotTell):
                reporter.clear(BLIND, kind.value)
                continue
            reason = f"the alert rule {kind.value} cannot be evaluated: {verdict.reason}"
            reporter.report(
                BLIND, kind.value, reason=reason, next_step="wait: it is evaluated again soon", degrades=False
            )
        return verdicts

    async def _keep(self, player_id: PlayerId, before: Watch, after: Watch) -> None:
        """Store what changed, and know it once it is stored."""
        now = self._clock.now()
        still = {each.id for each in after.alerts}
        ended = [replace(each, closed_at=now) for each in before.alerts if each.id not in still]

        def write(connection: sa.Connection) -> list[Alert]:
            store.keep_alerts(connection, player_id, before.alerts, (*ended, *after.alerts))
            return store.open_alerts(connection, player_id)

        alerts = after.alerts
        if ended or alerts != before.alerts:
            alerts = tuple(await self._database.write(write))
        self._watches[player_id] = replace(after, alerts=alerts)

    def _send(self, player_id: PlayerId, message: Message, settings: PagerSettings) -> None:
        task = asyncio.create_task(self._tell(player_id, message, settings), name=f"alerts of player {player_id}")
        self._under_way[player_id] = task

        def ended(done: asyncio.Task[None]) -> None:
            del self._under_way[player_id]
            if not done.cancelled() and (error := done.exception()) is not None:
                _log.error("a message of player %s was lost: %s", player_id, error)

        task.add_done_callback(ended)

    async def _tell(self, player_id: PlayerId, message: Message, settings: PagerSettings) -> None:
        """Deliver a message; it counts as sent once any target has it."""
        letter = letter_of(message, settings.agent)
        done = await self._deliveries.send(player_id, self._targets.of(player_id), letter)
        async with self._turn:
            now, before = self._clock.now(), await self._watch_of(player_id)
            if all(each.problem for each in done):
                self._watches[player_id] = replace(before, last_message_at=now)
                return
            after = paging_rules.after_sending(before, message, now)
            await self._keep(player_id, before, paging_rules.forget_old(after, settings.paging, now))
