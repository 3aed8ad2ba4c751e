"""Alembic environment: migrations run on the given connection, inside its open transaction."""

from alembic import context

from starfoundry.store.tables.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column by copying its table
    transactional_ddl=True,
)
context.run_migrations()
