"""The book of one player: intents and what became of them, each end in one commit with the lines it causes."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.domain.balance import Balance
from starfoundry.ledger.domain.incidents import Incidents
from starfoundry.ledger.domain.model import Intent, IntentState, Purpose
from starfoundry.ledger.storage import store
from starfoundry.store.engine import Database

BookedLate = Callable[[sa.Connection, Purpose], None]
"""Told, inside the transaction, what a call was for that is booked long after it was sent: its work may be over."""


def tell_nobody(_connection: sa.Connection, _purpose: Purpose) -> None:
    """For those whose calls are for no work that could be over."""


def pauses() -> Iterator[float]:
    """Seconds between attempts that must succeed in the end: 1, 2, 4 and so on up to a minute, without end."""
    pause = 1.0
    while True:
        yield pause
        pause = min(60.0, 2 * pause)


class Book:
    """Two small commits a call: the intent before it is sent, its end with the ledger lines after.

    What has happened in the world is written down however long the disk refuses: those writes are tried until they
    succeed. Not safe for two calls at once, except for different intents' doubts; the courier takes turns.
    """

    def __init__(self, database: Database, clock: Clock, player_id: PlayerId, booked_late: BookedLate) -> None:
        self._database = database
        self._clock = clock
        self._player_id = player_id
        self._booked_late = booked_late
        self.balance = Balance(player_id)
        self.incidents = Incidents(clock)

    async def open_or_check(self, credits_told: int) -> None:
        """Open an empty book; hold one that goes on against what the game says, and book what nobody can explain."""
        balance = await self._database.read(lambda connection: store.last_balance(connection, self._player_id))
        self.balance.resume(balance)
        booking = self.balance.booking(None, None, credits_told, self._clock.now())

        def write(connection: sa.Connection) -> None:
            for entry in booking.entries:
                store.append_entry(connection, entry)

        if booking.entries:
            await self._database.write(write)
        self.balance.take(booking, None)
        self.incidents.note(booking.incident)

    async def open_intents(self) -> tuple[Intent, ...]:
        """Intents that an earlier run left without an end, oldest first."""
        return await self._database.read(lambda connection: store.open_intents(connection, self._player_id))

    async def intend(self, intent: Intent) -> Intent:
        """Write down what will be sent now; the intent with its number. Raises Unavailable: then do not send it."""
        intent = replace(intent, credits_before=self.balance.credits, sent_at=self._clock.now())
        number = await self._database.write(lambda connection: store.insert_intent(connection, intent))
        return replace(intent, id=number)

    async def doubt(self, intent: Intent, reason: str) -> None:
        """No trustworthy answer came."""
        self.balance.doubt(intent)
        await self._surely(lambda connection: store.mark_in_doubt(connection, intent.id, reason))

    async def applied(self, intent: Intent, total: int, credits_told: int, *, remark: str = "") -> None:
        """It happened and moved `total`. `remark` tells how that is known, when not from the answer."""
        await self._end(intent, IntentState.APPLIED, total, credits_told, remark)

    async def not_applied(self, intent: Intent, reason: str, *, credits_told: int | None = None) -> None:
        """It did not happen."""
        told = self.balance.credits if credits_told is None else credits_told
        await self._end(intent, IntentState.NOT_APPLIED, None, told, reason)

    async def _end(self, intent: Intent, state: IntentState, total: int | None, credits_told: int, reason: str) -> None:
        at = self._clock.now()
        booking = self.balance.booking(intent, total, credits_told, at)

        def write(connection: sa.Connection) -> None:
            store.close_intent(connection, intent.id, state, reason=reason, at=at)
            for entry in booking.entries:
                store.append_entry(connection, entry)
            if state is IntentState.APPLIED and reason:
                self._booked_late(connection, intent.purpose)

        await self._surely(write)
        self.balance.take(booking, intent)
        self.incidents.note(booking.incident)

    async def _surely(self, work: Callable[[sa.Connection], None]) -> None:
        for pause in pauses():
            try:
                await self._database.write(work)
            except Unavailable as error:
                self.incidents.note(f"what has happened cannot be written down yet: {error}" if pause == 1.0 else "")
                await asyncio.sleep(pause)
            else:
                return
