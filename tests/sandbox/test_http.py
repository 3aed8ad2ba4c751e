"""The sandbox over HTTP: the ASGI door, and the program that serves it."""

import asyncio
import json
import signal
import urllib.error
import urllib.request
from typing import Any

import pytest

from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.sandbox.asgi import AsgiSandbox, create_app
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.serve import serve
from tests.patience import DEADLINE_SECONDS, until
from tests.processes import first_line, spacetraders
from tests.sandbox.player import HandClock, Json


def ask(app: AsgiSandbox, method: str, path: str, *, body: bytes = b"", token: str = "", query: str = "") -> Any:
    """One request through the ASGI door, its body in two parts: status, headers, JSON."""
    sent: list[Any] = []
    half = len(body) // 2
    parts = [
        {"type": "http.request", "body": body[:half], "more_body": True},
        {"type": "http.request", "body": body[half:], "more_body": False},
    ]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
        "client": ("10.1.2.3", 4711),
    }
    asyncio.run(app(scope, receive, send))
    start, content = sent
    return start["status"], dict(start["headers"]), json.loads(content["body"])


def test_the_game_answers_under_v2_and_only_there() -> None:
    app = create_app()

    assert ask(app, "GET", "/v2")[0] == 200
    assert ask(app, "GET", "/v2/")[0] == 200
    assert ask(app, "GET", "/")[0] == 404
    assert ask(app, "GET", "/v2x/my/agent")[0] == 404


def test_body_query_token_and_headers_go_through() -> None:
    clock = HandClock()
    app = AsgiSandbox(SandboxController.of(1, clock))
    body = json.dumps({"symbol": "BADGER", "faction": "COSMIC"}).encode()
    status, headers, joined = ask(app, "POST", "/v2/register", body=body, token=app.control.universe.account_token)
    clock.seconds += 2
    listed = ask(app, "GET", "/v2/my/ships", token=joined["data"]["token"], query="limit=1&page=2")[2]

    assert status == 201
    assert headers[b"x-ratelimit-type"] == b"Account"
    assert headers[b"content-length"].isdigit()
    assert [ship["symbol"] for ship in listed["data"]] == ["BADGER-2"]


def test_a_body_without_end_is_refused() -> None:
    app = create_app()

    assert ask(app, "POST", "/v2/register", body=b"x" * 300_000)[0] == 413


@pytest.mark.parametrize("speed", [-1.0, 10_001.0])
def test_a_universe_cannot_run_at_any_speed(speed: float) -> None:
    with pytest.raises(Refused, match="speed"):
        create_app(speed=speed)


def test_a_port_that_is_taken_is_named() -> None:
    with pytest.raises(Unavailable, match=r"cannot listen on 203\.0\.113\.1:80"):
        serve(SandboxController.of(1, HandClock()), host="203.0.113.1", port=80, secret=None, announce=lambda _: None)


CALL_SECONDS = 0.6
"""Between two looks: the server takes two calls a second, and thirty beyond that in a minute."""


def fetch(url: str, *, token: str = "", body: Json = None) -> Json:
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(url, data=data, headers=headers), timeout=DEADLINE_SECONDS
    ) as answer:
        return json.loads(answer.read())


@pytest.mark.processes
def test_the_program_announces_itself_serves_and_stops() -> None:
    """One line of JSON on stdout once it can be reached, then the game at its speed, then a clean end on SIGTERM."""
    with spacetraders("sandbox", "serve", "--port", "0", "--seed", "11", "--speed", "600") as program:
        announced = json.loads(first_line(program))
        base = announced["base_url"]
        joined = fetch(f"{base}/register", token=announced["account_token"], body={"symbol": "FAST", "faction": "VOID"})
        token, ship = joined["data"]["token"], joined["data"]["ships"][0]
        fetch(f"{base}/my/ships/{ship['symbol']}/orbit", token=token, body={})
        moons = fetch(f"{base}/systems/{ship['nav']['systemSymbol']}/waypoints?type=MOON", token=token)["data"]
        fetch(f"{base}/my/ships/{ship['symbol']}/navigate", token=token, body={"waypointSymbol": moons[0]["symbol"]})
        nav = f"{base}/my/ships/{ship['symbol']}/nav"
        until(lambda: fetch(nav, token=token)["data"]["status"] != "IN_TRANSIT", pause_seconds=CALL_SECONDS)
        with pytest.raises(urllib.error.HTTPError):
            fetch(f"{base}/my/agent")
        program.send_signal(signal.SIGTERM)
        rest, complaints = program.communicate(timeout=DEADLINE_SECONDS)

    assert (announced["seed"], base.endswith("/v2")) == (11, True)
    assert (rest, complaints, program.returncode) == ("", "", 0)
