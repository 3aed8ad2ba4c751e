"""Removal of a foreign key between two tables whose referenced rows may be deleted."""

from alembic import op

from starfoundry.store import sqlite


def drop_reference(table: str, column: str, to: str) -> None:
    """Let `column` of `table` keep values whose row in `to` ("table.column") no longer exists."""
    connection = op.get_bind()
    name = f"fk_{table}_{column}"
    if connection.dialect.name != sqlite.DIALECT:
        op.drop_constraint(op.f(name), table, type_="foreignkey")
        return
    other, key = to.split(".")
    rule = f"CONSTRAINT {name} FOREIGN KEY({column}) REFERENCES {other} ({key}), \n\t"
    sqlite.replace_constraint(connection, table, rule, "")
