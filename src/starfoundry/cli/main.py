"""The command line: puts the rooms' commands together, and loads a room only when one of its commands is called."""

import functools
import importlib
import os
from typing import NoReturn

import click

from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.flags import terminal_options

COMPLETING = "_SPACETRADERS_COMPLETE"
"""The variable by which a shell says that it completes."""

# Each command's name, the room's group or command behind it, and its line in the help (so that help loads no room).
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "manufacturing": (
        "starfoundry.manufacturing.commands.group",
        "manufacturing",
        "Make goods at a profit, and retune it.",
    ),
    "container": ("starfoundry.containers.commands.group", "container", "The long-lived operations of the daemon."),
    "player": ("starfoundry.daemon.players.commands", "player", "Register agents, or add ones you have."),
    "ship": ("starfoundry.fleet.commands.group", "ship", "See and buy ships, and let the fleet grow."),
    "shipyard": ("starfoundry.fleet.commands.shipyard", "shipyard", "Where ships are sold, and at what price."),
    "market": ("starfoundry.market.commands.group", "market", "What is known of the markets."),
    "ledger": ("starfoundry.ledger.commands.group", "ledger", "Where every credit came from and went."),
    "report": ("starfoundry.daemon.report.commands", "report", "What happened since you looked."),
    "export": ("starfoundry.daemon.export.commands", "export", "Write whole tables to CSV or Parquet files."),
    "context": ("starfoundry.cli.context", "context", "Remember a daemon, a player and a container."),
    "dashboard": ("starfoundry.dashboard.commands", "dashboard", "The fleet and its settings, in your browser."),
    "why": ("starfoundry.manufacturing.commands.why", "why", "Why ships, tasks and factories stand still."),
    "top": ("starfoundry.top.commands", "top", "Watch what it does and earns, on the whole terminal."),
    "health": ("starfoundry.daemon.health.commands", "health", "How the daemon is, and what it spends requests on."),
    "verify": ("starfoundry.daemon.audit.commands", "verify", "Hold a database against what is promised of it."),
    "backup": ("starfoundry.daemon.audit.commands", "backup", "Copy the database while the daemon goes on."),
    "restore": ("starfoundry.daemon.audit.commands", "restore", "Go back to a backup, while no daemon runs."),
    "auth": ("starfoundry.daemon.access.commands", "auth", "Who may call the daemon, and what for."),
    "audit": ("starfoundry.daemon.access.audit_commands", "audit", "What was changed and refused, and by whom."),
    "halt": ("starfoundry.daemon.halt.commands", "halt", "Send nothing more that changes the game, at once."),
    "resume": ("starfoundry.daemon.halt.commands", "resume", "Let go of what was halted."),
    "sandbox": ("starfoundry.sandbox.commands", "sandbox", "Serve a local universe with a living economy."),
    "completion": ("starfoundry.cli.completion", "completion", "Print the completion script of a shell."),
    "backtest": ("starfoundry.simulation.backtest.commands", "backtest", "Compare settings on the same worlds."),
    "demo": ("starfoundry.demo.commands", "demo", "Watch a fleet manufacture at a profit, now."),
}


class Rooms(click.Group):
    """The outermost group. It knows its commands by name only, until one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, most used first."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, from its room; None for a name that is none."""
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _help = _COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command), f"{module}.{attribute} is a command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading their rooms."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, _attribute, line) in _COMMANDS.items()])


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="starfoundry")
@functools.partial(terminal_options, environment=True)
def root(**_shaping: object) -> None:
    """StarFoundry flies a SpaceTraders fleet that manufactures goods at a profit, and is retuned while it runs.

    New here? `spacetraders demo` needs nothing else.
    """


def main() -> NoReturn:
    """Run the command line."""
    if COMPLETING in os.environ:
        from starfoundry.cli.completion import complete_with_live_names  # only a shell that completes needs it

        complete_with_live_names()
    exits.main(root)
