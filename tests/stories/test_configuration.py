"""An operator at the terminal: every verb of configuration, a spoilt store, and a start that trusts nothing."""

import json
import sqlite3
import stat
from contextlib import closing

import pytest

from tests.patience import until
from tests.stories.programs import BIN

CONFIG = ("manufacturing", "config")


@pytest.fixture
def running(workplace):
    """A daemon with one coordinator; its container's id."""
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "20")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    return workplace.ask("manufacturing", "start")["container_id"]


@pytest.mark.processes
def test_an_operator_changes_looks_back_and_takes_back(workplace, running, tmp_path):
    first = workplace.ask(*CONFIG, "set", "max_pipelines=5", "--reason", "more room")
    assert (first["state"], first["previous_revision"], first["revision"]) == ("APPLIED", 1, 2)
    assert first["changes"] == {"max_pipelines": {"before": 3, "after": 5}}
    assert workplace.ask(*CONFIG, "set", "--max-pipelines", "5")["state"] == "UNCHANGED"

    stale = workplace.cli(*CONFIG, "set", "max_pipelines=9", "--if-revision", "1", "--output", "json")
    assert (stale.code, stale.json["error"]["fields"][0]["name"]) == (4, "max_pipelines")
    status = workplace.ask("manufacturing", "status")
    assert (status["config"]["max_pipelines"], status["config"]["blocked_goods"]) == (5, [])
    wrong = workplace.cli(*CONFIG, "set", "max_piplines=9", "max_workers=0", "--output", "json")
    assert (wrong.code, len(wrong.json["error"]["fields"])) == (2, 2)

    plan = workplace.ask(*CONFIG, "preset", "apply", "aggressive", "--dry-run")
    assert workplace.ask(*CONFIG, "preset", "apply", "aggressive", "--plan", plan["plan"])["revision"] == 3
    workplace.ask(*CONFIG, "pin", "strategy")
    workplace.ask(*CONFIG, "defaults", "set", "max_workers=9")
    shown = workplace.ask(*CONFIG, "show", "--provenance")["provenance"]
    layers = {name: shown[name]["layer"] for name in ("max_pipelines", "max_workers", "acquire_min_start_supply")}
    assert layers == {"max_pipelines": "container", "max_workers": "player", "acquire_min_start_supply": "preset"}
    assert shown["max_pipelines"]["hides"][0]["value"] == 3
    assert shown["strategy"]["pinned"] is True

    workplace.ask(*CONFIG, "tag", "2", "good")
    back = workplace.ask(*CONFIG, "rollback", "--to", "good")
    assert back["config"]["acquire_min_start_supply"] == "MODERATE"
    undone = workplace.cli(*back["undo"].split()[1:], "--output", "json")
    assert undone.json["config"]["acquire_min_start_supply"] == "LIMITED"
    revisions = workplace.ask(*CONFIG, "history")["revisions"]
    assert [each["revision"] for each in revisions] == list(range(len(revisions), 0, -1))
    assert (revisions[-2]["reason"], revisions[-2]["tag"], revisions[0]["source"]) == ("more room", "good", "rollback")
    assert workplace.ask(*CONFIG, "effect", "2")["counts"]["configuration applied"] == 1
    assert workplace.ask(*CONFIG, "diff", "2", "stored")["changes"]

    file = tmp_path / "settings.yaml"
    file.write_text("# for the night\nmax_pipelines: 2\nblocked_goods: [FUEL]\n")
    applied = workplace.ask(*CONFIG, "apply", "-f", str(file), "--prune")
    assert applied["config"]["max_pipelines"] == 2
    assert applied["config"]["blocked_goods"] == ["FUEL"]
    for looked in (["history"], ["explain"], ["explain", "strategy"], ["doctor"], ["effect", "2"]):
        told = workplace.ask(*CONFIG, *looked)
        assert (told["player_id"], told["agent"]) == (1, "FOUNDRY"), looked
    event = json.loads(workplace.cli(*CONFIG, "watch", "--count", "1", "--output", "json").out)
    assert (event["kind"], event["player_id"], event["agent"]) == ("SNAPSHOT", 1, "FOUNDRY")
    assert "max_pipelines: 2" in workplace.cli(*CONFIG, "show", "--output", "yaml").out


@pytest.mark.processes
def test_a_misspelt_good_fails_the_command_names_the_one_that_was_meant_and_is_not_stored(workplace, running):
    refused = workplace.cli(*CONFIG, "set", "--blocked-goods", "FULE", "--output", "json")

    (problem,) = refused.json["error"]["fields"]
    assert (refused.code, problem["field"], problem["given"]) == (2, "blocked_goods", "FULE")
    assert "did you mean FUEL" in problem["allowed"]
    assert workplace.ask(*CONFIG, "show")["revision"] == 1


