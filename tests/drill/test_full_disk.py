"""A real daemon on a disk that is full or fails, with a sandbox behind HTTP: what it promises, seen from outside.

A full disk is a small tmpfs, which needs leave to mount one. A failing one is had everywhere: the daemon is forbidden
to let any file grow, so that every write to the log of its database ends in an I/O error.
"""

import os
import resource
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from starfoundry.sandbox.control.admin_client import AdminClient
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

MONEY = {"PURCHASE", "SELL", "REFUEL", "BUY_SHIP"}


class Failing:
    """A disk whose every write fails while `refuse` is in force."""

    named = "fails"

    def __init__(self, directory: Path) -> None:
        if not hasattr(resource, "prlimit"):
            pytest.skip("this system cannot limit another process")
        self.directory = directory

    @contextmanager
    def refusing(self, pid: int):
        """Nothing can be written by the process meanwhile."""
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        yield
        with suppress(ProcessLookupError):  # it may have been ended meanwhile
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        """Nothing to give back."""


class Full(Failing):
    """A tmpfs of a few megabytes, filled to its last byte."""

    named = "is full"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(directory)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount here")
        if done.returncode:
            pytest.skip(f"no tmpfs may be mounted here: {done.stderr.strip()}")

    @contextmanager
    def refusing(self, pid: int):
        """Not a byte is left meanwhile."""
        filler = self.directory / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4_096):
                pass
        assert os.statvfs(self.directory).f_bavail == 0
        yield
        filler.unlink()

    def close(self) -> None:
        """Give the memory back."""
        subprocess.run(["umount", str(self.directory)], check=True)


@pytest.fixture(params=[Full, Failing], ids=["full", "failing"])
def disk(request, tmp_path):
    """A disk of its own."""
    made = request.param(tmp_path)
    yield made
    made.close()


@pytest.fixture
def place(disk):
    """Programs whose data lie on it."""
    with_programs = Workplace(data_dir=disk.directory / "data")
    yield with_programs
    with_programs.close()


def opened(place: Workplace):
    """The daemon, its coordinator's id, and a way to look into the sandbox."""
    told = place.start_sandbox("--port", "0", "--admin")
    place.environment |= {
        "STARFOUNDRY_API_BASE_URL": told["base_url"],
        "STARFOUNDRY_API_ACCOUNT_TOKEN": told["account_token"],
    }
    daemon = place.start_daemon()
    place.ask("player", "register", "--agent", "FOUNDRY")
    container = place.ask("manufacturing", "start")["container_id"]
    return daemon, container, AdminClient(told["admin_url"])


def change(place: Workplace, container: str):
    """An attempt to change a setting."""
    words = ("manufacturing", "config", "set", "--container", container, "--max-pipelines", "5", "--output", "json")
    return place.cli(*words)


def status_of(place: Workplace, container: str) -> str:
    return str(place.ask("container", "show", container)["status"])


def deals(sandbox: AdminClient) -> int:
    return sum(each["deed"] in MONEY for each in sandbox.oracle())


def test_nothing_false_is_said_and_stop_works_and_it_goes_on_by_itself(place, disk):
    daemon, container, sandbox = opened(place)
    with disk.refusing(daemon.pid):
        before = deals(sandbox)
        refused = change(place, container)
        health = place.ask("health")
        listed = place.ask("container", "list")
        stopped = place.ask("container", "stop", container)
        listed_then = place.ask("container", "list")
        meanwhile = deals(sandbox) - before
    place.cli("container", "stop", container, "--wait")
    ended = status_of(place, container)
    taken = change(place, container)
    daemon.kill()
    place.start_daemon()

    assert refused.code == 6
    assert f"{place.data_dir / 'starfoundry.db'} {disk.named}" in refused.json["error"]["message"]
    assert health["status"] == "degraded"
    assert [each["status"] for each in listed["containers"]] == ["RUNNING"]
    assert (stopped["status"], meanwhile) == ("STOPPING", 0)
    assert [each["status"] for each in listed_then["containers"]] == ["STOPPING"]
    assert (taken.code, taken.json["revision"]) == (0, 2)
    assert ended == status_of(place, container) == "STOPPED"
    assert place.ask("manufacturing", "config", "show", "--container", container)["revision"] == 2
    assert place.cli("verify").code == 0


def test_the_daemon_ends_in_good_order_and_what_ran_runs_again(place, disk):
    daemon, container, _sandbox = opened(place)
    with disk.refusing(daemon.pid):
        refused = change(place, container)
        ended = daemon.stop()
    place.start_daemon()

    assert (refused.code, ended.code) == (6, 0)
    assert "Traceback" not in ended.err
    assert status_of(place, container) == "RUNNING"
    assert place.cli("verify").code == 0
