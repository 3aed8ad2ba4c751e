"""An operator takes care: verifies, halts, resumes, and keeps a copy, while the daemon goes on."""

import pytest

from tests.patience import until

pytestmark = pytest.mark.processes


def test_verify_halt_resume_and_backup_of_a_running_daemon(workplace, tmp_path):
    workplace.start_daemon("--sandbox", "--speed", "60")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    until(lambda: len(workplace.ask("ledger", "list")["entries"]) > 3)

    assert workplace.ask("verify")["kept"]
    assert workplace.ask("ledger", "verify")["kept"]

    workplace.ask("halt")
    before = len(workplace.ask("ledger", "list", "--limit", "1000")["entries"])
    for _look in range(5):
        problems = workplace.ask("health")["problems"]
    after = len(workplace.ask("ledger", "list", "--limit", "1000")["entries"])
    assert problems[0].startswith("halted")
    assert after - before <= 1, "only a call that was under way may still be booked"
    assert workplace.ask("resume")["was_halted"]

    copy = tmp_path / "copy.db"
    assert workplace.ask("backup", str(copy))["kept"]
    assert workplace.ask("verify", "--database", str(copy))["kept"]
    assert workplace.cli("backup", str(copy)).code == 2
