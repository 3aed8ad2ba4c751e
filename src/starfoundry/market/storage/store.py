"""Rows of places, observations and their history: plain functions on a connection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol, system_of
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.market.domain.model import Place
from starfoundry.store.tables.schema import market_history, market_observations, waypoints

_SHIPYARD = "SHIPYARD"
_UNLISTED = "MARKETPLACE_UNLISTED"
"""A trait of our own: a market whose goods could not be read yet."""

_DELETE_OBSERVATIONS = sa.delete(market_observations).where(
    market_observations.c.player_id == sa.bindparam("player"),
    market_observations.c.waypoint.in_(sa.bindparam("places", expanding=True)),
)
_INSERT_OBSERVATIONS = sa.insert(market_observations)
_INSERT_HISTORY = sa.insert(market_history)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One reading of one market, and the learned movement of its goods (`Movement.to_map`), if any."""

    waypoint: WaypointSymbol
    quotes: tuple[Quote, ...]
    seen_at: datetime
    movements: Mapping[Good, object] = field(default_factory=dict)


def replace_places(connection: sa.Connection, player_id: PlayerId, places: Sequence[Place]) -> None:
    """Store these places, replacing those with the same symbols."""
    if not places:
        return
    connection.execute(
        sa.delete(waypoints).where(
            waypoints.c.player_id == player_id, waypoints.c.symbol.in_([place.waypoint for place in places])
        )
    )
    connection.execute(sa.insert(waypoints), [_place_row(player_id, place) for place in places])


def load_places(connection: sa.Connection, player_id: PlayerId) -> tuple[Place, ...]:
    """Every stored place, by symbol."""
    rows = connection.execute(
        sa.select(waypoints).where(waypoints.c.player_id == player_id).order_by(waypoints.c.symbol)
    )
    return tuple(_place(row) for row in rows)


def replace_observations(connection: sa.Connection, player_id: PlayerId, looks: Sequence[Observation]) -> None:
    """Store these readings, each of another market, replacing earlier ones of the same markets."""
    rows = [
        _quote_row(player_id, look.waypoint, quote)
        | {"observed_at": look.seen_at, "movement": look.movements.get(quote.good)}
        for look in looks
        for quote in look.quotes
    ]
    if not rows:
        return
    connection.execute(_DELETE_OBSERVATIONS, {"player": player_id, "places": [look.waypoint for look in looks]})
    connection.execute(_INSERT_OBSERVATIONS, rows)


def append_history(connection: sa.Connection, player_id: PlayerId, looks: Iterable[Observation]) -> None:
    """Add changes to the price history."""
    rows = [
        _quote_row(player_id, look.waypoint, quote) | {"at": look.seen_at} for look in looks for quote in look.quotes
    ]
    if rows:
        connection.execute(_INSERT_HISTORY, rows)


def load_observations(connection: sa.Connection, player_id: PlayerId) -> tuple[Observation, ...]:
    """The last reading of each market, by waypoint and good."""
    rows = connection.execute(
        sa.select(market_observations)
        .where(market_observations.c.player_id == player_id)
        .order_by(market_observations.c.waypoint, market_observations.c.good)
    )
    looks: dict[tuple[WaypointSymbol, datetime], list[sa.Row[Any]]] = {}
    for row in rows:
        looks.setdefault((WaypointSymbol(row.waypoint), row.observed_at), []).append(row)
    return tuple(
        Observation(
            waypoint=waypoint,
            quotes=tuple(_quote(row) for row in seen),
            seen_at=seen_at,
            movements={Good(row.good): row.movement for row in seen},
        )
        for (waypoint, seen_at), seen in looks.items()
    )


def _place_row(player_id: PlayerId, place: Place) -> dict[str, Any]:
    return {
        "player_id": player_id,
        "symbol": place.waypoint,
        "system": system_of(place.waypoint),
        "type": place.type,
        "x": place.x,
        "y": place.y,
        "traits": [trait for trait, has in ((_SHIPYARD, place.has_shipyard), (_UNLISTED, place.is_unlisted)) if has],
        "imports": list(place.imports),
        "exports": list(place.exports),
        "exchange": list(place.exchange),
    }


def _place(row: sa.Row[Any]) -> Place:
    return Place(
        waypoint=WaypointSymbol(row.symbol),
        x=row.x,
        y=row.y,
        type=row.type,
        imports=tuple(Good(good) for good in row.imports),
        exports=tuple(Good(good) for good in row.exports),
        exchange=tuple(Good(good) for good in row.exchange),
        has_shipyard=_SHIPYARD in row.traits,
        is_unlisted=_UNLISTED in row.traits,
    )


def _quote_row(player_id: PlayerId, waypoint: WaypointSymbol, quote: Quote) -> dict[str, Any]:
    return {
        "player_id": player_id,
        "waypoint": waypoint,
        "good": quote.good,
        "kind": quote.kind.value,
        "supply": quote.supply.name if quote.supply is not None else None,
        "activity": quote.activity.value if quote.activity is not None else None,
        "trade_volume": quote.trade_volume,
        "ask": quote.ask,
        "bid": quote.bid,
    }


def _quote(row: sa.Row[Any]) -> Quote:
    return Quote(
        good=Good(row.good),
        kind=TradeKind(row.kind),
        trade_volume=row.trade_volume,
        supply=SupplyLevel[row.supply] if row.supply is not None else None,
        activity=Activity(row.activity) if row.activity is not None else None,
        ask=row.ask,
        bid=row.bid,
    )
