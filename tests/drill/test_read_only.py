"""A data directory that becomes read-only under a real daemon: files that are open go on, none can be made or removed.

A mount itself cannot become so: while a file in it is open for writing, the kernel calls it busy. What can is the way
to it (a mount of the same directory over itself, read-only) and the directory's mode, for who is not above modes.
"""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drill.test_full_disk import change, opened, status_of
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

UNDER_MODES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Begins a program of root's that has to keep to the modes of files, as everybody else's has to."""


class Mounted:
    """Mounted over itself read-only."""

    why = "Read-only file system"
    through = ()

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700)
        done = subprocess.run(["mount", "--bind", directory, directory], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"nothing may be mounted here: {done.stderr.strip()}")
        self._unmount()

    @contextmanager
    def read_only(self):
        """The directory is read-only meanwhile."""
        subprocess.run(["mount", "--bind", self.directory, self.directory], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", self.directory], check=True)
            yield
        finally:
            self._unmount()

    def _unmount(self) -> None:
        subprocess.run(["umount", "--lazy", self.directory], check=True)


class Forbidden:
    """Without the permission to write."""

    why = "Permission denied"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700)
        self.through = UNDER_MODES if os.getuid() == 0 else ()
        if self.through and shutil.which(self.through[0]) is None:
            pytest.skip("root is above modes, and there is no setpriv here")

    @contextmanager
    def read_only(self):
        """The directory is read-only meanwhile."""
        self.directory.chmod(0o500)
        try:
            yield
        finally:
            self.directory.chmod(0o700)


@pytest.fixture(params=[Mounted, Forbidden], ids=["mounted", "forbidden"])
def directory(request, tmp_path):
    """A data directory that can become read-only."""
    return request.param(tmp_path / "data")


@pytest.fixture
def place(directory):
    """Programs whose data lie in it."""
    with_programs = Workplace(data_dir=directory.directory, forked_through=directory.through)
    yield with_programs
    with_programs.close()


def test_what_cannot_be_done_is_said_and_can_be_done_again_without_a_restart(place, directory):
    _daemon, container, _sandbox = opened(place)
    with directory.read_only():
        taken = change(place, container)
        health = place.ask("health")
        halted = place.cli("halt")
        resumed = place.cli("resume")
        verified = place.cli("verify")
        stopped = place.ask("container", "stop", container)

    assert (taken.code, taken.json["revision"]) == (0, 2)
    assert health["status"] == "degraded"
    assert f"{place.data_dir} is read-only: `spacetraders halt` does not work" in health["problems"][0]
    assert (halted.code, f"halted cannot be made: {directory.why}" in halted.err) == (1, True)
    assert "end the daemon instead" in halted.err
    assert (resumed.code, verified.code) == (0, 0)
    assert stopped["status"] in ("STOPPING", "STOPPED")
    assert place.ask("health")["status"] == "ok"
    assert place.cli("halt").code == 0


def test_the_daemon_ends_in_good_order_and_says_why_it_cannot_start(place, directory):
    daemon, container, _sandbox = opened(place)
    with directory.read_only():
        taken = change(place, container)
        ended = daemon.stop()
        refused = place.run_daemon()
    place.start_daemon()

    assert (taken.code, ended.code) == (0, 0)
    assert "Traceback" not in ended.err
    assert refused.code == 2
    assert f"{place.data_dir} is read-only; make it writable" in refused.err
    assert place.ask("manufacturing", "config", "show", "--container", container)["revision"] == 2
    assert status_of(place, container) == "RUNNING"
    assert place.cli("verify").code == 0


def test_a_daemon_does_not_start_on_a_database_that_it_could_never_write(tmp_path):
    """SQLite opens such a file, and would not write through it even once it is writable again."""
    directory = Forbidden(tmp_path / "data")
    place = Workplace(data_dir=directory.directory, forked_through=directory.through)
    try:
        place.start_daemon().stop()
        database = place.data_dir / "starfoundry.db"
        database.chmod(0o400)
        refused = place.run_daemon()
        database.chmod(0o600)
        place.start_daemon()
    finally:
        place.close()

    assert refused.code == 6
    assert f"{database} is read-only; make it writable, and start the daemon again" in refused.err
