"""Claims, quarantine, shipyards and recipes as rows.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.fleet.domain.model import Claim, QuarantinedShip, YardSighting
from starfoundry.game.model import ShipOffer
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.store.prepared import PreparedStatement, into
from starfoundry.store.tables.schema import containers, quarantine, recipes, ship_claims, shipyards

_INSERT = PreparedStatement(into(ship_claims))
_DELETE = PreparedStatement(
    sa.delete(ship_claims).where(
        ship_claims.c.player_id == sa.bindparam("player"), ship_claims.c.ship == sa.bindparam("which")
    )
)


def insert_claim(connection: sa.Connection, player_id: PlayerId, claim: Claim) -> None:
    """A new claim; the primary key refuses a second master for a ship."""
    _INSERT.run(
        connection,
        {
            "player_id": player_id,
            "ship": claim.ship,
            "container_id": claim.container_id,
            "purpose": claim.purpose,
            "claimed_at": claim.claimed_at,
        },
    )


def delete_claim(connection: sa.Connection, player_id: PlayerId, ship: ShipSymbol) -> None:
    """The ship is free."""
    _DELETE.run(connection, {"player": player_id, "which": ship})


def delete_claims(connection: sa.Connection, player_id: PlayerId) -> None:
    """Every ship of the player is free."""
    connection.execute(sa.delete(ship_claims).where(ship_claims.c.player_id == player_id))


def keep_living_claims(connection: sa.Connection, player_id: PlayerId) -> list[Claim]:
    """Drop the claims of containers that have ended; those that still hold, by ship."""
    alive = [status.value for status in ContainerStatus if status.is_alive]
    living = sa.select(containers.c.id).where(containers.c.status.in_(alive))
    connection.execute(
        sa.delete(ship_claims).where(ship_claims.c.player_id == player_id, ship_claims.c.container_id.not_in(living))
    )
    rows = connection.execute(
        sa.select(ship_claims).where(ship_claims.c.player_id == player_id).order_by(ship_claims.c.ship)
    )
    return [
        Claim(
            ship=ShipSymbol(row.ship),
            container_id=ContainerId(row.container_id),
            purpose=row.purpose,
            claimed_at=row.claimed_at,
        )
        for row in rows
    ]


def quarantined_ships(connection: sa.Connection, player_id: PlayerId) -> list[QuarantinedShip]:
    """The player's ships that are left alone, by symbol."""
    mine = sa.select(quarantine).where(quarantine.c.player_id == player_id).order_by(quarantine.c.ship)
    return [
        QuarantinedShip(ship=ShipSymbol(row.ship), reason=row.reason, since=row.since)
        for row in connection.execute(mine)
    ]


def insert_quarantined(connection: sa.Connection, player_id: PlayerId, ship: QuarantinedShip) -> None:
    """Leave a ship alone."""
    row = {"player_id": player_id, "ship": ship.ship, "reason": ship.reason, "since": ship.since}
    connection.execute(sa.insert(quarantine), row)


def delete_quarantined(connection: sa.Connection, player_id: PlayerId, ship: ShipSymbol) -> None:
    """Work with a ship again."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id, quarantine.c.ship == ship))


def delete_quarantine(connection: sa.Connection, player_id: PlayerId) -> None:
    """No ship of the player is left alone any more."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id))


def load_yards(connection: sa.Connection, player_id: PlayerId) -> list[YardSighting]:
    """The player's shipyards as last told, by waypoint."""
    mine = sa.select(shipyards).where(shipyards.c.player_id == player_id).order_by(shipyards.c.waypoint)
    return [
        YardSighting(
            waypoint=WaypointSymbol(row.waypoint),
            ship_types=tuple(row.ship_types),
            offers=tuple(_offer(each) for each in row.offers),
            seen_at=row.seen_at,
        )
        for row in connection.execute(mine)
    ]


def save_yard(connection: sa.Connection, player_id: PlayerId, yard: YardSighting) -> None:
    """A shipyard as it is told now, instead of what was told before."""
    same = (shipyards.c.player_id == player_id) & (shipyards.c.waypoint == yard.waypoint)
    connection.execute(sa.delete(shipyards).where(same))
    row = {
        "player_id": player_id,
        "waypoint": yard.waypoint,
        "ship_types": list(yard.ship_types),
        "offers": [asdict(offer) | {"supply": offer.supply.name if offer.supply else None} for offer in yard.offers],
        "seen_at": yard.seen_at,
    }
    connection.execute(sa.insert(shipyards), row)


def _offer(stored: Mapping[str, Any]) -> ShipOffer:
    supply = stored["supply"]
    return replace(ShipOffer(**{**stored, "supply": None}), supply=SupplyLevel[supply] if supply else None)


def load_recipes(connection: sa.Connection, player_id: PlayerId) -> dict[Good, tuple[Good, ...]]:
    """What every good is made from, as last told."""
    mine = sa.select(recipes).where(recipes.c.player_id == player_id).order_by(recipes.c.good)
    return {Good(row.good): tuple(Good(each) for each in row.inputs) for row in connection.execute(mine)}


def save_recipes(connection: sa.Connection, player_id: PlayerId, told: Mapping[Good, tuple[Good, ...]]) -> None:
    """What every good is made from, instead of what was told before."""
    connection.execute(sa.delete(recipes).where(recipes.c.player_id == player_id))
    rows = [{"player_id": player_id, "good": good, "inputs": list(inputs)} for good, inputs in told.items()]
    if rows:
        connection.execute(sa.insert(recipes), rows)
