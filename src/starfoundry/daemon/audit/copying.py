"""Opening a database that a daemon may be using: to read it as it stands, or to copy it whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from starfoundry.kernel.errors import Missing, Refused, Unavailable

FILES = ("starfoundry.db", "sandbox.db")
PAGES_AT_ONCE = 256
BUSY_SECONDS = 10.0


def database_in(data_dir: Path) -> Path:
    """The one database of a data directory; raises Missing, or Refused where there are two."""
    found = [data_dir / name for name in FILES if (data_dir / name).is_file()]
    if not found:
        raise Missing(f"there is no database in {data_dir}; name the directory with --data-dir")
    if len(found) > 1:
        raise Refused.of("database", "", f"one of {found[0]} and {found[1]}: say which with --database")
    return found[0]


@contextmanager
def reading(database: Path) -> Iterator[sa.Connection]:
    """The database as it stands at one moment; nothing can be changed through this."""
    if not database.is_file():
        raise Missing(f"there is no database {database}")
    engine = sa.create_engine(
        f"sqlite:///file:{quote(str(database))}?mode=ro&uri=true",
        poolclass=sa.pool.NullPool,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("ROLLBACK")
    except sa.exc.DBAPIError as error:
        raise Unavailable(f"{database} cannot be read: {error.orig}") from error


def copy(database: Path, to: Path) -> int:
    """Copy a database in use, whole and of one moment; how many bytes that is. Raises Refused where a file is."""
    if not database.is_file():
        raise Missing(f"there is no database {database}")
    if to.exists():
        raise Refused.of("file", str(to), "a name that is not taken: a backup is never written over")
    partial = to.with_name(to.name + ".partial")
    partial.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(partial)) as target,
        ):
            source.backup(target, pages=PAGES_AT_ONCE)
            target.execute("PRAGMA journal_mode = DELETE")
        size = partial.stat().st_size
        partial.rename(to)
    except sqlite3.Error as error:
        raise Unavailable(f"{database} cannot be copied: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return size
