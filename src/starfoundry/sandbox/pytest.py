"""A pytest plugin for tests of a bot: a separate universe for every test.

    pytest_plugins = ["starfoundry.sandbox.pytest"]          # in conftest.py, or: pytest -p starfoundry.sandbox.pytest

    @pytest.mark.sandbox(seed=7, scenario="volatile", speed="max")
    def test_my_bot_survives(sandbox):
        my_bot(sandbox.base_url, sandbox.account_token)
        assert sandbox.admin.summary()["agents"]["MYBOT"] > 175_000

The universe runs in a process of its own, so the bot may be in any language. `sandbox.admin` advances time, injects
faults and reads the event log (starfoundry.sandbox.control.admin_client.AdminClient).
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from starfoundry.sandbox.control.admin_client import AdminClient

_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A universe reachable over HTTP."""

    base_url: str
    account_token: str = field(repr=False)
    seed: int
    admin: AdminClient


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "sandbox(seed=1, speed=1, scenario=None, systems=None, world=None): the universe a test gets",
    )


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    """A universe for the duration of the test."""
    marker = request.node.get_closest_marker("sandbox")
    words = _arguments(marker.kwargs if marker is not None else {})
    command = [sys.executable, "-m", "starfoundry", "sandbox", "serve", "--port", "0", "--admin", *words]
    with subprocess.Popen(  # noqa: S603  (our own program)
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None, "its output is piped"
        line = program.stdout.readline()
        if not line:
            _, complaint = program.communicate()
            pytest.fail(f"the sandbox did not start: {complaint.strip()}")
        said = json.loads(line)
        try:
            yield RunningSandbox(said["base_url"], said["account_token"], said["seed"], AdminClient(said["admin_url"]))
        finally:
            program.terminate()
            try:
                program.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()


def _arguments(given: dict[str, Any]) -> list[str]:
    known = ("seed", "speed", "scenario", "systems", "world")
    strange = [name for name in given if name not in known]
    if strange:
        pytest.fail(f"the sandbox marker knows {', '.join(known)}, not {', '.join(strange)}")
    return [word for name, value in given.items() if value is not None for word in (f"--{name}", str(value))]
