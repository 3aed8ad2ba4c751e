"""`config preset` and `config defaults`: commands for the layers below a coordinator's own settings."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.change_settings import revise
from starfoundry.config.commands.config_options import (
    assignments,
    container_of,
    container_option,
    layer_options,
    precondition_options,
    setting_options,
    settings_given,
    shared_layer_options,
    terms_of,
)
from starfoundry.config.commands.config_output import (
    changes_json,
    changes_text,
    quarantine_lines,
    reached_text,
    show_change,
)
from starfoundry.config.commands.layers_output import defaults_json, defaults_text
from starfoundry.config.commands.setting_completion import complete_assignment, complete_name
from starfoundry.config.domain.declarations.builtin_presets import RESERVED, missing_preset
from starfoundry.config.domain.declarations.value_text import NONE, as_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.exits import REFUSED
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.typed_options import FreeText
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


NO_UNDO = "no undo: it replaced stored values that cannot be used and so cannot be set again"


@click.group("preset")
def preset_group() -> None:
    """Named sets of values.

    Some are built in, such as conservative, balanced and aggressive; the others are your own.
    """


@preset_group.command("list")
@with_list_terminal
def list_presets(terminal: Terminal) -> None:
    """List presets and where they are applied."""
    from starfoundry.wire.daemon_pb2 import ConfigPreset

    found = presets_of(terminal)
    rows: list[list[render.Cell]] = [
        [
            each.name,
            "built-in" if each.built_in else each.author,
            len(each.values_json),
            ", ".join(each.containers),
            each.description,
        ]
        for each in found
    ]
    table = render.table(["Preset", "By", "Settings", "Applied to", "What for"], rows)
    unusable = [f"{line} in {each.name}" for each in found for line in quarantine_lines(each.quarantine)]
    terminal.show_list(
        {"presets": [message_json(each) for each in found]},
        lambda: "\n".join([table, *unusable]),
        rows="presets",
        blank=lambda: message_json(ConfigPreset()),
    )


@preset_group.command("show")
@click.argument("preset", metavar="NAME")
@with_terminal
def show_preset(terminal: Terminal, preset: str) -> None:
    """Show the values of a preset.

    Other settings come from the layers below it.
    """
    each = preset_of(terminal, preset)
    written = {one.name: each.values_json[one.name] for one in SETTINGS if one.name in each.values_json}
    values = [(key, as_text(json.loads(text)) or NONE) for key, text in written.items()]
    head = f"{each.name}: {each.description}" if each.description else each.name
    lines = [head, render.facts(values), *quarantine_lines(each.quarantine)]
    terminal.show(message_json(each), lambda: "\n".join(lines))


@preset_group.command("apply")
@click.argument("preset", metavar="NAME")
@container_option
@click.option("--clear", "clear_hiding", is_flag=True, help="Unset the container's own values that would hide it.")
@precondition_options
@with_terminal
def apply_preset(terminal: Terminal, /, preset: str, container_id: str, clear_hiding: bool, **given: Any) -> None:  # noqa: ANN401
    """Apply a preset to a coordinator.

    `none` removes the applied one.
    """
    wanted = "" if preset == RESERVED else preset
    answer = revise(terminal, container_id, given, preset=wanted, clear_hiding=clear_hiding)
    show_change(terminal, answer)


@preset_group.command("save")
@click.argument("name")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_assignment)
@click.option(
    "--container", "container_id", default="", metavar="ID", help="Save the values that are set on this coordinator."
)
@click.option("--description", type=FreeText(), metavar="TEXT", help="A description; omitted, it stays as it is.")
@shared_layer_options
@with_terminal
def save_preset(
    terminal: Terminal,
    /,
    name: str,
    words: tuple[str, ...],
    container_id: str,
    description: str | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Save a preset.

    Coordinators that apply it change at once.
    """
    from starfoundry.wire.daemon_pb2 import SaveConfigPresetRequest

    texts = assignments(words)
    request = SaveConfigPresetRequest(
        container_id=container_of(terminal, container_id) if container_id or not texts else "",
        player_id=terminal.player_id(),
        name=name,
        description=description,
        texts=texts,
        terms=terms_of(given),
    )
    answer = terminal.call("SaveConfigPreset", request)
    verb = "would be saved" if answer.dry_run else "saved"
    _show_propagation(terminal, answer, {"preset": message_json(answer.preset)}, f"preset {name} {verb}")


