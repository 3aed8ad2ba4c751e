"""What a start does to settings: coordinators follow the defaults that this version of the program comes with."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service import revise
from starfoundry.config.service.revert_refused import RevertedRevision, take_back_standing
from starfoundry.config.service.revise import CommittedChange
from starfoundry.config.storage import store
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

_log = logging.getLogger(__name__)


async def catch_up(database: Database, clock: Clock) -> int:
    """Bring every coordinator to what its layers say since this version started; how many changed.

    Only a layer below may have moved: the defaults that come with the program, at an upgrade. Whom that concerns is
    found in one look, as at nearly every start it is nobody.
    """
    by = Authorship(author="StarFoundry", origin="upgrade", at=clock.now(), reason="a default has changed")
    await _take_refusals_back(database, clock)
    caught_up = 0
    for container_id in await database.read(lambda connection: _behind(connection, by)):
        try:
            committed = await database.write(_catching_up(container_id, by))
        except StarFoundryError as error:
            _log.warning("%s keeps its settings as they were: %s", container_id, error.message)
            continue
        except Exception:  # noqa: BLE001  (one that cannot be read is in nobody else's way)
            _log.exception("%s keeps its settings as they were", container_id)
            continue
        caught_up += committed.record is not None
    return caught_up


async def _take_refusals_back(database: Database, clock: Clock) -> None:
    """End what older versions left standing: a revision that is refused and would be the ground of later changes."""

    def refused(connection: sa.Connection) -> list[ContainerId]:
        found = [each for each in store.coordinators(connection, None) if not each.status.is_final]
        return [each.id for each in found if store.standing_refusal(connection, each.id)[0]]

    for container_id in await database.read(refused):
        try:
            await database.write(partial(_taken_back, container_id, clock.now()))
        except Exception:  # noqa: BLE001  (one that cannot be read is in nobody else's way)
            _log.exception("%s keeps a revision that is refused", container_id)


def _taken_back(container_id: ContainerId, at: datetime, connection: sa.Connection) -> RevertedRevision:
    return take_back_standing(connection, container_id, at)


def _behind(connection: sa.Connection, by: Authorship) -> list[ContainerId]:
    """The coordinators that catching up would change, and those that cannot be read."""
    behind: list[ContainerId] = []
    for container in store.coordinators(connection, None):
        if container.revision == 0 or container.status.is_final:
            continue
        try:
            tried = revise.commit(connection, container.id, None, Patch(), by, Preconditions(validate_only=True))
        except Exception:  # noqa: BLE001  (whatever is wrong with one, it is told when its turn comes)
            behind.append(container.id)
        else:
            if tried.is_change:
                behind.append(container.id)
    return behind


def _catching_up(container_id: ContainerId, by: Authorship) -> Callable[[sa.Connection], CommittedChange]:
    return lambda connection: revise.commit(connection, container_id, None, Patch(), by, Preconditions())
