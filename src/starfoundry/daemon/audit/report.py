"""Every promise that a database can be held against, and the report on one."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.daemon.audit import money, settings, work
from starfoundry.daemon.audit.finding import AuditFinding, Promise, Severity, broken
from starfoundry.store import sqlite


def file_is_whole(connection: sa.Connection) -> Iterator[AuditFinding]:
    """SQLite finds every page in order and every reference leads somewhere."""
    yield from broken(sqlite.faults(connection))


PROMISES = (
    Promise(name="file", says="the file is whole", examine=file_is_whole),
    Promise(name="balances", says="each balance follows from the one before", examine=money.balances_follow),
    Promise(name="calls", says="no call is lost", examine=money.calls_are_pruned_or_there),
    Promise(name="deals", says="each deal is booked exactly once", examine=money.deals_are_booked_once),
    Promise(name="entries", says="nothing is booked that no call explains", examine=money.nothing_else_is_booked),
    Promise(name="strangers", says="nobody else moved our money", examine=money.nobody_else_moved_money),
    Promise(name="doubts", says="a ship has at most one open call", examine=money.one_open_call_for_a_ship),
    Promise(name="revisions", says="no revision of settings is lost", examine=settings.revisions_have_no_gap),
    Promise(name="decisions", says="decisions use revisions that exist", examine=settings.decisions_use_what_was_made),
    Promise(name="thresholds", says="purchases met their threshold", examine=settings.purchases_met_their_threshold),
    Promise(name="masters", says="a ship has one master", examine=work.one_master_for_a_ship),
    Promise(name="cargo", says="no cargo waits for ever to be sold", examine=work.cargo_does_not_wait_for_ever),
    Promise(name="universes", says="what is over has ended", examine=work.nothing_goes_on_without_a_universe),
    Promise(name="accounts", says="accounts of tasks are those of the book", examine=work.accounts_of_tasks_are_true),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCheck:
    """What came of one promise."""

    promise: Promise
    findings: tuple[AuditFinding, ...]

    @property
    def is_kept(self) -> bool:
        """Whether nothing contradicts it."""
        return all(finding.weight is not Severity.BROKEN for finding in self.findings)


def audit(connection: sa.Connection) -> tuple[PromiseCheck, ...]:
    """Hold a database against every promise. Reads only; a database in use is seen as it stands at one moment."""
    return tuple(PromiseCheck(promise=each, findings=tuple(each.examine(connection))) for each in PROMISES)
