"""The command line: the commands of all rooms, each room loaded only when one of its commands is called."""

import functools
import os
from typing import NoReturn

import click

from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.flags import terminal_options
from starfoundry.terminal.arguments.lazy_commands import LazyCommands

COMPLETING = "_SPACETRADERS_COMPLETE"
"""The environment variable by which a shell asks for completions."""

# Each command's name, its room's group or command, and its line in the help (so that help loads no room).
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "manufacturing": (
        "starfoundry.manufacturing.commands.group",
        "manufacturing",
        "Make goods at a profit; live settings.",
    ),
    "container": ("starfoundry.containers.commands.group", "container", "The long-lived operations of the daemon."),
    "player": ("starfoundry.daemon.players.commands", "player", "Register agents, or add existing ones."),
    "ship": ("starfoundry.fleet.commands.group", "ship", "Ships, purchases and fleet growth."),
    "shipyard": ("starfoundry.fleet.commands.shipyard", "shipyard", "Shipyards and their prices."),
    "market": ("starfoundry.market.commands.group", "market", "Known markets and prices."),
    "ledger": ("starfoundry.ledger.commands.group", "ledger", "The source and use of every credit."),
    "report": ("starfoundry.daemon.report.commands", "report", "What happened since your last report."),
    "export": ("starfoundry.daemon.export.commands", "export", "Write whole tables to CSV or Parquet files."),
    "alerts": ("starfoundry.daemon.alerts.commands", "alerts", "Notifications: rules, targets, history."),
    "context": ("starfoundry.cli.context_commands", "context", "Stored defaults: daemon, player, container."),
    "dashboard": ("starfoundry.dashboard.commands", "dashboard", "The fleet and its settings, in your browser."),
    "mcp": ("starfoundry.dashboard.commands", "mcp", "The fleet for an assistant: a read-only MCP server."),
    "why": ("starfoundry.manufacturing.commands.why_command", "why", "Why ships, tasks and factories wait."),
    "top": ("starfoundry.top.commands", "top", "A live view of work and earnings."),
    "health": ("starfoundry.daemon.health.commands", "health", "The daemon's health and request budget."),
    "verify": ("starfoundry.daemon.audit.commands", "verify", "Check a database against all guarantees."),
    "backup": ("starfoundry.daemon.audit.commands", "backup", "Back up the database while the daemon runs."),
    "restore": ("starfoundry.daemon.audit.commands", "restore", "Restore a backup while no daemon runs."),
    "auth": ("starfoundry.daemon.access.commands", "auth", "Tokens and roles of the daemon's callers."),
    "audit": ("starfoundry.daemon.access.audit_commands", "audit", "The audit trail of changes and refusals."),
    "halt": ("starfoundry.daemon.halt.commands", "halt", "Halt every call that changes the game, now."),
    "resume": ("starfoundry.daemon.halt.commands", "resume", "Release a halt."),
    "sandbox": ("starfoundry.sandbox.commands", "sandbox", "Run a local universe for any client."),
    "completion": ("starfoundry.cli.completion", "completion", "Print the completion script of a shell."),
    "tune": ("starfoundry.tuning.commands.group", "tune", "Search for better settings in simulations."),
    "backtest": ("starfoundry.simulation.backtest.commands", "backtest", "Compare settings on the same worlds."),
    "demo": ("starfoundry.demo.commands", "demo", "Watch a fleet at work in a local universe."),
}


class Rooms(click.Group):
    """The outermost group. It knows commands only by name until one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, most used first."""
        return list(_COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading their rooms."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_module, _attribute, line) in _COMMANDS.items()])


@click.group(
    cls=Rooms,
    commands=LazyCommands({name: (module, variable) for name, (module, variable, _line) in _COMMANDS.items()}),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="starfoundry")
@functools.partial(terminal_options, environment=True)
def root(**_shaping: object) -> None:
    """Fly a SpaceTraders fleet that manufactures goods at a profit, and reconfigure it while it runs.

    New here? `spacetraders demo` needs nothing else.
    """


def main() -> NoReturn:
    """Run the command line."""
    if COMPLETING in os.environ:
        from starfoundry.cli.completion import complete_with_live_names  # only a completing shell needs it

        complete_with_live_names()
    exits.main(root)
