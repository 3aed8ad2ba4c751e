"""Migration to this version's schema; a schema written by a newer version is refused."""

import sqlalchemy as sa

from starfoundry.kernel.errors import Refused

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
)
"""Every schema this program knows, oldest first; the scripts in migrations/versions have the same names."""

HEAD = REVISIONS[-1]

_VERSION = sa.text("SELECT version_num FROM alembic_version")


class OtherSchema(Refused):
    """The schema of the database is unknown to this program, usually because a newer version wrote it."""

    next_step = "run the version that wrote it, or restore a backup made by this one: spacetraders restore FILE"


def require_known(connection: sa.Connection) -> str | None:
    """The revision of the schema in the database, None when there is none. Raises OtherSchema."""
    present = schema_of(connection)
    if present is not None and present not in REVISIONS:
        raise OtherSchema(
            f"the database was written by another version of StarFoundry: its schema is {present}, this program"
            f" knows {REVISIONS[0]} to {HEAD}; nothing was changed; run that version again, or name another directory"
            " with --data-dir"
        )
    return present


def bring_up_to_date(connection: sa.Connection) -> None:
    """Run the migrations that the database of `connection` lacks, all in one transaction.

    A database that is up to date costs one SELECT. Raises OtherSchema for a schema this program does not know.
    """
    with connection.begin():
        if require_known(connection) != HEAD:
            _migrate(connection)


def schema_of(connection: sa.Connection) -> str | None:
    """The revision of the schema in the database; None when there is none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar_one_or_none()


def _migrate(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  (takes a quarter of a second, needless for an up-to-date database)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "starfoundry:store/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
