"""The command group `spacetraders manufacturing config`."""

import click

from starfoundry.config.commands.change_settings import (
    pin_config,
    rollback_config,
    set_config,
    show_config,
    unset_config,
)
from starfoundry.config.commands.effect import effect
from starfoundry.config.commands.explain import doctor, explain, schema
from starfoundry.config.commands.forecast import forecast
from starfoundry.config.commands.layer_commands import defaults_group, preset_group
from starfoundry.config.commands.revisions import annotate, history, tag
from starfoundry.config.commands.settings_files import apply, diff, edit
from starfoundry.config.commands.watch_command import watch


@click.group("config")
def config_group() -> None:
    """The live settings of a coordinator. A change takes effect while it runs, and survives restarts."""


for _command in (
    show_config,
    set_config,
    unset_config,
    pin_config,
    diff,
    apply,
    edit,
    history,
    rollback_config,
    tag,
    annotate,
    effect,
    forecast,
    watch,
    explain,
    preset_group,
    defaults_group,
    doctor,
    schema,
):
    config_group.add_command(_command)
