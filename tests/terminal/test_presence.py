"""Whether a daemon is there and answers, and what a user is told to do where it is not or does not."""

import socket
import subprocess
import sys

import pytest

from starfoundry.terminal.connection.presence import (
    AnswerTimeouts,
    DaemonNotThere,
    DaemonSilent,
    is_stopped,
    require_answer,
    start_command,
)
from tests.patience import DEADLINE_SECONDS, until

LISTENER = """
import os, signal, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch):
    """A user whose own data directory is a fresh one."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.delenv("STARFOUNDRY_DATA_DIR", raising=False)


def test_a_stopped_daemon_is_told_soon_with_its_process_and_the_way_to_let_it_go_on(tmp_path):
    """Its process is known to be stopped, so nobody waits as long as for one that may only be busy."""
    path = tmp_path / "daemon.sock"
    with subprocess.Popen([sys.executable, "-c", LISTENER, str(path)]) as stopped:
        try:
            until(lambda: is_stopped(stopped.pid))
            with pytest.raises(DaemonSilent, match=rf"\(process {stopped.pid}\) is stopped") as caught:
                require_answer(path, timeouts=AnswerTimeouts(answer=10 * DEADLINE_SECONDS))
        finally:
            stopped.kill()

    assert caught.value.next_step == f"resume it: kill -CONT {stopped.pid}"


def test_a_daemon_that_is_stuck_is_no_daemon_to_start(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "daemon.sock"))
        listener.listen()
        with pytest.raises(DaemonSilent, match="does not answer; it is stuck") as caught:
            require_answer(tmp_path / "daemon.sock", timeouts=AnswerTimeouts(answer=0.2, stopped=0.1))

    assert "start" not in caught.value.next_step


def test_a_socket_that_a_killed_daemon_left_behind_is_nobodys(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "daemon.sock"))

    with pytest.raises(DaemonNotThere, match="no daemon answers"):
        require_answer(tmp_path / "daemon.sock")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "start one: spacetraders-daemon (with --sandbox in a local universe), or name its --data-dir"),
        (["starfoundry.db"], "start it: spacetraders-daemon"),
        (["sandbox.db"], "start it: spacetraders-daemon --sandbox"),
        (["sandbox.db", "starfoundry.db"], "start it: spacetraders-daemon, or spacetraders-daemon --sandbox"),
    ],
)
def test_the_daemon_to_start_is_the_one_whose_database_lies_there(tmp_path, files, told):
    directory = tmp_path / "share" / "starfoundry"
    directory.mkdir(parents=True)
    for name in files:
        (directory / name).touch()

    assert start_command(directory / "daemon.sock") == told


def test_the_command_names_the_directory_unless_that_is_found_without(tmp_path, monkeypatch):
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "starfoundry.db").touch()

    assert start_command(tmp_path / "a b" / "daemon.sock").endswith(f"spacetraders-daemon --data-dir '{tmp_path}/a b'")

    monkeypatch.setenv("STARFOUNDRY_DATA_DIR", str(tmp_path / "a b"))
    assert start_command(tmp_path / "a b" / "daemon.sock") == "start it: spacetraders-daemon"
