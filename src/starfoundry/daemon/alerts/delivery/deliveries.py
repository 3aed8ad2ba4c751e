"""Delivery of messages to the targets of a player: attempts, the history of deliveries, and what health reports."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starfoundry.daemon.alerts import store
from starfoundry.daemon.alerts.delivery.targets import Targets
from starfoundry.daemon.alerts.store import AlertDelivery, Target
from starfoundry.daemon.messenger import Letter, Messenger, Undelivered
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import retry
from starfoundry.store.engine import Database

ATTEMPT_PAUSES_SECONDS = (2.0, 10.0)
"""A delivery that fails is tried again after these."""

UNDELIVERED = "alert-undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Sends messages to targets."""

    database: Database
    clock: Clock
    targets: Targets
    messenger: Messenger
    conditions_of: Callable[[PlayerId], ConditionReporter]

    async def send(self, player_id: PlayerId, targets: Sequence[Target], letter: Letter) -> list[AlertDelivery]:
        """Deliver a message to these targets, side by side. Each result is stored, and failures are a condition."""
        done = await asyncio.gather(*(self._delivered(target, letter) for target in targets))
        await self.database.write(lambda connection: store.note_deliveries(connection, player_id, done))
        reporter = self.conditions_of(player_id)
        for each in done:
            if not each.problem:
                reporter.clear(UNDELIVERED, each.target)
                continue
            reporter.report(
                UNDELIVERED,
                each.target,
                reason=f"an alert could not be delivered to {each.target}: {each.problem}",
                next_step=f"spacetraders alerts test {each.target}",
                degrades=False,
            )
        return done

    async def _delivered(self, target: Target, letter: Letter) -> AlertDelivery:
        async def attempt() -> None:
            await self.messenger.deliver(self.targets.url_of(target), letter)

        problem = ""
        try:
            await retry(attempt, ATTEMPT_PAUSES_SECONDS, on=(Undelivered, StarFoundryError))
        except (Undelivered, StarFoundryError) as error:
            problem = str(error)
        return AlertDelivery(at=self.clock.now(), target=target.name, title=letter.title, problem=problem)
