"""`spacetraders container`: looking at the daemon's long-lived operations, starting them, and ending them."""

import click

from starfoundry.containers.commands import show, stop


@click.group()
def container() -> None:
    """The long-lived operations of the daemon: coordinators, the growth of the fleet."""


for _command in (*show.COMMANDS, *stop.COMMANDS):
    container.add_command(_command)
