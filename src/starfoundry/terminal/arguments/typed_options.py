"""Options of the running command as they were typed."""

from typing import Any

import click
from click.core import ParameterSource

from starfoundry.kernel.errors import Refused


def daemon_options(chosen: dict[str, Any]) -> list[str]:
    """The typed options that select the daemon; those from the environment still apply without being repeated."""
    calling = click.get_current_context()
    words: list[str] = []
    for name, flag in (("context_name", "--context"), ("data_dir", "--data-dir"), ("socket", "--socket")):
        sources = [each.get_parameter_source(name) for each in (calling, calling.find_root())]
        if ParameterSource.COMMANDLINE in sources:
            words += [flag, str(chosen[name])]
    return words


def flags() -> dict[str, str]:
    """The flag by which each field of the command was given."""
    calling = click.get_current_context()
    return {
        parameter.name: parameter.opts[0]
        for parameter in calling.command.params
        if isinstance(parameter, click.Option) and parameter.name and calling.params.get(parameter.name) is not None
    }


def refuse_empty_names() -> None:
    """Raise Refused for an argument that was typed empty, as a shell's unset variable is: it names nothing."""
    context = click.get_current_context()
    for parameter in context.command.params:
        name = parameter.name or ""
        typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if isinstance(parameter, click.Argument) and typed and context.params[name] == "":
            raise Refused.of(name, "", "a name that is not empty")
