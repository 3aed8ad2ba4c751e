"""The audit trail: every change and every refusal, with caller, origin, request and outcome.

A change has two entries, one written before it is made and one with its outcome, so that a daemon killed in between
leaves none without a trace.

Each entry contains a hash over itself and the previous hash, so that an edited, removed or inserted row is noticed even
if the database's own triggers were removed. Secrets are removed before anything is written.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from starfoundry.store.tables.access import audit_entries

BEGINNING = "0" * 64
"""The hash before the first entry."""

STARTED = "STARTED"
"""The outcome of a change that is about to be made. If no other entry of the call follows, the daemon was killed."""

TEXT_MAX = 4_000
SECRET_FIELDS = frozenset({"account_token", "agent_token", "secret"})
HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One call that changed something, or was refused. `request` and `result` are JSON, cut if too long."""

    at: str
    caller: str
    role: str
    origin: str
    method: str
    outcome: str
    request_id: str
    request: str
    result: str


def append(connection: sa.Connection, entry: AuditEntry) -> int:
    """Append an entry to the chain; its number."""
    last, before = head(connection)
    sequence = last + 1
    row = {"sequence": sequence, **asdict(entry)}
    connection.execute(sa.insert(audit_entries), [{**row, "hash": hash_of(row, before)}])
    return sequence


def entries(connection: sa.Connection, *, limit: int, refused_only: bool = False) -> list[dict[str, Any]]:
    """The newest entries, oldest first; that of a started change only as long as its outcome is not known."""
    later = audit_entries.alias("later")
    same = [later.c[name] == audit_entries.c[name] for name in ("at", "caller", "origin", "method", "request")]
    has_ended = sa.exists().where(later.c.sequence > audit_entries.c.sequence, later.c.outcome != STARTED, *same)
    statement = (
        sa.select(audit_entries)
        .where(sa.or_(audit_entries.c.outcome != STARTED, sa.not_(has_ended)))
        .order_by(audit_entries.c.sequence.desc())
        .limit(limit)
    )
    if refused_only:
        statement = statement.where(audit_entries.c.outcome.not_in(("OK", STARTED)))
    return [dict(row._mapping) for row in reversed(connection.execute(statement).all())]  # noqa: SLF001  (its public name)


def head(connection: sa.Connection) -> tuple[int, str]:
    """The number of entries and the last hash; noted elsewhere, the hash later shows whether the end was cut off."""
    statement = sa.select(audit_entries.c.sequence, audit_entries.c.hash).order_by(audit_entries.c.sequence.desc())
    last = connection.execute(statement.limit(1)).one_or_none()
    return (0, BEGINNING) if last is None else (int(last.sequence), str(last.hash))


def chain_errors(connection: sa.Connection, noted: str = "") -> Iterator[str]:
    """Problems of the chain, in words; none if it is complete and still contains the `noted` hash."""
    before, expected = BEGINNING, 1
    for found in connection.execute(sa.select(audit_entries).order_by(audit_entries.c.sequence)):
        row = dict(found._mapping)  # noqa: SLF001
        written = row.pop("hash")
        if row["sequence"] != expected:
            yield f"entries {expected} to {row['sequence'] - 1} are missing"
        elif hash_of(row, before) != written:
            yield f"entry {row['sequence']} was changed, or does not follow the entry before it"
        before, expected = written, row["sequence"] + 1
        noted = "" if noted == written else noted
    if noted not in ("", BEGINNING):
        yield f"the entry with the hash {noted} is gone"


def hash_of(row: dict[str, Any], before: str) -> str:
    """The hash of an entry after the one with the hash `before`."""
    content = json.dumps({**row, "before": before}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def written(message: object) -> str:
    """A request or an answer as JSON without secrets, cut to TEXT_MAX characters; empty if it is not a message."""
    if not isinstance(message, Message):
        return ""
    copy = type(message)()
    copy.CopyFrom(message)
    _hide_secrets(copy)
    text = json.dumps(MessageToDict(copy, preserving_proto_field_name=True), ensure_ascii=True, sort_keys=True)
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"


def _hide_secrets(message: Message) -> None:
    for field, value in message.ListFields():
        if field.name in SECRET_FIELDS:
            setattr(message, field.name, HIDDEN)
        elif field.type == FieldDescriptor.TYPE_MESSAGE and isinstance(value, Message):
            _hide_secrets(value)
