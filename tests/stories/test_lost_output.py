"""Answers that could not be printed, of the real programs: what was done is told to be done."""

import subprocess

import pytest

from tests.patience import DEADLINE_SECONDS, until
from tests.stories.programs import BIN

pytestmark = pytest.mark.processes


def test_on_a_full_disk_every_kind_of_change_says_that_it_is_done(workplace):
    workplace.start_daemon("--sandbox", "--speed", "0")

    def spacetraders(*words):
        command = [str(BIN / "spacetraders"), "--data-dir", str(workplace.data_dir), *words]
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=DEADLINE_SECONDS, check=False
            )
        assert done.returncode == 7
        assert "error: done, but the answer could not be printed: No space left on device" in done.stderr
        return done.stderr

    assert "| Agent:         FOUNDRY" in spacetraders("player", "register", "--agent", "FOUNDRY")
    assert "| Container ID: parallel-mfg-" in spacetraders("manufacturing", "start")
    assert "| revision 2 " in spacetraders("manufacturing", "config", "set", "--max-pipelines", "4")
    assert "| Halted everything" in spacetraders("halt")

    assert workplace.ask("manufacturing", "config", "show")["revision"] == 2


def test_the_daemon_serves_where_nobody_can_read_that_it_is_ready(workplace):
    log = workplace.data_dir / "logs" / "daemon.log"

    workplace.start_deaf_daemon("--sandbox")
    until(lambda: log.exists() and "cannot be written to" in log.read_text(), "the daemon's log")

    assert workplace.ask("player", "list") == {"players": []}
