"""Overrides that were made without a change of value: kept in their revisions instead of a table of their own."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from starfoundry.store.sqlite import DIALECT

revision = "0019"
down_revision = "0018"

_STORED_AS = {"min_purchase_price": "min_price"}
"""The setting whose key in a stored config is not its name."""

_MADE_OWN = (
    "SELECT r.container_id, r.revision, r.config, r.layers, m.name FROM config_revisions r JOIN config_made_own m"
    " ON m.container_id = r.container_id AND m.revision = r.revision ORDER BY r.container_id, r.revision, m.name"
)
_UPDATE = sa.text(
    "UPDATE config_revisions SET layers = :layers WHERE container_id = :container_id AND revision = :revision"
)
_GUARD = (
    "CREATE TRIGGER config_revisions_no_update BEFORE UPDATE ON config_revisions"
    " BEGIN SELECT RAISE(ABORT, 'the history of configuration is never edited'); END"
)


def upgrade() -> None:
    """Add the overrides to the layers of their revisions, whose values and authors stay as they are."""
    connection = op.get_bind()
    rows = list(_completed(connection))
    if rows:
        is_guarded = connection.dialect.name == DIALECT
        if is_guarded:
            op.execute("DROP TRIGGER config_revisions_no_update")
        connection.execute(_UPDATE, rows)
        if is_guarded:
            op.execute(_GUARD)
    op.drop_table("config_made_own")


def _completed(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The revisions under which settings became overrides, with their layers completed."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in connection.execute(sa.text(_MADE_OWN)):
        config, layers = _object(row.config), found.get((row.container_id, row.revision)) or _object(row.layers)
        key = _STORED_AS.get(row.name, row.name)
        if key in config:
            layers["own"] = {row.name: config[key], **_object(layers.get("own"))}
            found[row.container_id, row.revision] = layers
    for (container_id, number), layers in found.items():
        yield {"container_id": container_id, "revision": number, "layers": json.dumps(layers)}


def _object(stored: Any) -> dict[str, Any]:  # noqa: ANN401  (a driver reads JSON as text or as what it says)
    try:
        value = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        return {}
    return dict(value) if isinstance(value, dict) else {}
