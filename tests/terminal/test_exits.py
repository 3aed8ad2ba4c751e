"""How a command ends: exit codes and words on stderr."""

import json

import click
import pytest

from starfoundry.kernel.errors import InDoubt, Missing, NotPermitted, Refused, Stale, StarFoundryError, Unavailable
from starfoundry.terminal.arguments.exits import INTERRUPTED, error_json, run
from starfoundry.wire.status import from_status, to_status

CODES = {Refused: 2, Missing: 3, Stale: 4, NotPermitted: 5, Unavailable: 6, InDoubt: 1, StarFoundryError: 1}


def group_that_raises(error: BaseException) -> click.Group:
    group = click.Group("test")

    @group.command("go")
    @click.option("--output")
    @click.option("--count", type=int)
    def go(output, count):
        raise error

    return group


@pytest.mark.parametrize(("family", "code"), CODES.items())
def test_each_family_ends_with_its_own_code(family, code, capsys):
    assert run(group_that_raises(family("why")), ["go"]) == code
    assert "error: why" in capsys.readouterr().err


@pytest.mark.parametrize("family", CODES)
def test_an_error_has_the_name_of_its_grpc_code(family):
    """The command line names errors without loading gRPC, so this holds its names to the wire's."""
    import grpc

    number = to_status(family("x")).code
    named = next(code.name for code in grpc.StatusCode if code.value[0] == number)

    told = json.dumps(error_json(from_status(to_status(family("x")))))
    assert json.loads(told)["error"]["code"] == named


def test_a_machine_reads_code_message_and_fields_and_nothing_else(capsys):
    code = run(group_that_raises(Refused.of("max_workers", 0, "1 to 1,000")), ["go", "--output", "json"])

    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert json.loads(printed.err) == {
        "error": {
            "code": "INVALID_ARGUMENT",
            "message": "max_workers must be 1 to 1,000, was 0",
            "fields": [{"name": "max_workers", "field": "max_workers", "given": "0", "allowed": "1 to 1,000"}],
        }
    }


def test_wrong_usage_is_json_too_when_json_was_asked_for(capsys):
    code = run(group_that_raises(Missing("")), ["go", "--count", "many", "--output=json"])

    assert code == 2
    assert json.loads(capsys.readouterr().err)["error"]["fields"][0]["field"] == "count"


def test_json_may_be_asked_for_by_the_environment(capsys, monkeypatch):
    monkeypatch.setenv("STARFOUNDRY_OUTPUT", "json")

    run(group_that_raises(Missing("gone")), ["go"])

    assert json.loads(capsys.readouterr().err)["error"]["code"] == "NOT_FOUND"


def test_an_unknown_command_is_wrong_usage(capsys):
    assert run(group_that_raises(Missing("")), ["nowhere"]) == 2
    assert "next:" in capsys.readouterr().err


def test_a_person_is_told_what_to_do_next(capsys):
    run(group_that_raises(Stale("revision 3 is gone")), ["go"])

    assert capsys.readouterr().err.splitlines()[-1].startswith("  next: ")


def test_what_is_missing_is_listed_by_a_command_unless_the_message_ends_with_one(capsys):
    run(group_that_raises(Missing("there is no ship FOUNDRY-9")), ["go"])
    assert capsys.readouterr().err.splitlines()[1:] == ["  next: list them: spacetraders ship list"]

    begin = "there is no player yet; create one with: spacetraders player register --agent NAME"
    run(group_that_raises(Missing(begin)), ["go"])
    assert capsys.readouterr().err == f"error: {begin}\n"


def test_a_package_that_is_not_there_is_installed_and_not_tried_again(capsys):
    run(group_that_raises(Unavailable("tuning needs Optuna: pip install 'starfoundry[tune]'")), ["go"])

    assert capsys.readouterr().err.splitlines()[-1] == "  next: install it, then repeat the command"


def test_ctrl_c_ends_as_a_shell_expects():
    assert run(group_that_raises(KeyboardInterrupt()), ["go"]) == INTERRUPTED


def test_an_error_class_of_a_room_ends_like_its_family():
    class Odd(Missing):
        """A room's own."""

    assert run(group_that_raises(Odd("x")), ["go"]) == 3


def test_words_that_are_no_text_are_wrong_usage(capsys):
    assert run(group_that_raises(Missing("")), ["go", "--output", "json", "\udcff"]) == 2
    assert json.loads(capsys.readouterr().err)["error"]["fields"][0]["allowed"] == "text in UTF-8"
