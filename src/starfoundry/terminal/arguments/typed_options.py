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


class FreeText(click.types.StringParamType):
    """A text that may be empty: a reason, or a setting's value, which is validated together with the other settings."""


def refuse_empty_values() -> None:
    """Raise Refused for an option or argument that was typed empty, as an unset variable of a script is.

    Its default would otherwise be taken silently, such as another coordinator, or no precondition.
    """
    context: click.Context | None = click.get_current_context()
    while context is not None:
        for parameter in context.command.params:
            name = parameter.name or ""
            if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                _refuse_empty(parameter, context.params[name])
        context = context.parent


def _refuse_empty(parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401  (whatever its type converts to)
    values = value if parameter.multiple or parameter.nargs != 1 else (value,)
    if isinstance(parameter.type, FreeText) or not any(isinstance(each, str) and not each.strip() for each in values):
        return
    allowed = "a name that is not empty"
    if isinstance(parameter, click.Option):
        allowed = f"a value that is not empty; without one, omit {max(parameter.opts, key=len)}"
    raise Refused.of(parameter.name or "", "", allowed)
