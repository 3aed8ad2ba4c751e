"""Statements compiled once and passed directly to the driver, for the few that a caller waits for.

SQLAlchemy's own execution costs about ten times what SQLite needs to find a row by its key. A statement here is still
written, compiled and typed by SQLAlchemy; only the path to the driver is shorter, and therefore more limited: plain
parameters by name, plain columns, no defaults computed in Python.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_Convert = Callable[[Any], Any] | None


class PreparedStatement:
    """One statement; it runs on a connection inside a transaction, like any other."""

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: sa.Connection, parameters: Mapping[str, object]) -> int:
        """Execute a change; the number of rows changed. Raises the same errors as SQLAlchemy."""
        _compiled, cursor = self._execute(connection, parameters)
        return int(cursor.rowcount)

    def rows(self, connection: sa.Connection, parameters: Mapping[str, object]) -> list[Any]:
        """The matching rows, with their columns as attributes. Raises the same errors as SQLAlchemy."""
        compiled, cursor = self._execute(connection, parameters)
        return [compiled.row(found) for found in cursor.fetchall()]

    def one_or_none(self, connection: sa.Connection, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401
        """The matching row, or None. More than one match is a mistake in the statement."""
        rows = self.rows(connection, parameters)
        assert len(rows) <= 1, f"{len(rows)} rows where a key finds one"
        return rows[0] if rows else None

    def _execute(self, connection: sa.Connection, parameters: Mapping[str, object]) -> tuple["_Compiled", Any]:
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._statement, dialect)
        driver = connection.connection.cursor()
        bound = compiled.bound(parameters)
        try:
            driver.execute(compiled.text, bound)
        except dialect.loaded_dbapi.Error as error:
            raise sa.exc.DBAPIError.instance(
                compiled.text, None, error, dialect.loaded_dbapi.Error, dialect=dialect
            ) from error
        return compiled, driver


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    takes: tuple[tuple[str, _Convert], ...]
    constants: Mapping[str, object]
    is_positional: bool
    gives: tuple[_Convert, ...]
    make: Callable[..., Any]

    def bound(self, parameters: Mapping[str, object]) -> tuple[object, ...] | dict[str, object]:
        """The parameters in the form the driver takes."""
        given = {**self.constants, **parameters} if self.constants else parameters
        values = [given[name] if convert is None else convert(given[name]) for name, convert in self.takes]
        if self.is_positional:
            return tuple(values)
        return {name: value for (name, _), value in zip(self.takes, values, strict=True)}

    def row(self, found: tuple[object, ...]) -> Any:  # noqa: ANN401
        """A row in the form the program uses."""
        return self.make(
            *[value if convert is None else convert(value) for value, convert in zip(found, self.gives, strict=True)]
        )


def _compile(statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete, dialect: sa.Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, sa.sql.compiler.SQLCompiler), "a statement of rows"
    names = compiled.positiontup if compiled.positiontup is not None else list(compiled.binds)
    columns = list(statement.selected_columns if isinstance(statement, sa.Select) else statement.exported_columns)
    return _Compiled(
        text=str(compiled),
        takes=tuple((name, _bind(compiled.binds[name].type, dialect)) for name in names),
        constants={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        is_positional=compiled.positional,
        gives=tuple(_result(column.type, dialect) for column in columns),
        make=namedtuple("Row", [column.key for column in columns]),  # type: ignore[misc]  # noqa: PYI024
    )


def _bind(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> _Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _result(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> _Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def insert_into(table: sa.Table, *left_out: str) -> sa.Insert:
    """An insert of one row that sets every column except `left_out`."""
    return sa.insert(table).values(
        {column.name: sa.bindparam(column.name) for column in table.c if column.name not in left_out}
    )
