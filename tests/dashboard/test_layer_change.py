"""A change of defaults or a preset as the daemon is asked for it, as a person would type it, and what is answered."""

import json

import pytest

from starfoundry.dashboard.requests.change_requests import read
from starfoundry.dashboard.requests.layer_change import (
    DefaultsChange,
    PresetChange,
    PresetDeletion,
    answer_of,
    call_of,
    command_of,
)
from starfoundry.kernel.errors import Refused

CONFIG = "spacetraders manufacturing config"
REACHED = {"container_id": "c-1", "revision": 5, "changes": [], "shadowed": [], "problem": ""}
NOTHING = {"changes": [], "reached": [], "warnings": [], "undo": "", "plan": ""}
CHANGE = {"name": "max_workers", "before": None, "after": 7, "how": ""}


def answered(change, **what):
    """What is answer_of of the change where the daemon answers so."""
    return answer_of(change, {**NOTHING, **what})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (DefaultsChange(player_id=1, set={"max_workers": "3"}), "defaults set max_workers=3"),
        (DefaultsChange(player_id=1, unset=["strategy"]), "defaults unset strategy"),
        (DefaultsChange(player_id=1, pin=["strategy"], agent="FOUNDRY"), "defaults pin strategy --agent FOUNDRY"),
        (
            DefaultsChange(player_id=1, set={"max_workers": "3"}, unset=["strategy"], plan="abc"),
            "defaults set max_workers=3 --unset strategy --plan abc",
        ),
        (PresetChange(player_id=1, name="my own", set={"max_workers": "3"}), "preset save 'my own' max_workers=3"),
        (
            PresetChange(player_id=1, name="mine", set={"max_workers": "3"}, description="", reason="so"),
            "preset save mine max_workers=3 --description '' --reason so",
        ),
        (PresetDeletion(player_id=1, name="mine", plan="abc"), "preset delete mine --plan abc"),
    ],
)
def test_each_change_is_told_as_one_command(change, words):
    assert command_of(change) == f"{CONFIG} {words}"


def test_a_preview_is_bound_to_no_plan_and_uses_up_no_request_id():
    change = PresetChange(player_id=1, name="mine", set={"max_workers": "3"}, plan="abc", request_id="once")
    (_, tried), (_, made) = (call_of(change, validate_only=is_dry) for is_dry in (True, False))

    assert (tried.terms.plan, tried.terms.request_id, tried.terms.validate_only) == ("", "", True)
    assert (made.terms.plan, made.terms.request_id, made.terms.source) == ("abc", "once", "page")


def test_a_preset_keeps_its_description_unless_another_is_given():
    changes = [PresetChange(player_id=1, name="mine", description=text) for text in (None, "")]
    named = [[each.name for each, _ in call_of(one, validate_only=False)[1].ListFields()] for one in changes]

    assert ["description" in fields for fields in named] == [False, True]


def test_defaults_that_are_not_changed_are_refused():
    with pytest.raises(Refused, match="nothing to change"):
        call_of(DefaultsChange(player_id=1), validate_only=True)


def test_what_a_preview_is_bound_to_is_in_the_command_too():
    answer = answered(DefaultsChange(player_id=1, set={"max_workers": "7"}), changes=[CHANGE], plan="abc")

    assert (answer["terms"], answer["command"]) == ({"plan": "abc"}, f"{CONFIG} defaults set max_workers=7 --plan abc")


def test_it_is_told_how_many_coordinators_follow():
    change = DefaultsChange(player_id=1, set={"max_workers": "7"})
    follower = {**REACHED, "changes": [CHANGE]}

    assert answered(change, changes=[CHANGE], reached=[REACHED])["message"] == "stored; no coordinator changes by it"
    assert "1 coordinator has a new revision" in answered(change, changes=[CHANGE], reached=[follower])["message"]
    assert "2 coordinators have" in answered(change, changes=[CHANGE], reached=[follower, follower])["message"]


def test_a_coordinator_that_refuses_it_is_named_with_its_reason():
    refuser = {**REACHED, "changes": [CHANGE], "problem": "there is no such market"}
    answer = answered(DefaultsChange(player_id=1, set={"max_workers": "7"}), changes=[CHANGE], reached=[refuser])

    assert (answer["state"], answer["message"]) == ("REJECTED", "c-1 refuses it: there is no such market")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (DefaultsChange(player_id=1, set={"max_workers": "7"}), "UNCHANGED"),
        (PresetChange(player_id=1, name="mine", set={"max_workers": "7"}), "UNCHANGED"),
        (PresetChange(player_id=1, name="mine", set={"max_workers": "7"}, description="new"), "SAVED"),
        (PresetDeletion(player_id=1, name="mine"), "DELETED"),
    ],
)
def test_a_description_alone_is_a_change_and_so_is_a_deletion(change, state):
    assert answered(change)["state"] == state


def test_a_change_is_of_the_layer_that_it_names():
    body = json.dumps({"layer": "preset deletion", "player_id": 1, "name": "mine"}).encode()

    assert read(body) == PresetDeletion(player_id=1, name="mine")
