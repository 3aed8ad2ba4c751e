"""How a call ends: said truly for those sent once, and asked again only where that is harmless."""

import asyncio
import itertools

import pytest

from starfoundry.game.calls import ATTEMPTS_MAX
from starfoundry.game.errors import GameMissing, GameRefused, ServerTrouble, TokenRejected, UniverseReset, Unreadable
from starfoundry.game.outcome import Declined, Done, NotSent, Unknown
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.kernel.errors import Missing, NotPermitted, Refused, Unavailable
from tests.game.wire import (
    IRON,
    SHIP,
    TOKEN,
    Answer,
    Play,
    agent,
    html,
    one_after_another,
    play,
    raw,
    refuses,
    says,
    ship,
    silence,
    traded,
)

LIMIT_HEADERS = {"x-ratelimit-type": "IP Address", "retry-after": "2"}
LIMIT_BODY = {"error": {"message": "slow down", "code": 429, "data": {"retryAfter": 3}}}


async def purchase(scene: Play) -> tuple[object, int]:
    """How a purchase ended, and how many requests it took."""
    outcome = await scene.game.purchase(SHIP, IRON, 20)
    return outcome, len(scene.wire.requests)


@pytest.mark.parametrize("status", [201, 200])
def test_a_purchase_that_the_game_confirms_is_done(status: int):
    outcome, requests = play(one_after_another(says(traded(), status)), purchase)

    assert isinstance(outcome, Done)
    assert (outcome.receipt.credits, outcome.receipt.record.total, outcome.receipt.cargo.units) == (173_000, 2_000, 20)
    assert requests == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refuses(4600), 4600),
        (refuses(4604), 4604),
        (refuses(4214), 4214),
        (refuses(None, 422), 422),
        (refuses(None, 404), 404),
        (raw({"message": "not so"}, 400), 400),
        (raw({"error": "not so"}, 400), 400),
        (refuses(4113, 401), 4113),
        (refuses(None, 403), 403),
        (html(302, {"location": "https://elsewhere.example/"}), 302),
        (raw({}, 429, LIMIT_HEADERS), 429),
        (raw(LIMIT_BODY, 429), 429),
        (html(429, LIMIT_HEADERS), 429),
    ],
)
def test_a_purchase_that_the_game_refuses_is_declined(answer: Response, code: int):
    outcome, requests = play(one_after_another(answer, says(traded(), 201)), purchase)

    assert isinstance(outcome, Declined)
    assert outcome.code == code
    assert requests == 1


def test_a_purchase_that_never_left_is_not_sent():
    outcome, requests = play(one_after_another(ConnectionNeverMade("no route"), says(traded())), purchase)

    assert outcome == NotSent(reason="no route")
    assert requests == 1


@pytest.mark.parametrize(
    "answer",
    [
        html(200),
        Response(status=201, headers={}, body=b""),
        Response(status=201, headers={}, body=b'{"data": {"agent": {"symbol": "FOUN'),
        Response(status=201, headers={}, body=b"[" * 100_000),
        says({"agent": agent()}, 201),
        says(traded(units=19), 201),
        says(traded(good="GOLD"), 201),
        says(traded(kind="SELL"), 201),
        says(traded(kind="GIFT"), 201),
        says(traded(who="FOUNDRY-2"), 201),
        html(400),
        html(403),
        html(404),
        html(408),
        html(429),
        raw({"message": "Too Many Requests"}, 429),
        refuses(3000),
        refuses(4600, 500),
        refuses(4600, 408),
        html(500),
        html(502),
        html(503),
        html(504),
        AnswerLost("reset by peer"),
    ],
)
def test_a_purchase_without_a_trustworthy_answer_is_in_doubt_and_not_repeated(answer: Answer):
    outcome, requests = play(one_after_another(answer, says(traded(), 201)), purchase)

    assert isinstance(outcome, Unknown)
    assert outcome.reason
    assert requests == 1


def test_a_purchase_is_waited_for_a_minute_and_then_in_doubt():
    async def scene(scene: Play) -> tuple[object, float]:
        outcome, _ = await purchase(scene)
        return outcome, asyncio.get_running_loop().time()

    outcome, at = play(lambda _request: silence(), scene)

    assert outcome == Unknown(reason="purchase: no answer within 60 s")
    assert at == 60


async def read_agent(scene: Play) -> tuple[int, list[float]]:
    """Our credits as read, and when they were asked for."""
    told = await scene.game.agent()
    return told.credits, scene.wire.times


@pytest.mark.parametrize(
    "trouble",
    [
        html(500),
        html(502),
        html(408),
        html(403),
        html(200),
        Response(status=200, headers={}, body=b'{"data": {"symbol": "FOUN'),
        refuses(3000),
        AnswerLost("reset by peer"),
        ConnectionNeverMade("no route"),
    ],
)
def test_a_read_is_asked_again_after_pauses_that_grow(trouble: Answer):
    told, times = play(one_after_another(trouble, trouble, trouble, says(agent(7))), read_agent)
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]

    assert told == 7
    assert len(pauses) == 3
    assert all(0.25 * 2**n <= pause <= 0.75 * 2**n + 0.01 for n, pause in enumerate(pauses))


