"""The request budget: the game's rate limit, kept on our side, with priorities and usage figures.

The server lets an account and an address send 2 requests a second; more come out of a pool of 30 for 60 seconds
(documented). How it divides time into seconds is not documented. So the limit is kept in every interval of a second and
of a minute, wherever it begins, and a request counts from the latest moment at which it can have arrived.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from starfoundry.game.port import Priority
from starfoundry.kernel.ports import Clock

STEADY_REQUESTS, STEADY_SECONDS = 2, 1.0
BURST_REQUESTS, BURST_SECONDS = 30, 60.0

RATE_LIMITED_SECONDS = 600.0
"""Seconds for which a rate-limit refusal counts as recent."""

NO_ANSWER = "none"
"""The answer of a request that was lost or never left."""

_MARGIN_SECONDS = 0.01  # tolerance for two clocks that differ slightly
_STEADY_HOLD_SECONDS = STEADY_SECONDS + _MARGIN_SECONDS
# Of requests close together the server may charge a different one to its burst pool, one steady interval later.
_BURST_HOLD_SECONDS = BURST_SECONDS + STEADY_SECONDS + _MARGIN_SECONDS
_ARRIVES_SECONDS_MAX = 2.0  # an unanswered request is assumed to have arrived by then, so a slow answer blocks no other
_WAKE_SECONDS_MIN = 0.001  # a timer may fire a hair early; then it is set again, but not for less than this


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReading:
    """Requests and waiting times by purpose, since the start.

    `used_share` is the share, 0 to 1, of the requests possible in the last minute; `rate_limited` counts the requests
    that the server refused anyway, `rate_limited_lately` those of the last `RATE_LIMITED_SECONDS`; `waiting` those in
    the queue.
    """

    requests: Mapping[str, int]
    waited_seconds: Mapping[str, float]
    answers: Mapping[tuple[str, str], int]
    used_share: float
    rate_limited: int
    rate_limited_lately: int
    waiting: int


@dataclass(slots=True)
class _Slot:
    """One request's place in a pool; free again at `free_at`."""

    hold_seconds: float
    free_at: float = 0.0
    uses: int = 0


class Permit:
    """The right to send one request now."""

    __slots__ = ("_budget", "_slot", "_use", "purpose")

    def __init__(self, budget: "RequestBudget", slot: _Slot) -> None:
        self._budget = budget
        self._slot = slot
        self._use = slot.uses
        self.purpose = ""

    def answered(self, answer: str = NO_ANSWER) -> None:
        """The request is over: it has arrived by now, or never will. Frees its place earlier than assumed."""
        self._budget.count(self.purpose, answer)
        if self._slot.uses == self._use:
            self._budget.free(self._slot, self._slot.hold_seconds)

    def unused(self) -> None:
        """Nothing was sent: return the place."""
        if self._slot.uses == self._use:
            self._budget.free(self._slot, 0.0)


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    number: int
    turn: "asyncio.Future[Permit]" = field(compare=False)


class RequestBudget:
    """The requests of one address, first come first served within each priority.

    The server counts by account and by address, so all players of a daemon share one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        steady = [_Slot(_STEADY_HOLD_SECONDS) for _ in range(STEADY_REQUESTS)]
        self._slots = steady + [_Slot(_BURST_HOLD_SECONDS) for _ in range(BURST_REQUESTS)]
        self._paused_until = 0.0
        self._waiters: list[_Waiter] = []
        self._numbers = 0
        self._wake: asyncio.TimerHandle | None = None
        self._requests: Counter[str] = Counter()
        self._waited: dict[str, float] = {}
        self._answers: Counter[tuple[str, str]] = Counter()
        self._recent: deque[float] = deque()
        self._rate_limited = 0
        self._refusals: deque[float] = deque(maxlen=1_000)

    async def take(self, priority: Priority, purpose: str) -> Permit:
        """The right to send one request, when its turn has come; `purpose` is its name in the reading."""
        asked_at = self._clock.elapsed()
        permit = None if self._waiters else self._grant(asked_at)
        if permit is None:
            permit = await self._turn(priority)
        permit.purpose = purpose
        now = self._clock.elapsed()
        self._requests[purpose] += 1
        self._waited[purpose] = self._waited.get(purpose, 0.0) + now - asked_at
        self._forget_old(now)
        self._recent.append(now)
        return permit

    def pause(self, seconds: float) -> None:
        """Send nothing for the next `seconds`; a longer pause already begun stays."""
        self._paused_until = max(self._paused_until, self._clock.elapsed() + seconds)

    def refused(self, retry_after_seconds: float) -> None:
        """The server refused a request by its rate limit: count it and pause."""
        self._rate_limited += 1
        self._refusals.append(self._clock.elapsed())
        self.pause(retry_after_seconds)

    def reading(self) -> BudgetReading:
        """The usage figures."""
        self._forget_old(self._clock.elapsed())
        allowed = STEADY_REQUESTS * BURST_SECONDS / STEADY_SECONDS + BURST_REQUESTS
        return BudgetReading(
            requests=dict(self._requests),
            waited_seconds=dict(self._waited),
            answers=dict(self._answers),
            used_share=min(1.0, len(self._recent) / allowed),
            rate_limited=self._rate_limited,
            rate_limited_lately=sum(at > self._clock.elapsed() - RATE_LIMITED_SECONDS for at in self._refusals),
            waiting=sum(not waiter.turn.done() for waiter in self._waiters),
        )

    def count(self, purpose: str, answer: str) -> None:
        """One more request of that purpose has ended with that answer; for its permit."""
        self._answers[purpose, answer] += 1

    def free(self, slot: _Slot, after_seconds: float) -> None:
        """Free a place after that many seconds; called by its permit."""
        slot.free_at = self._clock.elapsed() + after_seconds
        self._set_wake()

    def _grant(self, now: float) -> Permit | None:
        """A permit from the steady pool, else from the burst pool, if either has a free place."""
        if now < self._paused_until:
            return None
        for slot in self._slots:
            if slot.free_at <= now:
                slot.uses += 1
                slot.free_at = now + _ARRIVES_SECONDS_MAX + slot.hold_seconds
                return Permit(self, slot)
        return None

    async def _turn(self, priority: Priority) -> Permit:
        turn: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._numbers += 1
        heapq.heappush(self._waiters, _Waiter(priority, self._numbers, turn))
        self._set_wake()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                turn.result().unused()
            raise

    def _serve(self) -> None:
        """Give every free place to the first waiter, then sleep until the next one is free."""
        self._wake = None
        now = self._clock.elapsed()
        while self._waiters:
            if self._waiters[0].turn.done():  # its task was cancelled
                heapq.heappop(self._waiters)
                continue
            permit = self._grant(now)
            if permit is None:
                break
            heapq.heappop(self._waiters).turn.set_result(permit)
        self._set_wake()

    def _set_wake(self) -> None:
        """Schedule a call for the time when the next place is free, if anyone waits."""
        if not self._waiters:
            return
        free_at = max(self._paused_until, min(slot.free_at for slot in self._slots))
        delay = max(_WAKE_SECONDS_MIN, free_at - self._clock.elapsed())
        loop = asyncio.get_running_loop()
        if self._wake is not None:
            if self._wake.when() <= loop.time() + delay:
                return
            self._wake.cancel()
        self._wake = loop.call_later(delay, self._serve)

    def _forget_old(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - BURST_SECONDS:
            self._recent.popleft()
