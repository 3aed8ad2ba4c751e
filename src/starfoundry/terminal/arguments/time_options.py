"""Options that take a time or a duration, such as `--since 8h`.

A time is sent to the daemon as typed, once it is known to be valid: "8h ago" is relative to the daemon's clock, which a
sandbox at another speed does not share with this machine.
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
    """A time in the form the daemon takes: the text itself, checked to be valid."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401, ARG002
        """The text without surrounding blanks; an empty one means no bound. Raises Refused."""
        from starfoundry.kernel.moments import parse_moment

        text = str(value).strip()
        if text:
            parse_moment(text, field=_name_of(param))
        return text


class Duration(click.ParamType[float]):
    """A duration, passed to the command in seconds.

    `bare_unit` (s, m, h, d or w) is the unit of a number alone; if it is empty, a unit is required. Bounds are
    inclusive.
    """

    name = "duration"

    def __init__(
        self, *, bare_unit: str = "", minimum_seconds: float = 0.0, maximum_seconds: float = SECONDS_MAX
    ) -> None:
        self._bare_unit = bare_unit
        self._minimum_seconds = minimum_seconds
        self._maximum = timedelta(seconds=maximum_seconds)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401, ARG002
        """The seconds. Raises Refused."""
        from starfoundry.kernel.moments import parse_duration

        if isinstance(value, float):
            return value
        span = parse_duration(str(value), field=_name_of(param), bare_unit=self._bare_unit, maximum=self._maximum)
        if span.total_seconds() < self._minimum_seconds:
            raise Refused.of(_name_of(param), value, f"a duration of at least {self._minimum_seconds:g}s")
        return span.total_seconds()


def since_option() -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`--since`, whose text is passed to the command as `since`, empty if not given."""
    help_text = "Only from this time on: 8h (ago), 2d, today, or a time in UTC."
    return click.option("--since", type=MomentText(), default="", metavar="TIME", help=help_text)


def until_option(what: str = "Only before this time") -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`--until`, as `since_option`."""
    return click.option(
        "--until", type=MomentText(), default="", metavar="TIME", help=f"{what}; in the formats of --since."
    )


def _name_of(param: click.Parameter | None) -> str:
    """The user's name for the parameter, without the dashes of a flag."""
    return max(param.opts, key=len).lstrip("-") if param else "time"
