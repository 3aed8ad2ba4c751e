"""`spacetraders manufacturing start|stop`: commands that start and stop a coordinator."""

from typing import Any

import click

from starfoundry.config.commands.config_options import container_of, container_option, setting_options
from starfoundry.containers.domain.naming import short
from starfoundry.terminal.arguments.options import Terminal, with_terminal


@click.command("start")
@click.option("--system", default="", help="The system to work in; default: the player's home system.")
@setting_options
@click.option("--preset", default="", metavar="NAME", help="The preset to start with.")
@click.option("--dry-run", is_flag=True, help="Only report what it would start with.")
@with_terminal
def start(terminal: Terminal, /, system: str, preset: str, dry_run: bool, **given: Any) -> None:  # noqa: ANN401
    """Start a coordinator. Every setting can be changed while it runs: `manufacturing config set`."""
    from starfoundry.wire.daemon_pb2 import StartManufacturingRequest

    settings = {name: str(value) for name, value in given.items() if value is not None}
    player_id = terminal.player_id()
    request = StartManufacturingRequest(
        player_id=player_id, system=system, preset=preset, dry_run=dry_run, settings=settings
    )
    answer = terminal.call("StartManufacturing", request)
    terminal.show(
        lambda: {
            "container_id": answer.container_id or None,
            **terminal.player(),
            "status": answer.status,
            "message": answer.message,
            "warnings": list(answer.warnings),
        },
        answer.message if dry_run else f"Container ID: {answer.container_id}\nStatus:       {answer.status}",
    )
    for warning in answer.warnings:
        terminal.note(f"warning: {warning}")
    if not dry_run:
        whose = f"--container {short(answer.container_id)}"
        terminal.note(
            f"Watch it:  {terminal.addressed(f'spacetraders manufacturing status {whose}')}",
            f"Change it: {terminal.addressed(f'spacetraders manufacturing config set {whose} --max-pipelines 5')}",
        )


@click.command("stop")
@container_option
@with_terminal
def stop(terminal: Terminal, container_id: str) -> None:
    """Stop a coordinator.

    Ships with cargo sell it first; nothing new starts.
    """
    from starfoundry.wire.daemon_pb2 import StopContainerRequest

    request = StopContainerRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    stopped = terminal.call("StopContainer", request)
    terminal.show(
        lambda: {"container_id": stopped.container_id, **terminal.player(), "status": stopped.status},
        f"{stopped.container_id} is {stopped.status}",
    )
