"""Probation of proposals: applied automatically, compared with the real profit, and reverted if it is less.

An hour counts when it was watched as a whole, with the coordinator at work; after a restart a new one begins.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage import history
from starfoundry.forecast.storage.store import traded
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.follow import AUTHOR
from starfoundry.tuning.domain.probation import (
    HOURS_BEFORE_MAX,
    HOURS_MIN,
    Probation,
    ProbationState,
    comparison,
    outside,
    verdict,
)
from starfoundry.tuning.domain.study import Study, StudyStatus
from starfoundry.tuning.runtime.set_proposal import set_proposal
from starfoundry.tuning.storage import probation_store, store

HOUR = timedelta(hours=1)


class Probations:
    """Looks after the proposals that are set by themselves. `works` tells whether a coordinator can trade now."""

    def __init__(
        self,
        *,
        database: Database,
        configs: ConfigService,
        clock: Clock,
        works: Callable[[PlayerId, ContainerId], bool],
    ) -> None:
        self._database = database
        self._configs = configs
        self._clock = clock
        self._works = works
        self._hour_since: dict[int, datetime] = {}

    async def has_work(self) -> bool:
        """Whether any proposal is due or on trial."""
        return bool(await self._database.read(probation_store.every_open))

    async def look(self) -> None:
        """One look at all of them; raises Unavailable where the database refuses."""
        for probation in await self._database.read(probation_store.every_open):
            await self._look_at(probation)

    async def _look_at(self, probation: Probation) -> None:
        study = await self._database.read(lambda connection: store.get(connection, probation.study))
        if probation.state is ProbationState.DUE:
            await self._set(study, probation)
        else:
            await self._judge(study, probation)

    async def _set(self, study: Study, probation: Probation) -> None:
        """Set what is proposed, if it is within the operator's bounds and nobody has changed a setting since."""
        assert study.proposal is not None, "only a proposal is due"
        if study.status is not StudyStatus.PROPOSED:
            await self._end(probation, ProbationState.NOT_APPLIED, f"the study is already {study.status}")
            return
        if problem := outside(study.spec.apply_within, study.proposal.settings):
            await self._end(probation, ProbationState.NOT_APPLIED, f"not applied automatically: {problem}")
            return
        before = await self._database.read(lambda connection: _hours_before(connection, study, self._clock.now()))
        if len(before) < HOURS_MIN:
            reason = f"applied after {HOURS_MIN} hours with trades for comparison: {len(before)} so far"
            await self._keep(probation.becomes(ProbationState.DUE, reason))
            return
        try:
            result = await set_proposal(self._configs, study, request_id=f"study-{study.number}-set")
        except (Stale, Refused) as error:
            await self._end(probation, ProbationState.NOT_APPLIED, f"not applied automatically: {error.message}")
            return
        begun = msgspec.structs.replace(
            probation, state=ProbationState.WATCHING, reason="", revision=result.revision, before=before
        )
        self._hour_since[study.number] = self._clock.now()

        def write(connection: sa.Connection) -> None:
            probation_store.keep(connection, begun)
            store.change_status(connection, study.number, was=StudyStatus.PROPOSED, becomes=StudyStatus.APPLIED)

        await self._database.write(write)

    async def _judge(self, study: Study, probation: Probation) -> None:
        container_id, player_id = ContainerId(study.spec.container_id), PlayerId(study.spec.player_id)
        newer = await self._database.read(lambda c: history.newer(c, container_id, probation.revision, 1))
        if newer:
            who = f"{newer[0].author} changed settings in revision {newer[0].revision}"
            await self._end(probation, ProbationState.ENDED, f"{who}: the proposal is kept and no longer evaluated")
            return
        now = self._clock.now()
        since = self._hour_since.setdefault(study.number, now)
        if not self._works(player_id, container_id):
            self._hour_since[study.number] = now
            return
        if now - since < HOUR:
            return
        until = since + HOUR
        brought = await self._database.read(lambda connection: traded(connection, player_id, since, until))
        probation = msgspec.structs.replace(probation, after=(*probation.after, brought or 0.0))
        match verdict(probation.before, probation.after):
            case ProbationState.UNDONE:
                await self._undo(study, probation)
            case ProbationState.KEPT:
                await self._end(probation, ProbationState.KEPT, f"it stays: {comparison(probation)}")
            case _:
                await self._keep(probation.becomes(ProbationState.WATCHING, comparison(probation)))
        self._hour_since[study.number] = until

    async def _undo(self, study: Study, probation: Probation) -> None:
        """Take a change back as a whole; if anybody changes a setting at this moment, that ends the trial instead."""
        reason = f"study {study.number} reverted: {comparison(probation)}"
        try:
            await self._configs.rollback(
                PlayerId(study.spec.player_id),
                ContainerId(study.spec.container_id),
                probation.revision - 1,
                self._configs.authorship(author=AUTHOR, origin=AUTHOR, reason=reason),
                Preconditions(expected_revision=probation.revision, request_id=f"study-{study.number}-undo"),
            )
        except (Stale, Refused) as error:
            await self._end(probation, ProbationState.ENDED, f"not reverted: {error.message}")
        else:
            await self._end(probation, ProbationState.UNDONE, reason)

    async def _end(self, probation: Probation, state: ProbationState, reason: str) -> None:
        await self._keep(probation.becomes(state, reason))
        self._hour_since.pop(probation.study, None)

    async def _keep(self, probation: Probation) -> None:
        await self._database.write(lambda connection: probation_store.keep(connection, probation))


def _hours_before(connection: sa.Connection, study: Study, now: datetime) -> tuple[float, ...]:
    """Profits of the last closed hours under the settings at the study's start; hours without trades are left out."""
    since = history.get(connection, ContainerId(study.spec.container_id), study.spec.revision).at
    hours = min(HOURS_BEFORE_MAX, int((now - since) / HOUR))
    found = (
        traded(connection, PlayerId(study.spec.player_id), now - (each + 1) * HOUR, now - each * HOUR)
        for each in range(hours)
    )
    return tuple(each for each in found if each)
