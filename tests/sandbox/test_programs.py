"""The sandbox's programs as other people use them: the command line, the pytest plugin, the ASGI application."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.sandbox.control.admin_client import AdminClient
from tests.processes import first_line, spacetraders
from tests.sandbox.test_http import fetch

pytestmark = pytest.mark.processes

TESTS_OF_A_BOT = """
import json
import urllib.request

import pytest


def ask(sandbox, path, body=None, token=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(sandbox.base_url + path, data=data)
    request.add_header("authorization", "Bearer " + (token or sandbox.account_token))
    return json.loads(urllib.request.urlopen(request).read())["data"]


@pytest.mark.sandbox(seed=7, scenario="rich", speed="max")
def test_a_bot(sandbox):
    joined = ask(sandbox, "/register", {"symbol": "BOT", "faction": "COSMIC"})
    assert joined["agent"]["credits"] == 2_000_000
    assert sandbox.seed == 7
    assert [each["deed"] for each in sandbox.admin.oracle()] == ["REGISTER"]


def test_another_universe(sandbox):
    assert sandbox.admin.summary()["agents"] == {}


@pytest.mark.sandbox(weather="fine")
def test_wrong_words(sandbox):
    pass
"""


def test_the_plugin_gives_each_test_a_universe(tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(TESTS_OF_A_BOT)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "starfoundry.sandbox.pytest", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "2 passed, 1 error" in done.stdout, done.stdout
    assert "not weather" in done.stdout


def sandbox(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "starfoundry", "sandbox", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


@pytest.fixture
def served() -> Iterator[dict[str, str]]:
    with spacetraders("sandbox", "serve", "--port", "0", "--admin", "--speed", "paused") as program:
        yield json.loads(first_line(program))


def test_a_running_universe_is_moved_spoilt_and_looked_into_from_the_command_line(
    served: dict[str, str], tmp_path: Path
) -> None:
    base, admin = served["base_url"], {"STARFOUNDRY_SANDBOX_ADMIN_URL": served["admin_url"]}
    fetch(f"{base}/register", token=served["account_token"], body={"symbol": "CLI", "faction": "VOID"})
    before = json.loads(sandbox("inspect", **admin).stdout)
    jumped = json.loads(sandbox("speed", "--jump", "3600", **admin).stdout)
    stepped = json.loads(sandbox("speed", "--step", **admin).stdout)
    fault = json.loads(sandbox("fault", "error-before", "--path", "/systems", "--times", "1", **admin).stdout)
    kept = json.loads(sandbox("snapshot", "-o", str(tmp_path / "w"), **admin).stdout)
    event_log = json.loads(sandbox("inspect", "--oracle", "0", **admin).stdout)

    assert before["speed"] == "paused"
    assert before["now"] < jumped["now"] < stepped["now"] == kept["now"]
    assert (fault["kind"], fault["times"]) == ("error-before", 1)
    assert [each["agent"] for each in event_log["entries"]] == ["CLI"]
    with pytest.raises(OSError, match="500"):
        fetch(f"{base}/systems")
    assert fetch(f"{base}/systems")["data"]


def test_a_snapshot_is_served_again_in_another_process(served: dict[str, str], tmp_path: Path) -> None:
    """That is a fork: both go on from here."""
    fetch(f"{served['base_url']}/register", token=served["account_token"], body={"symbol": "CLI", "faction": "VOID"})
    file = tmp_path / "world"
    file.write_bytes(AdminClient(served["admin_url"]).snapshot())
    with spacetraders("sandbox", "serve", "--port", "0", "--world", str(file)) as program:
        said = json.loads(first_line(program))
        agents = fetch(f"{said['base_url']}/agents")["data"]

    assert [each["symbol"] for each in agents] == ["CLI"]
    assert said["account_token"] == served["account_token"]


def test_a_new_world_can_be_written_without_serving_it(tmp_path: Path) -> None:
    file = tmp_path / "world"
    told = json.loads(sandbox("new", "--scenario", "late", "--systems", "5", "-o", str(file)).stdout)

    assert told["charter"] == "late"
    assert file.read_bytes().startswith(b"STARFOUNDRY WORLD")


def test_what_is_wrong_is_told_in_a_sentence() -> None:
    assert "volatile" in sandbox("serve", "--scenario", "sunny").stderr
    with pytest.raises(Refused):
        AdminClient("file:///etc/passwd")
    with pytest.raises(Unavailable, match="no sandbox answers"):
        AdminClient("http://127.0.0.1:9/admin/x").summary()
