"""Changes that are sent again, as after an answer that was lost: known by their request id, made once.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Revision
from starfoundry.store.prepared import PreparedStatement, into
from starfoundry.store.tables.config import config_requests

_FIND = PreparedStatement(
    sa.select(config_requests).where(
        config_requests.c.scope == sa.bindparam("which"), config_requests.c.request_id == sa.bindparam("request")
    )
)
_REMEMBER = PreparedStatement(into(config_requests))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRequest:
    """What a request has become: the revision it was answered with, and what else its answer is made of."""

    revision: Revision
    answer: Mapping[str, object]


def answered(connection: sa.Connection, scope: str, terms: Preconditions) -> AnsweredRequest | None:
    """What the request with this id has become in that scope; None for one that is new, or only asks.

    Raises Refused if the id is that of another request: it would be answered, and never made.
    """
    if not terms.request_id or terms.validate_only:
        return None
    row = _FIND.one_or_none(connection, {"which": scope, "request": terms.request_id})
    if row is None:
        return None
    if row.fingerprint not in ("", terms.fingerprint):
        made = f" (answered with revision {row.revision})" if row.revision else ""
        allowed = f"an id of its own: another change was sent with this one{made}"
        raise Refused.of("request_id", terms.request_id, allowed)
    return AnsweredRequest(revision=Revision(row.revision), answer=row.answer)


def remember(
    connection: sa.Connection,
    scope: str,
    terms: Preconditions,
    at: datetime,
    *,
    revision: int = 0,
    answer: Mapping[str, object] | None = None,
) -> None:
    """Keep what a request has become, in the transaction that made it so; one without an id is not kept."""
    if terms.request_id:
        row = {"scope": scope, "request_id": terms.request_id, "fingerprint": terms.fingerprint, "at": at}
        _REMEMBER.run(connection, {**row, "revision": revision, "answer": dict(answer or {})})
