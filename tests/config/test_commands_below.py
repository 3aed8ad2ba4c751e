"""The commands of defaults and presets, and what every command tells of the way back."""

import json
import shlex

import yaml

from tests.config.floor import ID, PLAYER
from tests.config.test_commands import set_, show

WHOSE = ("--player-id", str(PLAYER))


def defaults(*words):
    return ("defaults", *words, *WHOSE)


def test_an_undo_reaches_the_daemon_that_the_change_was_typed_for(spacetraders, tmp_path):
    elsewhere = ("--data-dir", str(tmp_path))
    _, _, err = spacetraders(*defaults("set", "max_workers=9"), *elsewhere)
    assert f"defaults unset max_workers --player-id {PLAYER} --data-dir {tmp_path}" in err
    _, out, _ = spacetraders(*set_("max_pipelines=6"), *elsewhere, "--output", "json")
    assert json.loads(out)["undo"].endswith(f"--data-dir {tmp_path}")


def test_an_undo_says_no_place_where_none_was_typed(spacetraders):
    _, _, err = spacetraders(*set_("max_pipelines=6"))
    assert "--data-dir" not in err


def test_a_default_that_was_pinned_at_another_value_is_restored_by_one_command(spacetraders):
    spacetraders(*defaults("pin", "max_workers"))
    _, _, err = spacetraders(*defaults("set", "max_workers=9"))
    undo = err.strip().removeprefix("undo: ")
    assert undo.endswith(f"defaults set max_workers=5 --pin max_workers --player-id {PLAYER}")
    spacetraders(*shlex.split(undo)[3:])
    _, out, _ = spacetraders(*defaults("show", "--output", "json"))
    found = json.loads(out)["defaults"]["max_workers"]
    assert (found["value"], found["pinned"]) == (5, True)


def test_a_plan_of_a_default_binds_it(spacetraders):
    _, out, _ = spacetraders(*defaults("set", "max_workers=9"), "--dry-run", "--output", "json")
    told = json.loads(out)
    assert (told["state"], told["dry_run"]) == ("PENDING", True)
    code, _, err = spacetraders(*defaults("set", "max_workers=8"), "--plan", told["plan"])
    assert (code, "is stale" in err) == (4, True)
    code, out, _ = spacetraders(*defaults("set", "max_workers=9"), "--plan", told["plan"], "--output", "json")
    assert (code, json.loads(out)["state"]) == (0, "APPLIED")


def test_a_change_of_defaults_tells_when_it_is_felt(spacetraders):
    _, out, _ = spacetraders(*defaults("set", "max_api_share=50"))
    assert "    takes effect with the next ship that is sent out" in out


def test_a_preset_keeps_its_description_and_tells_the_way_back(spacetraders):
    spacetraders("preset", "save", "mine", "max_workers=7", "--description", "week end", *WHOSE)
    _, out, err = spacetraders("preset", "save", "mine", "max_workers=8", *WHOSE, "--output", "json")
    assert json.loads(out)["preset"]["description"] == "week end"
    undo = f"preset save mine max_workers=7 --description 'week end' --player-id {PLAYER}"
    assert json.loads(out)["undo"].endswith(undo)
    assert err == ""


def test_everything_that_is_wrong_with_a_set_is_told_at_once(spacetraders):
    words = ("max_pipelines=300", "collect_min_start_supply=LIMITED")
    code, _, err = spacetraders(*set_(*words), "--output", "json")
    fields = [one["field"] for one in json.loads(err)["error"]["fields"]]
    assert (code, fields) == (2, ["max_pipelines", "collect_min_start_supply", "collect_min_execute_supply"])


def test_a_refusal_for_one_coordinator_names_it(spacetraders):
    spacetraders(*set_("collect_min_start_supply=HIGH"))
    levels = ("collect_min_start_supply=ABUNDANT", "collect_min_execute_supply=ABUNDANT")
    code, _, err = spacetraders(*defaults("set", *levels))
    assert (code, err.splitlines()[0]) == (2, f"error: {ID} would become invalid: 2 values are refused")


def test_what_show_prints_can_be_applied(spacetraders, tmp_path):
    _, out, _ = spacetraders(*show("--output", "yaml"))
    shown = yaml.safe_load(out)
    shown["config"]["max_workers"] = 8
    (tmp_path / "shown.yaml").write_text(yaml.safe_dump(shown))
    apply = ("apply", "-f", str(tmp_path / "shown.yaml"), "--container", ID, *WHOSE)
    _, out, _ = spacetraders(*apply, "--output", "json")
    changes = json.loads(out)["changes"]
    assert changes.pop("max_workers") == {"before": 5, "after": 8}
    assert changes.keys() | {"max_workers"} == shown["config"].keys()
    assert {pair["how"] for pair in changes.values()} == {"own"}


def test_an_error_is_json_however_that_was_asked_for(spacetraders):
    for words in (("--output", "json"), ("--output=json",), ("-o", "json"), ("-ojson",)):
        _, _, err = spacetraders(*set_("max_pipelines=300"), *words)
        assert json.loads(err)["error"]["code"] == "INVALID_ARGUMENT"


def test_a_preset_that_was_deleted_can_be_saved_again_by_what_is_told(spacetraders):
    spacetraders("preset", "save", "mine", "max_workers=7", *WHOSE)
    _, _, err = spacetraders("preset", "delete", "mine", *WHOSE)
    assert f"preset save mine max_workers=7 --description '' --player-id {PLAYER}" in err


def test_a_deletion_of_a_preset_is_tried_first_and_bound_to_its_plan(spacetraders):
    spacetraders("preset", "save", "mine", "max_workers=7", *WHOSE)
    _, out, err = spacetraders("preset", "delete", "mine", "--dry-run", *WHOSE)
    assert out.startswith("preset mine would be deleted\n")
    assert "undo:" not in err
    _, shown, _ = spacetraders("preset", "list", *WHOSE, "--output", "json")
    assert "mine" in {each["name"] for each in json.loads(shown)["presets"]}
    plan = out.rsplit("plan: ", 1)[1].strip()
    _, out, _ = spacetraders("preset", "delete", "mine", "--plan", plan, *WHOSE, "--output", "json")
    assert json.loads(out)["deleted"] is True
    assert json.loads(out)["changes"] == {"max_workers": {"before": 7, "after": None}}


def test_settings_of_an_earlier_revision_say_so(spacetraders):
    spacetraders(*set_("max_pipelines=6"))
    _, out, _ = spacetraders(*show("--revision", "1"))
    assert out.endswith("As of revision 1.\n")
