"""Crowds, strangers and noise at the daemon's door: who has something to say is heard, and is told what is wrong."""

import json
import os
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest

from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub
from tests.patience import DEADLINE_SECONDS, until
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

MESSAGE_BYTES_MAX = 64 * 1024
WATCHES = 1_500
CONNECTED = "03"
"""The state of a connected socket in /proc/net/unix."""


def raw(make: Any) -> Any:
    """A caller that sends bytes as they are; gRPC's types know only messages."""
    return make


def connections(data_dir: Path) -> int:
    """How many connections are open to the unix sockets that were bound in a directory."""
    rows = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return sum(row[5] == CONNECTED and row[-1].startswith(f"{data_dir}/") for row in rows)


@pytest.fixture
def cramped(tmp_path):
    """A workplace whose programs may open 256 files."""
    place = Workplace(data_dir=tmp_path / "data", through=("bash", "-c", 'ulimit -n 256; exec "$0" "$@"'))
    yield place
    place.close()


def test_where_too_few_files_may_be_open_it_does_not_start_and_says_so(tmp_path):
    place = Workplace(data_dir=tmp_path / "data", through=("bash", "-c", 'ulimit -n 64; exec "$0" "$@"'))

    refused = place.run_daemon("--sandbox")

    assert refused.code == 2
    assert "only 64 files may be open at a time, and the daemon needs 256; raise the limit: ulimit -n" in refused.err


def test_a_command_is_served_while_connections_that_say_nothing_are_held(cramped):
    cramped.start_daemon("--sandbox")

    with ExitStack() as held:
        for _ in range(200):
            each = held.enter_context(socket.socket(socket.AF_UNIX))
            each.connect(str(cramped.data_dir / "daemon.sock"))
        assert cramped.ask("health")["status"] == "ok"


def test_bytes_that_are_no_message_are_a_mistake_of_the_caller_and_few_lines_in_the_log(workplace):
    workplace.start_daemon("--sandbox")

    codes = set()
    with grpc.insecure_channel(f"unix:{workplace.data_dir / 'daemon.sock'}") as channel:
        for _ in range(100):
            with pytest.raises(grpc.RpcError) as failed:
                raw(channel.unary_unary)("/daemon.DaemonService/GetShip")(b"\xff\xff\xff\xff", timeout=DEADLINE_SECONDS)
            codes.add(failed.value.code())
        with pytest.raises(grpc.RpcError) as failed:
            next(raw(channel.unary_stream)("/daemon.DaemonService/WatchConfig")(b"\xff\xff", timeout=DEADLINE_SECONDS))
        codes.add(failed.value.code())
    lines = (workplace.data_dir / "logs" / "daemon.log").read_text().splitlines()

    assert codes == {grpc.StatusCode.INVALID_ARGUMENT}
    assert [line for line in lines if "Traceback" in line] == []
    assert 1 <= len([line for line in lines if "not a message" in line]) <= 40


def test_the_socket_of_a_living_daemon_is_not_taken_by_another_data_directory(workplace, tmp_path):
    first = workplace.start_daemon("--sandbox")

    path = str(workplace.data_dir / "daemon.sock")
    second = workplace.run_daemon("--sandbox", "--data-dir", str(tmp_path / "another"), "--socket", path)

    assert (second.code, first.is_running()) == (4, True)
    assert f"another daemon serves at {path}" in second.err
    assert workplace.ask("health")["data_directory"] == str(workplace.data_dir)


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_a_message_above_the_limit_is_refused_packed_or_not_and_one_below_it_is_read(workplace, compression):
    workplace.start_daemon("--sandbox")
    codes = {}

    with grpc.insecure_channel(f"unix:{workplace.data_dir / 'daemon.sock'}") as channel:
        for size in (MESSAGE_BYTES_MAX // 2, MESSAGE_BYTES_MAX, 1_000 * MESSAGE_BYTES_MAX):
            request = pb.SaveConfigPresetRequest(player_id=1, name="x" * size)
            with pytest.raises(grpc.RpcError) as refused:
                DaemonServiceStub(channel).SaveConfigPreset(request, compression=compression)
            codes[size // MESSAGE_BYTES_MAX] = refused.value.code()

    too_big = grpc.StatusCode.RESOURCE_EXHAUSTED
    assert codes == {0: grpc.StatusCode.NOT_FOUND, 1: too_big, 1_000: too_big}
    assert workplace.ask("health")["status"] == "ok"


def test_one_watch_more_than_there_may_be_is_told_what_to_do(workplace):
    workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    request = pb.WatchConfigRequest(container_id=container, player_id=1)

    ended = []
    with grpc.insecure_channel(f"unix:{workplace.data_dir / 'daemon.sock'}") as channel:
        watches = [DaemonServiceStub(channel).WatchConfig(request) for _ in range(WATCHES)]
        for watch in watches:
            try:
                next(watch)
            except grpc.RpcError as error:
                ended.append((error.code(), error.details()))
        assert workplace.ask("health")["status"] == "ok"
        for watch in watches:
            watch.cancel()

    assert 0 < len(ended) < WATCHES
    assert {code for code, _details in ended} == {grpc.StatusCode.UNAVAILABLE}
    assert all("try again" in str(details) for _code, details in ended)


def test_a_watcher_that_was_stopped_is_let_go_within_seconds(workplace):
    workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    until(lambda: connections(workplace.data_dir) == 0, "the commands before it are gone")
    words = ("manufacturing", "config", "watch", "--container", container, "--output", "json")
    watching = workplace.start("spacetraders", *words)
    assert json.loads(watching.first_line())["revision"] == 1
    assert connections(workplace.data_dir) == 1

    os.kill(watching.pid, signal.SIGSTOP)

    until(lambda: connections(workplace.data_dir) == 0, "it is let go, not kept for hours")
