"""Settings that a coordinator cannot use: refused, reported, and reverted at once."""

from collections.abc import Callable
from dataclasses import dataclass

from starfoundry.config.domain.acknowledgements import RefusedRevision
from starfoundry.config.domain.model import Revised
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.containers.runtime.logbook import LogLevel
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import Revision
from starfoundry.manufacturing.runtime.view_builder import ViewBuilder
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.runtime.concurrency.latest import Latest


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSettingsHandler:
    """Chooses the newest settings that one coordinator can use. `log` takes a level, a text and a revision."""

    view_builder: ViewBuilder
    work_state: WorkState
    bus: ConfigBus
    log: Callable[[LogLevel, str, Revision], None]

    async def newest(self, cell: Latest[Revised], in_force: Revised) -> Revised:
        """The newest settings; `in_force` while the newest can neither be used nor reverted.

        Unusable revisions are refused, each with its reason, and the revision that reverts them is committed
        and published before this returns.
        """
        newest = cell.value
        if newest.revision == in_force.revision:
            return in_force
        if not self.view_builder.objection(newest.config, in_force.config):
            return newest
        try:
            taken = await self.work_state.revert_refused(in_force, self.view_builder.known_goods())
        except StarFoundryError as error:
            text = f"Configuration cannot be reverted yet, revision {in_force.revision} stays in force: {error.message}"
            self.log(LogLevel.WARNING, text, newest.revision)
            return in_force
        container_id = self.view_builder.container_id
        for revision, reason in taken.refused.items():
            self.log(LogLevel.ERROR, f"Configuration refused: {reason}", revision)
            self.bus.refuse(
                container_id, RefusedRevision(revision=revision, reason=reason, at_elapsed=self.bus.elapsed())
            )
        if taken.committed is None:
            return in_force
        self.bus.publish(container_id, taken.committed.revised, taken.committed.record)
        return taken.committed.revised
