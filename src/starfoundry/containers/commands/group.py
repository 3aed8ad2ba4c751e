"""The command group `spacetraders container`: show, start and stop the daemon's long-lived operations."""

import click

from starfoundry.containers.commands import show, stop


@click.group()
def container() -> None:
    """The daemon's long-lived operations.

    These are coordinators, fleet growth and ships sent by hand.
    """


for _command in (*show.COMMANDS, *stop.COMMANDS):
    container.add_command(_command)
