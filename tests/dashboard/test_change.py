"""A change as the daemon is asked for it and as a person would type it."""

import json
import shlex

import pytest

from starfoundry.dashboard.requests.change import Change, command_of, request_of
from starfoundry.dashboard.requests.change_requests import read
from starfoundry.kernel.errors import Refused


def change(**what):
    return Change(container_id="coordinator-1", player_id=1, **what)


def test_a_change_says_that_it_was_made_on_the_page():
    request = request_of(change(set={"max_workers": "3"}, reason="because"), validate_only=False)

    assert (request.terms.source, request.terms.reason, request.terms.validate_only) == ("page", "because", False)


def test_a_preview_uses_up_no_request_id():
    assert request_of(change(pin=["strategy"], request_id="once"), validate_only=True).terms.request_id == ""


def test_revision_nought_is_a_revision_too():
    request = request_of(change(set={"max_workers": "3"}, expected_revision=0), validate_only=False)

    assert request.terms.HasField("expected_revision")


def test_what_changes_nothing_is_refused():
    with pytest.raises(Refused, match="nothing to change"):
        request_of(change(), validate_only=True)


def test_words_survive_a_shell():
    line = command_of(change(set={"blocked_goods": "IRON; rm -rf /"}, reason="it's $dear"))

    assert shlex.split(line)[3:] == [
        "set",
        "blocked_goods=IRON; rm -rf /",
        "--container",
        "coordinator-1",
        "--reason",
        "it's $dear",
    ]


def test_changes_of_every_kind_are_one_command_as_they_are_one_revision():
    line = command_of(change(set={"max_workers": "3"}, unset=["strategy"], pin=["min_balance"], expected_revision=7))

    what = "set max_workers=3 --unset strategy --pin min_balance"
    assert line == f"spacetraders manufacturing config {what} --container coordinator-1 --if-revision 7"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"set": {"max_workers": "3"}}, "set max_workers=3"),
        ({"unset": ["strategy", "min_balance"]}, "unset strategy min_balance"),
        ({"pin": ["strategy"]}, "pin strategy"),
        ({"unset": ["strategy"], "pin": ["min_balance"]}, "set --unset strategy --pin min_balance"),
    ],
)
def test_a_change_of_one_kind_is_told_by_its_own_command(wanted, words):
    assert command_of(change(**wanted)) == f"spacetraders manufacturing config {words} --container coordinator-1"


def test_going_back_is_one_command_whatever_else_is_there():
    line = command_of(change(rollback_to=4, set={"max_workers": "3"}, agent="FOUNDRY"))

    assert line == "spacetraders manufacturing config rollback --to 4 --container coordinator-1 --agent FOUNDRY"


@pytest.mark.parametrize(("preset", "words"), [("balanced", "apply balanced --clear"), ("", "apply none --clear")])
def test_a_preset_is_applied_or_taken_away_by_one_command(preset, words):
    line = command_of(change(preset=preset, clears_hiding=True))

    assert line == f"spacetraders manufacturing config preset {words} --container coordinator-1"
    assert request_of(change(preset=preset), validate_only=True).HasField("preset")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b'"\xff"', b'{"container_id": "c", "player_id": 1}'),
        *(b'{"layer": "container", "container_id": 1, "player_id": 1}', b'{"layer": "galaxy", "player_id": 1}'),
        *(b'{"layer": "defaults", "player_id": 1, "rollback_to": 1}', b'{"layer": "preset", "player_id": 1}'),
    ],
)
def test_a_body_that_is_no_change_is_refused(body):
    with pytest.raises(Refused, match="no change of settings"):
        read(body)


def test_a_body_is_read_as_it_was_sent():
    sent = {"container_id": "coordinator-1", "player_id": 1, "set": {"max_workers": "3"}, "reason": "why not"}
    body = json.dumps({"layer": "container", **sent}).encode()

    assert read(body) == change(set={"max_workers": "3"}, reason="why not")
