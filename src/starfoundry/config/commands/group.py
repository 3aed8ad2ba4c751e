"""The command group `spacetraders manufacturing config`; each command is imported when it is called."""

import click

from starfoundry.terminal.arguments.lazy_commands import LazyCommands

_HERE = "starfoundry.config.commands"


@click.group(
    "config",
    commands=LazyCommands(
        {
            "show": (f"{_HERE}.change_settings", "show_config"),
            "set": (f"{_HERE}.change_settings", "set_config"),
            "unset": (f"{_HERE}.change_settings", "unset_config"),
            "pin": (f"{_HERE}.change_settings", "pin_config"),
            "rollback": (f"{_HERE}.change_settings", "rollback_config"),
            "diff": (f"{_HERE}.settings_files", "diff"),
            "apply": (f"{_HERE}.settings_files", "apply"),
            "edit": (f"{_HERE}.settings_files", "edit"),
            "history": (f"{_HERE}.revisions", "history"),
            "tag": (f"{_HERE}.revisions", "tag"),
            "annotate": (f"{_HERE}.revisions", "annotate"),
            "effect": (f"{_HERE}.effect", "effect"),
            "forecast": (f"{_HERE}.forecast", "forecast"),
            "watch": (f"{_HERE}.watch_command", "watch"),
            "preset": (f"{_HERE}.layer_commands", "preset_group"),
            "defaults": (f"{_HERE}.layer_commands", "defaults_group"),
            "explain": (f"{_HERE}.explain", "explain"),
            "doctor": (f"{_HERE}.explain", "doctor"),
            "schema": (f"{_HERE}.explain", "schema"),
        }
    ),
)
def config_group() -> None:
    """The live settings of a coordinator. A change takes effect while it runs, and survives restarts."""
