"""`spacetraders ship send`: a command that flies one ship to a waypoint."""

import shlex
from typing import TYPE_CHECKING

import click

from starfoundry.containers.domain.naming import short
from starfoundry.fleet.commands.ship_argument import ship_of
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import SendShipResponse


@click.command("send")
@click.argument("ship")
@click.argument("waypoint")
@click.option("--dry-run", is_flag=True, help="Only show the duration and the fuel needed.")
@click.option("--when-free", is_flag=True, help="Let a ship at work finish its current trip first.")
@with_terminal
def send_ship(terminal: Terminal, ship: str, waypoint: str, dry_run: bool, when_free: bool) -> None:
    """Fly a ship to a waypoint.

    It refuels on the way if needed. A ship that a container commands is refused, unless it may fly --when-free. A
    container of its own commands it until it has arrived; the flight continues after restarts of the daemon.
    """
    from starfoundry.wire.daemon_pb2 import SendShipRequest

    symbol = ship_of(terminal, ship)
    request = SendShipRequest(
        player_id=terminal.player_id(), ship=symbol, waypoint=waypoint, dry_run=dry_run, when_free=when_free
    )
    answer = terminal.call("SendShip", request)
    terminal.show(lambda: terminal.player() | _as_json(answer, dry_run), lambda: _text(answer, dry_run))
    if answer.container_id:
        logs = terminal.addressed(f"spacetraders container logs {shlex.quote(short(answer.container_id))} --follow")
        terminal.note(f"Watch it: {logs}")


def _as_json(answer: "SendShipResponse", dry_run: bool) -> dict[str, object]:
    return {**message_json(answer), "dry_run": dry_run}


def _text(answer: "SendShipResponse", dry_run: bool) -> str:
    if not answer.legs and not answer.commanded_by:
        return f"{answer.ship} is at {answer.waypoint} already"
    verb = "would fly" if dry_run else "flies"
    arriving = f", once it has arrived there in {render.age(answer.wait_seconds)}" if answer.wait_seconds else ""
    if answer.commanded_by:
        arriving = f", when {answer.commanded_by} releases it; the time depends on where it is then"
    head = render.on_terminal(f"{answer.ship} {verb} from {answer.start} to {answer.waypoint}{arriving}")
    facts = render.facts(
        [
            ("Takes", f"{render.age(answer.seconds)} in flight"),
            ("Burns", f"{answer.fuel} fuel, about {answer.fuel_credits:,} credits"),
            ("Container", answer.container_id or "none: nothing was done"),
        ]
    )
    legs = render.table(
        ["To", "Mode", "Before it"],
        [[leg.waypoint, leg.mode, "refuels" if leg.refuel else "departs without refuelling"] for leg in answer.legs],
    )
    return f"{head}\n\n{facts}\n\n{legs}"
