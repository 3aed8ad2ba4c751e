"""Queries of a report. Each reads the period through an index, or a table of bounded size."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.storage import history
from starfoundry.daemon.report.model import (
    CHANGES_MAX,
    INCIDENTS_MAX,
    PURCHASES_MAX,
    Report,
    ReportedChange,
    ReportedIncident,
    ReportPeriod,
    TaskCount,
    closed_hours,
    extremes,
)
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS, EntryKind, LedgerFilter, SummaryLine
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.ledger.storage.earnings import opened_at
from starfoundry.ledger.storage.summary import SummaryKey, summarize
from starfoundry.store.tables.schema import container_logs, containers, intents, ledger, players, tasks

BEFORE = timedelta(days=1)
LOGS_MAX = 1_000
"""The maximum number of warnings and errors read, newest first; equal ones are reported once."""

REVISIONS_MAX = 200
_FIGURES = re.compile(r"\d[\d,.]*")
_ENDED = ("COMPLETED", "FAILED", "CANCELLED")


def report(connection: sa.Connection, player_id: PlayerId, period: ReportPeriod) -> Report:
    """Everything that happened to the player in the period."""
    agent, universe = ledger_store.ledger_owner(connection, player_id)
    wanted = LedgerFilter(since=period.since, until=period.until)
    money = summarize(connection, player_id, wanted, SummaryKey.KIND)
    trade = replace(wanted, is_trade=True)
    hours = summarize(connection, player_id, trade, SummaryKey.HOUR, now=period.until).lines
    chains = _chains(connection, player_id, period)
    best, worst = extremes(chains)
    bought = LedgerFilter(kind=EntryKind.SHIP_PURCHASE, since=period.since, until=period.until)
    purchases = ledger_store.entries(connection, player_id, bought, limit=10 * PURCHASES_MAX)
    booked = ReportPeriod(since=max(period.since, opened_at(connection, player_id) or period.until), until=period.until)
    changes = [each for owned in _coordinators(connection, player_id) for each in _changes(connection, owned, period)]
    incidents = [*_log_incidents(connection, player_id, period), *_other_incidents(connection, player_id, period)]
    changes.sort(key=lambda each: each.record.at, reverse=True)
    incidents.sort(key=lambda each: each.last_at, reverse=True)
    return Report(
        agent=agent,
        universe=universe,
        period=period,
        money=money,
        money_seconds=max(0.0, booked.seconds),
        hours=closed_hours(hours, booked),
        best=best,
        worst=worst,
        chains=len(chains),
        tasks=_tasks(connection, player_id, period),
        changes=tuple(_with_profit(connection, player_id, each) for each in changes[:CHANGES_MAX]),
        changes_in_all=len(changes),
        incidents=tuple(incidents[:INCIDENTS_MAX]),
        incidents_in_all=len(incidents),
        purchases=purchases[:PURCHASES_MAX],
        purchases_in_all=len(purchases),
    )


def _coordinators(connection: sa.Connection, player_id: PlayerId) -> list[ContainerId]:
    mine = sa.select(containers.c.id).where(containers.c.player_id == player_id, containers.c.type == COORDINATOR)
    return [ContainerId(each) for each in connection.execute(mine).scalars()]


def _chains(connection: sa.Connection, player_id: PlayerId, period: ReportPeriod) -> tuple[SummaryLine, ...]:
    """The results of the trips that ended in the period, by chain, best first.

    Cargo aboard is paid for and not sold yet, so a chain whose ships are under way would seem to lose its price.
    """
    income = sa.func.sum(sa.case((ledger.c.amount > 0, ledger.c.amount), else_=0))
    net = sa.func.sum(ledger.c.amount)
    ended = (
        sa.select(ledger.c.chain, income, net, sa.func.count(), sa.func.sum(ledger.c.units))
        .join(tasks, tasks.c.id == ledger.c.task_id)
        .join(containers, containers.c.id == tasks.c.container_id)
        .where(containers.c.player_id == player_id, ledger.c.chain != "", *_ended_in(period))
        .group_by(ledger.c.chain)
        .order_by(net.desc(), ledger.c.chain)
    )
    return tuple(
        SummaryLine(key=chain, income=income, expense=income - net, entries=entries, units=units, profit=net)
        for chain, income, net, entries, units in connection.execute(ended)
    )


def _ended_in(period: ReportPeriod) -> tuple[sa.ColumnElement[bool], ...]:
    return tasks.c.status.in_(_ENDED), tasks.c.ended_at >= period.since, tasks.c.ended_at < period.until


def _tasks(connection: sa.Connection, player_id: PlayerId, period: ReportPeriod) -> tuple[TaskCount, ...]:
    ended = (
        sa.select(tasks.c.kind, tasks.c.status, sa.func.count())
        .join(containers, containers.c.id == tasks.c.container_id)
        .where(containers.c.player_id == player_id, *_ended_in(period))
        .group_by(tasks.c.kind, tasks.c.status)
        .order_by(tasks.c.kind, tasks.c.status)
    )
    return tuple(TaskCount(kind=kind, status=status, tasks=count) for kind, status, count in connection.execute(ended))


def _changes(connection: sa.Connection, container_id: ContainerId, period: ReportPeriod) -> Iterable[ReportedChange]:
    """The revisions of the period, without profits: those are computed only for the reported ones."""
    records = history.page(connection, container_id, limit=REVISIONS_MAX)
    ends = [period.until, *(record.at for record in records)]
    for record, before, end in zip(records, records[1:], ends, strict=False):
        if period.since <= record.at < period.until:
            yield ReportedChange(
                container_id=container_id,
                record=record,
                seconds=(min(end, period.until) - record.at).total_seconds(),
                seconds_before=(record.at - max(before.at, record.at - BEFORE)).total_seconds(),
            )


def _with_profit(connection: sa.Connection, player_id: PlayerId, change: ReportedChange) -> ReportedChange:
    at, container_id = change.record.at, change.container_id
    held = ReportPeriod(since=at, until=at + timedelta(seconds=change.seconds))
    earlier = ReportPeriod(since=at - timedelta(seconds=change.seconds_before), until=at)
    return replace(
        change,
        profit=_profit(connection, player_id, container_id, held),
        profit_before=_profit(connection, player_id, container_id, earlier),
    )


def _profit(connection: sa.Connection, player_id: PlayerId, container_id: str, span: ReportPeriod) -> int:
    traded = sa.select(sa.func.sum(ledger.c.amount)).where(
        ledger.c.player_id == player_id,
        ledger.c.container_id == container_id,
        ledger.c.kind.in_([kind.value for kind in TRADE_KINDS]),
        ledger.c.at >= span.since,
        ledger.c.at < span.until,
    )
    return int(connection.execute(traded).scalar_one() or 0)


def _log_incidents(connection: sa.Connection, player_id: PlayerId, period: ReportPeriod) -> Iterable[ReportedIncident]:
    """Warnings of containers; messages that differ only in their figures count as one."""
    said = (
        sa.select(container_logs.c.container_id, container_logs.c.at, container_logs.c.level, container_logs.c.message)
        .join(containers, containers.c.id == container_logs.c.container_id)
        .where(
            containers.c.player_id == player_id,
            container_logs.c.level.in_(("WARNING", "ERROR")),
            container_logs.c.at >= period.since,
            container_logs.c.at < period.until,
        )
        .order_by(container_logs.c.id.desc())
        .limit(LOGS_MAX)
    )
    found: dict[tuple[str, str], ReportedIncident] = {}
    for container_id, at, level, message in connection.execute(said):
        key = (container_id, _FIGURES.sub("#", message))
        newest = found.get(key)
        found[key] = ReportedIncident(
            kind=level.lower(),
            subject=container_id,
            text=newest.text if newest else message,
            times=newest.times + 1 if newest else 1,
            first_at=at,
            last_at=newest.last_at if newest else at,
        )
    return found.values()


def _other_incidents(
    connection: sa.Connection, player_id: PlayerId, period: ReportPeriod
) -> Iterable[ReportedIncident]:
    """Failed containers, calls in doubt, differences of the ledger, the end of the universe."""
    failed = sa.select(containers).where(
        containers.c.player_id == player_id,
        containers.c.status.in_(("FAILED", "ABANDONED")),
        containers.c.stopped_at >= period.since,
        containers.c.stopped_at < period.until,
    )
    for row in connection.execute(failed):
        yield _once(f"container-{row.status.lower()}", row.id, row.exit_reason, row.stopped_at)
    doubtful = sa.select(intents).where(
        intents.c.player_id == player_id, intents.c.state == "IN_DOUBT", intents.c.sent_at < period.until
    )
    for row in connection.execute(doubtful):
        what = f"{row.kind.lower().replace('_', ' ')} of {row.units} {row.good} at {row.waypoint}"
        yield _once("in-doubt", row.ship or row.good, f"{what}: {row.reason}", row.sent_at)
    wanted = LedgerFilter(kind=EntryKind.ADJUSTMENT, since=period.since, until=period.until)
    for entry in ledger_store.entries(connection, player_id, wanted, limit=INCIDENTS_MAX):
        yield _once("book-difference", "ledger", f"{entry.amount:+,} unexplained credits", entry.at)
    ended = connection.execute(sa.select(players.c.ended_at).where(players.c.id == player_id)).scalar_one()
    if ended is not None and period.since <= ended < period.until:
        yield _once("universe-over", "", "the server was reset; everything of this universe has ended", ended)


def _once(kind: str, subject: str, text: str, at: datetime) -> ReportedIncident:
    return ReportedIncident(kind=kind, subject=subject, text=text, times=1, first_at=at, last_at=at)
