"""Statements that are compiled once and handed to the driver itself, for the few that somebody waits for.

SQLAlchemy's own execution costs some ten times what SQLite needs for a row found by its key. A statement here is
written, compiled and typed by SQLAlchemy all the same; only the way to the driver is shorter, and therefore narrower:
plain parameters by name, plain columns, no defaults made in Python.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_Convert = Callable[[Any], Any] | None


class Prepared:
    """One statement; it runs on a connection inside a transaction, as every other one."""

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: sa.Connection, parameters: Mapping[str, object]) -> int:
        """Change rows; how many. Raises as SQLAlchemy does."""
        _compiled, cursor = self._execute(connection, parameters)
        return int(cursor.rowcount)

    def rows(self, connection: sa.Connection, parameters: Mapping[str, object]) -> list[Any]:
        """The rows it finds, their columns as attributes; raises as SQLAlchemy does."""
        compiled, cursor = self._execute(connection, parameters)
        return [compiled.row(found) for found in cursor.fetchall()]

    def one_or_none(self, connection: sa.Connection, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401
        """The row it finds; None for none. More than one is a mistake in the statement."""
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
        """The parameters as the driver takes them."""
        given = {**self.constants, **parameters} if self.constants else parameters
        values = [given[name] if convert is None else convert(given[name]) for name, convert in self.takes]
        if self.is_positional:
            return tuple(values)
        return {name: value for (name, _), value in zip(self.takes, values, strict=True)}

    def row(self, found: tuple[object, ...]) -> Any:  # noqa: ANN401
        """A row as the program takes it."""
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


def into(table: sa.Table, *left_out: str) -> sa.Insert:
    """An insert of one row that gives every column but those."""
    return sa.insert(table).values(
        {column.name: sa.bindparam(column.name) for column in table.c if column.name not in left_out}
    )
