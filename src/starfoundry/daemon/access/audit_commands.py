"""`spacetraders audit`: the audit trail, read from the database file itself."""

from pathlib import Path

import click

from starfoundry.daemon.audit.commands import PromisesBroken, chosen_database, database_option
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.rendering import render

LIMIT = 50


@click.group()
def audit() -> None:
    """Show the audit trail: who changed or was refused what, from where, and the outcome."""


@audit.command("list")
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=LIMIT,
    show_default=True,
    help="Number of newest entries to list.",
)
@click.option("--refused", is_flag=True, help="Only refused calls.")
@database_option
@with_list_terminal
def list_entries(terminal: Terminal, limit: int, refused: bool, database: Path | None) -> None:
    """List the newest entries, oldest first. The daemon need not run."""
    from starfoundry.daemon.access.audit_trail import entries
    from starfoundry.store.sqlite import open_read_only

    with open_read_only(database or chosen_database(terminal)) as connection:
        found = entries(connection, limit=limit, refused_only=refused)
    terminal.show_list(
        {"entries": found},
        lambda: render.table(
            ["No.", "At (UTC)", "Caller", "From", "Method", "Outcome", "Request"],
            [
                [
                    each["sequence"],
                    render.moment(each["at"]),
                    each["caller"] or "nobody known",
                    each["origin"],
                    each["method"],
                    each["outcome"],
                    each["request"],
                ]
                for each in found
            ],
        ),
        rows="entries",
        blank=lambda: dict.fromkeys(
            (
                "sequence",
                "at",
                "caller",
                "role",
                "origin",
                "method",
                "outcome",
                "request_id",
                "request",
                "result",
                "hash",
            )
        ),
    )


@audit.command("verify")
@click.option(
    "--noted", default="", metavar="HASH", help="The last hash of an earlier run; it must still be in the trail."
)
@database_option
@with_terminal
def verify_trail(terminal: Terminal, noted: str, database: Path | None) -> None:
    """Check that no entry was edited, removed or inserted.

    Changes nothing.

    Note the last hash elsewhere and pass it the next time: then entries cut off at the end are noticed too.
    """
    from starfoundry.daemon.access.audit_trail import chain_errors, head
    from starfoundry.store.sqlite import open_read_only

    file = database or chosen_database(terminal)
    with open_read_only(file) as connection:
        found = list(chain_errors(connection, noted.strip()))
        count, last = head(connection)
    answer = {"database": str(file), "kept": not found, "chain_errors": found, "entries": count, "last_hash": last}
    summary = f"all {count:,} entries are unchanged; the last hash is {last}"
    terminal.show(answer, lambda: "\n".join(found) or summary)
    if found:
        raise PromisesBroken(f"the audit trail in {file} was changed: {found[0]}")
