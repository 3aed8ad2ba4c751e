"""Finding the database of a data directory, and copying it whole while a daemon may be using it."""

from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.store import sqlite

FILES = ("starfoundry.db", "sandbox.db")


def database_in(data_dir: Path) -> Path:
    """The one database of a data directory; raises Missing, or Refused where there are two."""
    found = [data_dir / name for name in FILES if (data_dir / name).is_file()]
    if not found:
        raise Missing(f"there is no database in {data_dir}; name the directory with --data-dir")
    if len(found) > 1:
        raise Refused.of("database", "", f"one of {found[0]} and {found[1]}: say which with --database")
    return found[0]


def copy(database: Path, to: Path) -> int:
    """Copy a database in use, whole and of one moment; how many bytes that is. Raises Refused where a file is."""
    if not database.is_file():
        raise Missing(f"there is no database {database}")
    if to.exists():
        raise Refused.of("file", str(to), "a name that is not taken: a backup is never written over")
    partial = to.with_name(to.name + ".partial")
    partial.touch(mode=0o600)
    try:
        sqlite.copy_whole(database, partial)
        size = partial.stat().st_size
        partial.rename(to)
    finally:
        partial.unlink(missing_ok=True)
    return size
