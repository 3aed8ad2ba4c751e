"""Calls to the game: reads and movements are retried with growing pauses, others are sent once."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from starfoundry.game.answer_conditions import AnswerConditions
from starfoundry.game.budget import NO_ANSWER, RequestBudget
from starfoundry.game.decoding import decode
from starfoundry.game.decoding.flaws import Flaw
from starfoundry.game.errors import (
    GameRefused,
    Garbled,
    RateLimited,
    Rejection,
    ServerTrouble,
    Unanswered,
    Unreadable,
    refusal,
)
from starfoundry.game.outcome import Declined, Done, NotSent, Outcome, Unknown
from starfoundry.game.port import Priority
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response, Transport
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ports import Entropy

T = TypeVar("T")

READ_SECONDS = 15.0
ONCE_SECONDS = 60.0
"""A call that must not be repeated is waited for longer: while its connection is open it may still be answered."""

ATTEMPTS_MAX = 5
_FIRST_PAUSE_SECONDS = 0.5
_PAUSE_SECONDS_MAX = 60.0  # a longer wait asked for by the server is cut to this

_INTERNAL_ERROR = 3000  # the game's own "something went wrong": like a 500, whatever the status
_REPEATABLE = (ConnectionNeverMade, AnswerLost, RateLimited, ServerTrouble, Garbled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the game. `purpose` is the name it is counted under, `subject` the symbol it is about."""

    method: str
    path: str
    purpose: str
    priority: Priority
    subject: str = ""
    body: object = None

    @property
    def place(self) -> str:
        """The name of what the answer is about."""
        return f"{self.purpose} {self.subject}".strip()

    @property
    def is_order(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"


class GameCaller:
    """Calls the game with one token, or with none."""

    def __init__(
        self,
        transport: Transport,
        token: str,
        budget: RequestBudget,
        entropy: Entropy,
        answer_conditions: AnswerConditions,
    ) -> None:
        self._transport = transport
        self._answer_conditions = answer_conditions
        self._budget = budget
        self._chance = entropy.stream("game.retry")
        self._headers = {"accept": "application/json"}
        if token:
            self._headers["authorization"] = f"Bearer {token}"
        self._body_headers = {**self._headers, "content-type": "application/json"}

    async def retry(self, call: Call, read: decode.Decode[T]) -> T:
        """The decoded answer, retrying where that can help; only for calls that are harmless when repeated.

        Raises a Rejection, or Unavailable after ATTEMPTS_MAX attempts.
        """
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                return await self.attempt(call, read, READ_SECONDS)
            except _REPEATABLE as error:
                if attempt == ATTEMPTS_MAX:
                    raise self._given_up(call, error) from error
                if not isinstance(error, RateLimited):  # else the budget pauses all requests
                    await asyncio.sleep(self._pause_seconds(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _given_up(self, call: Call, error: StarFoundryError) -> StarFoundryError:
        if not isinstance(error, AnswerLost):
            return error
        reason = f"asked {ATTEMPTS_MAX} times without an answer ({error.message})"
        self._answer_conditions.record_no_answer(call.place, reason)
        return Unanswered(f"{call.purpose}: {reason}")

    async def once(self, call: Call, read: decode.Decode[T], fits: Callable[[T], bool]) -> Outcome[T]:
        """The outcome of a call that is sent exactly once. An answer that does not fit the call leaves it in doubt."""
        try:
            receipt = await self.attempt(call, read, ONCE_SECONDS)
        except ConnectionNeverMade as error:
            return NotSent(reason=error.message)
        except Rejection as error:
            return Declined(code=error.code, message=error.message)
        except (AnswerLost, ServerTrouble, Unreadable) as error:
            return Unknown(reason=error.message)
        if not fits(receipt):
            return Unknown(reason=f"{call.purpose}: the answer is about another {call.purpose}")
        return Done(receipt)

    async def attempt(self, call: Call, read: decode.Decode[T], timeout_seconds: float) -> T:
        """The decoded answer to one request.

        Raises ConnectionNeverMade or a Rejection when nothing happened; AnswerLost, ServerTrouble or Unreadable when
        that is not known.
        """
        response = await self._send(call, timeout_seconds)
        if 200 <= response.status < 300:
            return self._understood(call, read, response.body)
        if response.status == 429:
            raise self._rate_limited(call, response)
        raise _failure(call, response)

    def _understood(self, call: Call, read: decode.Decode[T], body: bytes) -> T:
        """The decoded body; what had to be left out is reported."""
        flaws: list[Flaw] = []
        try:
            value = read(body, flaws)
        except Garbled:  # truncated in transit: not a flaw of the answer
            raise
        except Unreadable as error:
            self._answer_conditions.record_answer(
                call.place, [Flaw(element="", reason=error.message)], is_order=call.is_order
            )
            raise Unreadable(f"{call.purpose}: {error.message}") from error
        self._answer_conditions.record_answer(call.place, flaws, is_order=call.is_order)
        return value

    async def _send(self, call: Call, timeout_seconds: float) -> Response:
        request = Request(
            method=call.method,
            path=call.path,
            headers=self._headers if call.body is None else self._body_headers,
            body=None if call.body is None else msgspec.json.encode(call.body),
            timeout_seconds=timeout_seconds,
        )
        permit, answer = await self._budget.take(call.priority, call.purpose), NO_ANSWER
        try:
            async with asyncio.timeout(timeout_seconds):
                response = await self._transport.send(request)
                answer = str(response.status)
                return response
        except TimeoutError:
            raise AnswerLost(f"{call.purpose}: no answer within {timeout_seconds:g} s") from None
        finally:
            permit.answered(answer)

    def _rate_limited(self, call: Call, response: Response) -> StarFoundryError:
        """The error for a 429, after pausing all requests.

        Only the game's own limiter guarantees that nothing happened; a proxy before it may answer 429 as well.
        """
        reason = decode.error_body(response.body)
        asked = _seconds(response.headers.get("retry-after"))
        if asked is None and reason is not None:
            asked = reason.retry_after_seconds
        self._budget.refused(self._pause_seconds(1) if asked is None else min(max(asked, 0.0), _PAUSE_SECONDS_MAX))
        is_own = any(name.startswith("x-ratelimit-") for name in response.headers)
        if is_own or (reason is not None and reason.code is not None):
            return RateLimited(f"{call.purpose}: the game asks for fewer requests", code=429)
        return ServerTrouble(f"{call.purpose}: HTTP 429 from something before the game")

    def _pause_seconds(self, attempt: int) -> float:
        """Twice as long after each attempt, varied by up to a half, so that many callers do not retry together."""
        pause: float = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * self._chance.uniform(0.5, 1.5)
        return min(pause, _PAUSE_SECONDS_MAX)


def _failure(call: Call, response: Response) -> StarFoundryError:
    """The error for an answer that is neither a success nor a 429."""
    status = response.status
    if 300 <= status < 400:
        return GameRefused(f"{call.purpose}: the server redirects us (HTTP {status}); check api.base_url", code=status)
    reason = decode.error_body(response.body)
    if status == 408 or status >= 500 or status < 200:
        detail = f": {reason.message}" if reason else ""
        return ServerTrouble(f"{call.purpose}: HTTP {status}{detail}")
    if reason is None:
        return ServerTrouble(f"{call.purpose}: HTTP {status} without a reason of the game's; check api.base_url")
    if reason.code == _INTERNAL_ERROR:
        return ServerTrouble(f"{call.purpose}: {reason.message}")
    return refusal(status, status if reason.code is None else reason.code, f"{call.purpose}: {reason.message}")


def _seconds(header: str | None) -> float | None:
    """A retry-after header in seconds; None when there is none or it is a date."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
