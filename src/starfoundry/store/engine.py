"""Access to the database: durable writes in the order of the calls, consistent reads, typed errors."""

import asyncio
import functools
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, Self, TypeVar

import sqlalchemy as sa

from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Offload
from starfoundry.store import migrate, sqlite
from starfoundry.store.address import file_of
from starfoundry.store.errors import DiskWriteFailed

T = TypeVar("T")

GROUP_COMMIT_MAX = 64
"""Writes that may share one commit. With more, a read would wait longer than a commit takes."""


@dataclass(frozen=True, slots=True)
class _Write(Generic[T]):
    work: Callable[[sa.Connection], T]
    answer: asyncio.Future[T]


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: Exception | None = None


class Database:
    """One database, used through short pieces of work that get a connection inside a transaction.

    Work runs outside the event loop, one piece at a time, so it must not wait for anything else. An error raised by the
    work is raised to its caller, and nothing the work did is kept.
    """

    def __init__(self, connections: sqlite.Connections, offload: Offload) -> None:
        self._connections = connections
        self._offload = offload
        self._waiting: deque[_Write[Any]] = deque()
        self._committer: asyncio.Task[None] | None = None
        self._is_closed = False
        self._write_error = ""

    @classmethod
    async def open(cls, url: str, offload: Offload, *, busy_seconds: float = 5.0, waits_for_disk: bool = True) -> Self:
        """The database at `url` (such as sqlite:////path/to/file.db), created or migrated to this version's schema.

        Without `waits_for_disk` a write is acknowledged before it is on the disk: a killed process loses nothing, a
        power cut may damage the file. Raises Refused for an unsupported kind of database or a schema newer than this
        program, and Unavailable when the file cannot be opened.
        """
        file = file_of(url)

        def connect() -> sqlite.Connections:
            connections = sqlite.connect(file, busy_seconds=busy_seconds, waits_for_disk=waits_for_disk)
            try:
                migrate.bring_up_to_date(connections.writer)
            except BaseException:
                connections.close()
                raise
            return connections

        return cls(await offload.run(connect), offload)

    @property
    def write_error(self) -> str:
        """Why the disk refused the last write; empty if it succeeded."""
        return self._write_error

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """The result of `work` once it is durable on the disk.

        Writes take effect in the order of these calls. Each is applied whole or not at all; writes that wait at the
        same time share one commit. Cancelling the caller does not cancel its write. Raises DiskWriteFailed when the
        disk is full, locked, read-only or failing: then nothing was written.
        """
        self._refuse_when_closed()
        write: _Write[T] = _Write(work, asyncio.get_running_loop().create_future())
        self._waiting.append(write)
        if self._committer is None:
            self._committer = asyncio.create_task(self._commit_all(), name="database commits")
        return await write.answer

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """The result of `work` on a consistent snapshot of the database. The work cannot change anything."""
        self._refuse_when_closed()

        def run() -> T:
            try:
                with self._connections.reader.begin():
                    return work(self._connections.reader)
            except sa.exc.DBAPIError as error:
                raise _translated(error, self._connections.file) from error

        return await self._offload.run(run)

    async def close(self) -> None:
        """Finish the requested writes, then close the file. Closing twice does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._committer is not None:
            await asyncio.shield(self._committer)
        await self._offload.run(self._connections.close)

    def _refuse_when_closed(self) -> None:
        if self._is_closed:
            raise Unavailable("the database is closed: the daemon is stopping")

    async def _commit_all(self) -> None:
        """Commit until no write waits. It runs as its own task, so that cancelling a caller does not stop it."""
        writes: list[_Write[Any]] = []
        try:
            while self._waiting:
                writes = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_COMMIT_MAX))]
                outcomes = await self._commit_together(writes)
                self._write_error = next(
                    (str(each.error) for each in outcomes if isinstance(each.error, DiskWriteFailed)), ""
                )
                for write, outcome in zip(writes, outcomes, strict=True):
                    _answer(write.answer, outcome)
        finally:
            self._committer = None
            for write in (*writes, *self._waiting):
                write.answer.cancel()  # has no effect on those already answered
            self._waiting.clear()

    async def _commit_together(self, writes: list[_Write[Any]]) -> list[_Outcome]:
        works = [write.work for write in writes]
        try:
            return await self._offload.run(lambda: _commit(self._connections, works))
        except Exception as error:  # noqa: BLE001  (the callers must learn of every failure)
            return [_Outcome(error=error) for _ in writes]


@functools.cache
def empty_file() -> bytes:
    """The file of a database with this version's schema and no rows; writing it takes less time than a migration."""
    with TemporaryDirectory(prefix="schema-") as directory:
        path = Path(directory) / "empty.db"
        with closing(sqlite.connect(path, busy_seconds=0, waits_for_disk=False)) as connections:
            migrate.bring_up_to_date(connections.writer)
        return path.read_bytes()


def write_empty(file: Path) -> None:
    """Begin a database as a copy of `empty_file`, unless there is a file. For many short-lived ones in a process."""
    if not file.exists():
        file.write_bytes(empty_file())


def require_known_schema(url: str) -> None:
    """Raise OtherSchema for an unknown schema, before anything else is touched. `open` reports other problems."""
    file = file_of(url)
    if not file.is_file() or not file.stat().st_size:
        return
    with (
        suppress(Unavailable),
        closing(sqlite.connect(file, busy_seconds=0)) as connections,
        connections.reader.begin(),
    ):
        migrate.require_known(connections.reader)


def _commit(connections: sqlite.Connections, works: list[Callable[[sa.Connection], Any]]) -> list[_Outcome]:
    """Run all pieces of work in one transaction; the outcome of each, once everything is on the disk."""
    writer, file = connections.writer, connections.file
    try:
        if len(works) == 1:
            return [_run_alone(writer, works[0])]
        with writer.begin():
            return [_in_savepoint(writer, work, file) for work in works]
    except (sa.exc.DBAPIError, DiskWriteFailed) as error:
        return [_Outcome(error=_translated(error, file)) for _ in works]


def _run_alone(connection: sa.Connection, work: Callable[[sa.Connection], Any]) -> _Outcome:
    try:
        with connection.begin():
            return _Outcome(result=work(connection))
    except sa.exc.DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001  (every error belongs to the caller that waits for it)
        return _Outcome(error=error)


def _in_savepoint(connection: sa.Connection, work: Callable[[sa.Connection], Any], file: str) -> _Outcome:
    """Run one piece of work that can fail without the others. A disk failure fails them all.

    The savepoint is written as plain SQL: that costs a third of SQLAlchemy's, and rolling back to a savepoint that
    SQLite has dropped together with its transaction must raise.
    """
    connection.exec_driver_sql("SAVEPOINT work")
    try:
        result = work(connection)
    except Exception as error:
        if isinstance(error, sa.exc.DBAPIError) and sqlite.disk_failure(error, file) is not None:
            raise
        connection.exec_driver_sql("ROLLBACK TO work")
        return _Outcome(error=error)
    connection.exec_driver_sql("RELEASE work")
    return _Outcome(result=result)


def _translated(error: sa.exc.DBAPIError | DiskWriteFailed, file: str) -> Exception:
    if isinstance(error, DiskWriteFailed):
        return error
    return sqlite.disk_failure(error, file) or error


def _answer(answer: asyncio.Future[Any], outcome: _Outcome) -> None:
    if answer.done():
        return
    if outcome.error is None:
        answer.set_result(outcome.result)
    else:
        answer.set_exception(outcome.error)
