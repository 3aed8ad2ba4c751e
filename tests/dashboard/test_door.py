"""Nobody keeps the owner from the page by holding connections, and nobody fills its log."""

import os
import socket
import subprocess
import textwrap
from contextlib import ExitStack
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from starfoundry.dashboard.listener import CONNECTIONS_MAX
from starfoundry.runtime.bounded_logging import LINES_MAX
from starfoundry.runtime.clock import SystemClock
from tests.dashboard.visitor import Visitor
from tests.patience import DEADLINE_SECONDS, until
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

CLOCK = SystemClock()
FILES_MAX = 256
STRANGERS = 400
"""More connections than the page may have files open."""

START_SECONDS = 10
"""What a page that counts its minutes from its start was up for before a test, at most."""


@pytest.fixture
def place(tmp_path):
    """A page without a daemon, which may open few files."""
    few_files = ("bash", "-c", f'ulimit -n {FILES_MAX}; exec "$0" "$@"')
    workplace = Workplace(data_dir=tmp_path / "data", through=few_files)
    yield workplace
    workplace.close()


@pytest.fixture
def page(place):
    """The page's program and its address."""
    return place.start_dashboard()


def connected(address):
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=DEADLINE_SECONDS)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else for a moment")
def test_another_user_who_holds_many_connections_keeps_nobody_out(page):
    program, address = page
    parts = urlsplit(address)
    script = textwrap.dedent(f"""
        import socket
        held = []
        for _ in range({STRANGERS}):
            try: held.append(socket.create_connection(({parts.hostname!r}, {parts.port}), timeout={DEADLINE_SECONDS}))
            except OSError: pass
        print("held", flush=True)
        input()
    """)
    command = ["setpriv", "--reuid", "65534", "--clear-groups", "/usr/bin/python3", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        assert crowd.stdout is not None
        assert crowd.stdout.readline() == "held\n"
        answer = Visitor(address).get("/")
        crowd.kill()

    assert answer.status == 200
    assert program.stop().err.count("\n") <= 1


def test_connections_that_say_nothing_are_dropped_and_their_places_are_free_again(page):
    _, address = page

    with ExitStack() as held:
        until(lambda: refuses_one_more(address, held), "a page whose places are all held")
        assert until(lambda: Visitor(address).get("/").status == 200)


def refuses_one_more(address, held):
    """Whether a page refuses who comes after all its places are held; a slow machine may have freed one by then."""
    held.close()
    connections = [held.enter_context(connected(address)) for _ in range(CONNECTIONS_MAX)]
    connections[0].sendall(b"GET / HTTP/1.1\r\nHost: ")  # never ended
    return Visitor(address).get("/").status == 503


def answered(connection):
    """The status of one answer, which is read to its end."""
    response = HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


@pytest.mark.parametrize("more", [b"", b"GET /app.js HTTP/1.1\r\nHost: "], ids=["nothing", "a part of a question"])
def test_files_come_over_one_connection_which_is_not_held_by_who_asks_no_more(page, more):
    _, address = page
    question = f"GET /icon.svg HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\n\r\n".encode()
    with connected(address) as visitor:
        for _ in range(3):
            visitor.sendall(question)
            assert answered(visitor) == 200
        visitor.sendall(more)

        assert visitor.recv(64) == b""


def test_an_answer_that_refuses_ends_its_connection(page):
    _, address = page
    with connected(address) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: elsewhere\r\n\r\n")

        assert answered(visitor) == 403
        assert visitor.recv(64) == b""


def test_requests_that_are_none_are_answered_and_told_in_few_lines(page):
    program, address = page
    began = CLOCK.elapsed()
    for _ in range(200):
        with connected(address) as visitor:
            visitor.sendall(b"\x00\xff garbage\r\n\r\n")
            assert visitor.recv(64).startswith(b"HTTP/1.")
    assert Visitor(address).get("/").status == 200

    told = program.stop().err
    minutes = 1 + (CLOCK.elapsed() - began + START_SECONDS) // 60
    assert "Traceback" not in told
    assert told.count("\n") <= minutes * (LINES_MAX + 5)
