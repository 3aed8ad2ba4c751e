"""One daemon to a database, whatever path leads to it."""

import os

import pytest

from starfoundry.daemon.data_directory.database_lock import DatabaseTaken, held


def test_a_database_is_held_once_and_free_again_afterwards(tmp_path):
    with held(tmp_path / "a.db"), pytest.raises(DatabaseTaken, match=f"process {os.getpid()}"), held(tmp_path / "a.db"):
        pass

    with held(tmp_path / "a.db"):
        pass


@pytest.mark.parametrize("another_name", [os.symlink, os.link])
def test_another_name_of_the_file_is_the_same_database(tmp_path, another_name):
    (tmp_path / "a.db").touch()
    another_name(tmp_path / "a.db", tmp_path / "b.db")

    with held(tmp_path / "a.db"), pytest.raises(DatabaseTaken), held(tmp_path / "b.db"):
        pass


def test_the_path_through_a_linked_directory_leads_to_the_same_database(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to("a")

    with held(tmp_path / "a" / "a.db"), pytest.raises(DatabaseTaken), held(tmp_path / "b" / "a.db"):
        pass


def test_a_file_that_cannot_be_made_is_left_to_whoever_opens_it(tmp_path):
    with held(tmp_path / "nowhere" / "a.db"):
        assert not (tmp_path / "nowhere").exists()


def test_a_new_file_is_private(tmp_path):
    with held(tmp_path / "a.db"):
        assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600
