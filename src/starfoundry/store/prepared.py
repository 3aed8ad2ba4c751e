"""Statements that are written once and run by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class PreparedStatement:
    """One statement; it runs on a connection inside a transaction. SQLAlchemy keeps its compiled form."""

    statement: sa.Select[Any] | sa.Insert | sa.Update | sa.Delete

    def run(self, connection: sa.Connection, parameters: Mapping[str, object]) -> int:
        """Execute a change; the number of rows changed."""
        return connection.execute(self.statement, parameters).rowcount

    def rows(self, connection: sa.Connection, parameters: Mapping[str, object]) -> Sequence[sa.Row[Any]]:
        """The matching rows."""
        return connection.execute(self.statement, parameters).all()

    def one_or_none(self, connection: sa.Connection, parameters: Mapping[str, object]) -> sa.Row[Any] | None:
        """The matching row, or None."""
        return connection.execute(self.statement, parameters).one_or_none()


def insert_into(table: sa.Table, *left_out: str) -> sa.Insert:
    """An insert of one row that sets every column except `left_out`."""
    return sa.insert(table).values(
        {column.name: sa.bindparam(column.name) for column in table.c if column.name not in left_out}
    )