@pytest.mark.processes
def test_an_operator_edits_and_gets_refused_text_back_with_the_errors(workplace, running, tmp_path):
    """The editor is a script: it types a wrong value first, and the right one when it sees the complaint."""
    editor = tmp_path / "editor.sh"
    editor.write_text(
        "#!/bin/sh\n"
        'if grep -q "^#! max_workers" "$1"; then sed -i "s/^max_workers:.*/max_workers: 12/" "$1"\n'
        'else sed -i "s/^max_workers:.*/max_workers: 0/" "$1"; fi\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    workplace.environment["EDITOR"] = str(editor)

    assert workplace.ask(*CONFIG, "edit")["changes"] == {"max_workers": {"before": 5, "after": 12}}


@pytest.mark.processes
def test_an_edit_that_was_overtaken_comes_back_on_top_of_what_came_meanwhile(workplace, running, tmp_path):
    """While the editor is open for the first time, somebody else changes a setting."""
    editor = tmp_path / "editor.sh"
    words = " ".join((*CONFIG, "set", "max_pipelines=9"))
    editor.write_text(
        "#!/bin/sh\n"
        f'if grep -q "^#! max_pipelines is 9" "$1"; then cp "$1" {tmp_path}/second; touch "$1"\n'
        f'else {BIN}/spacetraders {words} >&2; sed -i "s/^max_workers:.*/max_workers: 12/" "$1"; fi\n'
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    workplace.environment["EDITOR"] = str(editor)
    edited = workplace.ask(*CONFIG, "edit")

    assert edited["changes"] == {"max_workers": {"before": 5, "after": 12}}
    assert (edited["config"]["max_pipelines"], edited["revision"]) == (9, 3)
    assert "max_workers: 12" in (tmp_path / "second").read_text()


@pytest.mark.processes
def test_a_spoilt_store_keeps_nobody_from_starting_and_a_safe_start_touches_nothing(workplace, running):
    workplace.ask(*CONFIG, "set", "max_pipelines=5", "min_balance=1000")
    workplace.started[-1].kill()
    path = next(workplace.data_dir.glob("*.db"))
    with closing(sqlite3.connect(path)) as database, database:
        (stored,) = database.execute("SELECT config FROM containers").fetchone()
        spoilt = {**json.loads(stored), "max_pipelines": None, "strategy": "prefer-luck", "from_tomorrow": 1}
        database.execute("UPDATE containers SET config = ?", (json.dumps(spoilt),))

    safe = workplace.start_daemon("--sandbox", "--speed", "20", "--safe-configuration")
    until(lambda: workplace.ask(*CONFIG, "show", "--provenance")["running"], "its coordinator decides")
    shown = workplace.ask(*CONFIG, "show", "--provenance")
    assert (shown["config"]["max_pipelines"], shown["running"]["max_pipelines"]) == (5, 3)
    assert "--safe-configuration" in shown["settings"]["max_pipelines"]["detail"]
    for words in ((*CONFIG, "show"), (*CONFIG, "doctor"), ("manufacturing", "status"), ("health",)):
        told = workplace.cli(*words)
        assert "built-in defaults are in force, not what is stored" in f"{told.out}{told.err}"
    safe.stop()
    with closing(sqlite3.connect(path)) as database, database:
        assert json.loads(database.execute("SELECT config FROM containers").fetchone()[0]) == spoilt

    workplace.start_daemon("--sandbox", "--speed", "20")
    found = workplace.ask(*CONFIG, "doctor")["findings"]
    assert {each["name"] for each in found if each["kind"] == "QUARANTINED"} == {
        "max_pipelines",
        "strategy",
        "from_tomorrow",
    }
    changed = workplace.ask(*CONFIG, "set", "max_workers=7")
    assert (changed["state"], changed["config"]["max_pipelines"]) == ("APPLIED", 5)
    workplace.ask(*CONFIG, "doctor", "--discard", "from_tomorrow", "--discard", "strategy")
    left = workplace.ask(*CONFIG, "doctor")["findings"]
    assert [each["name"] for each in left if each["kind"] == "QUARANTINED"] == ["max_pipelines"]


@pytest.mark.processes
@pytest.mark.parametrize("words", [(), ("--safe-configuration",)], ids=["as ever", "safely"])
def test_rows_that_are_no_json_at_all_keep_nobody_from_starting(workplace, running, words):
    workplace.ask(*CONFIG, "set", "max_pipelines=5")
    workplace.ask(*CONFIG, "defaults", "set", "max_workers=7")
    workplace.started[-1].kill()
    path = next(workplace.data_dir.glob("*.db"))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE containers SET config = '{broken'")
        database.execute("UPDATE config_defaults SET value = '{broken'")
        database.execute("UPDATE config_state SET since = '{broken'")

    workplace.start_daemon("--sandbox", "--speed", "20", *words)
    shown = workplace.ask(*CONFIG, "show")
    assert shown["config"]["max_pipelines"] == 5
    assert workplace.ask("manufacturing", "status")["status"] == "RUNNING"
    assert "(unreadable)" in {each["name"] for each in workplace.ask(*CONFIG, "doctor")["findings"]}
    workplace.ask(*CONFIG, "doctor", "--container", running, "--discard", "(unreadable)")
    assert "(unreadable)" not in {each["name"] for each in workplace.ask(*CONFIG, "doctor")["findings"]}


@pytest.mark.processes
def test_a_default_that_this_version_cannot_use_moves_no_coordinator_and_is_shown_until_it_is_unset(workplace, running):
    workplace.ask(*CONFIG, "defaults", "set", "max_workers=7")
    workplace.started[-1].kill()
    with closing(sqlite3.connect(next(workplace.data_dir.glob("*.db")))) as database, database:
        database.execute("UPDATE config_defaults SET value = '9999'")

    workplace.start_daemon("--sandbox", "--speed", "20")
    assert workplace.ask(*CONFIG, "show")["config"]["max_workers"] == 7
    (found,) = [each for each in workplace.ask(*CONFIG, "doctor")["findings"] if each["kind"] == "QUARANTINED"]
    assert found["remedy"] == "spacetraders manufacturing config defaults unset max_workers --player-id 1"
    unset = workplace.ask(*CONFIG, "defaults", "unset", "max_workers")
    assert (unset["state"], unset["changes"]) == ("APPLIED", {"max_workers": {"before": 9999, "after": None}})
    assert workplace.ask(*CONFIG, "show")["config"]["max_workers"] == 5
