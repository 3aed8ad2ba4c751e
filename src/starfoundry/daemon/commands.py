"""`spacetraders player register|add|list` and `spacetraders health`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal, with_list_terminal, with_terminal, with_terminal_of_no_player
from starfoundry.terminal.secret import ASK, given_secret, require_not_typed

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Health, HealthCondition, Player

REGISTER_SECONDS = 90.0
"""The game answers a registration once, and slowly; giving up early would lose the agent's token."""


@click.group()
def player() -> None:
    """The agents that the daemon plays for."""


@player.command("register")
@click.option("--agent", default="", metavar="CALLSIGN", help="3 to 14 letters, digits, dashes or underscores.")
@click.option("--faction", default="", metavar="NAME", help="The faction to begin with; default COSMIC.")
@click.option(
    "--account-token",
    envvar="STARFOUNDRY_API_ACCOUNT_TOKEN",
    default="",
    metavar="TOKEN",
    help="'-' reads it from stdin; default: the daemon's setting. A token as a word is refused: others can see it.",
)
@click.option("--account-token-file", type=click.Path(path_type=Path), help="A private file that it is in.")
@click.option(
    "--renew", is_flag=True, help="Begin anew after a reset of the universe, with the same callsign and settings."
)
@with_terminal_of_no_player
def register(
    terminal: Terminal, agent: str, faction: str, account_token: str, account_token_file: Path | None, renew: bool
) -> None:
    """Register a new agent with the game, and play for it from now on.

    After a reset, --renew registers the agent whose universe is over in the new one. Its defaults and presets come
    along. Its book and its containers stay with the player it was; coordinators are started anew.
    """
    from starfoundry.wire.daemon_pb2 import RegisterPlayerRequest

    require_not_typed("account_token", "--account-token")
    secret = given_secret(account_token, account_token_file)
    request = RegisterPlayerRequest(agent=agent, faction=faction, account_token=secret, renew=renew)
    registered = terminal.call("RegisterPlayer", request, timeout_seconds=REGISTER_SECONDS)
    terminal.show(_as_json(registered), lambda: _describe(registered))
    start = f"spacetraders manufacturing start --player-id {registered.player_id}"
    terminal.note(f"Next: {terminal.here(start)}")


@player.command("add")
@click.option(
    "--token",
    envvar="STARFOUNDRY_AGENT_TOKEN",
    default=ASK,
    metavar="TOKEN",
    help="'-' (the default) asks for it, or reads it from stdin. A token as a word is refused: others can see it.",
)
@click.option("--token-file", type=click.Path(path_type=Path), help="A private file that it is in.")
@with_terminal
def add(terminal: Terminal, token: str, token_file: Path | None) -> None:
    """Play for an agent that is registered already. Added again, an agent gets its new token."""
    from starfoundry.wire.daemon_pb2 import AddPlayerRequest

    require_not_typed("token", "--token")
    request = AddPlayerRequest(agent_token=given_secret(token, token_file))
    added = terminal.call("AddPlayer", request, timeout_seconds=REGISTER_SECONDS)
    terminal.show(_as_json(added), lambda: _describe(added))


@player.command("list")
@with_list_terminal
def list_players(terminal: Terminal) -> None:
    """List the players."""
    from starfoundry.wire.daemon_pb2 import ListPlayersRequest, Player

    players = terminal.call("ListPlayers", ListPlayersRequest()).players
    terminal.show_list(
        {"players": [_as_json(each) for each in players]},
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
            empty=f"No players. Make one: {terminal.here('spacetraders player register --agent NAME')}",
        ),
        rows="players",
        blank=lambda: _as_json(Player()),
    )


@click.command()
@with_terminal
def health(terminal: Terminal) -> None:
    """Show how the daemon is, and what its requests to the game went on."""
    from starfoundry.wire.daemon_pb2 import GetHealthRequest

    found = terminal.call("GetHealth", GetHealthRequest())
    terminal.show(_health_as_json(found), lambda: _describe_health(found, terminal.here))


