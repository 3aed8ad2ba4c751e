"""The daily summary: the report of the last 24 hours, sent to a player's targets at the hour that was set."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from starfoundry.daemon.alerts import store
from starfoundry.daemon.alerts.delivery.deliveries import Deliveries
from starfoundry.daemon.alerts.domain.summary_time import summary_is_due
from starfoundry.daemon.messenger import Letter
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId

AGAIN = timedelta(minutes=10)
"""A summary that reached nobody is sent again after this."""

_log = logging.getLogger(__name__)


class DailySummaries:
    """Sends the summaries that are due, in the background. `write` returns the summary of a player."""

    def __init__(self, deliveries: Deliveries, write: Callable[[PlayerId], Awaitable[Letter]]) -> None:
        self._deliveries = deliveries
        self.write = write
        self._sending: dict[PlayerId, asyncio.Task[None]] = {}
        self._tried_at: dict[PlayerId, datetime] = {}

    async def look(self, player_id: PlayerId) -> None:
        """Begin to send the player's summary if it is due. Raises Unavailable where the database refuses."""
        now = self._deliveries.clock.now()
        tried_at = self._tried_at.get(player_id)
        if player_id in self._sending or (tried_at is not None and now - tried_at < AGAIN):
            return
        if await self._deliveries.database.read(lambda connection: _is_due(connection, player_id, now)):
            self._tried_at[player_id] = now
            task = asyncio.create_task(self._send(player_id), name=f"summary of player {player_id}")
            self._sending[player_id] = task
            task.add_done_callback(lambda _done: self._sending.pop(player_id))

    async def close(self) -> None:
        """Give up what is being sent; it is sent after the next start."""
        tasks = list(self._sending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, player_id: PlayerId) -> None:
        targets, clock = self._deliveries.targets.of(player_id), self._deliveries.clock
        try:
            done = await self._deliveries.send(player_id, targets, await self.write(player_id))
            if not all(each.problem for each in done):
                now = clock.now()
                await self._deliveries.database.write(lambda connection: store.note_summary(connection, player_id, now))
        except StarFoundryError as error:
            _log.warning("the daily summary of player %s could not be sent: %s", player_id, error.message)
        except Exception:  # noqa: BLE001  (whatever it is, it is tried again)
            _log.exception("sending the daily summary of player %s failed", player_id)


def _is_due(connection: sa.Connection, player_id: PlayerId, now: datetime) -> bool:
    paging, last = store.paging(connection, player_id), store.summary_sent_at(connection, player_id)
    return summary_is_due(paging, last, now) and not store.is_over(connection, player_id)
