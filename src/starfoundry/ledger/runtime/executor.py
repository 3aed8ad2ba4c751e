"""The executor of calls that move money or cargo: one is sent at a time, each once, and none is repeated.

The game has no idempotency keys. A call without an answer keeps its ship locked while other ships continue; once it can
no longer be applied, the evidence is read and it is settled. A crash at any line leaves an open intent, which the next
start adopts and settles in the same way (reconcile).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol

from starfoundry.game.model import Agent, Cargo, Fuel, Ship
from starfoundry.game.outcome import Declined, Done, NotSent, Outcome, Unknown
from starfoundry.game.port import Game
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.call_answer import Receipt, read_answer
from starfoundry.ledger.domain.model import Applied, Intent, NotApplied
from starfoundry.ledger.domain.settlement import Evidence, discrepancy, settle
from starfoundry.ledger.runtime.evidence import read_evidence
from starfoundry.ledger.runtime.ledger import Ledger
from starfoundry.runtime.backoff import GrowingPauses, retry

SETTLE_SECONDS = 60.0
"""Seconds after its request failed during which a call may still be applied (A: no later one is on record)."""

SETTLE_PAUSES = GrowingPauses(1.0, 60.0)

CLOSE_SECONDS_MAX = 30.0

Send = Callable[[], Awaitable[Outcome[Any]]]
End = Applied | NotApplied


class ShipReader(Protocol):
    """Receives what a call did to a ship, even after its caller has gone."""

    def saw_ship(self, ship: Ship) -> None:
        """A ship as the game just reported it."""

    def saw_cargo(self, ship: ShipSymbol, cargo: Cargo) -> None:
        """A hold as the game just reported it."""

    def saw_fuel(self, ship: ShipSymbol, fuel: Fuel) -> None:
        """A tank as the game just reported it."""

    def could_not_see(self, ship: ShipSymbol, why: str) -> None:
        """The game did not answer when it was asked about a ship."""


class _Hold:
    """A lock that is already held and is released at most once."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock: asyncio.Lock | None = lock

    def release(self) -> None:
        """Release the lock."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()


class Executor:
    """The calls of one player: at most one being sent, at most one unresolved for each ship."""

    def __init__(self, game: Game, ledger: Ledger, ship_reader: ShipReader) -> None:
        self._game = game
        self._ledger = ledger
        self._ship_reader = ship_reader
        self._turn = asyncio.Lock()
        self._ships: dict[ShipSymbol, asyncio.Lock] = {}
        self._in_flight: dict[asyncio.Task[End], None] = {}
        self._adopted: dict[Intent, _Hold] = {}
        self._is_closed = False

    async def check(self) -> Agent:
        """Compare the ledger with the game while nothing is being sent; returns the agent as reported."""
        async with self._turn:
            agent = await self._game.agent()
            await self._ledger.open_or_check(agent.credits)
            return agent

    async def execute(self, intent: Intent, send: Send, *, floor: int | None) -> End:
        """Send the call when its turn comes; returns its outcome.

        With a `floor`, a call that may leave fewer credits is refused at the last moment. A caller that is
        cancelled while waiting for its turn has sent nothing; after that the call is completed without its
        caller. Raises Unavailable if the intent could not be stored or the gateway is closed: then nothing was
        sent.
        """
        ship = await _held(self._lock_of(intent.ship))
        try:
            turn = await _held(self._turn)
        except BaseException:
            ship.release()
            raise
        # Nothing may wait between here and the task, which releases both locks even if its caller is cancelled.
        return await asyncio.shield(self._start(self._deliver(intent, send, floor, turn), intent, ship, turn))

    async def adopt(self, intent: Intent) -> None:
        """Take over an intent that an earlier run left open. Its ship is locked when this returns."""
        self._adopted[intent] = await _held(self._lock_of(intent.ship))
        self._ledger.balance.doubt(intent)

    def settle_adopted(self) -> None:
        """Settle the adopted intents in the background.

        The ledger must be open: nothing is booked on an unknown balance.
        """
        for intent, ship in self._adopted.items():
            self._start(self._settle_later(intent), intent, ship)
        self._adopted.clear()

    async def wait_until_settled(self, ship: ShipSymbol) -> None:
        """Return once no call of `ship` is open."""
        (await _held(self._lock_of(ship))).release()

    async def close(self) -> None:
        """Let the call being sent finish, refuse all others, and leave doubts to the next start."""
        self._is_closed = True
        try:
            async with asyncio.timeout(CLOSE_SECONDS_MAX), self._turn:
                pass
        except TimeoutError:
            self._ledger.incidents.note("the daemon stopped while a call was being sent; the next start settles it")
        carried = list(self._in_flight)
        for task in carried:
            task.cancel()
        await asyncio.gather(*carried, return_exceptions=True)

    def _lock_of(self, ship: ShipSymbol) -> asyncio.Lock:
        return self._ships.setdefault(ship, asyncio.Lock())

    def _start(self, steps: Coroutine[Any, Any, End], intent: Intent, *holds: _Hold) -> asyncio.Task[End]:
        task = asyncio.create_task(steps, name=f"{intent.kind.value} {intent.ship}")
        self._in_flight[task] = None

        def ended(task: asyncio.Task[End]) -> None:
            del self._in_flight[task]
            for hold in holds:
                hold.release()
            if not task.cancelled() and (error := task.exception()) is not None:
                self._ledger.incidents.note(f"{intent.label} was not carried out: {error!r}")

        task.add_done_callback(ended)
        return task

    async def _deliver(self, intent: Intent, send: Send, floor: int | None, turn: _Hold) -> End:
        if self._is_closed:
            raise Unavailable("the daemon is stopping: nothing more is bought or sold")
        if refusal := self._ledger.balance.refusal(intent, floor):
            return NotApplied(reason=refusal)
        intent = await self._ledger.intend(intent)
        match await _sent(send):
            case Done(receipt=receipt):
                return await self._book_answer(intent, receipt)
            case Declined(code=code, message=message):
                await self._ledger.not_applied(intent, message)
                return NotApplied(reason=message, code=code)
            case NotSent(reason=reason):
                await self._ledger.not_applied(intent, reason)
                return NotApplied(reason=reason)
            case Unknown(reason=reason):
                await self._ledger.doubt(intent, reason)
        turn.release()
        return await self._settle_later(intent)

    async def _book_answer(self, intent: Intent, receipt: Receipt) -> Applied:
        """Book the answer, even if it is inconsistent with the call: nothing better is known."""
        answer = read_answer(intent, receipt, self._ledger.balance.credits)
        applied = answer.applied
        self._tell(intent.ship, applied)
        await self._ledger.applied(replace(intent, units=applied.units), applied.total, applied.credits)
        self._ledger.incidents.note(discrepancy(intent, applied, answer.record, answer.now))
        return applied

    def _tell(self, ship: ShipSymbol, applied: Applied) -> None:
        if applied.cargo is not None:
            self._ship_reader.saw_cargo(ship, applied.cargo)
        if applied.fuel is not None:
            self._ship_reader.saw_fuel(ship, applied.fuel)
        if applied.ship is not None:
            self._ship_reader.saw_ship(applied.ship)

    async def _settle_later(self, intent: Intent) -> End:
        async def attempt() -> End:
            async with self._turn:
                return await self._settle(intent)

        def failed(error: StarFoundryError, seconds: float) -> None:
            if seconds == SETTLE_PAUSES.first_seconds:
                self._ledger.incidents.note(f"{intent.label} cannot be settled yet: {error}")
            if intent.ship:
                self._ship_reader.could_not_see(intent.ship, str(error))

        await asyncio.sleep(SETTLE_SECONDS)
        return await retry(attempt, SETTLE_PAUSES, on=StarFoundryError, failed=failed)

    async def _settle(self, intent: Intent) -> End:
        evidence_read = await read_evidence(self._game, intent)
        unexplained = self._ledger.balance.unexplained(intent, evidence_read.credits)
        settlement = settle(
            intent, Evidence(now=evidence_read.now, records=evidence_read.records, credits_unbooked=unexplained)
        )
        if evidence_read.ship is not None:
            self._ship_reader.saw_ship(evidence_read.ship)
        self._ledger.incidents.note(settlement.doubt)
        if not settlement.applied:
            reason = "it was never answered, and nothing shows that it happened"
            await self._ledger.not_applied(intent, reason, credits_reported=evidence_read.credits)
            return NotApplied(reason=reason)
        await self._ledger.applied(
            intent, settlement.total, evidence_read.credits, remark="never answered; settled from evidence"
        )
        return Applied(
            units=settlement.units,
            price=settlement.price,
            total=settlement.total,
            credits=evidence_read.credits,
            cargo=evidence_read.ship.cargo if evidence_read.ship is not None and intent.ship else None,
            fuel=evidence_read.ship.fuel if evidence_read.ship is not None and intent.ship else None,
            ship=evidence_read.ship if not intent.ship else None,
        )


async def _held(lock: asyncio.Lock) -> _Hold:
    await lock.acquire()
    return _Hold(lock)


async def _sent(send: Send) -> Outcome[Any]:
    """The outcome of the call. An unexpected error says nothing about what the game did, so it counts as a doubt."""
    try:
        return await send()
    except Exception as error:  # noqa: BLE001  (assuming anything about a money call costs money)
        return Unknown(reason=f"{type(error).__name__}: {error}")
