"""The demo to watch: it draws on a terminal, prints lines elsewhere, is retuned from outside, and ends when asked."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import DEADLINE_SECONDS

COMMAND = [sys.executable, "-m", "starfoundry", "demo", "--seed", "4"]
PATIENCE_SECONDS = DEADLINE_SECONDS

pytestmark = pytest.mark.processes


class Terminal:
    """A terminal of 100 columns and 30 lines in which a demo runs."""

    def __init__(self, *options: str) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
        self.process = subprocess.Popen(
            [*COMMAND, *options], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
        )
        os.close(theirs)
        self._ours = ours
        self._written = b""

    def read_until(self, pattern: str) -> "re.Match[str]":
        """Read on until what was drawn last, without its colours, has the pattern."""
        ends_at = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < ends_at:
            found = re.search(pattern, self.last_frame())
            if found:
                return found
            if not self._read():
                break
        raise AssertionError(f"{pattern!r} was not shown; last:\n{self.last_frame()}")

    def last_frame(self) -> str:
        """The last whole frame and what is drawn of the next: a slow reader never holds a frame that just ended."""
        drawn = b"\n".join(self._written.rsplit(b"\x1b[H", 2)[-2:]).decode(errors="replace")
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn).replace("\r", "")

    def end(self) -> int:
        """Press Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        while self._read():
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        """Let go of everything."""
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> bool:
        readable, _, _ = select.select([self._ours], [], [], PATIENCE_SECONDS)
        try:
            more = os.read(self._ours, 65_536) if readable else b""
        except OSError:  # the other side is closed
            return False
        self._written += more
        return bool(more)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A directory whose path is short enough to be shown whole in a terminal of 100 columns."""
    with tempfile.TemporaryDirectory(prefix="starfoundry-") as place:
        yield Path(place) / "demo"


@pytest.fixture
def terminal(data_dir: Path) -> Iterator[Terminal]:
    """A terminal with a running demo."""
    with contextlib.closing(Terminal("--speed", "60", "--data-dir", str(data_dir))) as opened:
        yield opened


def test_another_terminal_changes_it_by_the_command_that_is_shown(terminal: Terminal):
    activates = r"(\. \S*activate[^│]*)?"  # where the program is not on the path
    shown = terminal.read_until(rf"{activates}export [^│]*--max-pipelines 5")
    changed = subprocess.run(f"{shown.group()} --output json", shell=True, check=False, capture_output=True, text=True)

    assert changed.returncode == 0, changed
    assert json.loads(changed.stdout)["config"]["max_pipelines"] == 5, changed
    terminal.read_until(r"settings in force: revision 2")
    terminal.read_until(r"pipelines: \d+ of 5")


def test_ctrl_c_gives_the_terminal_back_and_sums_up(terminal: Terminal, data_dir: Path):
    terminal.read_until(r"ships: \d+ at work of \d+")

    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal._written
    assert "simulated hours of FOUNDRY" in terminal.last_frame()
    assert not (data_dir / "daemon.sock").exists()


def test_without_a_terminal_it_prints_lines_and_ends_after_its_hours():
    done = subprocess.run(
        [*COMMAND, "--speed", "500", "--hours", "0.5"],
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE_SECONDS,
    )

    assert "change it from another terminal:" in done.stdout
    assert re.search(r"^ +\d+\.\d h  balance", done.stdout, flags=re.MULTILINE)
    played = re.search(r"([\d.]+) simulated hours of FOUNDRY", done.stdout)
    assert played is not None
    assert float(played[1]) >= 0.5  # on a busy machine it ends later
    assert "\x1b" not in done.stdout


def test_a_machine_gets_one_object_at_the_end():
    begun = ["--scenario", "poor", "--preset", "aggressive", "--set", "max_pipelines=5"]
    options = [*begun, "--speed", "500", "--hours", "0.3", "--output", "json"]
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=True, timeout=DEADLINE_SECONDS)

    summary = json.loads(done.stdout)
    assert summary["simulated_hours"] >= 0.3
    assert (summary["scenario"], summary["preset"], summary["settings"]) == (
        "poor",
        "aggressive",
        {"max_pipelines": "5"},
    )
    assert summary["credits_start"] == 40_000
    assert summary["credits_end"] == summary["credits_start"] + summary["profit"] - summary["spent_on_ships"]
