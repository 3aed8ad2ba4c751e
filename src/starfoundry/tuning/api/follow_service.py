"""Use cases of followed settings: start, stop and show."""

import sqlalchemy as sa

from starfoundry.config.service.config_service import ConfigService
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.follow import LEAST_SECONDS, LEAST_SECONDS_MAX, LEAST_SECONDS_MIN, RULES, Follow
from starfoundry.tuning.domain.space import Dimension, bounds_of
from starfoundry.tuning.runtime.follower import Follower, FollowView
from starfoundry.tuning.runtime.watch import TuningWatch
from starfoundry.tuning.storage import follow_store


class FollowService:
    """The use cases of following."""

    def __init__(
        self, *, database: Database, configs: ConfigService, follower: Follower, watch: TuningWatch, clock: Clock
    ) -> None:
        self._database = database
        self._configs = configs
        self._follower = follower
        self._watch = watch
        self._clock = clock

    async def begin(
        self, player_id: PlayerId, container_id: ContainerId, within: list[str], least_seconds: float, *, author: str
    ) -> FollowView:
        """Follow conditions within these bounds from now on, and nothing else that was followed before.

        Raises Refused naming a setting that follows nothing, or whose value in force is outside its bounds.
        """
        view = await self._configs.show(player_id, container_id)
        bounds = bounds_of(within, view.config)
        least_seconds = least_seconds or LEAST_SECONDS
        if not LEAST_SECONDS_MIN <= least_seconds <= LEAST_SECONDS_MAX:
            raise Refused.of("least", f"{least_seconds:g}s", "from a minute to a week")
        for bound in bounds:
            _require_followable(bound, getattr(view.config, bound.name))
        follow = Follow(
            container_id=container_id,
            player_id=player_id,
            author=author,
            at=self._clock.now(),
            revision=view.revision,
            least_seconds=least_seconds,
            bounds=bounds,
        )
        await self._database.write(lambda connection: follow_store.keep(connection, follow))
        self._follower.begin_again(player_id, container_id)
        self._watch.wake()
        return await self._follower.view(follow)

    async def end(self, player_id: PlayerId, container_id: ContainerId) -> None:
        """Follow nothing from now on; what was moved stays. Nothing happens where nothing was followed."""
        await self._configs.show(player_id, container_id)
        await self._database.write(lambda connection: follow_store.drop(connection, container_id))
        self._follower.begin_again(player_id, container_id)

    async def show(self, player_id: PlayerId, container_id: ContainerId) -> FollowView | None:
        """Its state; None if nothing is followed. Raises Missing for one that is not the player's."""
        await self._configs.show(player_id, container_id)

        def find(connection: sa.Connection) -> Follow | None:
            return follow_store.find(connection, container_id)

        follow = await self._database.read(find)
        return None if follow is None else await self._follower.view(follow)


def _require_followable(bound: Dimension, value: object) -> None:
    if bound.name not in RULES:
        raise Refused.of("within", bound.name, f"a setting that can follow a condition: {', '.join(sorted(RULES))}")
    written = value.name if isinstance(value, SupplyLevel) else value
    if not bound.allows(written):
        low, high = bound.ends
        allowed = f"bounds that include the current value {written}: change the value first, or widen {low}..{high}"
        raise Refused.of("within", bound.name, allowed)
