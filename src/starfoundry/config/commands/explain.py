"""`config explain|doctor|schema`: commands that describe settings and find problems in stored ones."""

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.change_settings import revise
from starfoundry.config.commands.config_options import container_option, named_container, precondition_options
from starfoundry.config.commands.config_output import show_change
from starfoundry.config.commands.layer_commands import presets_of
from starfoundry.config.commands.setting_completion import complete_name
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.validation import find_setting
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.local.daemon_location import DaemonLocation
from starfoundry.terminal.rendering import render

_COMMAND = "spacetraders manufacturing config"

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


@click.command("explain")
@click.argument("name", default="", shell_complete=complete_name)
@with_terminal
def explain(terminal: Terminal, name: str) -> None:
    """Explain a setting.

    That is its purpose, its allowed values, when a change takes effect, and its value in every layer.
    """
    from starfoundry.wire.daemon_pb2 import ExplainConfigRequest

    wanted = find_setting(name).name if name else ""
    answer = terminal.call("ExplainConfig", ExplainConfigRequest(player_id=terminal.player_id(), name=wanted))
    below = _LowerLayers(terminal)
    described = [_setting_json(each) | {"below": below.values(each.name)} for each in answer.settings]
    data = described[0] if wanted else {"settings": described}
    texts = (_setting_text(each, below.values(each.name)) for each in answer.settings)
    terminal.show(lambda: terminal.player() | data, lambda: "\n\n".join(texts))


