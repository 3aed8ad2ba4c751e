"""Requests out of bytes, however they are cut, and answers into bytes."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.game.transport.transport import Response
from starfoundry.sandbox.control.admin_api import Admin
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http import http1
from starfoundry.sandbox.http.connection import Connection
from starfoundry.sandbox.http.http1 import BadRequest
from tests.sandbox.player import HandClock

GET = b"GET /v2/factions?limit=1 HTTP/1.1\r\nHost: here\r\n\r\n"


class Wire:
    """What a connection writes, and whether it was closed."""

    def __init__(self) -> None:
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed, "nothing is written to a closed connection"
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    @property
    def statuses(self) -> list[int]:
        return [int(part[:3]) for part in self.written.split(b"HTTP/1.1 ")[1:]]


def connection(**with_admin: Any) -> tuple[Connection, Wire]:
    control = SandboxController.of(1, HandClock())
    admin = Admin(control).handle if with_admin else None
    made, wire = Connection(control, admin, "/admin/s3cret" if with_admin else ""), Wire()
    made._transport = wire  # type: ignore[assignment]
    return made, wire


def told(*pieces: bytes) -> Wire:
    made, wire = connection()
    for piece in pieces:
        made.data_received(piece)
    return wire


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=2 * len(GET)), max_size=6))
def test_requests_are_answered_in_order_however_they_are_cut(cuts: list[int]) -> None:
    both = GET + GET.replace(b"factions", b"nowhere!")
    places = [0, *sorted(cuts), len(both)]

    assert told(*(both[a:b] for a, b in pairwise(places))).statuses == [200, 404]


def test_a_connection_stays_until_the_client_wants_otherwise() -> None:
    assert not told(GET).is_closed
    assert told(GET.replace(b"Host: here", b"Connection: close")).is_closed
    assert told(GET.replace(b"HTTP/1.1", b"HTTP/1.0")).is_closed


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\n\r\n", 400),
        (b"GET /v2 HTTP/2\r\n\r\n", 400),
        (b"GET /v2 HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /v2 HTTP/1.1\r\nhost : here\r\n\r\n", 400),
        (b"GET /v2 HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST /v2 HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}", 400),
        (b"POST /v2 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /v2 HTTP/1.1\r\ncontent-length: 70000\r\n\r\n", 413),
        (b"POST /v2 HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n11170\r\n", 413),
        (b"GET /v2 HTTP/1.1\r\nx: " + b"y" * 40_000, 431),
    ],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(data: bytes, status: int) -> None:
    wire = told(data)

    assert wire.statuses == [status]
    assert wire.is_closed


def test_a_chunked_body_is_put_together() -> None:
    body = json.dumps({"symbol": "X", "faction": "COSMIC"}).encode()
    chunks = b"".join(b"%x;note=1\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    head = b"POST /v2/register HTTP/1.1\r\nauthorization: Bearer none\r\ntransfer-encoding: chunked\r\n\r\n"

    assert http1.read_chunks(chunks, 0, 1_000) == (body, len(chunks))
    assert told(head, chunks[:9], chunks[9:], GET).statuses == [401, 200]


def test_a_client_that_waits_for_leave_gets_it_once() -> None:
    head = b"POST /v2/register HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"

    assert told(head, b"{", b"}").statuses == [100, 401]


def test_targets_may_be_whole_addresses_and_escaped() -> None:
    assert told(GET.replace(b" /v2", b" http://here/v2")).statuses == [200]
    assert told(GET.replace(b"factions", b"f%61ctions")).statuses == [200]


def test_a_head_request_gets_no_body() -> None:
    wire = told(GET.replace(b"GET", b"HEAD"))

    assert wire.written.endswith(b"\r\n\r\n")


def test_an_answer_without_content_has_no_length() -> None:
    written = http1.write(Response(status=204, headers={}, body=b""), keeps_alive=True)

    assert written == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_bad_numbers_of_chunks_do_not_get_through() -> None:
    with pytest.raises(BadRequest):
        http1.read_chunks(b"-5\r\n", 0, 100)


def test_admin_calls_are_there_only_when_asked_for_and_only_under_their_secret() -> None:
    ask = b"GET %b HTTP/1.1\r\n\r\n"
    made, wire = connection(secret=True)
    for path in (b"/admin/s3cret/", b"/admin/other/", b"/v2/admin/s3cret/"):
        made.data_received(ask % path)

    assert wire.statuses == [200, 404, 404]
    assert told(ask % b"/admin/s3cret/").statuses == [404]


def test_escapes_are_undone_but_for_those_that_would_make_it_another_path() -> None:
    """A question mark or a slash inside a name stays escaped."""
    assert http1.plain_path("/v2/my/ships/A%2DB%20C/nav") == "/v2/my/ships/A-B C/nav"
    assert http1.plain_path("/v2/my/ships/%3Fx%2Fy/repair") == "/v2/my/ships/%3Fx%2Fy/repair"
