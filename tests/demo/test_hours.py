"""The demo in virtual time, as a program: it earns, it adds up, and one seed gives one journal."""

import json
import os
import subprocess
import sys

import pytest

from tests.patience import DEADLINE_SECONDS

REPEATED_SEEDS = (1,)


def start(*arguments: str, hash_seed: str = "0", **environment: str) -> "subprocess.Popen[str]":
    """The command line's demo, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "starfoundry", "demo", *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """How it ended: its code, its output, its errors."""
    output, errors = process.communicate(timeout=DEADLINE_SECONDS)
    return process.returncode, output, errors


@pytest.mark.processes
@pytest.mark.parametrize("seed", REPEATED_SEEDS)
def test_one_seed_gives_one_journal_in_every_process(seed: int):
    arguments = ("--seed", str(seed), "--hours", "0.5", "--output", "json")
    first, second = (ended(start(*arguments, hash_seed=hash_seed)) for hash_seed in ("1", "2"))

    assert first == second
    assert json.loads(first[1])["journal"]


@pytest.mark.processes
def test_it_prints_one_object_that_adds_up():
    code, output, errors = ended(start("--seed", "7", "--hours", "1", "--output", "json"))
    summary = json.loads(output)

    assert (code, errors) == (0, "")
    assert summary["seed"] == 7
    assert summary["simulated_hours"] == 1
    assert summary["profit"] > 0
    assert summary["rate_limited"] == 0
    assert summary["requests"] > 100
    assert summary["ships"] > 2
    assert summary["config_revision"] == 1
    assert summary["credits_end"] == summary["credits_start"] + summary["profit"] - summary["spent_on_ships"]


@pytest.mark.processes
def test_people_see_how_it_goes_hour_by_hour():
    code, output, _ = ended(start("--hours", "2"))

    assert code == 0
    assert [line.split()[0] for line in output.splitlines()[:3]] == ["0.0", "1.0", "2.0"]
    assert "2 simulated hours of FOUNDRY" in output


@pytest.mark.processes
def test_a_directory_in_which_something_lies_is_refused(tmp_path):
    (tmp_path / "sandbox.db").touch()
    code, output, errors = ended(start("--hours", "1", "--data-dir", str(tmp_path), "--output", "json"))

    assert (code, output) == (2, "")
    error = json.loads(errors)["error"]
    assert error["fields"][0]["field"] == "data_dir"
    assert error["message"].endswith(f"was {str(tmp_path)!r}")


@pytest.mark.processes
def test_the_data_directory_of_the_environment_is_a_daemons_and_not_for_a_demo(tmp_path):
    (tmp_path / "sandbox.db").touch()
    code, output, errors = ended(start("--hours", "0.1", "--output", "json", STARFOUNDRY_DATA_DIR=str(tmp_path)))

    assert (code, errors) == (0, "")
    assert json.loads(output)["simulated_hours"] == 0.1
    assert [each.name for each in tmp_path.iterdir()] == ["sandbox.db"]


@pytest.mark.processes
def test_virtual_time_without_an_end_is_refused():
    code, _, errors = ended(start("--speed", "0"))

    assert code == 2
    assert "above 0 unless --hours says when to end" in errors
