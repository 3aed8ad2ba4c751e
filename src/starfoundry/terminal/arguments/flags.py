"""Options of every command: which daemon, which player, and the form of the answer."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from starfoundry.terminal.arguments.player import PlayerName
from starfoundry.terminal.rendering import formats

R = TypeVar("R")


def terminal_options(
    command: Callable[..., R], *, environment: bool = False, asks_player: bool = True, of_list: bool = False
) -> Callable[..., R]:
    """Add the options that configure a terminal; only the outermost command also reads them from the environment."""

    def option(*names: str, variable: str, **attributes: Any) -> Callable[..., Any]:  # noqa: ANN401
        return click.option(*names, envvar=f"STARFOUNDRY_{variable}" if environment else None, **attributes)

    options = [
        option(
            "--context",
            "context_name",
            variable="CONTEXT",
            metavar="NAME",
            help="The context for this command only; none for no context.",
        ),
        option("--data-dir", variable="DATA_DIR", metavar="DIR", help="The daemon's data directory."),
        option("--socket", variable="SOCKET", metavar="PATH", help="The daemon's socket, if it is elsewhere."),
        option(
            "-o",
            "--output",
            variable="OUTPUT",
            type=click.Choice(formats.LIST_FORMS if of_list or environment else formats.FORMS),
            help="The output format; default: table.",
        ),
    ]
    if asks_player:
        player = option(
            "--player-id",
            "--agent",
            "player_id",
            variable="PLAYER_ID",
            type=PlayerName(),
            metavar="N|CALLSIGN",
            help="Which player, by number or by its agent's callsign; default: the only one.",
        )
        options.insert(-1, player)
    for add in reversed(options):
        command = add(command)
    return command
