"""Options of the running command as they were typed."""

from typing import Any

import click


def daemon_options(chosen: dict[str, Any]) -> list[str]:
    """The typed options that select the daemon; those from the environment still apply without being repeated."""
    calling = click.get_current_context()
    words: list[str] = []
    for name, flag in (("context_name", "--context"), ("data_dir", "--data-dir"), ("socket", "--socket")):
        sources = [each.get_parameter_source(name) for each in (calling, calling.find_root())]
        if click.core.ParameterSource.COMMANDLINE in sources:
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
