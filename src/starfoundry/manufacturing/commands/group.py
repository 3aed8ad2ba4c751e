"""`spacetraders manufacturing`: commands that start, stop and show coordinators; each is imported when it is called."""

import click

from starfoundry.terminal.arguments.lazy_commands import LazyCommands

_HERE = "starfoundry.manufacturing.commands"


@click.group(
    commands=LazyCommands(
        {
            "config": ("starfoundry.config.commands.group", "config_group"),
            "explain": (f"{_HERE}.explain", "explain"),
            "scan": (f"{_HERE}.scan", "scan"),
            "tasks": (f"{_HERE}.tasks", "tasks"),
            "start": (f"{_HERE}.start_stop", "start"),
            "stop": (f"{_HERE}.start_stop", "stop"),
            "status": (f"{_HERE}.coordinator_status", "status"),
            "pipelines": (f"{_HERE}.coordinator_status", "pipelines"),
        }
    )
)
def manufacturing() -> None:
    """Make goods at a profit.

    Coordinators buy inputs, feed factories, collect their output and sell it at the best market.
    """
