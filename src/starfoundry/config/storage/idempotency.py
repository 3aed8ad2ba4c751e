"""Idempotency keys: a request that is sent again, as after a lost answer, is made once and answered again.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Revision
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables.config import config_requests

_FIND = sa.select(config_requests).where(
    config_requests.c.scope == sa.bindparam("which"), config_requests.c.request_id == sa.bindparam("request")
)
_REMEMBER = insert_into(config_requests)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRequest:
    """The stored answer to a request: the revision, and the other parts of the answer."""

    revision: Revision
    answer: Mapping[str, object]


def find_answer(connection: sa.Connection, scope: str, terms: Preconditions) -> AnsweredRequest | None:
    """The stored answer to the request with this id in that scope; None for a new request or a dry run.

    Raises Refused if the id belongs to another change, which would otherwise be answered but never made.
    """
    if not terms.request_id or terms.validate_only:
        return None
    row = connection.execute(_FIND, {"which": scope, "request": terms.request_id}).one_or_none()
    if row is None:
        return None
    if row.fingerprint not in ("", terms.fingerprint):
        made = f" (answered with revision {row.revision})" if row.revision else ""
        allowed = f"a new id: another change was sent with this one{made}"
        raise Refused.of("request_id", terms.request_id, allowed)
    return AnsweredRequest(revision=Revision(row.revision), answer=row.answer)


def save_answer(
    connection: sa.Connection, scope: str, terms: Preconditions, at: datetime, answered: AnsweredRequest
) -> None:
    """Store the answer to a request in the transaction that made the change; a request without an id is not stored."""
    if terms.request_id:
        row = {"scope": scope, "request_id": terms.request_id, "fingerprint": terms.fingerprint, "at": at}
        connection.execute(_REMEMBER, {**row, "revision": answered.revision, "answer": dict(answered.answer)})
