"""The ledger of one player: intents and their outcomes, each outcome committed together with its entries."""

from collections.abc import Callable
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.domain.balance import Balance
from starfoundry.ledger.domain.incidents import Incidents
from starfoundry.ledger.domain.model import Intent, IntentState, Purpose
from starfoundry.ledger.storage import store
from starfoundry.runtime.backoff import DISK_PAUSES, retry
from starfoundry.store.engine import Database

BookedLate = Callable[[sa.Connection, Purpose], None]
"""Called inside the transaction with the purpose of a call that is booked long after it was sent.

Its work may be over.
"""


def ignore_late_booking(_connection: sa.Connection, _purpose: Purpose) -> None:
    """The callback for calls whose work cannot be over."""


class Ledger:
    """Two small commits per call: the intent before it is sent, its outcome with the ledger entries after.

    Events that have happened are stored however long the disk fails: those writes are retried until they succeed.
    Not safe for two calls at once, except for doubts of different intents; the executor serializes calls.
    """

    def __init__(self, database: Database, clock: Clock, player_id: PlayerId, booked_late: BookedLate) -> None:
        self._database = database
        self._clock = clock
        self._player_id = player_id
        self._booked_late = booked_late
        self.balance = Balance(player_id)
        self.incidents = Incidents(clock)

    async def open_or_check(self, credits_reported: int) -> None:
        """Open an empty ledger, or compare an existing one with the game's credits and book unexplained differences."""
        balance = await self._database.read(lambda connection: store.last_balance(connection, self._player_id))
        self.balance.resume(balance)
        booking = self.balance.booking(None, None, credits_reported, self._clock.now())

        def write(connection: sa.Connection) -> None:
            for entry in booking.entries:
                store.append_entry(connection, entry)

        if booking.entries:
            await self._database.write(write)
        self.balance.apply_booking(booking, None)
        self.incidents.note(booking.incident)

    async def open_intents(self) -> tuple[Intent, ...]:
        """Intents that an earlier run left open, oldest first."""
        return await self._database.read(lambda connection: store.open_intents(connection, self._player_id))

    async def intend(self, intent: Intent) -> Intent:
        """Store a call before it is sent; returns the intent with its number.

        Raises Unavailable: then do not send it.
        """
        intent = replace(intent, credits_before=self.balance.credits, sent_at=self._clock.now())
        number = await self._database.write(lambda connection: store.insert_intent(connection, intent))
        return replace(intent, id=number)

    async def doubt(self, intent: Intent, reason: str) -> None:
        """Record that no trustworthy answer arrived."""
        self.balance.doubt(intent)
        await self._until_stored(lambda connection: store.mark_in_doubt(connection, intent.id, reason))

    async def applied(self, intent: Intent, total: int, credits_reported: int, *, remark: str = "") -> None:
        """Record that the call was applied and moved `total`.

        `remark` says how that is known, if not from the answer.
        """
        await self._end(intent, IntentState.APPLIED, total, credits_reported, remark)

    async def not_applied(self, intent: Intent, reason: str, *, credits_reported: int | None = None) -> None:
        """Record that the call was not applied."""
        credits_now = self.balance.credits if credits_reported is None else credits_reported
        await self._end(intent, IntentState.NOT_APPLIED, None, credits_now, reason)

    async def _end(
        self, intent: Intent, state: IntentState, total: int | None, credits_reported: int, reason: str
    ) -> None:
        at = self._clock.now()
        booking = self.balance.booking(intent, total, credits_reported, at)

        def write(connection: sa.Connection) -> None:
            store.close_intent(connection, intent.id, state, reason=reason, at=at)
            for entry in booking.entries:
                store.append_entry(connection, entry)
            if state is IntentState.APPLIED and reason:
                self._booked_late(connection, intent.purpose)

        await self._until_stored(write)
        self.balance.apply_booking(booking, intent)
        self.incidents.note(booking.incident)

    async def _until_stored(self, work: Callable[[sa.Connection], None]) -> None:
        def failed(error: Unavailable, seconds: float) -> None:
            if seconds == DISK_PAUSES.first_seconds:
                self.incidents.note(f"the outcome cannot be stored yet: {error}")

        await retry(lambda: self._database.write(work), DISK_PAUSES, on=Unavailable, failed=failed)
