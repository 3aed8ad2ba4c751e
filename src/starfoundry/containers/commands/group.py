"""`spacetraders container`: looking at the daemon's long-lived operations, starting them, and ending them."""

import click

from starfoundry.containers.commands import ending, looking


@click.group()
def container() -> None:
    """The long-lived operations of the daemon: coordinators, the growth of the fleet."""


for _command in (*looking.COMMANDS, *ending.COMMANDS):
    container.add_command(_command)
