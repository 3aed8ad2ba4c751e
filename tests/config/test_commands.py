"""`config show` and `config set` as an operator types them, down to a real service and database."""

import json
import re
import subprocess
import sys

import click
import pytest
import sqlalchemy as sa

from starfoundry.config.commands.config_options import terms_of
from starfoundry.config.commands.group import config_group
from starfoundry.config.domain.model import SETTINGS
from starfoundry.store.tables.config import config_defaults
from tests.config.floor import ID, PLAYER
from tests.patience import DEADLINE_SECONDS

SHOWN = """\
Manufacturing Coordinator Configuration
=======================================
Container:     parallel-mfg-X1-YZ19-abc123
Status:        RUNNING
System:        X1-YZ19

Pipeline Settings:
  Max Pipelines:        5
  Max Workers:          10

Collection Thresholds (COLLECT_SELL tasks):
  Min Start Supply:     ABUNDANT
  Min Execute Supply:   HIGH

Acquisition Thresholds (ACQUIRE_DELIVER tasks):
  Min Start Supply:     MODERATE
  Min Execute Supply:   LIMITED

Other Settings:
  Min Purchase Price:   1000
  Strategy:             prefer-fabricate
"""
ADDED = """
Guards:
  Min Balance:          0
  Chain Stop-loss:      250000
  Max API Share:        100
  Market Max Age:       180

Single Goods:
  Blocked Goods:        (none)
  Good Overrides:       (none)

Trade Lanes (TRADE tasks):
  Max Ships:            1000
  Min Start Supply:     MODERATE
  Min Execute Supply:   LIMITED
  Min Margin:           40
"""


def show(*more):
    return ("show", "--container", ID, "--player-id", str(PLAYER), *more)


def set_(*more):
    return ("set", "--container", ID, "--player-id", str(PLAYER), *more)


def test_show_is_laid_out_like_the_design_line_for_line_with_every_further_setting_below(spacetraders):
    spacetraders(*set_("--max-pipelines", "5", "--max-workers", "10"))

    assert spacetraders(*show()) == (0, SHOWN + ADDED, "")


def test_show_lists_every_setting_whatever_its_value(spacetraders):
    _, out, _ = spacetraders(*show())

    for one in SETTINGS:
        assert f"  {one.label}:" in out


def test_on_a_narrow_terminal_overrides_of_many_goods_take_a_line_each(spacetraders, monkeypatch):
    overrides = ",".join(f"{good}.min_purchase_price=500" for good in ("FUEL", "IRON", "MEDICINE"))
    spacetraders(*set_(f"good_overrides={overrides}"))
    monkeypatch.setattr("starfoundry.terminal.rendering.render._terminal_width", lambda: 60)
    _, out, _ = spacetraders(*show())

    lines = out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  Good Overrides:"))
    assert lines[first : first + 3] == [
        "  Good Overrides:       FUEL.min_purchase_price=500,",
        "                        IRON.min_purchase_price=500,",
        "                        MEDICINE.min_purchase_price=500",
    ]


def test_show_says_what_a_running_coordinator_really_decides_with(spacetraders):
    """Nobody runs it here, so what is stored has not been taken up."""
    code, out, _ = spacetraders(*show(), is_running=False)

    assert code == 0
    assert out.splitlines()[-2:] == ["", "Running with no revision yet: revision 1 is stored and not applied yet"]


def test_show_of_a_stopped_coordinator_says_what_its_next_start_takes_up(spacetraders):
    _, out, _ = spacetraders(*show(), is_running=False, status="STOPPED")

    assert "Status:        STOPPED\n" in out
    assert out.splitlines()[-1] == "Last ran with no revision yet: revision 1 is stored for the next start"


def test_set_says_that_the_change_is_in_force_and_what_it_did(spacetraders):
    code, out, err = spacetraders(*set_("--max-pipelines", "5", "--collect-start-supply", "high"))

    assert (code, err) == (
        0,
        f"undo: spacetraders manufacturing config rollback --container {ID} --to 1 --if-revision 2\n",
    )
    assert out.startswith("revision 2 in force after ")
    assert out.splitlines()[0].endswith(" ms: 5 pipelines")


def test_set_says_of_each_setting_what_it_was_when_it_is_felt_and_what_work_under_way_feels(spacetraders):
    _, out, _ = spacetraders(*set_("--max-workers", "8"))

    assert out.splitlines()[1:] == [
        "  max_workers: 5 -> 8",
        "    takes effect at once; a lower value lets work in flight finish first",
        "    work under way: A lower value recalls no ship: each finishes its trip, and is sent out again",
        "    when fewer ships work.",
    ]


