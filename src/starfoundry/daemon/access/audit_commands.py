"""`spacetraders audit`: the trail of changes and refusals, read from the database itself."""

from pathlib import Path

import click

from starfoundry.daemon.audit.commands import PromisesBroken, chosen_database, database_option
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.rendering import render

LIMIT = 50


@click.group()
def audit() -> None:
    """What was changed and refused: by whom, from where, what, and what came of it."""


@audit.command("list")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=LIMIT, show_default=True, help="How many of the newest."
)
@click.option("--refused", is_flag=True, help="Only what was not done.")
@database_option
@with_list_terminal
def list_entries(terminal: Terminal, limit: int, refused: bool, database: Path | None) -> None:
    """List the newest entries, the oldest of them first. The daemon may run or not."""
    from starfoundry.daemon.access.audit_trail import entries
    from starfoundry.store.sqlite import reading

    with reading(database or chosen_database(terminal)) as connection:
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
    "--noted", default="", metavar="HASH", help="The last hash as it was told before: it must still be there."
)
@database_option
@with_terminal
def verify_trail(terminal: Terminal, noted: str, database: Path | None) -> None:
    """See that no entry of the trail was edited, removed or put in between. Changes nothing.

    Note the last hash elsewhere, and name it the next time: then entries that were cut off at the end are noticed too.
    """
    from starfoundry.daemon.access.audit_trail import faults, head
    from starfoundry.store.sqlite import reading

    file = database or chosen_database(terminal)
    with reading(file) as connection:
        found = list(faults(connection, noted.strip()))
        count, last = head(connection)
    answer = {"database": str(file), "kept": not found, "faults": found, "entries": count, "last_hash": last}
    told = f"each of {count:,} entries is as it was written; the last hash is {last}"
    terminal.show(answer, lambda: "\n".join(found) or told)
    if found:
        raise PromisesBroken(f"the audit trail in {file} was changed: {found[0]}")
