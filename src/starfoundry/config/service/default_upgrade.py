"""The upgrade of stored settings at start: coordinators follow the built-in defaults of this version."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from starfoundry.config.domain.patch import Patch
from starfoundry.config.service import revise
from starfoundry.config.service.revert_refused import RevertedRevision, revert_stored_refusal
from starfoundry.config.service.revise import CommittedChange
from starfoundry.config.storage import store
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database

_log = logging.getLogger(__name__)


async def upgrade_defaults(database: Database, clock: Clock) -> int:
    """Apply the built-in defaults of this version to every coordinator; returns how many changed.

    One read finds the coordinators concerned, since nearly every start has none.
    """
    by = Authorship(author="StarFoundry", origin="upgrade", at=clock.now(), reason="a default has changed")
    await _revert_stored_refusals(database, clock)
    changed = 0
    for container_id in await database.read(_outdated):
        try:
            committed = await database.write(_upgrade(container_id, by))
        except StarFoundryError as error:
            _log.warning("%s keeps its settings as they were: %s", container_id, error.message)
            continue
        except Exception:  # noqa: BLE001 (one that cannot be read must not block the others)
            _log.exception("%s keeps its settings as they were", container_id)
            continue
        changed += committed.record is not None
    return changed


async def _revert_stored_refusals(database: Database, clock: Clock) -> None:
    """Revert revisions that older versions stored although they were refused: later changes would build on them."""

    def refused(connection: sa.Connection) -> list[ContainerId]:
        found = [each for each in store.coordinators(connection, None) if not each.status.is_final]
        return [each.id for each in found if store.current_refusal(connection, each.id)[0]]

    for container_id in await database.read(refused):
        try:
            await database.write(partial(_reverted, container_id, clock.now()))
        except Exception:  # noqa: BLE001 (one that cannot be read must not block the others)
            _log.exception("%s keeps a revision that is refused", container_id)


def _reverted(container_id: ContainerId, at: datetime, connection: sa.Connection) -> RevertedRevision:
    return revert_stored_refusal(connection, container_id, at)


def _outdated(connection: sa.Connection) -> list[ContainerId]:
    """The coordinators that the upgrade would change, and those that cannot be read."""
    outdated: list[ContainerId] = []
    for container in store.coordinators(connection, None):
        if container.revision == 0 or container.status.is_final:
            continue
        try:
            is_outdated = revise.is_outdated(connection, container)
        except Exception:  # noqa: BLE001 (any error is reported when its turn comes)
            is_outdated = True
        if is_outdated:
            outdated.append(container.id)
    return outdated


def _upgrade(container_id: ContainerId, by: Authorship) -> Callable[[sa.Connection], CommittedChange]:
    return lambda connection: revise.commit(connection, container_id, None, Patch(), by)
