"""Options that take a time: a moment reaches the daemon as it was typed, a duration reaches the command as a span."""

import click
import pytest

from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.arguments.time_options import Duration, since_option, until_option


@pytest.fixture
def told():
    """What the command below was given, one line for each call."""
    return []


@pytest.fixture
def command(told):
    @click.command()
    @since_option()
    @until_option()
    @click.option("--jump", type=Duration(bare_unit="s"))
    def command(since, until, jump):
        told.append((since, until, jump))

    return command


def test_times_are_read(command, told):
    assert run(command, ["--since", " 8h ", "--until", "today", "--jump", "90"]) == 0

    assert told == [("8h", "today", 90.0)]


def test_no_bound_is_an_empty_text(command, told):
    assert run(command, []) == 0

    assert told == [("", "", None)]


@pytest.mark.parametrize(
    ("words", "field", "allowed"),
    [(["--until", "8"], "until", "today or yesterday"), (["--jump", "1h1h"], "jump", "1h30m")],
)
def test_a_wrong_one_is_refused_before_anything_is_asked(command, told, capsys, words, field, allowed):
    assert run(command, words) == 2

    error = " ".join(capsys.readouterr().err.split())
    assert error.startswith(f"error: {field} must be a duration")
    assert allowed in error
    assert told == []
