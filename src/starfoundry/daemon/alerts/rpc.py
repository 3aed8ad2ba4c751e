"""gRPC methods for alerts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.alerts import store
from starfoundry.daemon.alerts.daily_summary import DailySummaries
from starfoundry.daemon.alerts.delivery.deliveries import Deliveries
from starfoundry.daemon.alerts.delivery.message_text import trial_of
from starfoundry.daemon.alerts.domain.declarations import DECLARED, kind_named
from starfoundry.daemon.alerts.domain.dry_run import step_of
from starfoundry.daemon.alerts.domain.model import AlertKind, Paging, Rule
from starfoundry.daemon.alerts.facts.replay import replayed
from starfoundry.daemon.alerts.pager import Pager
from starfoundry.daemon.alerts.proto_mapping import (
    alert_message,
    delivery_message,
    paging_message,
    rule_message,
    target_message,
    trial_messages,
)
from starfoundry.daemon.alerts.rule_changes import muted, paging_changed, rule_changed
from starfoundry.daemon.alerts.store import Target
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as wire

HISTORY_DEFAULT, HISTORY_MAX = 50, 1_000
PAST_DEFAULT = "7d"
PAST_MAX = timedelta(days=30)


class AlertsRpc:
    """The alert methods."""

    def __init__(self, *, gate: Gate, deliveries: Deliveries, summaries: DailySummaries, pager: Pager) -> None:
        self._gate = gate
        self._database = deliveries.database
        self._clock = deliveries.clock
        self._targets = deliveries.targets
        self._deliveries = deliveries
        self._summaries = summaries
        self._pager = pager

    async def ListAlerts(self, request: wire.ListAlertsRequest, context: object) -> wire.ListAlertsResponse:
        """Rules, targets, notification settings and open alerts."""
        player_id = await self._gate.admit(request.player_id, context)
        settings, now = await self._pager.settings_of(player_id), self._clock.now()
        alerts = await self._database.read(lambda connection: store.open_alerts(connection, player_id))
        return wire.ListAlertsResponse(
            rules=[rule_message(each, now) for each in settings.rules.values()],
            targets=[target_message(each) for each in self._targets.of(player_id)],
            paging=paging_message(settings.paging),
            alerts=[alert_message(each) for each in alerts],
        )

    async def ListAlertHistory(
        self, request: wire.ListAlertHistoryRequest, context: object
    ) -> wire.ListAlertHistoryResponse:
        """The newest alerts and deliveries."""
        player_id = await self._gate.admit(request.player_id, context)
        if not 0 <= request.limit <= HISTORY_MAX:
            raise Refused.of("limit", request.limit, f"1 to {HISTORY_MAX:,}, or 0 for {HISTORY_DEFAULT}")
        limit = request.limit or HISTORY_DEFAULT
        alerts = await self._database.read(lambda c: store.newest_alerts(c, player_id, limit))
        deliveries = await self._database.read(lambda c: store.newest_deliveries(c, player_id, limit))
        return wire.ListAlertHistoryResponse(
            alerts=[alert_message(each) for each in alerts],
            deliveries=[delivery_message(each) for each in deliveries],
        )

    async def DryRunAlerts(self, request: wire.DryRunAlertsRequest, context: object) -> wire.DryRunAlertsResponse:
        """The alerts that the current rules would have opened; nothing is sent."""
        player_id = await self._gate.admit(request.player_id, context)
        until = self._clock.now()
        since = parse_moment(request.since or PAST_DEFAULT, field="since").resolve(until)
        if not timedelta(0) < until - since <= PAST_MAX:
            raise Refused.of("since", request.since, f"a time in the last {PAST_MAX.days} days")
        settings = await self._pager.settings_of(player_id)
        replay = await replayed(self._database, player_id, settings.rules, settings.paging, since, until)
        return wire.DryRunAlertsResponse(
            since=rfc3339(since),
            until=rfc3339(until),
            messages=replay.messages,
            rules=trial_messages(replay, settings.rules),
            step_seconds=int(step_of(until - since).total_seconds()),
        )

    async def SetAlertRule(self, request: wire.SetAlertRuleRequest, context: object) -> wire.AlertRule:
        """Change a rule; it applies from the next evaluation."""
        player_id = await self._gate.admit(request.player_id, context)
        kind = kind_named(request.kind)

        def change(rules: Mapping[AlertKind, Rule]) -> list[Rule]:
            default = replace(DECLARED[kind].default, muted_until=rules[kind].muted_until)
            return [rule_changed(default if request.reset else rules[kind], request)]

        (rule,) = await self._change(player_id, change)
        return rule_message(rule, self._clock.now())

    async def MuteAlerts(self, request: wire.MuteAlertsRequest, context: object) -> wire.MuteAlertsResponse:
        """Mute one rule, or all, for a while."""
        player_id = await self._gate.admit(request.player_id, context)
        kinds = [kind_named(request.kind)] if request.kind else list(AlertKind)
        now = self._clock.now()
        changed = await self._change(player_id, lambda rules: [muted(rules[k], request.seconds, now) for k in kinds])
        return wire.MuteAlertsResponse(rules=[rule_message(each, now) for each in changed])

    async def SetAlertPaging(self, request: wire.SetAlertPagingRequest, context: object) -> wire.AlertPaging:
        """Change the notification settings of a player."""
        player_id = await self._gate.admit(request.player_id, context)

        def change(connection: sa.Connection) -> Paging:
            before = store.paging(connection, player_id)
            wanted = paging_changed(before, request)
            store.keep_paging(connection, player_id, wanted)
            if wanted.summary_at != before.summary_at:  # the next one is sent at the next such hour, not at once
                store.note_summary(connection, player_id, self._clock.now())
            return wanted

        return paging_message(await self._database.write(change))

    async def AcknowledgeAlert(
        self, request: wire.AcknowledgeAlertRequest, context: object
    ) -> wire.AcknowledgeAlertResponse:
        """Acknowledge an open alert, or all."""
        player_id = await self._gate.admit(request.player_id, context)
        if request.alert_id < 0:
            raise Refused.of("alert_id", request.alert_id, "the number of an open alert, or 0 for all")
        acked = await self._pager.acknowledge(player_id, request.alert_id, by=caller_of(context).name)
        return wire.AcknowledgeAlertResponse(alerts=[alert_message(each) for each in acked])

    async def TestAlerts(self, request: wire.TestAlertsRequest, context: object) -> wire.TestAlertsResponse:
        """Send a test to one target or all, and return each delivery."""
        player_id = await self._gate.admit(request.player_id, context)
        targets = self._named(player_id, request.target)
        if request.summary:
            letter = await self._summaries.write(player_id)
        else:
            letter = trial_of((await self._pager.settings_of(player_id)).agent)
        done = await self._deliveries.send(player_id, targets, letter)
        return wire.TestAlertsResponse(deliveries=[delivery_message(each) for each in done])

    async def AddAlertTarget(self, request: wire.AddAlertTargetRequest, context: object) -> wire.AlertTarget:
        """Add a target, or replace the one with the same name."""
        player_id = await self._gate.admit(request.player_id, context)
        author = caller_of(context).name
        target = await self._targets.add(player_id, request.name, request.secret, author=author)
        self._pager.wake()
        return target_message(target)

    async def RemoveAlertTarget(
        self, request: wire.RemoveAlertTargetRequest, context: object
    ) -> wire.RemoveAlertTargetResponse:
        """Delete a target."""
        player_id = await self._gate.admit(request.player_id, context)
        await self._targets.remove(player_id, request.name)
        return wire.RemoveAlertTargetResponse()

    async def _change(
        self, player_id: PlayerId, change: Callable[[Mapping[AlertKind, Rule]], Sequence[Rule]]
    ) -> Sequence[Rule]:
        """The rules that `change` makes of those there are, kept in the same transaction; the pager looks at once."""

        def work(connection: sa.Connection) -> Sequence[Rule]:
            changed = change(store.rules(connection, player_id))
            store.keep_rules(connection, player_id, changed)
            return changed

        changed = await self._database.write(work)
        self._pager.wake()
        return changed

    def _named(self, player_id: PlayerId, name: str) -> Sequence[Target]:
        targets = self._targets.of(player_id)
        named = [each for each in targets if name in ("", each.name)]
        if not named:
            there = ", ".join(each.name for each in targets) or "none yet; add one: spacetraders alerts target add"
            raise Missing(f"there is no target{f' {name}' if name else ''}; there are: {there}")
        return named
