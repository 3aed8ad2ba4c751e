"""The effect of one revision of a coordinator's settings: the decisions made under it, and the profit of its trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.storage import history
from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.schema import decisions, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionEffect:
    """The effect of one revision. `decisions` are the first of them, `counts` the number of all by kind.

    `first_cycle` holds the effects of its first decision cycle. `profit` is in credits: sales minus goods and fuel
    of the trades made under it. It was in force from `first_at` to `until`; None if it still is. `before` is the
    revision that was in force before it, without its decisions.
    """

    record: RevisionRecord
    decisions: Sequence[sa.Row[tuple[object, ...]]]
    counts: Mapping[str, int]
    first_cycle: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None
    profit: int
    until: datetime | None = None
    before: "RevisionEffect | None" = None


def effect(connection: sa.Connection, container_id: ContainerId, revision: int, limit: int) -> RevisionEffect:
    """The effect of a revision. Raises Missing if the revision does not exist."""
    record = history.get(connection, container_id, revision)
    table = decisions.c
    of_revision = (table.container_id == container_id, table.revision == record.revision)
    rows = connection.execute(sa.select(decisions).where(*of_revision).order_by(table.id).limit(limit)).all()
    counted = sa.select(table.kind, sa.func.count(), sa.func.min(table.at), sa.func.max(table.at))
    kinds = connection.execute(counted.where(*of_revision).group_by(table.kind).order_by(table.kind)).all()
    applied = sa.select(table.facts).where(*of_revision, table.kind == history.CONFIGURATION_APPLIED).order_by(table.id)
    first = connection.execute(applied.limit(1)).scalar_one_or_none()
    return RevisionEffect(
        record=record,
        decisions=rows,
        counts={row[0]: row[1] for row in kinds},
        first_cycle=tuple((first or {}).get("effects", ())),
        first_at=min((row[2] for row in kinds), default=None),
        last_at=max((row[3] for row in kinds), default=None),
        profit=_profit(connection, container_id, record.revision),
        until=_superseded_at(connection, container_id, record.revision),
    )


def effect_compared(connection: sa.Connection, container_id: ContainerId, revision: int, limit: int) -> RevisionEffect:
    """The effect of a revision and of the one in force before it, if decisions of that one are stored."""
    found = effect(connection, container_id, revision, limit)
    table = decisions.c
    earlier = sa.select(sa.func.max(table.revision)).where(
        table.container_id == container_id, table.kind == history.CONFIGURATION_APPLIED, table.revision < revision
    )
    number = connection.execute(earlier).scalar()
    return found if number is None else replace(found, before=effect(connection, container_id, number, 0))


def _superseded_at(connection: sa.Connection, container_id: ContainerId, revision: int) -> datetime | None:
    """The time when the next revision came into force; None if there is none yet."""
    table = decisions.c
    statement = sa.select(table.at).where(
        table.container_id == container_id, table.kind == history.CONFIGURATION_APPLIED, table.revision > revision
    )
    return connection.execute(statement.order_by(table.id).limit(1)).scalar_one_or_none()


def _profit(connection: sa.Connection, container_id: ContainerId, revision: int) -> int:
    statement = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.amount), 0)).where(
        ledger.c.container_id == container_id,
        ledger.c.config_revision == revision,
        ledger.c.kind.in_(("PURCHASE", "SALE", "REFUEL")),
    )
    return int(connection.execute(statement).scalar_one())
