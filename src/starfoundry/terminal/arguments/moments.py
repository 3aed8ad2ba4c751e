"""Options of the command line that take a moment or a duration, such as `--since 8h`.

A moment goes to the daemon as it was typed, after a look that it is one: "8h ago" is meant by the daemon's clock, which
a sandbox at speed does not share with this machine.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import click

from starfoundry.kernel.errors import Refused

R = TypeVar("R")

SECONDS_MAX = 3_650 * 86_400.0
"""Ten years."""


class MomentText(click.ParamType[str]):
    """A moment as the daemon takes it: the text itself, which is known to name one."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401, ARG002
        """The text without blanks around it; an empty one means no bound. Raises Refused."""
        from starfoundry.kernel.moments import parse_moment

        text = str(value).strip()
        if text:
            parse_moment(text, field=_name_of(param))
        return text


class Duration(click.ParamType[float]):
    """A span of time, which reaches the command in seconds.

    `bare_unit` (s, m, h, d or w) is what a number alone counts; empty: a unit has to be given. Bounds are included.
    """

    name = "duration"

    def __init__(
        self, *, bare_unit: str = "", minimum_seconds: float = 0.0, maximum_seconds: float = SECONDS_MAX
    ) -> None:
        self._bare_unit = bare_unit
        self._minimum_seconds = minimum_seconds
        self._maximum = timedelta(seconds=maximum_seconds)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401, ARG002
        """The seconds; raises Refused."""
        from starfoundry.kernel.moments import parse_duration

        if isinstance(value, float):
            return value
        span = parse_duration(str(value), field=_name_of(param), bare_unit=self._bare_unit, maximum=self._maximum)
        if span.total_seconds() < self._minimum_seconds:
            raise Refused.of(_name_of(param), value, f"a duration of at least {self._minimum_seconds:g}s")
        return span.total_seconds()


def since_option(what: str = "Only from this time on") -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`--since`, whose text reaches the command as `since`, empty where it was not given."""
    return click.option(
        "--since", type=MomentText(), default="", metavar="TIME", help=f"{what}: 8h (ago), 2d, today, or a time in UTC."
    )


def until_option(what: str = "Only before this time") -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`--until`, as `since_option`."""
    return click.option("--until", type=MomentText(), default="", metavar="TIME", help=f"{what}; given as --since is.")


def _name_of(param: click.Parameter | None) -> str:
    """How the user calls the parameter, without the dashes of a flag."""
    return max(param.opts, key=len).lstrip("-") if param else "time"