def test_set_unsets_and_pins_others_in_the_same_revision(spacetraders):
    spacetraders(*set_("--max-workers", "8"))
    code, out, _ = spacetraders(
        *set_("max_pipelines=5", "--unset", "max_workers", "--pin", "strategy", "--pin", "min_balance", "-o", "json")
    )

    told = json.loads(out)
    assert (code, told["revision"], told["previous_revision"]) == (0, 3, 2)
    assert set(told["changes"]) == {"max_pipelines", "max_workers", "strategy", "min_balance"}
    assert told["changes"]["max_workers"] == {"before": 8, "after": 5}


def test_a_setting_that_is_set_and_pinned_is_pinned_at_the_new_value(spacetraders):
    spacetraders(*set_("max_workers=8", "--pin", "max_workers"))
    _, out, _ = spacetraders(*show("--provenance", "--output", "json"))
    found = json.loads(out)["provenance"]["max_workers"]

    assert (found["value"], found["pinned"]) == (8, True)


def test_one_setting_is_not_unset_and_pinned_at_once(spacetraders):
    code, _, err = spacetraders(*set_("--unset", "max_workers", "--pin", "max_workers"))

    assert code == 2
    assert "max_workers must be changed in one way at a time, was 'unset and pin'" in err


@pytest.mark.parametrize("flag", ["--plan", "--request-id"])
def test_a_guard_that_is_given_empty_is_refused(spacetraders, flag):
    code, _, err = spacetraders(*set_("max_workers=8", flag, ""))

    assert code == 2
    assert "must be a value that is not empty" in err


def test_each_change_gets_an_idempotency_key_of_its_own_and_a_dry_run_none():
    first, second = terms_of({}).request_id, terms_of({}).request_id

    assert len({first, second, ""}) == 3
    assert terms_of({"dry_run": True}).request_id == ""
    assert terms_of({"request_id": "mine"}).request_id == "mine"


def test_a_dry_run_tells_a_pin_and_an_unset_from_a_new_value(spacetraders):
    spacetraders(*set_("max_workers=5"))
    words = ("blocked_goods=IRON", "--unset", "max_workers", "--pin", "strategy", "--dry-run")
    _, out, _ = spacetraders(*set_(*words))

    headline = out.splitlines()[0]
    assert headline.startswith("would become revision 3: ")
    assert "blocked_goods (none) -> IRON" in headline
    assert "max_workers unset, still 5" in headline
    assert "strategy pinned at prefer-fabricate" in headline


def test_a_dry_run_that_moves_no_value_says_which_revision_it_would_be(spacetraders):
    where = ("--container", ID, "--player-id", str(PLAYER))
    _, out, _ = spacetraders("preset", "apply", "balanced", "--dry-run", *where)

    assert out.splitlines()[0] == "would become revision 2: every value stays as it is"


def test_a_change_of_defaults_tells_the_command_that_takes_it_back(spacetraders):
    who = ("--player-id", str(PLAYER), "-o", "json")
    spacetraders("defaults", "set", "max_workers=8", *who)
    _, out, _ = spacetraders("defaults", "set", "max_workers=9", "min_balance=7", *who)
    undo = json.loads(out)["undo"]
    _, back, _ = spacetraders(*undo.split()[3:], "-o", "json")

    told = {name: one["value"] for name, one in json.loads(back)["defaults"].items()}
    assert undo.startswith("spacetraders manufacturing config defaults set max_workers=8 --unset min_balance")
    assert told == {"max_workers": 8}


def test_a_dry_run_of_defaults_says_that_nothing_is_changed(spacetraders):
    _, out, err = spacetraders("defaults", "set", "max_workers=9", "--dry-run", "--player-id", str(PLAYER))

    assert out.splitlines()[:2] == ["dry run, nothing has changed; this would change:", "  max_workers: (not set) -> 9"]
    assert "undo" not in err


def test_a_discarded_key_is_told_with_what_it_was_and_no_undo_is_offered(spacetraders):
    async def spoil(built):
        _, config = await built.stored()
        await built.overwrite({**config, "old_setting": [1, 2]})

    spacetraders(*show(), prepare=spoil)
    words = ("doctor", "--discard", "old_setting", "--container", ID, "--player-id", str(PLAYER))
    code, out, err = spacetraders(*words)

    assert (code, err) == (0, "")
    assert out.startswith("discarded old_setting (was [1, 2]); revision 2 in force")
    assert out.splitlines()[1:] == ["  old_setting: [1, 2] discarded"]


