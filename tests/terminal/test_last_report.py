"""The time of a user's last look is remembered where that is possible, and nothing fails where it is not."""

import json

import pytest

from starfoundry.terminal.local.last_report import KEPT, LastReports, reports_file

AT = "2026-03-01T12:00:00.000Z"


def test_a_look_is_remembered_apart_by_daemon_and_player(tmp_path):
    memory = LastReports(tmp_path / "state" / "reports.json")

    assert memory.last("a#1") == ""
    assert memory.keep("a#1", AT) == ""

    assert LastReports(tmp_path / "state" / "reports.json").last("a#1") == AT
    assert memory.last("a#2") == ""


def test_without_a_file_every_look_is_the_first():
    memory = LastReports(None)

    assert memory.keep("a#1", AT) == "there is no home directory"
    assert memory.last("a#1") == ""


def test_where_it_cannot_be_written_that_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert "file" in LastReports(tmp_path / "file" / "reports.json").keep("a#1", AT)


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"a#1": 7}', "\x00"])
def test_a_damaged_file_is_as_good_as_none_and_is_written_anew(tmp_path, content):
    file = tmp_path / "reports.json"
    file.write_text(content)
    memory = LastReports(file)

    assert memory.last("a#1") == ""
    assert memory.keep("a#1", AT) == ""
    assert json.loads(file.read_text()) == {"a#1": AT}


def test_what_was_looked_at_longest_ago_is_forgotten_first(tmp_path):
    memory = LastReports(tmp_path / "reports.json")
    for number in [*range(KEPT), 0, KEPT]:
        memory.keep(f"a#{number}", AT)

    assert (memory.last("a#1"), memory.last("a#0")) == ("", AT)


def test_it_lies_in_the_users_state_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert reports_file() == tmp_path / "starfoundry" / "reports.json"
