"""`spacetraders verify`, `backup` and `restore`: commands on the database file, without a daemon."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.daemon.audit.report import PromiseCheck

database_option = click.option(
    "--database", type=click.Path(path_type=Path), help="The database, if not the one in the data directory."
)


ASK_SECONDS = 5.0


class PromisesBroken(StarFoundryError):
    """The database violates a guarantee."""

    next_step = "keep a copy (spacetraders backup) and report it with this output"


@click.command()
@database_option
@with_terminal
def verify(terminal: Terminal, database: Path | None) -> None:
    """Check a database against all guarantees. Changes nothing; the daemon need not run."""
    from starfoundry.daemon.audit.report import audit
    from starfoundry.store.sqlite import open_read_only

    file = database or chosen_database(terminal)
    with open_read_only(file) as connection:
        verdicts = audit(connection)
    broken = [verdict for verdict in verdicts if not verdict.is_kept]
    answer = {
        "database": str(file),
        "kept": not broken,
        "promises": [_as_json(verdict) for verdict in verdicts],
    }
    terminal.show(answer, lambda: _summary(verdicts))
    if broken:
        raise PromisesBroken(f"{len(broken)} of {len(verdicts)} guarantees are violated in {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@database_option
@with_terminal
def backup(terminal: Terminal, file: Path, database: Path | None) -> None:
    """Copy the database to FILE while the daemon runs, and verify the copy.

    To return to it: stop the daemon, `spacetraders restore FILE`, start the daemon. Its tokens can only be decrypted
    with the key file of the data directory, which is not part of the copy.
    """
    from starfoundry.daemon.audit.copy import copy
    from starfoundry.daemon.audit.report import audit
    from starfoundry.store.sqlite import open_read_only

    source = database or chosen_database(terminal)
    size = copy(source, file)
    terminal.has_changed = True
    with open_read_only(file) as connection:
        verdicts = audit(connection)
    broken = [verdict.promise.name for verdict in verdicts if not verdict.is_kept]
    answer = {"database": str(source), "file": str(file), "bytes": size, "kept": not broken, "broken": broken}
    terminal.show(answer, f"{file} is a copy of {source}: {size:,} bytes, {len(verdicts)} guarantees checked")
    if broken:
        raise PromisesBroken(f"the copy is complete, but it violates these guarantees: {', '.join(broken)}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@database_option
@with_terminal
def restore(terminal: Terminal, file: Path, database: Path | None) -> None:
    """Replace the database with a backup; no daemon may run. The previous one is kept beside it.

    Ships and credits are those of the game: changes since the backup are booked as an ADJUSTMENT, and shown by
    `spacetraders health`. Settings changed since are lost, and watchers are notified.
    """
    from starfoundry.daemon.audit.copy import database_in
    from starfoundry.daemon.audit.copy import restore as restore_file
    from starfoundry.daemon.data_directory.database_lock import held
    from starfoundry.daemon.data_directory.directory import claimed

    target = database or database_in(terminal.location.data_dir)
    with claimed(terminal.location.data_dir), held(target):
        kept = restore_file(file, target)
    terminal.has_changed = True
    answer = {"database": str(target), "file": str(file), "kept": None if kept is None else str(kept)}
    terminal.show(answer, f"{target} is now {file}" + ("" if kept is None else f"; the previous database is {kept}"))
    terminal.note(f"Next: start the daemon, then: {terminal.addressed('spacetraders health')}")


def chosen_database(terminal: Terminal) -> Path:
    """The database of the data directory; of two, the one the daemon uses or would use by default. Prints which."""
    from starfoundry.daemon.audit.copy import FILES, databases_in

    found = databases_in(terminal.location.data_dir)
    if len(found) == 1:
        return found[0]
    is_sandbox, why = _plays_in_sandbox(terminal)
    chosen = terminal.location.data_dir / FILES[is_sandbox]
    (other,) = (file for file in found if file != chosen)
    terminal.note(f"{chosen} is {why}; for the other: --database {other}")
    return chosen


def _plays_in_sandbox(terminal: Terminal) -> tuple[bool, str]:
    from starfoundry.wire.daemon_pb2 import GetHealthRequest

    try:
        plays_on = terminal.call("GetHealth", GetHealthRequest(), timeout_seconds=ASK_SECONDS).game_api
    except StarFoundryError:
        from starfoundry.daemon.settings import load

        settings = load(terminal.location, flags={}, environment=os.environ)
        return settings.sandbox.enabled, "the one a daemon started without flags uses"
    return plays_on == "sandbox", "the one the running daemon uses"


def _as_json(verdict: "PromiseCheck") -> dict[str, object]:
    return {
        "name": verdict.promise.name,
        "says": verdict.promise.says,
        "kept": verdict.is_kept,
        "findings": [{"weight": each.severity.value, "text": each.text} for each in verdict.findings],
    }


def _summary(verdicts: "tuple[PromiseCheck, ...]") -> str:
    lines = []
    for verdict in verdicts:
        lines.append(f"{'kept  ' if verdict.is_kept else 'BROKEN'}  {verdict.promise.says}")
        lines += [f"        {each.severity.value.lower()}: {render.clean(each.text)}" for each in verdict.findings]
    return "\n".join(lines)
