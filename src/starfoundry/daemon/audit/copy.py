"""Location of a data directory's database, and consistent copies of one in use."""

import os
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.store import migrate, sqlite
from starfoundry.terminal.local.file_ownership import require_trusted_directory

FILES = ("starfoundry.db", "sandbox.db")

_NOT_TAKEN = "the name of a new file: a backup is never overwritten"


def database_in(data_dir: Path) -> Path:
    """The only database of a data directory. Raises Missing, or Refused if there are two."""
    found = databases_in(data_dir)
    if len(found) > 1:
        raise Refused(f"there are two databases, {found[0]} and {found[1]}: choose one with --database")
    return found[0]


def databases_in(data_dir: Path) -> list[Path]:
    """The databases of a data directory, that of the real game first. Raises Missing if there is none."""
    found = [data_dir / name for name in FILES if (data_dir / name).is_file()]
    if not found:
        raise Missing(f"there is no database in {data_dir}; name the directory with --data-dir")
    return found


@dataclass(frozen=True, slots=True)
class StoredContainer:
    """A container as stored in a database."""

    container_id: str
    status: str


def containers_in(data_dir: Path) -> list[StoredContainer]:
    """All containers in the readable databases of a data directory, oldest first."""
    found: list[StoredContainer] = []
    for file in (data_dir / name for name in FILES if (data_dir / name).is_file()):
        with suppress(Unavailable), sqlite.open_read_only(file) as connection:
            rows = connection.exec_driver_sql("SELECT id, status FROM containers ORDER BY created_at")
            found += [StoredContainer(*row) for row in rows]
    return found


def restore(backup: Path, database: Path) -> Path | None:
    """Replace a database that is not in use with a backup; the path at which the previous one is kept.

    A write-ahead log of the old database would be applied to the new one, so it is moved first. Raises Refused for a
    backup written by another version.
    """
    with sqlite.open_read_only(backup) as connection:
        schema = migrate.schema_of(connection)
    if schema not in migrate.REVISIONS:
        raise Refused.of("file", str(backup), f"a database of StarFoundry with a schema up to {migrate.HEAD}")
    partial = database.with_name(database.name + ".partial")
    partial.unlink(missing_ok=True)
    _make(partial)
    sqlite.copy_database(backup, partial)
    kept = _kept_name(database) if database.exists() else None
    if kept is not None:
        copy(database, kept)
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    partial.replace(database)
    return kept


def _kept_name(database: Path) -> Path:
    names = (database.with_name(f"{database.name}.before-restore-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def copy(database: Path, to: Path) -> int:
    """Copy a database in use consistently; the size in bytes. Raises Refused if the target exists."""
    if not database.is_file():
        raise Missing(f"there is no database {database}")
    if to.exists():
        raise Refused.of("file", str(to), _NOT_TAKEN)
    partial = to.with_name(to.name + ".partial")
    _make(partial)
    try:
        sqlite.copy_database(database, partial)
        size = partial.stat().st_size
        _rename_onto_nothing(partial, to)
    finally:
        partial.unlink(missing_ok=True)
    return size


def _make(file: Path) -> None:
    """Create an empty private file, in a directory where no other user can replace it.

    Raises Missing without its directory, Refused if other users can write to it, or the file exists.
    """
    require_trusted_directory(file.parent.resolve(), of=file)
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise Refused(f"{file} exists already, perhaps from an interrupted backup; remove it first") from None


def _rename_onto_nothing(file: Path, to: Path) -> None:
    """Rename a file without overwriting. Raises Refused if the target exists by now."""
    try:
        os.link(file, to)
    except FileExistsError:
        raise Refused.of("file", str(to), _NOT_TAKEN) from None
    except OSError:  # a file system without links, such as a memory stick
        file.rename(to)
    else:
        file.unlink()
