"""Inserts of whole rows, written once and executed with each row's values."""

import sqlalchemy as sa


def insert_into(table: sa.Table, *left_out: str) -> sa.Insert:
    """An insert of one row that sets every column except `left_out`."""
    return sa.insert(table).values(
        {column.name: sa.bindparam(column.name) for column in table.c if column.name not in left_out}
    )
