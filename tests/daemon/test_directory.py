"""The data directory: private, and held by one."""

import os
import subprocess
import sys

import pytest

from starfoundry.daemon.data_directory.directory import DirectoryTaken, claimed, make_private, marked_as_running
from starfoundry.kernel.errors import Refused
from tests.patience import DEADLINE_SECONDS


def mode(path):
    return path.stat().st_mode & 0o777


def test_it_is_made_private(tmp_path):
    with claimed(tmp_path / "a" / "b"):
        assert mode(tmp_path / "a" / "b") == 0o700


def test_an_open_one_that_holds_only_our_files_is_made_private(tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / "starfoundry.toml").touch()

    make_private(tmp_path / "data")

    assert mode(tmp_path / "data") == 0o700


def test_an_open_one_that_holds_other_things_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / "thesis.txt").touch()

    with pytest.raises(Refused, match=r"thesis\.txt"):
        make_private(tmp_path / "data")
    assert mode(tmp_path / "data") == 0o755


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory away")
def test_a_directory_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    os.chown(tmp_path / "data", 65534, 65534)

    with pytest.raises(Refused, match="belongs to another user"):
        make_private(tmp_path / "data")


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(Refused, match="not a directory"):
        make_private(tmp_path / "data")


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path):
    with claimed(tmp_path), pytest.raises(DirectoryTaken, match=f"process {os.getpid()}"), claimed(tmp_path):
        pass


def test_it_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with claimed(tmp_path):
            pass


def test_a_killed_holder_holds_nothing(tmp_path):
    dying = (
        "import os, pathlib\n"
        "from starfoundry.daemon.data_directory.directory import claimed\n"
        f"with claimed(pathlib.Path({str(tmp_path)!r})):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", dying], check=False, timeout=DEADLINE_SECONDS).returncode == -9

    with claimed(tmp_path):
        pass


def test_a_run_that_was_killed_leaves_its_mark_for_the_next_one_and_one_that_ended_leaves_none(tmp_path):
    killed = marked_as_running(tmp_path)
    first = killed.__enter__()  # and is never left
    with marked_as_running(tmp_path) as second:
        pass
    with marked_as_running(tmp_path) as third:
        pass

    assert (first, second, third) == (False, True, False)


def test_a_run_that_ends_with_an_error_leaves_its_mark(tmp_path):
    with pytest.raises(RuntimeError), marked_as_running(tmp_path):
        raise RuntimeError("it fell")
    with marked_as_running(tmp_path) as after_crash:
        assert after_crash
