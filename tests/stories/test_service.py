"""The daemon as a service: its manager knows when it serves, and that it lives only while it does."""

import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.patience import DEADLINE_SECONDS, until
from tests.stories.programs import BIN, Workplace

pytestmark = pytest.mark.processes

UNIT = ROOT / "deploy" / "starfoundry.service"
EXPOSURE_MAX = 20
"""Tenths, as systemd counts them: 0 is nothing to attack, 100 everything."""


@pytest.fixture
def manager(tmp_path):
    """A socket that a service manager listens at."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(DEADLINE_SECONDS)
        yield listening


def managed(tmp_path, watchdog_microseconds="300000"):
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": watchdog_microseconds}
    return Workplace(data_dir=tmp_path / "data", environment=environment)


def hear_out(manager):
    """Hear what was sent before."""
    manager.settimeout(0)
    with suppress(BlockingIOError):
        while True:
            manager.recv(100)


def state_of(pid):
    """The state of a process, as the system writes it: T for a stopped one."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_its_manager_hears_that_it_serves_lives_and_stops(tmp_path, manager):
    place = managed(tmp_path)
    daemon = place.start_daemon("--sandbox")
    heard = [manager.recv(100) for _ in range(3)]
    daemon.stop()
    while (last := manager.recv(100)) == b"WATCHDOG=1":
        pass

    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    assert last == b"STOPPING=1"


def test_a_daemon_that_stands_still_does_not_say_that_it_lives(tmp_path, manager):
    place = managed(tmp_path)
    daemon = place.start_daemon("--sandbox")
    assert manager.recv(100) == b"READY=1"
    os.kill(daemon.pid, signal.SIGSTOP)
    until(lambda: state_of(daemon.pid) == "T", "it is stopped")
    hear_out(manager)
    manager.settimeout(1)

    with pytest.raises(TimeoutError):
        manager.recv(100)
    os.kill(daemon.pid, signal.SIGCONT)
    place.close()


def test_its_memory_is_never_written_to_a_file(workplace):
    daemon = workplace.start_daemon("--sandbox")
    limits = Path(f"/proc/{daemon.pid}/limits").read_text()

    assert re.search(r"Max core file size +0 +0 ", limits)
    assert os.stat(f"/proc/{daemon.pid}/mem").st_uid == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_little_to_attack_in_the_unit():
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", str(UNIT)]
    judged = subprocess.run(words, capture_output=True, text=True, check=False, timeout=DEADLINE_SECONDS)

    assert judged.returncode == 0, judged.stdout[-300:]


def test_the_unit_starts_the_program_that_there_is():
    text = UNIT.read_text()

    assert "Type=notify" in text
    assert "WatchdogSec=" in text
    assert "ExecStart=/opt/starfoundry/bin/spacetraders-daemon --data-dir %S/starfoundry" in text
    assert (BIN / "spacetraders-daemon").exists()