@preset_group.command("delete")
@click.argument("preset", metavar="NAME")
@shared_layer_options
@with_terminal
def delete_preset(terminal: Terminal, /, preset: str, **given: Any) -> None:  # noqa: ANN401
    """Delete a preset of your own.

    No coordinator may apply it.
    """
    from starfoundry.wire.daemon_pb2 import DeleteConfigPresetRequest

    request = DeleteConfigPresetRequest(player_id=terminal.player_id(), name=preset, terms=terms_of(given))
    answer = terminal.call("DeleteConfigPreset", request)
    changed = changes_json(answer.changes)
    undo = terminal.addressed(answer.undo)
    data = {"name": answer.name, "deleted": not answer.dry_run, "changes": changed, "undo": undo or None}
    data |= {"dry_run": answer.dry_run, **({"plan": answer.plan} if answer.dry_run else {})}
    headline = f"preset {answer.name} {'would be deleted' if answer.dry_run else 'deleted'}"
    plan = f"plan: {answer.plan}" if answer.dry_run else ""
    terminal.show(data, lambda: "\n".join(filter(None, [headline, changes_text(changed), plan])))
    if not answer.dry_run:
        terminal.note(f"undo: {undo}" if undo else NO_UNDO)


@click.group("defaults")
def defaults_group() -> None:
    """Default settings of a player's coordinators.

    A default applies where a coordinator has neither its own value nor a preset's.
    """


@defaults_group.command("show")
@with_terminal
def show_defaults(terminal: Terminal) -> None:
    """Show the player's defaults.

    The settings that a new coordinator would start with are shown too.
    """
    from starfoundry.wire.daemon_pb2 import GetConfigDefaultsRequest

    answer = terminal.call("GetConfigDefaults", GetConfigDefaultsRequest(player_id=terminal.player_id()))
    terminal.show(defaults_json(answer), lambda: defaults_text(answer))


@defaults_group.command("set")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_assignment)
@setting_options
@layer_options
@shared_layer_options
@with_terminal
def set_defaults(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    unset: tuple[str, ...],
    pin: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> None:
    """Set player defaults.

    Every coordinator that does not override them changes.
    """
    texts = settings_given(words, given)
    if not (texts or unset or pin):
        raise Refused("nothing to set: give NAME=VALUE")
    _revise(terminal, given, texts=texts, unset=unset, pin=pin)


@defaults_group.command("unset")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_name)
@shared_layer_options
@with_terminal
def unset_defaults(terminal: Terminal, /, names: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
    """Return player defaults to the built-in ones."""
    _revise(terminal, given, unset=list(names))


@defaults_group.command("pin")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_name)
@shared_layer_options
@with_terminal
def pin_defaults(terminal: Terminal, /, names: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
    """Keep current values as player defaults.

    They stay even if a later version changes the built-in ones.
    """
    _revise(terminal, given, pin=list(names))


def presets_of(terminal: Terminal) -> "list[pb.ConfigPreset]":
    """Every preset of the player."""
    from starfoundry.wire.daemon_pb2 import ListConfigPresetsRequest

    answer = terminal.call("ListConfigPresets", ListConfigPresetsRequest(player_id=terminal.player_id()))
    return list(answer.presets)


def preset_of(terminal: Terminal, name: str) -> "pb.ConfigPreset":
    """One preset by name. Raises Missing naming the presets there are."""
    found = {each.name: each for each in presets_of(terminal)}
    if name not in found:
        raise missing_preset(name, found)
    return found[name]


def _revise(terminal: Terminal, terms: Mapping[str, Any], **changes: Any) -> None:  # noqa: ANN401
    from starfoundry.wire.daemon_pb2 import ReviseConfigDefaultsRequest

    request = ReviseConfigDefaultsRequest(player_id=terminal.player_id(), terms=terms_of(terms), **changes)
    answer = terminal.call("ReviseConfigDefaults", request)
    headline = "dry run, nothing has changed; this would change:" if answer.dry_run and answer.changes else ""
    _show_propagation(terminal, answer, defaults_json(answer.defaults), headline)


def _show_propagation(terminal: Terminal, answer: Any, layer: Mapping[str, object], headline: str) -> None:  # noqa: ANN401
    """Print the result of a change of a shared layer and the coordinators it affects.

    The command fails if one of them refuses it, or would refuse it.
    """
    changed = changes_json(answer.changes)
    undo = terminal.addressed(answer.undo)
    is_refused = any(each.problem for each in answer.reached)
    is_change = bool(changed or any(each.changes for each in answer.reached) or answer.undo)
    state = "REJECTED" if is_refused else "PENDING" if answer.dry_run else "APPLIED"
    data = {
        **layer,
        "changes": changed,
        "containers": [message_json(each) for each in answer.reached],
        "state": state if is_change else "UNCHANGED",
        "warnings": list(answer.warnings),
        "dry_run": answer.dry_run,
        "undo": undo or None,
    }
    data |= {"plan": answer.plan} if answer.dry_run else {}
    lines = [headline, changes_text(changed, with_effect=True) or ("" if headline else "nothing changed")]
    lines += [reached_text(answer.reached, is_dry=answer.dry_run)]
    lines += [f"plan: {answer.plan}"] if answer.dry_run else []
    terminal.show(data, lambda: "\n".join(filter(None, lines)))
    for warning in answer.warnings:
        terminal.note(f"warning: {warning}")
    if undo:
        terminal.note(f"undo: {undo}")
    elif changed and not answer.dry_run:
        terminal.note(NO_UNDO)
    if is_refused:
        click.get_current_context().exit(REFUSED)
