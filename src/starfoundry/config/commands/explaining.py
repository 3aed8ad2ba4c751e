"""`config explain|doctor|schema`: what a setting is, and what is odd about those that are stored."""

import json
import os
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.answering import as_text, show_change
from starfoundry.config.commands.asking import complete_setting, container_option, terms_options
from starfoundry.config.commands.changing import revise
from starfoundry.config.model import SETTINGS
from starfoundry.config.rules import find_setting
from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


@click.command("explain")
@click.argument("name", default="", shell_complete=complete_setting)
@with_terminal
def explain(terminal: Terminal, name: str) -> None:
    """Say what a setting is for, what it may be, when it is felt, and what it is set to everywhere."""
    from starfoundry.wire.daemon_pb2 import ExplainConfigRequest

    wanted = find_setting(name).name if name else ""
    answer = terminal.call("ExplainConfig", ExplainConfigRequest(player_id=terminal.player_id(), name=wanted))
    described = [_setting_json(each) for each in answer.settings]
    told: object = described[0] if wanted else {"settings": described}
    terminal.show(told, lambda: "\n\n".join(_setting_text(each) for each in answer.settings))


@click.command("doctor")
@container_option
@click.option("--discard", multiple=True, metavar="KEY", help="Forget a quarantined key; needs --container.")
@terms_options
@with_terminal
def doctor(terminal: Terminal, /, container_id: str, discard: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401
    """Find what is odd: stored values that are not used or not in force, and overrides worth a thought."""
    from starfoundry.wire.daemon_pb2 import ExamineConfigRequest

    if discard:
        show_change(terminal, revise(terminal, container_id, given, discard=list(discard)))
        return
    request = ExamineConfigRequest(player_id=terminal.player_id(), container_id=container_id)
    answer = terminal.call("ExamineConfig", request)
    losing = _losing()
    findings = [
        {
            "container_id": each.container_id,
            "kind": each.kind,
            "name": each.name or None,
            "text": each.text,
            "remedy": each.remedy or None,
        }
        for each in answer.findings
    ]
    told = {"findings": [*findings, *losing], "containers": list(answer.containers)}
    rows: list[list[render.Cell]] = [
        [each["kind"], each["container_id"], each["name"], each["text"], each["remedy"]] for each in told["findings"]
    ]
    healthy = f"nothing odd in {len(answer.containers)} coordinators"
    terminal.show(told, lambda: render.table(["What", "Where", "Setting", "How", "Remedy"], rows, empty=healthy))


@click.command("schema")
@with_terminal
def schema(terminal: Terminal) -> None:
    """Print the JSON schema of a settings file, for editors and for checks elsewhere."""
    properties = {
        one.name: {
            **one.kind.json_schema,
            "description": one.long_help,
            "default": one.kind.write(one.default),
            "x-takes-effect": one.takes_effect.value,
            "x-hazard": one.hazard.value,
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
    terminal.show(page, lambda: json.dumps(page, indent=2))


def _losing() -> list[dict[str, object]]:
    """Variables of the environment that look like settings and lose against the database: they do nothing."""
    names = {f"STARFOUNDRY_{one.name.upper()}": one.name for one in SETTINGS}
    return [
        {
            "container_id": None,
            "kind": "ENVIRONMENT_IGNORED",
            "name": name,
            "text": f"{variable} is set in the environment and has no effect: settings live in the database",
            "remedy": f"spacetraders manufacturing config defaults set {name}=VALUE",
        }
        for variable, name in names.items()
        if variable in os.environ
    ]


def _setting_json(each: "pb.SettingDescription") -> dict[str, object]:
    return {
        "name": each.name,
        "label": each.label,
        "allowed": each.unit_and_range,
        "default": json.loads(each.default_json),
        "help": each.short_help,
        "long_help": each.long_help,
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


def _setting_text(each: "pb.SettingDescription") -> str:
    facts: list[tuple[str, render.Cell]] = [
        ("Values", each.unit_and_range),
        ("Default", as_text(json.loads(each.default_json)) or "(none)"),
        ("Takes effect", each.takes_effect),
        ("Hazard", each.hazard),
        ("Flag", each.flag),
        ("Since version", each.since),
    ]
    facts += [
        (use.container_id, f"{as_text(json.loads(use.value_json)) or '(none)'} ({use.layer})") for use in each.uses
    ]
    return f"{each.name} ({each.label})\n{each.long_help}\n\n{render.facts(facts)}"