def test_presets_are_compared_by_all_that_either_of_them_names(spacetraders):
    who = ("--player-id", str(PLAYER))
    spacetraders("preset", "save", "wide", "max_pipelines=6", *who)
    spacetraders("preset", "save", "broad", "max_workers=7", *who)
    _, out, _ = spacetraders("diff", "preset:wide", "preset:broad", *who)

    assert out.splitlines() == ["  max_pipelines: 6 -> (not set)", "  max_workers: (not set) -> 7"]


def test_a_file_that_gives_a_setting_twice_is_refused(spacetraders, tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("max_pipelines: 4\nmax_pipelines: 5\n")
    code, _, err = spacetraders("apply", "-f", str(file), "--container", ID, "--player-id", str(PLAYER))

    assert code == 2
    assert "max_pipelines must be given once" in err


@pytest.mark.parametrize("words", [("unset", "max_workers"), ("set", "max_workers=8"), ("pin", "max_workers")])
def test_where_an_unreadable_default_is_replaced_no_undo_is_offered_and_why_is_said(spacetraders, words):
    async def spoil(built):
        row = {
            "player_id": PLAYER,
            "name": "max_workers",
            "value": [1],
            "is_pinned": False,
            "author": "a",
            "reason": "",
        }
        insert = sa.insert(config_defaults).values(**row, at=built.clock.now())
        await built.database.write(lambda connection: connection.execute(insert))

    spacetraders("defaults", "show", "--player-id", str(PLAYER), prepare=spoil)
    code, _, err = spacetraders("defaults", *words, "--player-id", str(PLAYER))

    assert code == 0
    assert "undo: spacetraders" not in err
    assert "no undo: it replaced stored values that cannot be used" in err


def test_a_preset_is_shown_in_the_order_of_the_settings_and_an_empty_list_in_a_word(spacetraders):
    who = ("--player-id", str(PLAYER))
    spacetraders("preset", "save", "wide", "blocked_goods=", "max_pipelines=6", *who)
    _, out, _ = spacetraders("preset", "show", "wide", *who)

    assert out.splitlines() == ["wide", "max_pipelines:  6", "blocked_goods:  (none)"]


def test_on_a_terminal_no_line_is_longer_than_it_but_a_command_to_copy(spacetraders, monkeypatch):
    monkeypatch.setattr("starfoundry.terminal.rendering.render._terminal_width", lambda: 100)
    who = ("--player-id", str(PLAYER))
    levels = ("acquire_min_start_supply=LIMITED", "acquire_min_execute_supply=SCARCE")
    told = [
        spacetraders(*set_(*levels, "blocked_goods=IRON,FUEL")),
        spacetraders("defaults", "set", *levels, "min_balance=7", "--dry-run", *who),
        spacetraders("explain", "good_overrides", *who),
        spacetraders(*set_("max_workers=9999", "colour=red")),
        spacetraders("doctor", "--discard", "nothing", "--container", ID, *who),
    ]
    lines = [line for _, out, err in told for line in f"{out}\n{err}".splitlines()]

    assert [line for line in lines if len(line) > 100 and not line.startswith("undo: ")] == []


@pytest.mark.parametrize("text", ["max_pipelines: 4\nmax_workers: null\n", '{"max_pipelines": 4, "max_workers": null}'])
def test_a_null_in_a_file_is_told_as_null_and_with_what_to_do_instead(spacetraders, tmp_path, text):
    file = tmp_path / "settings"
    file.write_text(text)
    code, _, err = spacetraders("apply", "-f", str(file), "--container", ID, "--player-id", str(PLAYER))

    assert code == 2
    assert "was 'null (nothing)'" in err
    assert "leave the key out to leave it as it is, or return it to the layer below: config unset max_workers" in err
    assert "None" not in err


def test_a_null_for_a_single_good_is_told_together_with_all_else_that_is_wrong(spacetraders, tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("good_overrides: {IRON: {min_purchase_price: }}\nblocked_goods: [null]\nmax_workers: many\n")
    where = ("--container", ID, "--player-id", str(PLAYER), "-o", "json")
    _, _, err = spacetraders("apply", "-f", str(file), *where)

    given = {each["name"]: each["given"] for each in json.loads(err)["error"]["fields"]}
    nothing = "null (nothing)"
    assert given == {
        "good_overrides.IRON.min_purchase_price": nothing,
        "blocked_goods": nothing,
        "max_workers": "many",
    }


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("show", "--revision", "9"), "manufacturing config history"),
        (("effect", "9"), "manufacturing config history"),
        (("rollback", "--to", "good"), "manufacturing config history"),
        (("preset", "apply", "balancd"), "manufacturing config preset list"),
        (("diff", "preset:balancd", "stored"), "manufacturing config preset list"),
    ],
)
def test_the_next_step_for_what_is_not_there_is_the_list_of_its_kind(spacetraders, words, listed):
    code, _, err = spacetraders(*words, "--player-id", str(PLAYER))

    assert code == 3
    assert err.splitlines()[-1] == f"  next: list them: spacetraders {listed}"


