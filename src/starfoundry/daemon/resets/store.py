"""The end of a player's universe in the database, in one transaction of the caller."""

from datetime import datetime

import sqlalchemy as sa

from starfoundry.containers.domain.model import Container
from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.players import store as player_store
from starfoundry.fleet.storage import store as fleet_store
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.manufacturing.storage import store as work_store


def end_everything(connection: sa.Connection, player_id: PlayerId, *, reason: str, at: datetime) -> list[Container]:
    """End everything of the player: containers, their pipelines and tasks, claims, calls without an outcome.

    Returns the containers abandoned by this. Ledger, markets, settings and logs stay as they are. A second call changes
    nothing.
    """
    player_store.end(connection, player_id, at=at)
    lost = container_store.abandon(connection, player_id, at=at, reason=reason)
    for container in lost:
        work_store.cancel_all(connection, container.id, reason="its universe is over", at=at)
    fleet_store.delete_claims(connection, player_id)
    fleet_store.delete_quarantine(connection, player_id)
    ledger_store.abandon_intents(connection, player_id, reason="its universe was over before it was settled", at=at)
    return lost
