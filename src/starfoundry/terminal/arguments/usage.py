"""Messages of usage errors, with a suggestion for a misspelt flag, command or value."""

import re
from collections.abc import Iterable, Iterator

import click

from starfoundry.kernel.nearest import nearest

_GIVEN = re.compile(r"^'(?P<given>.*)' is not one of ")

OTHER_TOOLS = {
    "undo": "rollback",
    "revert": "rollback",
    "restore": "rollback",
    "get": "show",
    "describe": "show",
    "reset": "unset",
    "ps": "list",
    "ls": "list",
}
"""Commands by the names that other tools have for them."""


def message_of(error: click.ClickException) -> str:
    """Click's message and the most likely intended names, the likeliest first."""
    if isinstance(error, click.NoSuchOption):
        return " ".join(filter(None, [error.message, _flags_meant(error)]))
    if isinstance(error, click.NoSuchCommand):
        return " ".join(filter(None, [error.message, _commands_meant(error)]))
    message = " ".join(error.format_message().split())  # some are of several lines
    return " ".join(filter(None, [message, _value_meant(error)]))


def _flags_meant(error: click.NoSuchOption) -> str:
    """The nearest flags. A flag also matches by its setting, such as --collect-min-start-supply."""
    names: dict[str, str] = {}
    for option in _options(error.ctx):
        names |= {f"--{(option.name or '').replace('_', '-')}": option.opts[0]}
        names |= {each: each for each in (*option.opts, *option.secondary_opts) if each.startswith("--")}
    if error.option_name in names:
        return f"Did you mean {names[error.option_name]}?"
    return _question(dict.fromkeys(names[each] for each in nearest(error.option_name, names)))


def _commands_meant(error: click.NoSuchCommand) -> str:
    context = error.ctx
    if context is None or not isinstance(context.command, click.Group):
        return ""
    commands = context.command.list_commands(context)
    elsewhere = OTHER_TOOLS.get(error.command_name.lower(), "")
    return _question([elsewhere] if elsewhere in commands else nearest(error.command_name, commands))


def _value_meant(error: click.ClickException) -> str:
    """The nearest of the values that an option takes."""
    if not isinstance(error, click.BadParameter) or error.param is None:
        return ""
    given = _GIVEN.match(error.message)
    if given is None or not isinstance(error.param.type, click.Choice):
        return ""
    return _question(nearest(given["given"], map(str, error.param.type.choices)))


def _question(near: Iterable[str]) -> str:
    meant = " or ".join(near)
    return f"Did you mean {meant}?" if meant else ""


def _options(context: click.Context | None) -> Iterator[click.Option]:
    if context is not None:
        yield from (each for each in context.command.params if isinstance(each, click.Option) and not each.hidden)