@pytest.mark.parametrize(
    "words", [("rollback", "--to", "0"), ("tag", "0", "good"), ("show", "--revision", "0"), ("tag", "1", " ")]
)
def test_no_revision_has_the_number_0_and_no_name_is_blank(spacetraders, words):
    code, _, _ = spacetraders(*words, "--container", ID, "--player-id", str(PLAYER))

    assert code == 2


def test_what_a_file_or_a_preset_takes_away_is_told_like_what_it_sets(spacetraders, tmp_path):
    spacetraders(*set_("min_balance=1000", "max_workers=8"))
    file = tmp_path / "settings.yaml"
    file.write_text("max_pipelines: 5\nmax_workers: 8\n")
    where = ("--container", ID, "--player-id", str(PLAYER))
    _, pruned, _ = spacetraders("apply", "-f", str(file), "--prune", *where)
    _, cleared, _ = spacetraders("preset", "apply", "aggressive", "--clear", *where)
    _, taken, _ = spacetraders("preset", "apply", "none", *where)

    assert re.search("min_balance: 1000 -> 0\n    takes effect ", pruned)
    for told in (pruned, cleared, taken):
        assert told.count("takes effect ") == told.count("work under way: ") > 0


def test_one_setting_is_not_set_and_unset_at_once(spacetraders):
    code, _, err = spacetraders(*set_("max_workers=8", "--unset", "max_workers"))

    assert code == 2
    assert "changed in one way at a time" in err


def test_defaults_are_set_and_unset_together(spacetraders):
    spacetraders("defaults", "set", "max_workers=8", "--player-id", str(PLAYER))
    words = ("max_pipelines=5", "--unset", "max_workers", "--pin", "strategy")
    _, out, _ = spacetraders("defaults", "set", *words, "--player-id", str(PLAYER), "-o", "json")

    assert set(json.loads(out)["defaults"]) == {"max_pipelines", "strategy"}


def test_what_is_wrong_is_told_beside_the_flag_that_gave_it(spacetraders):
    code, _, err = spacetraders(*set_("--max-pipelines", "101", "--collect-start-supply", "HGIH"))

    assert code == 2
    headline, pipelines, supply = err.splitlines()[:3]
    assert headline == "error: 2 values are refused"
    assert pipelines == "  --max-pipelines (max_pipelines): a whole number of pipelines from 0 to 100 (was '101')"
    assert supply.startswith("  --collect-start-supply (collect_min_start_supply): one of SCARCE, ")
    assert supply.endswith("ABUNDANT (did you mean HIGH?) (was 'HGIH')")


def test_a_flag_that_is_no_number_is_told_together_with_the_others(spacetraders):
    code, _, err = spacetraders(*set_("--max-pipelines", "abc", "--strategy", "smrt", "-o", "json"))

    fields = {each["name"]: each["given"] for each in json.loads(err)["error"]["fields"]}
    assert (code, fields) == (2, {"max_pipelines": "abc", "strategy": "smrt"})


def test_history_tells_a_pin_an_unset_and_a_preset_that_move_no_value(spacetraders):
    spacetraders("pin", "strategy", "--player-id", str(PLAYER))
    spacetraders("unset", "strategy", "--player-id", str(PLAYER))
    spacetraders("preset", "apply", "balanced", "--player-id", str(PLAYER))
    _, out, _ = spacetraders("history", "--player-id", str(PLAYER))

    told = [line for line in out.splitlines() if line.lstrip()[:1].isdigit()]
    assert "no value (preset balanced)" in told[0]
    assert "strategy unset, still prefer-fabricate" in told[1]
    assert "strategy pinned at prefer-fabricate" in told[2]
    assert "the first" in told[3]


