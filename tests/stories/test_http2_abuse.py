"""Strangers who abuse HTTP/2 below any call: the daemon grows by little, and its owner is served meanwhile."""

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import until
from tests.ports import free_port
from tests.stories.http2 import (
    CANCEL,
    END_HEADERS,
    END_STREAM,
    NEWEST,
    SAME_CALL,
    Attacker,
    Frame,
    attacker,
    call,
    frame,
    header,
)
from tests.stories.programs import Program, Workplace

pytestmark = pytest.mark.processes

TAKES_TEN_CALLS = """
from starfoundry.daemon import server
server.NETWORK_CALLS_MAX = server.LOCAL_CALLS_MAX = 10
from starfoundry.daemon.main import main
main()
"""

REGISTER = "/daemon.DaemonService/RegisterPlayer"
GROWTH_MAX_MEGABYTES = 200
"""An attack that is not held back takes a gigabyte and more; see `docs/security.md`."""

FRAMES = 20_000
ATTACK_SECONDS = 3.0
SILENT_SECONDS = 1.0


def stream(number: int) -> int:
    return 2 * number + 1


def opened(number: int) -> bytes:
    return frame(Frame.HEADERS, call(REGISTER), flags=END_HEADERS, stream=stream(number))


def opened_by_few_bytes(number: int) -> bytes:
    headers = SAME_CALL if number else call(REGISTER, is_remembered=True)
    return frame(Frame.HEADERS, headers, flags=END_HEADERS, stream=stream(number))


def opened_and_reset(number: int) -> bytes:
    message = frame(Frame.DATA, b"\0\0\0\0\x05\x0a\x03EVE", flags=END_STREAM, stream=stream(number))
    reset = frame(Frame.RST_STREAM, struct.pack(">I", CANCEL), stream=stream(number))
    return opened(number) + message + reset


def long_list_of_headers(number: int) -> bytes:
    listed = call(REGISTER, b"\x8f" * 10_000)  # of one byte each: `accept-charset`, from the table that all know
    return frame(Frame.HEADERS, listed, flags=END_HEADERS | END_STREAM, stream=stream(number))


def small_headers_that_become_large(number: int) -> bytes:
    known = header("x", "v" * 3_900, is_remembered=True) if number == 0 else NEWEST * 10_000
    return frame(Frame.HEADERS, call(REGISTER, known), flags=END_HEADERS | END_STREAM, stream=stream(number))


def headers_without_end(number: int) -> bytes:
    if number == 0:
        return frame(Frame.HEADERS, call(REGISTER), stream=1)
    return frame(Frame.CONTINUATION, header(f"x{number}", "v" * 4_000), stream=1)


def settings(number: int) -> bytes:
    return frame(Frame.SETTINGS, struct.pack(">HI", 4, 65_535 + number % 7))


def ping(number: int) -> bytes:
    return frame(Frame.PING, struct.pack(">Q", number))


@dataclass(frozen=True)
class Served:
    """A daemon that serves strangers too, at a port of this machine."""

    place: Workplace
    daemon: Program
    port: int


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A daemon as a user starts it; whatever strangers send, it has nothing to say about it."""
    place, port = Workplace(data_dir=tmp_path_factory.mktemp("served") / "data", through=("env",)), free_port()
    daemon = place.start_daemon("--sandbox", "--listen", f"127.0.0.1:{port}")
    yield Served(place, daemon, port)
    ended = daemon.stop()
    assert (ended.code, ended.err) == (0, "")


def peak_megabytes(pid: int) -> float:
    """The most memory that the process has had so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1_000 for line in lines if line.startswith("VmHWM"))


def answers(caller: Attacker) -> int:
    """How many calls of a caller have ended."""
    return sum(kind == Frame.HEADERS for kind, _content in caller.read(seconds=SILENT_SECONDS))


def reasons_to_go(caller: Attacker) -> list[bytes]:
    """What a caller was told who has to go."""
    return [content[8:] for kind, content in caller.read(seconds=SILENT_SECONDS) if kind == Frame.GOAWAY]


@pytest.mark.parametrize(
    "attack",
    [
        opened,
        opened_by_few_bytes,
        opened_and_reset,
        long_list_of_headers,
        small_headers_that_become_large,
        headers_without_end,
        settings,
    ],
)
def test_a_flood_makes_the_daemon_little_larger_and_its_owner_is_served(served, attack: Callable[[int], bytes]):
    before = peak_megabytes(served.daemon.pid)

    with attacker(served.port) as deaf, attacker(served.port) as hearing:
        for each in (deaf, hearing):
            each.send(attack, frames=FRAMES, seconds=ATTACK_SECONDS)
        players = served.place.ask("player", "list")["players"]
        hearing.read(seconds=SILENT_SECONDS)

    assert players == []
    assert peak_megabytes(served.daemon.pid) - before < GROWTH_MAX_MEGABYTES


def test_who_sends_one_ping_after_another_is_told_to_go(served):
    with attacker(served.port) as flooding:
        flooding.send(ping, frames=100, seconds=ATTACK_SECONDS)

        reasons = until(lambda: reasons_to_go(flooding), "the stranger is told to go")

    assert reasons == [b"too_many_pings"]


def test_calls_that_strangers_begin_and_do_not_end_take_no_place_of_the_owner_and_are_cut_off(workplace):
    port = free_port()
    begun = workplace.begin([sys.executable, "-c", TAKES_TEN_CALLS, "--sandbox", "--listen", f"127.0.0.1:{port}"])
    assert begun.first_line().startswith("ready ")

    with attacker(port) as stranger:
        stranger.send(opened, frames=50, seconds=ATTACK_SECONDS)
        until(lambda: answers(stranger) == 40, "ten calls are held, and forty were refused")
        status = workplace.ask("health")["status"]

        until(stranger.is_cut_off, "the stranger is cut off")

    assert status == "ok"
