"""Change of the values a column may hold, in a table that other tables refer to."""

from alembic import op

from starfoundry.store import sqlite


def replace_choices(table: str, column: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Change the constraint `<column>_known` from `before` to `after`."""
    connection = op.get_bind()
    old, new = (_rule(column, choices) for choices in (before, after))
    if connection.dialect.name == sqlite.DIALECT:
        sqlite.replace_constraint(connection, table, old, new)
        return
    op.drop_constraint(op.f(f"ck_{table}_{column}_known"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{column}_known"), table, new)


def _rule(column: str, choices: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return f"{column} IN ({listed})"
