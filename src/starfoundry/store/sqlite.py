"""SQLite specifics: opening, transactions, and the meaning of its errors.

Write-ahead logging lets reads run during a write. synchronous=FULL puts a commit on the disk before it is acknowledged;
NORMAL lost acknowledged commits in most of the emulated power cuts, so it is not an option here.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.store.address import read_only_uri
from starfoundry.store.errors import DiskWriteFailed

DIALECT = "sqlite"

_READS_ONLY = "starfoundry_reads_only"

_REFUSALS = {
    sqlite3.SQLITE_FULL: "the disk of {file} is full; free some space, and the daemon continues",
    sqlite3.SQLITE_READONLY: "{file} or its disk is read-only; make it writable, and the daemon continues",
    sqlite3.SQLITE_IOERR: "the disk of {file} fails; the daemon continues when it works again",
    sqlite3.SQLITE_BUSY: "another program holds {file} locked",
    sqlite3.SQLITE_LOCKED: "another program holds {file} locked",
    sqlite3.SQLITE_PROTOCOL: "another program holds {file} locked",
    sqlite3.SQLITE_CANTOPEN: "{file} cannot be opened",
    sqlite3.SQLITE_PERM: "{file} may not be opened",
    sqlite3.SQLITE_CORRUPT: "{file} is damaged; restore a backup with `spacetraders restore`",
    sqlite3.SQLITE_NOTADB: "{file} is not a database",
}
"""Result codes caused by the file or the machine, with their messages; all others are bugs of our statements."""


LOCK_WAIT_SECONDS = 10.0
"""Seconds that reading or copying a database in use by a daemon waits for a lock."""

PAGES_AT_ONCE = 256
"""Pages copied before the daemon gets its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connections:
    """One connection that writes and one that cannot; both belong to the thread that opened them."""

    writer: sa.Connection
    reader: sa.Connection
    file: str

    def close(self) -> None:
        """Close both. The last connection closed merges the write-ahead log into the database."""
        self.reader.close()
        self.writer.close()


def connect(path: Path, *, busy_seconds: float, waits_for_disk: bool = True) -> Connections:
    """Open the file, creating it if needed; waits up to `busy_seconds` for another process's write.

    Without `waits_for_disk` the system decides when to write to the disk. Raises DiskWriteFailed when the file cannot
    be opened, is read-only or is not a database.
    """
    file, url = str(path), sa.URL.create(DIALECT, database=str(path))
    if os.path.exists(file) and not os.access(file, os.W_OK):  # SQLite would open it, and never write through it again
        raise DiskWriteFailed(f"{file} is read-only; make it writable, and start the daemon again")
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": busy_seconds})
    event.listen(engine, "connect", _prepare if waits_for_disk else _prepare_without_waiting)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _require_live_transaction)
    try:
        writer = engine.connect()
        reader = engine.connect().execution_options(**{_READS_ONLY: True})
        with reader.begin():
            reader.exec_driver_sql("PRAGMA query_only = ON")
        return Connections(writer=writer, reader=reader, file=file)
    except sa.exc.DBAPIError as error:
        raise disk_failure(error, file) or error from error


def disk_failure(error: sa.exc.DBAPIError, file: str) -> DiskWriteFailed | None:
    """The error in the form a caller can act on, or None if it is a mistake in our own statement."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    words = None if code is None else _REFUSALS.get(code & 0xFF)
    return None if words is None else DiskWriteFailed(f"{words.format(file=file)} ({error.orig})")


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise Unavailable(
            f"the database needs a file system with shared memory (no network drive); journal is {mode!r}"
        )


def _prepare_without_waiting(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
    _prepare(connection, entry)
    connection.execute("PRAGMA synchronous = OFF")


def _begin(connection: sa.Connection) -> None:
    """Begin the transaction at once: the driver would begin late, so two writers could read the same old row."""
    connection.exec_driver_sql("BEGIN" if _READS_ONLY in connection.get_execution_options() else "BEGIN IMMEDIATE")


def _require_live_transaction(connection: sa.Connection) -> None:
    """Raise if SQLite dropped the transaction, as it does on a failing disk: a commit would acknowledge lost data."""
    driver = connection.connection.driver_connection
    if driver is None or not driver.in_transaction:
        raise DiskWriteFailed("the database rolled the transaction back; nothing was written")


def replace_constraint(connection: sa.Connection, table: str, old: str, new: str) -> None:
    """Change a constraint of a table from `old` to `new`.

    SQLite changes a constraint by copying the table, which is impossible in a transaction while other rows refer to it.
    A constraint is no part of the stored data, so its text is changed in the schema instead, as SQLite's documentation
    describes (lang_altertable, section 8).
    """
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :table AND instr(sql, :old) > 0"
        ),
        {"old": old, "new": new, "table": table},
    )
    assert changed.rowcount == 1, f"{table} has no rule that says {old}"
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def integrity_errors(connection: sa.Connection) -> Iterator[str]:
    """Problems of the file itself: corrupt pages, foreign keys without a row."""
    answer = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    yield from (text for text in answer if text != "ok")
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


@contextmanager
def open_read_only(database: Path) -> Iterator[sa.Connection]:
    """A consistent read-only view of a database, in use or not."""
    if not database.is_file():
        raise Missing(f"there is no database {database}")
    uri = read_only_uri(database)
    engine = sa.create_engine(
        "sqlite://",
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_WAIT_SECONDS),
    )
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("ROLLBACK")
    except sa.exc.DBAPIError as error:
        raise Unavailable(f"{database} cannot be read: {error.orig}") from error


def copy_database(database: Path, to: Path) -> None:
    """Copy a database in use to one file, as of one moment and without a separate log. Raises Unavailable."""
    try:
        with (
            closing(sqlite3.connect(read_only_uri(database), uri=True, timeout=LOCK_WAIT_SECONDS)) as source,
            closing(sqlite3.connect(to.absolute())) as target,
        ):
            source.backup(target, pages=PAGES_AT_ONCE)
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Unavailable(f"{database} cannot be copied: {error}") from error
