"""Trade profit over the last closed hour, the last 24 hours, and the whole time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS
from starfoundry.store.tables.schema import ledger

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """Profit from the ledger, in credits; ship purchases are counted separately.

    `hour` is the profit of the last closed clock hour, which starts at `hour_from`; None if no hour has ended since
    the beginning. `day` is the profit of the `day_seconds` of the last 24 hours that lie after the beginning.
    """

    since: datetime
    total: int
    seconds: float
    hour: int | None
    hour_from: datetime | None
    day: int
    day_seconds: float

    @property
    def total_per_hour(self) -> int:
        """Credits per hour over the whole time; 0 if no time has passed."""
        return int(self.total * 3_600 / self.seconds) if self.seconds > 0 else 0


def earnings(
    connection: sa.Connection,
    player_id: PlayerId,
    *,
    since: datetime,
    now: datetime,
    until: datetime | None = None,
    container_id: str = "",
) -> Earnings:
    """The trade profit since the beginning at `since`, of a player or of one container.

    `until` is when the container stopped, if it did: the total is counted up to then, the hour and the day up to
    now.
    """
    hour_to = now.replace(minute=0, second=0, microsecond=0)
    hour_from = max(since, hour_to - HOUR)
    day_from = max(since, now - DAY)
    where = [ledger.c.player_id == player_id, ledger.c.kind.in_([kind.value for kind in TRADE_KINDS])]
    if container_id:
        where.append(ledger.c.container_id == container_id)
    total = connection.execute(sa.select(sa.func.sum(ledger.c.amount)).where(*where)).scalar_one()
    in_hour = sa.and_(ledger.c.at >= hour_from, ledger.c.at < hour_to)
    day, hour = connection.execute(
        sa.select(sa.func.sum(ledger.c.amount), sa.func.sum(sa.case((in_hour, ledger.c.amount), else_=0))).where(
            *where, ledger.c.at >= day_from
        )
    ).one()
    has_hour = hour_from < hour_to
    return Earnings(
        since=since,
        total=int(total or 0),
        seconds=max(0.0, ((until or now) - since).total_seconds()),
        hour=int(hour or 0) if has_hour else None,
        hour_from=hour_from if has_hour else None,
        day=int(day or 0),
        day_seconds=max(0.0, (now - day_from).total_seconds()),
    )


def opened_at(connection: sa.Connection, player_id: PlayerId) -> datetime | None:
    """The time when the player's ledger was opened; None for an empty one."""
    first = sa.select(ledger.c.at).where(ledger.c.player_id == player_id).order_by(ledger.c.sequence).limit(1)
    return connection.execute(first).scalar_one_or_none()