def test_explain_tells_what_a_setting_is_and_what_it_is_set_to_in_every_layer(spacetraders):
    spacetraders("defaults", "set", "acquire_min_start_supply=HIGH", "--player-id", str(PLAYER))
    spacetraders(*set_("--acquire-start-supply", "ABUNDANT"))
    _, out, _ = spacetraders("explain", "acquire_min_start_supply", "--player-id", str(PLAYER))
    _, told, _ = spacetraders("explain", "acquire_min_start_supply", "--player-id", str(PLAYER), "--output", "json")

    found = json.loads(told)
    assert found["below"] == {
        "player": "HIGH",
        "preset conservative": "MODERATE",
        "preset balanced": "MODERATE",
        "preset aggressive": "LIMITED",
        "preset earner": "MODERATE",
    }
    assert found["values"] == {ID: {"value": "ABUNDANT", "layer": "container"}}
    assert "Work under way: A new level applies at once to waiting tasks" in out
    assert max(map(len, out.splitlines())) <= 100


def test_the_doctor_names_what_loses_against_the_database_and_what_to_type(spacetraders, tmp_path, monkeypatch):
    (tmp_path / "starfoundry.toml").write_text("[manufacturing]\nmax_workers = 9\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STARFOUNDRY_MAX_PIPELINES", "9")
    _, out, _ = spacetraders("doctor", "--player-id", str(PLAYER))
    _, told, _ = spacetraders("doctor", "--player-id", str(PLAYER), "--output", "json")

    assert "ENVIRONMENT_IGNORED  max_pipelines" in out
    assert "  remedy: spacetraders manufacturing config defaults set max_workers=VALUE" in out
    kinds = [each["kind"] for each in json.loads(told)["findings"]]
    assert kinds == ["QUARANTINED", "ENVIRONMENT_IGNORED", "FILE_IGNORED"]
    remedies = [each["remedy"] for each in json.loads(told)["findings"]]
    assert [remedy.count("spacetraders manufacturing config ") for remedy in remedies] == [1, 1, 1]


def test_the_shell_completes_names_words_and_flags_of_settings():
    flag = next(each for each in config_group.commands["set"].params if "--collect-start-supply" in each.opts)
    word = next(each for each in config_group.commands["set"].params if each.name == "words")
    context = click.Context(config_group.commands["set"])

    assert [each.value for each in flag.shell_complete(context, "m")] == ["MODERATE"]
    assert [each.value for each in word.shell_complete(context, "strategy=")][2] == "strategy=smart"
    assert [each.value for each in word.shell_complete(context, "min_b")] == ["min_balance="]


def test_set_of_what_is_not_taken_up_says_so_and_where_to_look(spacetraders):
    code, out, err = spacetraders(*set_("--max-pipelines", "5", "--wait", "0.05"), is_running=False)

    assert code == 0
    assert out.startswith("stored as revision 2; the coordinator has not applied it yet")
    assert f"manufacturing config show --container {ID}" in err


def test_set_without_waiting_is_answered_at_once(spacetraders):
    _, out, _ = spacetraders(*set_("--max-pipelines", "5", "--no-wait"), is_running=False)

    assert out.startswith("stored as revision 2")


def test_json_of_show_has_the_keys_machines_rely_on_and_nothing_else_is_printed(spacetraders):
    code, out, err = spacetraders(*show("--output", "json"))

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "player_id": PLAYER,
        "agent": "FOUNDRY",
        "container_id": ID,
        "status": "RUNNING",
        "system": "X1-YZ19",
        "revision": 1,
        "observed_revision": 1,
        "config": {
            "max_pipelines": 3,
            "max_workers": 5,
            "collect_min_start_supply": "ABUNDANT",
            "collect_min_execute_supply": "HIGH",
            "acquire_min_start_supply": "MODERATE",
            "acquire_min_execute_supply": "LIMITED",
            "min_purchase_price": 1000,
            "strategy": "prefer-fabricate",
            "min_balance": 0,
            "chain_stop_loss": 250_000,
            "max_api_share": 100,
            "market_max_age": 180,
            "blocked_goods": [],
            "good_overrides": {},
            "trade_max_ships": 1000,
            "trade_min_start_supply": "MODERATE",
            "trade_min_execute_supply": "LIMITED",
            "trade_min_margin": 40,
        },
    }


