"""`--watch` for lists: the list is repeated, in place on a terminal, appended otherwise."""

import functools
import sys
from collections.abc import Callable
from typing import Any, Protocol

import click

from starfoundry.kernel.errors import Unavailable
from starfoundry.terminal.arguments.time_options import Duration

WATCH_SECONDS = 2.0
LEAST_SECONDS = 0.5


class Screen(Protocol):
    """The part of a terminal that watching needs."""

    is_in_place: bool
    is_read: bool

    @property
    def as_json(self) -> bool:
        """Whether the output is for a machine."""

    def finish(self) -> None:
        """Raise what kept an answer from being printed, if anything did."""

    def pause(self, seconds: float) -> None:
        """Wait some seconds before asking again."""

    def note(self, *lines: str) -> None:
        """Print additional lines."""


def watchable(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--watch` to a command whose first argument is a Terminal."""

    @click.option(
        "-w",
        "--watch",
        "watch_seconds",
        is_flag=False,
        flag_value=str(WATCH_SECONDS),
        type=Duration(bare_unit="s", minimum_seconds=LEAST_SECONDS, maximum_seconds=3_600),
        metavar="[DURATION]",
        help=f"Refresh every {WATCH_SECONDS:g} seconds, or 10s, 1m, until Ctrl-C. No requests are sent to the game.",
    )
    @functools.wraps(command)
    def wrapped(terminal: Screen, *args: Any, watch_seconds: float | None, **kwargs: Any) -> Any:  # noqa: ANN401
        if watch_seconds is None:
            return command(terminal, *args, **kwargs)
        return watch(terminal, lambda: command(terminal, *args, **kwargs), watch_seconds)

    return wrapped


def watch(terminal: Screen, look: Callable[[], object], seconds: float) -> None:
    """Repeat every `seconds` until Ctrl-C, or until the output is closed.

    An error of the first call is raised; later, an unreachable daemon is waited for.
    """
    terminal.is_in_place = sys.stdout.isatty() and not terminal.as_json
    try:
        look()
        while terminal.is_read:
            terminal.finish()
            terminal.pause(seconds)
            try:
                look()
            except Unavailable as error:
                terminal.note(f"{error.message}; retrying every {seconds:g} s")
    except KeyboardInterrupt:
        return


def in_place(text: str, lines: int) -> str:
    """The text cut to `lines` lines of a terminal, in place of the previous one; the lines left out are counted."""
    shown = text.splitlines()
    room = max(1, lines - 3)  # room for a note below, and for the cursor
    if len(shown) > room:
        shown = [*shown[: room - 1], f"({len(shown) - room + 1} more lines)"]
    return "\x1b[H\x1b[J" + "\n".join(shown)
