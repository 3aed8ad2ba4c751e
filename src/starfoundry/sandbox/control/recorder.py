"""Conversion of a daemon's observations of the real server to a world; its database is only read."""

from collections import defaultdict
from pathlib import Path

import sqlalchemy as sa

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.sandbox.control.recorded_world import FORMAT, Recording, SeenGood, SeenPrice, SeenWaypoint
from starfoundry.store import sqlite
from starfoundry.store.tables.schema import market_history, market_observations, waypoints

PRICES_KEPT = 200  # the latest prices of a good at a market: enough to find its resting stock

Prices = dict[tuple[str, str], SeenGood]


def record(database: Path, *, system: str | None = None, player_id: int | None = None) -> Recording:
    """The most observed system of a daemon, or the named one. Raises Missing, Refused or Unavailable."""
    with sqlite.open_read_only(database) as connection:
        return _read(connection, system, player_id)


def _read(connection: sa.Connection, system: str | None, player_id: int | None) -> Recording:
    player = _player(connection, player_id)
    chosen = system or _most_seen(connection, player)
    prices = _prices(connection, player)
    wanted = (waypoints.c.player_id == player) & (waypoints.c.system == chosen)
    rows = connection.execute(sa.select(waypoints).where(wanted).order_by(waypoints.c.symbol)).all()
    if not rows:
        raise Missing(f"nothing was seen of system {chosen}")
    found = [
        SeenWaypoint(
            symbol=row.symbol,
            type=row.type,
            x=row.x,
            y=row.y,
            traits=_traits(row),
            imports=list(row.imports),
            exports=list(row.exports),
            exchange=list(row.exchange),
            goods=[seen for (place, _), seen in prices.items() if place == row.symbol],
        )
        for row in rows
    ]
    return Recording(format=FORMAT, system=chosen, headquarters=_headquarters(found), waypoints=found)


def _traits(row: sa.Row[tuple[object, ...]]) -> list[str]:
    """The stored traits. MARKETPLACE is added for places with trades, since a daemon does not store it."""
    trades = row.imports or row.exports or row.exchange
    return [*row.traits, *(["MARKETPLACE"] if trades and "MARKETPLACE" not in row.traits else [])]


def _player(connection: sa.Connection, player_id: int | None) -> int:
    known = connection.execute(sa.select(waypoints.c.player_id).distinct().order_by(waypoints.c.player_id)).scalars()
    players = [int(each) for each in known]
    if player_id is None and len(players) == 1:
        return players[0]
    if not players:
        raise Missing("this daemon has seen no waypoint yet")
    if player_id not in players:
        raise Refused.of("player-id", player_id, f"one of {', '.join(map(str, players))}")
    return player_id


def _most_seen(connection: sa.Connection, player: int) -> str:
    count = sa.func.count()
    query = sa.select(waypoints.c.system).where(waypoints.c.player_id == player).group_by(waypoints.c.system)
    return str(connection.execute(query.order_by(count.desc(), waypoints.c.system)).scalars().first())


def _prices(connection: sa.Connection, player: int) -> Prices:
    """Every good at every market with its prices, oldest first, the current ones last."""
    found: Prices = {}
    for table, moment in (
        (market_history, market_history.c.at),
        (market_observations, market_observations.c.observed_at),
    ):
        query = sa.select(table, moment.label("seen_at")).where(table.c.player_id == player).order_by(moment)
        for row in connection.execute(query):
            seen = found.setdefault((row.waypoint, row.good), SeenGood(symbol=row.good, kind=row.kind, prices=[]))
            price = SeenPrice(
                ask=row.ask,
                bid=row.bid,
                supply=row.supply,
                volume=row.trade_volume,
                activity=row.activity,
                at=row.seen_at.isoformat(),
            )
            if not seen.prices or seen.prices[-1].at < price.at:
                seen.prices.append(price)
    for seen in found.values():
        del seen.prices[:-PRICES_KEPT]
    return found


def _headquarters(found: list[SeenWaypoint]) -> str:
    """The agents' starting place: the planet whose moons or stations trade most, or the first market."""
    neighbours: dict[tuple[int, int], int] = defaultdict(int)
    for each in found:
        neighbours[each.x, each.y] += "MARKETPLACE" in each.traits
    markets = [each for each in found if "MARKETPLACE" in each.traits]
    if not markets:
        raise Missing("no market of this system was seen")
    planets = [each for each in markets if each.type == "PLANET"] or markets
    return max(planets, key=lambda each: (neighbours[each.x, each.y], each.symbol)).symbol
