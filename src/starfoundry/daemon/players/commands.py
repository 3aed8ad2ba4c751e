"""`spacetraders player register|add|list`: the agents of the daemon."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.options import (
    Terminal,
    with_list_terminal,
    with_terminal,
    with_terminal_of_no_player,
)
from starfoundry.terminal.local.secret import ASK, given_secret, require_not_typed
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Player

REGISTER_SECONDS = 90.0
"""The game answers a registration only once, and slowly; giving up early would lose the agent's token."""


@click.group()
def player() -> None:
    """Manage the agents that the daemon plays for."""


@player.command("register")
@click.option("--agent", default="", metavar="CALLSIGN", help="3 to 14 letters, digits, dashes or underscores.")
@click.option("--faction", default="", metavar="NAME", help="The faction to begin with; default COSMIC.")
@click.option(
    "--account-token",
    envvar="STARFOUNDRY_API_ACCOUNT_TOKEN",
    default="",
    metavar="TOKEN",
    help="'-' reads it from stdin; default: the daemon's setting. A token as an argument is refused: others see it.",
)
@click.option("--account-token-file", type=click.Path(path_type=Path), help="A private file with the token.")
@click.option(
    "--renew", is_flag=True, help="Register again after a reset of the universe, with the same callsign and settings."
)
@with_terminal_of_no_player
def register(
    terminal: Terminal, agent: str, faction: str, account_token: str, account_token_file: Path | None, renew: bool
) -> None:
    """Register a new agent with the game, and play for it.

    After a reset, --renew registers the agent of the old universe in the new one, with its defaults and presets. Its
    ledger and containers stay with the old player; start new coordinators.
    """
    from starfoundry.wire.daemon_pb2 import RegisterPlayerRequest

    require_not_typed("account_token", "--account-token")
    secret = given_secret(account_token, account_token_file)
    request = RegisterPlayerRequest(agent=agent, faction=faction, account_token=secret, renew=renew)
    registered = terminal.call("RegisterPlayer", request, timeout_seconds=REGISTER_SECONDS)
    terminal.show(message_json(registered), lambda: _describe(registered))
    start = f"spacetraders manufacturing start --player-id {registered.player_id}"
    terminal.note(f"Next: {terminal.addressed(start)}")


@player.command("add")
@click.option(
    "--token",
    envvar="STARFOUNDRY_AGENT_TOKEN",
    default=ASK,
    metavar="TOKEN",
    help="'-' (the default) asks for it, or reads it from stdin. A token as an argument is refused: others can see it.",
)
@click.option("--token-file", type=click.Path(path_type=Path), help="A private file with the token.")
@with_terminal
def add(terminal: Terminal, token: str, token_file: Path | None) -> None:
    """Play for an already registered agent. Adding it again replaces its token."""
    from starfoundry.wire.daemon_pb2 import AddPlayerRequest

    require_not_typed("token", "--token")
    request = AddPlayerRequest(agent_token=given_secret(token, token_file))
    added = terminal.call("AddPlayer", request, timeout_seconds=REGISTER_SECONDS)
    terminal.show(message_json(added), lambda: _describe(added))


@player.command("list")
@with_list_terminal
def list_players(terminal: Terminal) -> None:
    """List the players."""
    from starfoundry.wire.daemon_pb2 import ListPlayersRequest, Player

    players = terminal.call("ListPlayers", ListPlayersRequest()).players
    terminal.show_list(
        {"players": [message_json(each) for each in players]},
        lambda: render.table(
            ["Player", "Agent", "System", "Credits", "Universe of", "Over since (UTC)"],
            [
                [
                    each.player_id,
                    each.agent,
                    each.system,
                    each.credits,
                    each.universe,
                    render.moment(each.ended_at) if each.ended_at else None,
                ]
                for each in players
            ],
            empty=f"No players. Create one: {terminal.addressed('spacetraders player register --agent NAME')}",
        ),
        rows="players",
        blank=lambda: message_json(Player()),
    )


def _describe(found: "Player") -> str:
    return render.facts(
        [
            ("Player", found.player_id),
            ("Agent", found.agent),
            ("Home system", found.system),
            ("Headquarters", found.headquarters),
            ("Credits", found.credits),
            ("Universe of", found.universe),
        ]
    )