def test_the_pauses_of_two_callers_differ():
    """Or many callers, stopped by one trouble, would all come back in one moment."""

    async def both(scene: Play) -> list[float]:
        await asyncio.gather(scene.game.agent(), scene.game.agent())
        return scene.wire.times

    times = play(one_after_another(html(502), html(502), says(agent())), both)

    assert times[2] != times[3]


def test_a_read_without_an_answer_is_asked_again_after_its_own_time():
    silent = [True]

    def handler(_request: Request):
        return silence() if silent and silent.pop() else says(agent(7))

    told, times = play(handler, read_agent)

    assert told == 7
    assert 15.25 <= times[1] <= 15.76


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (html(502), ServerTrouble),
        (AnswerLost("reset by peer"), ServerTrouble),
        (ConnectionNeverMade("no route"), ConnectionNeverMade),
        (html(200), Unreadable),
        (raw(LIMIT_BODY, 429), Unavailable),
    ],
)
def test_a_read_is_given_up_in_the_end(answer: Answer, error: type[Exception]):
    async def scene(scene: Play) -> int:
        with pytest.raises(error) as caught:
            await scene.game.agent()
        assert isinstance(caught.value, Unavailable)
        return len(scene.wire.requests)

    assert play(one_after_another(answer), scene) == ATTEMPTS_MAX


@pytest.mark.parametrize(
    ("answer", "error", "family"),
    [
        (refuses(4200), GameRefused, Refused),
        (refuses(None, 422), GameRefused, Refused),
        (html(301), GameRefused, Refused),
        (refuses(404, 404), GameMissing, Missing),
        (refuses(4103, 401), TokenRejected, NotPermitted),
        (refuses(None, 401), TokenRejected, NotPermitted),
        (refuses(4113, 401), UniverseReset, NotPermitted),
        (says({"symbol": "FOUNDRY"}), Unreadable, Unavailable),
    ],
)
def test_a_read_that_asking_again_cannot_help_is_asked_once(
    answer: Answer, error: type[Exception], family: type[Exception]
):
    async def scene(scene: Play) -> int:
        with pytest.raises(error) as caught:
            await scene.game.agent()
        assert isinstance(caught.value, family)
        return len(scene.wire.requests)

    assert play(one_after_another(answer, says(agent())), scene) == 1


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        (raw({}, 429, LIMIT_HEADERS), 2),
        (raw(LIMIT_BODY, 429), 3),
        (raw(LIMIT_BODY, 429, {"retry-after": "0.125"}), 0.125),
        (html(429, {"x-ratelimit-type": "Account", "retry-after": "100000"}), 60),
    ],
)
def test_after_a_429_everyone_waits_as_long_as_the_game_asks_but_not_for_ever(answer: Response, pause: float):
    async def scene(scene: Play) -> tuple[list[float], int]:
        asking = asyncio.create_task(scene.game.agent())
        await asyncio.sleep(0.1)
        await scene.game.ship(SHIP)
        assert (await asking).credits == 7
        return scene.wire.times, scene.budget.reading().rate_limited

    agent_answers = one_after_another(answer, says(agent(7)))

    def handler(request: Request) -> Answer:
        return agent_answers(request) if request.path == "/my/agent" else says(ship())

    times, rate_limited = play(handler, scene)

    assert times[1:] == pytest.approx([pause, pause], abs=0.01)
    assert rate_limited == 1


def test_a_429_from_before_the_game_is_counted_and_asked_again():
    async def scene(scene: Play) -> int:
        await scene.game.agent()
        return scene.budget.reading().rate_limited

    assert play(one_after_another(html(429), says(agent())), scene) == 1


@pytest.mark.parametrize("retry_after", ["-5", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
def test_a_strange_retry_after_breaks_nothing(retry_after: str):
    answer = html(429, {"x-ratelimit-type": "Account", "retry-after": retry_after})
    told, times = play(one_after_another(answer, says(agent(7))), read_agent)

    assert told == 7
    assert times[1] <= 1.1


def test_a_call_is_accounted_under_its_purpose():
    async def scene(scene: Play) -> dict[str, int]:
        await scene.game.agent()
        await scene.game.agent()
        return dict(scene.budget.reading().requests)

    assert play(one_after_another(says(agent())), scene) == {"agent": 2}


def test_the_token_travels_in_its_header_and_is_shown_nowhere():
    async def scene(scene: Play) -> Request:
        await scene.game.agent()
        return scene.wire.requests[0]

    request = play(one_after_another(says(agent())), scene)

    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(request)


def test_a_place_in_the_budget_is_freed_by_a_failure_too():
    """A connection refused at once holds its place for a second, not for the time a request may be on its way."""

    async def scene(scene: Play) -> float:
        for _ in range(34):
            await scene.game.sell(SHIP, IRON, 1)
        return asyncio.get_running_loop().time()

    assert play(one_after_another(ConnectionNeverMade("no route")), scene) == pytest.approx(1.01, abs=0.01)
