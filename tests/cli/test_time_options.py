"""Every option of the command line that takes a span of time takes it as people write it: 90s, 45m, 8h."""

import click
import pytest

from starfoundry.cli.main import root
from starfoundry.drill.__main__ import campaign
from starfoundry.terminal.arguments.time_options import Duration

SPANS = ("seconds", "minutes", "hours", "days", "interval", "duration", "timeout")
"""Words in the name or the placeholder of an option that takes a span of time."""


def options(command, path=()):
    """Every option below a command, with the words that lead to it."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield " ".join((*path, parameter.opts[-1])), parameter
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from options(command.get_command(context, name), (*path, name))


def takes_a_span(option):
    words = f"{option.name} {option.metavar or ''} {option.opts}".lower()
    return not option.is_flag and any(word in words for word in SPANS)


ALL = [*options(root), *options(campaign, ("drill",))]


def test_there_are_such_options():
    spans = {path for path, option in ALL if takes_a_span(option)}
    assert {"top --interval", "sandbox fault --seconds", "ship list --watch", "demo --hours", "drill --hours"} <= spans


@pytest.mark.parametrize(("path", "option"), [each for each in ALL if takes_a_span(each[1])])
def test_a_span_of_time_may_be_written_as_a_duration(path, option):
    assert isinstance(option.type, Duration), path
    assert option.type.convert("1m", option, None) == 60.0
