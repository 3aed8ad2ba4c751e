"""The follower: reads conditions, decides, and adjusts at most one setting of a coordinator at each check.

All that must outlive a kill is stored: what the operator wants followed, and every move as a revision. How often in a
row a condition has asked for a move is not, so after a restart it is asked again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_values
from starfoundry.config.service.config_service import ConfigService
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.follow import AUTHOR, ORIGIN, Follow, FollowHistory, FollowState, LeftAlone
from starfoundry.tuning.domain.following import FollowDecision, Held, Move, decide
from starfoundry.tuning.domain.tune_command import tune_command
from starfoundry.tuning.runtime.condition_reader import ConditionReader
from starfoundry.tuning.storage import follow_store, probation_store

OSCILLATES = "tuning-oscillates"
NOT_WORKING = "the coordinator is not running"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowView:
    """The following of a coordinator: its past, and its next decision; None if nothing is followed."""

    follow: Follow
    past: FollowHistory
    decision: FollowDecision | None
    waits: str = ""


class Follower:
    """Moves the settings that are followed."""

    def __init__(
        self,
        *,
        database: Database,
        configs: ConfigService,
        reader: ConditionReader,
        clock: Clock,
        conditions_of: Callable[[PlayerId], ConditionReporter],
    ) -> None:
        self._database = database
        self._configs = configs
        self._reader = reader
        self._clock = clock
        self._conditions_of = conditions_of
        self._held: dict[ContainerId, Held] = {}

    async def has_work(self) -> bool:
        """Whether anything is followed."""
        return bool(await self._database.read(follow_store.every))

    async def look(self) -> None:
        """One look at everything that is followed; raises Unavailable where the database refuses."""
        for follow in await self._database.read(follow_store.every):
            await self._look_at(follow)

    async def view(self, follow: Follow) -> FollowView:
        """Its state at this moment."""
        container_id = ContainerId(follow.container_id)

        def read(connection: sa.Connection) -> tuple[FollowHistory, str]:
            return follow_store.past(connection, follow), probation_store.hold(connection, container_id)

        past, waits = await self._database.read(read)
        conditions = self._reader.read(container_id)
        if conditions is None:
            return FollowView(follow=follow, past=past, decision=None, waits=waits or NOT_WORKING)
        shown = await self._configs.show(PlayerId(follow.player_id), container_id)
        values, held = shown.config.by_name(), self._held.get(container_id, {})
        decision = decide(follow, values, past, conditions, held, self._clock.now())
        return FollowView(follow=follow, past=past, decision=decision, waits=waits)

    def begin_again(self, player_id: PlayerId, container_id: ContainerId) -> None:
        """Drop what was counted and reported: the operator has said what to follow from now on."""
        self._held.pop(container_id, None)
        self._conditions_of(player_id).clear(OSCILLATES, container_id)

    async def _look_at(self, follow: Follow) -> None:
        container_id, player_id = ContainerId(follow.container_id), PlayerId(follow.player_id)
        revision = (await self._configs.show(player_id, container_id)).revision  # before what it is decided by
        seen = await self.view(follow)
        if seen.decision is None or seen.waits:
            self._held.pop(container_id, None)
            return
        decision = seen.decision
        self._held[container_id] = decision.held
        if decision.left != follow.left:
            follow = msgspec.structs.replace(follow, left=decision.left)
            await self._keep(follow)
        self._report(follow)
        if decision.move is not None:
            await self._make(follow, decision.move, revision)

    async def _make(self, follow: Follow, move: Move, revision: int) -> None:
        """Set a value, unless anybody has changed a setting since it was read: then the next look decides again."""
        try:
            await self._configs.apply_patch(
                PlayerId(follow.player_id),
                ContainerId(follow.container_id),
                Patch(values=read_values({move.setting: move.value})),
                self._configs.authorship(author=AUTHOR, origin=ORIGIN, reason=move.reason),
                Preconditions(expected_revision=revision),
            )
        except Stale as error:
            _log.info("%s of %s will be checked again: %s", move.setting, follow.container_id, error.message)
        except Refused as error:
            left = LeftAlone(state=FollowState.REFUSED, detail=error.message)
            await self._keep(msgspec.structs.replace(follow, left={**follow.left, move.setting: left}))
        else:
            self._held.pop(ContainerId(follow.container_id), None)

    async def _keep(self, follow: Follow) -> None:
        await self._database.write(lambda connection: follow_store.replace_same(connection, follow))

    def _report(self, follow: Follow) -> None:
        """Tell health of oscillations, for as long as the operator has not said otherwise."""
        reporter = self._conditions_of(PlayerId(follow.player_id))
        found = [f"{name} {each.detail}" for name, each in follow.left.items() if each.state is FollowState.OSCILLATES]
        if not found:
            reporter.clear(OSCILLATES, follow.container_id)
            return
        reporter.report(
            OSCILLATES,
            follow.container_id,
            reason=f"tune follow: {'; '.join(found)}",
            next_step=tune_command("status", follow.container_id),
            degrades=False,
        )