def _as_json(found: "Player") -> dict[str, object]:
    return {
        "player_id": found.player_id,
        "agent": found.agent,
        "system": found.system,
        "headquarters": found.headquarters,
        "credits": found.credits,
        "universe": found.universe,
        "ended_at": found.ended_at or None,
    }


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


def _health_as_json(found: "Health") -> dict[str, object]:
    return {
        "status": found.status,
        "version": found.version,
        "started_at": found.started_at,
        "uptime_seconds": found.uptime_seconds,
        "real_uptime_seconds": round(found.real_uptime_seconds, 3),
        "after_crash": found.after_crash,
        "recovered_containers": found.recovered_containers,
        "data_directory": found.data_directory,
        "database": found.database,
        "game_api": found.game_api,
        "running_containers": found.running_containers,
        "requests": found.requests,
        "rate_limited": found.rate_limited,
        "budget_used": round(found.budget_used, 4),
        "budget": [
            {"purpose": line.purpose, "requests": line.requests, "waited_seconds": round(line.waited_seconds, 3)}
            for line in found.budget
        ],
        "problems": list(found.problems),
        "conditions": [
            {
                "kind": each.kind,
                "subject": each.subject,
                "player_id": each.player_id or None,
                "reason": each.reason,
                "next_step": each.next_step,
                "since": each.since,
                "degrades": each.degrades,
            }
            for each in found.conditions
        ],
        "more_conditions": dict(found.more_conditions),
    }


def _describe_health(found: "Health", here: Callable[[str], str]) -> str:
    told = render.facts(
        [
            ("Status", found.status),
            ("Version", found.version),
            ("Running since", _since_text(found)),
            ("Up for", _up_for_text(found)),
            ("Data directory", found.data_directory),
            ("Database", found.database),
            ("Plays on", found.game_api),
            ("Running containers", found.running_containers),
            ("Requests", found.requests),
            ("Refused as too many", found.rate_limited),
            ("Budget used, last minute", f"{found.budget_used:.0%}"),
        ]
    )
    spent = render.table(
        ["Requests for", "Count", "Waited (s)"],
        [[line.purpose, line.requests, line.waited_seconds] for line in found.budget],
        empty="No requests yet.",
    )
    return "\n\n".join(part for part in (told, _conditions_text(found, here), spent) if part)


def _since_text(found: "Health") -> str:
    """Since when it runs, and what that start took up again."""
    since = f"{render.moment(found.started_at)} UTC"
    taken_up = {0: "", 1: "1 container taken up again"}.get(
        found.recovered_containers, f"{found.recovered_containers} containers taken up again"
    )
    crash = "recovered from a run that did not end in good order" if found.after_crash else ""
    told = "; ".join(part for part in (crash, taken_up) if part)
    return f"{since} ({told})" if told else since


def _up_for_text(found: "Health") -> str:
    """How long it runs; where the sandbox's time passes at another speed both are told."""
    real = found.real_uptime_seconds
    if abs(found.uptime_seconds - real) <= max(2.0, real / 20):
        return render.age(found.uptime_seconds)
    return f"{render.age(found.uptime_seconds)} of the game's time, {render.age(real)} in reality"


def _conditions_text(found: "Health", here: Callable[[str], str]) -> str:
    """What degrades first, then what is only told; each with its next step below."""
    parts = []
    for heading, degrades in (("Problems", True), ("Also", False)):
        held = [each for each in found.conditions if each.degrades is degrades]
        if held:
            parts.append("\n".join([f"{heading}:", *(_condition_text(each, here) for each in held)]))
    parts += [f"  and {count} more: {kind}" for kind, count in sorted(found.more_conditions.items())]
    return "\n".join(parts)


def _condition_text(condition: "HealthCondition", here: Callable[[str], str]) -> str:
    whose = f"player {condition.player_id}: " if condition.player_id else ""
    lines = [
        render.on_terminal(
            f"- {whose}{condition.reason} (since {render.moment(condition.since)} UTC)", indent="  ", hanging="  "
        )
    ]
    if step := condition.next_step:
        words, command, rest = step.partition("spacetraders ")
        told = f"{words}{here(command + rest)}" if command else step
        lines.append(render.on_terminal(f"Next: {told}", indent="    ", hanging="  "))
    return "\n".join(lines)