@click.command("doctor")
@container_option
@click.option("--discard", multiple=True, metavar="KEY", help="Forget a quarantined key; needs --container.")
@precondition_options
@with_terminal
def doctor(terminal: Terminal, /, container_id: str, discard: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
    """Find problems in stored settings.

    These are values that are not used or not in force, and old or redundant overrides.
    """
    from starfoundry.wire.daemon_pb2 import ExamineConfigRequest

    if discard:
        show_change(terminal, revise(terminal, container_id, given, discard=list(discard)))
        return
    container = named_container(terminal, container_id)
    request = ExamineConfigRequest(player_id=terminal.player_id(), container_id=container)
    answer = terminal.call("ExamineConfig", request)
    losing = [*_ignored_variables(), *_ignored_keys(terminal.location)]
    findings = [
        {
            "container_id": each.container_id,
            "kind": each.kind,
            "name": each.name or None,
            "text": each.text,
            "remedy": terminal.addressed(each.remedy) or None,
        }
        for each in answer.findings
    ]
    data: dict[str, list[Any]] = {"findings": [*findings, *losing], "containers": list(answer.containers)}
    looked_at = len(answer.containers)
    healthy = f"no problems in {looked_at} coordinator{'' if looked_at == 1 else 's'}"
    terminal.show(
        lambda: terminal.player() | data, lambda: "\n\n".join(map(_finding_text, data["findings"])) or healthy
    )


@click.command("schema")
@with_terminal
def schema(terminal: Terminal) -> None:
    """Print the JSON schema of a settings file.

    Editors and other tools can check files with it.
    """
    properties = {
        one.name: {
            **one.kind.json_schema,
            "title": one.label,
            "description": f"{one.long_help} {one.under_way}",
            "default": one.kind.write(one.default),
            "x-allowed": one.kind.allowed,
            "x-section": one.section,
            "x-takes-effect": one.takes_effect.value,
            "x-work-under-way": one.under_way,
            "x-hazard": one.hazard.value,
            "x-step-limit": one.step_limit,
            "x-layers": ["built-in", *(layer.value for layer in one.layers)],
            "x-since": one.since,
        }
        for one in SETTINGS
    }
    page = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "StarFoundry manufacturing settings",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    terminal.show(page, lambda: json.dumps(page, indent=2), is_folded=False)


class _LowerLayers:
    """The values in the layers below a coordinator's own: the player's defaults and every preset."""

    def __init__(self, terminal: Terminal) -> None:
        from starfoundry.wire.daemon_pb2 import GetConfigDefaultsRequest

        answer = terminal.call("GetConfigDefaults", GetConfigDefaultsRequest(player_id=terminal.player_id()))
        self._layers = {"player": {each.name: each.value_json for each in answer.defaults}}
        self._layers |= {f"preset {each.name}": dict(each.values_json) for each in presets_of(terminal)}

    def values(self, name: str) -> dict[str, Any]:
        """The value of a setting by layer; layers without one are left out."""
        return {layer: json.loads(values[name]) for layer, values in self._layers.items() if name in values}


def _ignored_variables() -> list[dict[str, object]]:
    """Environment variables that look like settings. They have no effect, since settings are stored in the database."""
    names = {f"STARFOUNDRY_{one.name.upper()}": one.name for one in SETTINGS}
    return [
        _ignored("ENVIRONMENT_IGNORED", name, f"{variable} is set in the environment and has no effect")
        for variable, name in names.items()
        if variable in os.environ
    ]


def _ignored_keys(place: DaemonLocation) -> list[dict[str, object]]:
    """Keys of the settings file, at its top or in a table, that look like settings and have no effect."""
    tables = [place.settings, *(each for each in place.settings.values() if isinstance(each, Mapping))]
    names = [one.name for one in SETTINGS if any(one.name in table for table in tables)]
    return [
        _ignored("FILE_IGNORED", name, f"{name} is set in {place.settings_file} and has no effect") for name in names
    ]


def _ignored(kind: str, name: str, text: str) -> dict[str, object]:
    return {
        "container_id": None,
        "kind": kind,
        "name": name,
        "text": f"{text}: settings are stored in the database",
        "remedy": f"{_COMMAND} defaults set {name}=VALUE",
    }


def _finding_text(each: Mapping[str, Any]) -> str:
    """A finding as text, with the remedy on a line of its own so that it can be copied."""
    where = "  ".join(render.clean(part) for part in (each["kind"], each["container_id"], each["name"]) if part)
    remedy = f"  remedy: {each['remedy']}" if each["remedy"] else ""
    return "\n".join(filter(None, [where, render.wrapped(each["text"], indent="  "), remedy]))


def _setting_json(each: "pb.SettingDescription") -> dict[str, object]:
    return {
        "name": each.name,
        "label": each.label,
        "section": each.section,
        "unit": each.unit or None,
        "allowed": each.unit_and_range,
        "default": json.loads(each.default_json),
        "help": each.short_help,
        "long_help": each.long_help,
        "under_way": each.under_way,
        "takes_effect": each.takes_effect,
        "hazard": each.hazard,
        "step_limit": each.step_limit or None,
        "flag": each.flag,
        "since": each.since,
        "layers": list(each.layers),
        "stored_as": each.stored_as,
        "json_schema": json.loads(each.json_schema),
        "values": {use.container_id: {"value": json.loads(use.value_json), "layer": use.layer} for use in each.uses},
    }


def _setting_text(each: "pb.SettingDescription", below: Mapping[str, Any]) -> str:
    facts: list[tuple[str, render.Cell]] = [
        ("Values", each.unit_and_range),
        ("Default", as_text(json.loads(each.default_json)) or "(none)"),
        ("Takes effect", each.takes_effect),
        ("Risk of a wrong value", each.hazard),
        ("Warning beyond", f"{each.step_limit} times the value before" if each.step_limit else "no step limit"),
        ("Flag", each.flag),
        ("Layers", ", ".join(each.layers)),
        ("Stored as", each.stored_as),
        ("Since version", each.since),
    ]
    facts += [(layer, as_text(value) or "(none)") for layer, value in below.items()]
    facts += [
        (use.container_id, f"{as_text(json.loads(use.value_json)) or '(none)'} ({use.layer})") for use in each.uses
    ]
    under_way = render.wrapped(f"Work under way: {each.under_way}")
    return f"{each.name} ({each.label})\n{render.wrapped(each.long_help)}\n{under_way}\n\n{render.facts(facts)}"
