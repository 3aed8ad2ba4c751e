"""Files that decide where tokens go are read only where nobody else can change them."""

import os

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.local.file_ownership import read_trusted, require_trusted_directory

NOBODY = 65534


@pytest.fixture
def file(tmp_path):
    """A file of ours in a directory of ours."""
    path = tmp_path / "here" / "starfoundry.toml"
    path.parent.mkdir(mode=0o755)
    path.write_text("ours")
    path.chmod(0o644)
    return path


def test_a_file_that_only_its_owner_can_write_is_read(file):
    assert read_trusted(file) == "ours"


@pytest.mark.parametrize(("mode", "who"), [(0o646, "everybody"), (0o664, f"the group {NOBODY}|the group nogroup")])
@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another group")
def test_a_file_that_others_can_write_is_refused(file, mode, who):
    os.chown(file, -1, NOBODY)
    file.chmod(mode)

    with pytest.raises(Refused, match=f"({who}), so it is not read; to fix: chmod go-w"):
        read_trusted(file)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory to another group")
@pytest.mark.parametrize("mode", [0o777, 0o775])
def test_a_file_in_a_directory_that_others_can_write_is_refused(file, mode):
    os.chown(file.parent, -1, NOBODY)
    file.parent.chmod(mode)

    with pytest.raises(Refused, match="can replace what is in"):
        read_trusted(file)


def test_every_directory_above_counts(file):
    file.parent.parent.chmod(0o777)

    with pytest.raises(Refused, match="can replace what is in"):
        read_trusted(file)


def test_where_each_can_remove_only_its_own_a_file_of_ours_is_safe(file):
    file.parent.chmod(0o1777)

    assert read_trusted(file) == "ours"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("what", ["file", "directory"])
def test_what_belongs_to_somebody_else_is_refused(file, what):
    os.chown(file if what == "file" else file.parent, NOBODY, -1)

    with pytest.raises(Refused, match="belongs to another user"):
        read_trusted(file)


def test_a_directory_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(Missing, match="there is no directory"):
        require_trusted_directory(tmp_path / "nowhere", of=tmp_path / "nowhere" / "x.db")
