"""Claims and quarantine as rows. Every function works on a connection inside a transaction of its caller."""

import sqlalchemy as sa

from starfoundry.containers.model import ContainerStatus
from starfoundry.fleet.model import Claim, Quarantined
from starfoundry.kernel.ids import ContainerId, PlayerId, ShipSymbol
from starfoundry.store.prepared import Prepared, into
from starfoundry.store.schema import containers, quarantine, ship_claims

_INSERT = Prepared(into(ship_claims))
_DELETE = Prepared(
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


def quarantined_ships(connection: sa.Connection, player_id: PlayerId) -> list[Quarantined]:
    """The player's ships that are left alone, by symbol."""
    mine = sa.select(quarantine).where(quarantine.c.player_id == player_id).order_by(quarantine.c.ship)
    return [
        Quarantined(ship=ShipSymbol(row.ship), reason=row.reason, since=row.since) for row in connection.execute(mine)
    ]


def insert_quarantined(connection: sa.Connection, player_id: PlayerId, ship: Quarantined) -> None:
    """Leave a ship alone."""
    row = {"player_id": player_id, "ship": ship.ship, "reason": ship.reason, "since": ship.since}
    connection.execute(sa.insert(quarantine), row)


def delete_quarantined(connection: sa.Connection, player_id: PlayerId, ship: ShipSymbol) -> None:
    """Work with a ship again."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id, quarantine.c.ship == ship))


def delete_quarantine(connection: sa.Connection, player_id: PlayerId) -> None:
    """No ship of the player is left alone any more."""
    connection.execute(sa.delete(quarantine).where(quarantine.c.player_id == player_id))
