"""Rows of the history of settings: every revision with author, time, origin, reason, and values before and after.

Revisions are never changed; tags and notes are separate rows. Functions work on a connection inside a transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.store.tables.config import config_notes, config_revisions, config_tags
from starfoundry.store.tables.schema import decisions

_TABLE = config_revisions.c
_OF_CONTAINER = sa.select(config_revisions).where(_TABLE.container_id == sa.bindparam("which"))
_ONE = _OF_CONTAINER.where(_TABLE.revision == sa.bindparam("revision"))
_NEWER = _OF_CONTAINER.where(_TABLE.revision > sa.bindparam("after")).order_by(_TABLE.revision)
_FIRST_DECISION = (
    sa.select(decisions.c.kind, decisions.c.facts)
    .where(decisions.c.container_id == sa.bindparam("which"), decisions.c.revision == sa.bindparam("revision"))
    .order_by(decisions.c.id)
    .limit(1)
)
"""A refused revision has only decisions of this kind: nothing is decided with it."""

_RECORD = sa.insert(config_revisions)


CONFIGURATION_APPLIED, REFUSED = "configuration applied", "configuration refused"
"""The kinds of decision by which a coordinator answers a revision."""


def append(connection: sa.Connection, container_id: ContainerId, record: RevisionRecord) -> None:
    """Add the next revision."""
    connection.execute(
        _RECORD,
        {
            "container_id": container_id,
            "revision": record.revision,
            "at": record.at,
            "author": record.author,
            "origin": record.origin,
            "reason": record.reason,
            "changes": {name: dict(pair) for name, pair in record.changes.items()},
            "config": dict(record.config),
            "layers": None if record.layers is None else dict(record.layers),
            "request_id": record.request_id,
        },
    )


def get(connection: sa.Connection, container_id: ContainerId, revision: int) -> RevisionRecord:
    """One revision with its tags and notes. Raises Missing naming the newest revision."""
    row = connection.execute(_ONE, {"which": container_id, "revision": revision}).one_or_none()
    if row is None:
        newest = connection.execute(
            sa.select(sa.func.max(_TABLE.revision)).where(_TABLE.container_id == container_id)
        ).scalar()
        raise Missing(f"{container_id} has no revision {revision}; the newest is {newest or 0}")
    return _marked(connection, container_id, [row])[0]


def page(connection: sa.Connection, container_id: ContainerId, *, limit: int, before: int = 0) -> list[RevisionRecord]:
    """The newest revisions, newest first, with tags, notes and refusals; with `before` only those older than it."""
    return _marked(connection, container_id, _older(connection, container_id, limit, before))


def older(connection: sa.Connection, container_id: ContainerId, before: int, limit: int) -> list[RevisionRecord]:
    """The last `limit` revisions before one, newest first."""
    return [_record(row) for row in _older(connection, container_id, limit, before)]


def _older(
    connection: sa.Connection, container_id: ContainerId, limit: int, before: int
) -> Sequence[sa.Row[tuple[object, ...]]]:
    statement = _OF_CONTAINER.order_by(_TABLE.revision.desc()).limit(limit)
    if before:
        statement = statement.where(_TABLE.revision < before)
    return connection.execute(statement, {"which": container_id}).all()


def newer(connection: sa.Connection, container_id: ContainerId, after: int, limit: int) -> list[RevisionRecord]:
    """The first `limit` revisions after one, oldest first."""
    statement = _NEWER.limit(limit)
    return [_record(row) for row in connection.execute(statement, {"which": container_id, "after": after})]


def oldest(connection: sa.Connection, container_id: ContainerId) -> int:
    """The number of the oldest stored revision; 0 for none."""
    statement = sa.select(sa.func.min(_TABLE.revision)).where(_TABLE.container_id == container_id)
    return connection.execute(statement).scalar() or 0


def tagged(connection: sa.Connection, container_id: ContainerId, tag: str) -> Revision:
    """The revision with that tag. Raises Missing naming the existing tags."""
    statement = sa.select(config_tags).where(config_tags.c.container_id == container_id)
    tags = {row.tag: Revision(row.revision) for row in connection.execute(statement)}
    if tag not in tags:
        choices = ", ".join(sorted(tags)) or "none yet"
        meant = did_you_mean(tag, tags, count=1)
        hint = f"{meant} " if meant else ""
        raise Missing(f"no revision of {container_id} is named {tag!r}; {hint}names: {choices}")
    return tags[tag]


def mark(
    connection: sa.Connection,
    container_id: ContainerId,
    revision: int,
    *,
    tag: str,
    note: str,
    author: str,
    at: datetime,
) -> RevisionRecord:
    """Tag a revision or add a note to it; a tag that another revision has moves to this one."""
    get(connection, container_id, revision)
    written = {"container_id": container_id, "revision": revision, "author": author, "at": at}
    if tag:
        table = config_tags.c
        connection.execute(sa.delete(config_tags).where(table.container_id == container_id, table.tag == tag))
        connection.execute(sa.insert(config_tags), {**written, "tag": tag})
    if note:
        connection.execute(sa.insert(config_notes), {**written, "note": note})
    return get(connection, container_id, revision)


def _marked(
    connection: sa.Connection, container_id: ContainerId, rows: Sequence[sa.Row[tuple[object, ...]]]
) -> list[RevisionRecord]:
    if not rows:
        return []
    numbers = [row.revision for row in rows]
    found: dict[str, dict[int, list[str]]] = {"tag": {}, "note": {}}
    for table, column, order in ((config_tags, "tag", "tag"), (config_notes, "note", "id")):
        statement = (
            sa.select(table)
            .where(table.c.container_id == container_id, table.c.revision.in_(numbers))
            .order_by(table.c[order])
        )
        for row in connection.execute(statement):
            found[column].setdefault(row.revision, []).append(getattr(row, column))
    return [
        replace(
            _record(row),
            tags=tuple(found["tag"].get(row.revision, ())),
            notes=tuple(found["note"].get(row.revision, ())),
            refusal=_refusal(connection, container_id, row.revision),
        )
        for row in rows
    ]


def _refusal(connection: sa.Connection, container_id: ContainerId, revision: int) -> str:
    """The coordinator's reason for refusing a revision; empty if it applied it or has not answered yet."""
    first = connection.execute(_FIRST_DECISION, {"which": container_id, "revision": revision}).one_or_none()
    return str(first.facts.get("reason", "")) if first is not None and first.kind == REFUSED else ""


def _record(row: sa.Row[tuple[object, ...]]) -> RevisionRecord:
    return RevisionRecord(
        revision=Revision(row.revision),
        at=row.at,
        author=row.author,
        origin=row.origin,
        reason=row.reason,
        changes={name: pair for name, pair in row.changes.items() if isinstance(pair, Mapping)},
        config=row.config,
        layers=row.layers,
        request_id=row.request_id,
    )
