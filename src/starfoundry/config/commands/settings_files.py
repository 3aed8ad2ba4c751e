"""`config diff|apply|edit`: commands for settings in files, and the difference between any two sources of settings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from starfoundry.config.api.proto_values import message_of, plain
from starfoundry.config.commands.change_settings import revise
from starfoundry.config.commands.config_options import (
    container_of,
    container_option,
    named_container,
    precondition_options,
)
from starfoundry.config.commands.config_output import changes_text, show_change
from starfoundry.config.commands.layer_commands import preset_of
from starfoundry.config.domain.declarations.setting import refusal
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.validation import BY_NAME, check_values
from starfoundry.kernel.errors import FieldProblem, Missing, Refused, Stale
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.local.documents import parse_document, read_document

PLACES = "stored, running, defaults, built-in, a revision's number, container:ID, preset:NAME, or file:PATH"
PARTS = ("preset:", "file:")
SHOW_KEYS = {"container_id", "revision", "config"}
"""Keys of `config show --output yaml`: its output can be applied unchanged."""

ATTEMPTS_MAX = 10
NULL = "null (nothing)"


@click.command("diff")
@click.argument("before", default="running")
@click.argument("after", default="stored")
@container_option
@with_terminal
def diff(terminal: Terminal, before: str, after: str, container_id: str) -> None:
    """Compare two sources of settings.

    A source is stored, running, defaults, built-in, a revision number, container:ID, preset:NAME or file:PATH.
    """
    container = named_container(terminal, container_id)
    one, other = (_values(terminal, place, container) for place in (before, after))
    are_parts = all(
        place.startswith(PARTS) for place in (before, after)
    )  # each may have settings that the other does not
    names = [each.name for each in SETTINGS if are_parts or (each.name in one and each.name in other)]
    pairs = {name: {"before": one.get(name), "after": other.get(name)} for name in names}
    changes = {name: pair for name, pair in pairs.items() if pair["before"] != pair["after"]}
    data = {"from": before, "to": after, "changes": changes}
    if changes:
        terminal.note(f"from {before} to {after}:")
    terminal.show(data, lambda: changes_text(changes) or f"{before} and {after} are the same")


@click.command("apply")
@click.option("-f", "--file", "path", required=True, metavar="FILE", help="Settings as YAML or JSON; - is stdin.")
@click.option("--prune", is_flag=True, help="Unset every setting of the container that the file does not name.")
@container_option
@precondition_options
@with_terminal
def apply(terminal: Terminal, /, path: str, prune: bool, container_id: str, **given: Any) -> None:  # noqa: ANN401
    """Apply the settings in a file.

    All of them are applied or none; the command shows what changed.
    """
    values = read_settings(path)
    given["source"] = "file"
    answer = revise(terminal, container_id, given, **_masked(values), prune=prune)
    show_change(terminal, answer)


@click.command("edit")
@container_option
@precondition_options
@with_terminal
def edit(terminal: Terminal, /, container_id: str, **given: Any) -> None:  # noqa: ANN401
    """Edit settings in $EDITOR. A refused or outdated edit is reopened with the problems as comments."""
    container = container_of(terminal, container_id)
    is_bound = given.get("if_revision") is not None
    before, revision = _stored(terminal, container)
    text, problems = _editable_text(before), ""
    for _ in range(ATTEMPTS_MAX):
        edited = click.edit(f"{problems}{text}", extension=".yaml")
        if edited is None or (edited == text and not problems):
            terminal.note("nothing was changed: the editor was closed without saving")
            return
        text = "\n".join(line for line in edited.splitlines() if not line.startswith("#! ")) + "\n"
        changed: dict[str, object] = {}
        terms = given if is_bound else given | {"if_revision": revision}
        try:
            after = _settings_of(parse_document(text, "the text"), "the text")
            changed = {name: value for name, value in after.items() if before.get(name) != value}
            answer = revise(terminal, container, terms, **_masked(_change_of(changed)))
        except Refused as error:
            problems = _commented(_problem_texts(error))
        except Stale as error:
            if is_bound:
                raise
            before, revision = _stored(terminal, container)
            text = _editable_text(before | changed)
            moved = [f"{one.field} is {one.allowed}" for one in error.fields] or [error.message]
            problems = _commented([*moved, "your changes are below; save again to apply them on top of that"])
        else:
            show_change(terminal, answer)
            return
    raise Refused(f"stopped after {ATTEMPTS_MAX} attempts; nothing was changed")


def _stored(terminal: Terminal, container_id: str) -> tuple[dict[str, object], int]:
    """The stored settings and their revision."""
    from starfoundry.wire.daemon_pb2 import GetManufacturingConfigRequest

    request = GetManufacturingConfigRequest(container_id=container_id, player_id=terminal.player_id())
    shown = terminal.call("GetManufacturingConfig", request)
    return plain(shown.config), shown.revision


def _commented(lines: list[str]) -> str:
    return "".join(f"#! {line}\n" for line in lines)


def read_settings(path: str) -> dict[str, Any]:
    """The settings in a YAML or JSON file. Raises Missing, or Refused naming everything that is wrong."""
    return _change_of(_settings_of(read_document(path), "standard input" if path == "-" else path))


def _settings_of(content: object, where: str) -> dict[str, object]:
    if isinstance(content, dict) and set(content) == {"settings"}:
        content = content["settings"]
    elif isinstance(content, dict) and content.keys() >= SHOW_KEYS:
        content = content["config"]
    if not isinstance(content, dict):
        raise Refused(f"{where} must be a mapping of settings, such as `max_pipelines: 5`")
    return dict(content)


def _change_of(content: Mapping[str, object]) -> dict[str, Any]:
    """The values of the settings in a file. Raises Refused naming every wrong one.

    Null is not a value of any setting.
    """
    values, problems = check_values({name: _null_as_text(value) for name, value in content.items()})
    if problems:
        raise refusal(tuple(_with_alternative(each) for each in problems))
    return values


def _null_as_text(value: object) -> object:
    """The value with null replaced by a text, so that the refusal can name it."""
    if isinstance(value, dict):
        return {name: _null_as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_null_as_text(each) for each in value]
    return NULL if value is None else value


def _with_alternative(problem: FieldProblem) -> FieldProblem:
    if problem.given != NULL or problem.field.partition(".")[0] not in BY_NAME:
        return problem
    way = "leave the key out"
    if problem.field in BY_NAME:
        way = f"{way} to leave it as it is, or return it to the layer below: config unset {problem.field}"
    return replace(problem, allowed=f"{problem.allowed} ({way})")


def _masked(values: Mapping[str, Any]) -> dict[str, Any]:
    from google.protobuf.field_mask_pb2 import FieldMask

    return {"config": message_of(values), "update_mask": FieldMask(paths=list(values))}


def _values(terminal: Terminal, place: str, container_id: str) -> Mapping[str, object]:
    kind, _, name = place.partition(":")
    if kind == "preset" and name:
        import json

        return {key: json.loads(text) for key, text in preset_of(terminal, name).values_json.items()}
    if kind == "file" and name:
        values = read_settings(name)
        return {one.name: one.kind.write(values[one.name]) for one in SETTINGS if one.name in values}
    if place == "built-in":
        return {one.name: one.kind.write(one.default) for one in SETTINGS}
    if place == "defaults":
        from starfoundry.wire.daemon_pb2 import GetConfigDefaultsRequest

        return plain(
            terminal.call("GetConfigDefaults", GetConfigDefaultsRequest(player_id=terminal.player_id())).config
        )
    if place not in ("stored", "running") and not place.isdecimal() and kind != "container":
        raise Refused.of("place", place, f"one of {PLACES}")
    return _of_container(terminal, place, name or container_id)


def _of_container(terminal: Terminal, place: str, container_id: str) -> Mapping[str, object]:
    from starfoundry.wire.daemon_pb2 import GetManufacturingConfigRequest

    request = GetManufacturingConfigRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        revision=int(place) if place.isdecimal() else 0,
    )
    answer = terminal.call("GetManufacturingConfig", request)
    if place == "running":
        if not answer.running_hash:
            raise Missing(f"no coordinator runs for {answer.container_id}: it is {answer.container_status}")
        return plain(answer.running)
    return plain(answer.config)


def _editable_text(values: Mapping[str, object]) -> str:
    """The settings as an editable text, each with its help."""
    import yaml

    lines = ["# Save to change the settings; close without saving to change nothing.", ""]
    for one in SETTINGS:
        lines.append(f"# {one.short_help}: {one.kind.allowed}. Takes effect {one.takes_effect.value}.")
        lines.append(yaml.safe_dump({one.name: values[one.name]}, default_flow_style=False, width=10_000).strip())
        lines.append("")
    return "\n".join(lines)


def _problem_texts(error: Refused) -> list[str]:
    if not error.fields:
        return error.message.splitlines()
    return [f"{one.field}: must be {one.allowed} (was {one.given!r})" for one in error.fields]
