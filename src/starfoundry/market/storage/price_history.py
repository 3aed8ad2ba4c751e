"""Prices as they were seen, out of the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol
from starfoundry.store.tables.schema import market_history


def price_history(
    connection: sa.Connection,
    player_id: PlayerId,
    good: Good,
    waypoints: Sequence[WaypointSymbol],
    *,
    since: datetime | None,
    limit: int,
) -> list[sa.Row[Any]]:
    """The newest so many prices of a good at these markets, oldest first; a look that showed a change left one."""
    where = [
        market_history.c.player_id == player_id,
        market_history.c.waypoint.in_(waypoints),
        market_history.c.good == good,
    ]
    if since is not None:
        where.append(market_history.c.at >= since)
    newest = sa.select(market_history).where(*where).order_by(market_history.c.at.desc(), market_history.c.id.desc())
    return list(reversed(connection.execute(newest.limit(limit)).all()))