def test_json_of_set_has_the_same_keys_and_how_far_the_change_has_come(spacetraders):
    _, applied, _ = spacetraders(*set_("--acquire-start-supply", "HIGH", "--output", "json"))
    _, pending, err = spacetraders(*set_("--max-workers", "8", "--no-wait", "-o", "json"), is_running=False)
    answers = [json.loads(text) for text in (applied, pending)]

    assert err == ""
    assert [(one["state"], one["revision"], one["status"], one["system"]) for one in answers] == [
        ("APPLIED", 2, "RUNNING", "X1-YZ19"),
        ("PENDING", 3, "RUNNING", "X1-YZ19"),
    ]
    assert answers[0]["config"]["acquire_min_start_supply"] == "HIGH"
    assert answers[0]["effects"] == ["3 pipelines"]
    assert answers[0]["applied_after_ms"] > 0
    assert (answers[1]["observed_revision"], answers[1]["applied_after_ms"]) == (0, None)


@pytest.mark.parametrize(
    ("flags", "field", "allowed"),
    [
        (["--max-pipelines", "101"], "max_pipelines", "from 0 to 100"),
        (["--max-pipelines", "-1"], "max_pipelines", "from 0 to 100"),
        (["--max-workers", "99999999999999"], "max_workers", "from 1 to 1000"),
        (["--collect-start-supply", "HGIH"], "collect_min_start_supply", "SCARCE, LIMITED, MODERATE, HIGH, ABUNDANT"),
        (["--acquire-execute-supply", "ABUNDANT"], "acquire_min_execute_supply", "acquire_min_start_supply (MODERATE)"),
    ],
)
def test_a_wrong_value_ends_with_2_names_its_field_and_changes_nothing(spacetraders, flags, field, allowed):
    code, out, err = spacetraders(*set_(*flags))
    _, after, _ = spacetraders(*show("-o", "json"))

    assert (code, out) == (2, "")
    assert field in err
    assert allowed in err
    assert json.loads(after)["revision"] == 1


def test_a_wrong_value_as_json_lists_every_field(spacetraders):
    code, out, err = spacetraders(*set_("--max-pipelines", "101", "--collect-start-supply", "HGIH", "--output", "json"))

    assert (code, out) == (2, "")
    error = json.loads(err)["error"]
    assert error["code"] == "INVALID_ARGUMENT"
    assert [one["field"] for one in error["fields"]] == ["max_pipelines", "collect_min_start_supply"]


def test_set_of_nothing_is_wrong_usage_that_lists_the_flags(spacetraders):
    code, _, err = spacetraders(*set_())

    assert code == 2
    assert all(one.flag in err for one in SETTINGS if one.flag)


def test_the_only_coordinator_need_not_be_named(spacetraders):
    code, out, _ = spacetraders("set", "--player-id", str(PLAYER), "max_pipelines=4", "-o", "json")

    assert (code, json.loads(out)["container_id"], json.loads(out)["revision"]) == (0, ID, 2)


def test_of_several_coordinators_one_must_be_named_and_the_choices_are_told(spacetraders):
    async def add_another(built):
        if len(await built.history("second")) == 0:
            await built.add("second")

    code, _, err = spacetraders("show", "--player-id", str(PLAYER), prepare=add_another)

    assert code == 2
    assert f"{ID} (RUNNING), second (RUNNING)" in err


def test_an_unknown_container_ends_with_3(spacetraders):
    code, _, err = spacetraders("show", "--container", "nobody", "--player-id", str(PLAYER))

    assert code == 3
    assert "container list" in err


def test_what_is_stored_and_cannot_be_used_is_named_and_can_be_set_right(spacetraders):
    async def spoil(built):
        _, config = await built.stored()
        await built.overwrite({**config, "max_workers": "many"})

    shown = spacetraders(*show(), is_running=False, prepare=spoil)
    repaired = spacetraders(*set_("--max-workers", "7", "--no-wait"), is_running=False)

    assert shown[0] == 0
    assert "max_workers" in shown[1]
    assert repaired[0] == 0
    assert repaired[1].startswith("stored as revision 2")


def test_the_commands_load_neither_the_database_nor_the_daemon():
    heavy = ("sqlalchemy", "grpc", "alembic", "starfoundry.config.service")
    program = f"import sys, starfoundry.config.commands.group; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=DEADLINE_SECONDS
    )

    assert loaded.stdout == "[]\n"
