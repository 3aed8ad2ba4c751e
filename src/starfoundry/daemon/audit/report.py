"""All guarantees for a database, and the report of a check."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.daemon.audit import money_checks, settings_checks, work_checks
from starfoundry.daemon.audit.finding import AuditFinding, Promise, Severity, broken
from starfoundry.store import sqlite


def file_is_whole(connection: sa.Connection) -> Iterator[AuditFinding]:
    """SQLite finds no corrupt page and no foreign key without a row."""
    yield from broken(sqlite.integrity_errors(connection))


PROMISES = (
    Promise(name="file", says="the file is intact", examine=file_is_whole),
    Promise(name="balances", says="each balance follows from the one before", examine=money_checks.balances_follow),
    Promise(name="calls", says="no call is lost", examine=money_checks.calls_are_pruned_or_there),
    Promise(name="deals", says="each deal is booked exactly once", examine=money_checks.deals_are_booked_once),
    Promise(name="entries", says="every booked deal has a call", examine=money_checks.nothing_else_is_booked),
    Promise(name="strangers", says="no other program moved our money", examine=money_checks.nobody_else_moved_money),
    Promise(name="doubts", says="a ship has at most one open call", examine=money_checks.one_open_call_for_a_ship),
    Promise(name="revisions", says="no revision of settings is lost", examine=settings_checks.revisions_have_no_gap),
    Promise(
        name="decisions", says="decisions use revisions that exist", examine=settings_checks.decisions_use_what_was_made
    ),
    Promise(
        name="thresholds", says="purchases met their threshold", examine=settings_checks.purchases_met_their_threshold
    ),
    Promise(name="masters", says="a ship has one owner", examine=work_checks.one_master_for_a_ship),
    Promise(name="cargo", says="no cargo waits too long to be sold", examine=work_checks.cargo_does_not_wait_for_ever),
    Promise(
        name="universes",
        says="no work continues in an ended universe",
        examine=work_checks.nothing_goes_on_without_a_universe,
    ),
    Promise(name="accounts", says="figures of tasks match the ledger", examine=work_checks.accounts_of_tasks_are_true),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCheck:
    """The result for one guarantee."""

    promise: Promise
    findings: tuple[AuditFinding, ...]

    @property
    def is_kept(self) -> bool:
        """Whether nothing violates it."""
        return all(finding.severity is not Severity.BROKEN for finding in self.findings)


def audit(connection: sa.Connection) -> tuple[PromiseCheck, ...]:
    """Check a database against every guarantee. It only reads; a database in use is read as of one moment."""
    return tuple(PromiseCheck(promise=each, findings=tuple(each.examine(connection))) for each in PROMISES)
