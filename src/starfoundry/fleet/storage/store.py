"""Rows of claims, quarantine, shipyards and recipes.

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
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables.schema import containers, quarantine, recipes, ship_claims, shipyards

_INSERT = insert_into(ship_claims)
_DELETE = sa.delete(ship_claims).where(
    ship_claims.c.player_id == sa.bindparam("player"), ship_claims.c.ship == sa.bindparam("which")
)


def insert_claim(connection: sa.Connection, player_id: PlayerId, claim: Claim) -> None:
    """Add a claim; the primary key rejects a second claim on the same ship."""
    connection.execute(
        _INSERT,
        {
            "player_id": player_id,
            "ship": claim.ship,
            "container_id": claim.container_id,
            "purpose": claim.purpose,
            "claimed_at": claim.claimed_at,
        },
    )


def delete_claim(connection: sa.Connection, player_id: PlayerId, ship: ShipSymbol) -> None:
    """Delete the claim on a ship."""
    connection.execute(_DELETE, {"player": player_id, "which": ship})


def delete_claims(connection: sa.Connection, player_id: PlayerId) -> None:
    """Delete every claim of the player."""
    connection.execute(sa.delete(ship_claims).where(ship_claims.c.player_id == player_id))


def prune_claims(connection: sa.Connection, player_id: PlayerId) -> list[Claim]:
    """Delete the claims of containers that have ended; returns the others, by ship."""
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
    """The player's quarantined ships, by symbol."""
    mine = sa.select(quarantine).where(quarantine.c.player_id == player_id).order_by(quarantine.c.ship)
    return [
        QuarantinedShip(ship=ShipSymbol(row.ship), reason=row.reason, since=row.since)
        for row in connection.execute(mine)
    ]


def insert_quarantined(connection: sa.Connection, player_id: PlayerId, ship: QuarantinedShip) -> None:
    """Add a ship to the quarantine."""
    row = {"player_id": player_id, "ship": ship.ship, "reason": ship.reason, "since": ship.since}
    connection.execute(sa.insert(quarantine), row)


def delete_quarantined(connection: sa.Connection, player_id: PlayerId, ship: ShipSymbol) -> None:
    """Remove a ship from the quarantine."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id, quarantine.c.ship == ship))


def delete_quarantine(connection: sa.Connection, player_id: PlayerId) -> None:
    """Remove every ship of the player from the quarantine."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id))


def load_yards(connection: sa.Connection, player_id: PlayerId) -> list[YardSighting]:
    """The player's stored shipyards, by waypoint."""
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
    """Store a shipyard, replacing the previous version."""
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
    """The stored inputs of every good."""
    mine = sa.select(recipes).where(recipes.c.player_id == player_id).order_by(recipes.c.good)
    return {Good(row.good): tuple(Good(each) for each in row.inputs) for row in connection.execute(mine)}


def save_recipes(connection: sa.Connection, player_id: PlayerId, inputs_of: Mapping[Good, tuple[Good, ...]]) -> None:
    """Store the inputs of every good, replacing the previous ones."""
    connection.execute(sa.delete(recipes).where(recipes.c.player_id == player_id))
    rows = [{"player_id": player_id, "good": good, "inputs": list(inputs)} for good, inputs in inputs_of.items()]
    if rows:
        connection.execute(sa.insert(recipes), rows)
