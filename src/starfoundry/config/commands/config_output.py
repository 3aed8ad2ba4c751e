"""Text and JSON output of the `config` commands.

The layout of `config show` follows the design's page line for line.
"""

import itertools
import json
import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.api.proto_values import plain
from starfoundry.config.domain.declarations.value_text import NONE, SAFE_NOTICE, as_text, change_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.terminal.arguments.exits import REFUSED
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import keyed_json, message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

TITLE = "Manufacturing Coordinator Configuration"

_HEAD_WIDTH = 15
_VALUE_COLUMN = 22


def show_change(terminal: Terminal, answer: "pb.UpdateManufacturingConfigResponse") -> None:
    """Print the result of a change. The command fails if the coordinator refuses it, or would refuse it."""
    undo = terminal.addressed(answer.undo) or None
    terminal.show(lambda: terminal.player() | change_json(answer) | {"undo": undo}, lambda: _change_text(answer))
    for warning in answer.warnings:
        terminal.note(f"warning: {warning}")
    if answer.state == "PENDING" and not answer.dry_run:
        where = f"spacetraders manufacturing config show --container {shlex.quote(answer.container_id)}"
        terminal.note(f"It is not in force yet; see: {terminal.addressed(where)}")
    if undo:
        terminal.note(f"undo: {undo}")
    if answer.state == "REJECTED":
        click.get_current_context().exit(REFUSED)


def change_json(answer: "pb.UpdateManufacturingConfigResponse") -> dict[str, object]:
    """The result of a change as JSON."""
    data = {
        "container_id": answer.container_id,
        "status": answer.container_status,
        "system": answer.system_symbol,
        "revision": answer.revision,
        "previous_revision": answer.previous_revision,
        "observed_revision": answer.observed_revision,
        "state": answer.state,
        "changes": changes_json(answer.changes),
        "effects": list(answer.effects),
        "applied_after_ms": answer.applied_after_microseconds / 1000 or None,
        "settings": keyed_json(answer.settings, "name"),
        "warnings": list(answer.warnings),
        "message": answer.message,
        "undo": answer.undo or None,
        "dry_run": answer.dry_run,
        "config": plain(answer.current_config),
    }
    return data | ({"plan": answer.plan} if answer.dry_run else {})


def changes_json(changes: Iterable["pb.SettingChange"]) -> dict[str, dict[str, object]]:
    """Each change by setting: the value before and after, and `how` if only the layer or the pin changed."""
    return keyed_json(changes, "name")


def revision_json(each: "pb.ConfigRevision") -> dict[str, object]:
    """A revision as JSON, with its first tag."""
    return {**message_json(each), "tag": each.tags[0] if each.tags else None}


def changes_line(each: "pb.ConfigRevision") -> str:
    """The changes of a revision on one line."""
    lines = [f"{name} {change_text(pair)}" for name, pair in changes_json(each.changes).items()]
    if lines:
        return ", ".join(lines)
    return "the first" if each.revision == 1 else f"no value (preset {each.preset or 'none'})"


def fact_text(facts_json: str) -> str:
    """The facts of a decision as text. The whole configuration is left out; `show --revision` prints it."""
    facts = {
        name: value for name, value in json.loads(facts_json).items() if name != "config" and value not in ("", [])
    }
    return "  ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in facts.items()
    )


def view_json(answer: "pb.GetManufacturingConfigResponse", *, provenance: bool) -> dict[str, object]:
    """The settings as JSON."""
    data: dict[str, object] = {
        "container_id": answer.container_id,
        "status": answer.container_status,
        "system": answer.system_symbol,
        "revision": answer.revision,
        "observed_revision": answer.observed_revision,
        "config": plain(answer.config),
    }
    if not provenance:
        return data
    return data | {
        "preset": answer.preset or None,
        "provenance": {one.name: _origin_json(one) for one in answer.provenance},
        "settings": keyed_json(answer.settings, "name"),
        "running": plain(answer.running) if answer.running_hash else None,
        "stored_hash": answer.stored_hash,
        "running_hash": answer.running_hash or None,
        "quarantine": keyed_json(answer.quarantine, "key"),
        "rejected_revision": answer.rejected_revision or None,
        "rejected_reason": answer.rejected_reason or None,
    }


def settings_text(answer: "pb.GetManufacturingConfigResponse") -> str:
    """The text of `config show`: every setting in its section, then what is not in force, if anything."""
    heads = (
        ("Container:", answer.container_id),
        ("Status:", answer.container_status),
        ("System:", answer.system_symbol),
    )
    lines = [TITLE, "=" * len(TITLE)]
    lines += [f"{label:<{_HEAD_WIDTH}}{render.clean(value)}" for label, value in heads]
    values = plain(answer.config)
    for section, settings in itertools.groupby(SETTINGS, key=lambda one: one.section):
        lines += ["", f"{section}:"]
        lines += [line for one in settings for line in _value_lines(one.label, as_text(values[one.name]))]
    if answer.safe_configuration:
        lines += ["", render.on_terminal(SAFE_NOTICE)]
    elif answer.rejected_revision and answer.rejected_revision == answer.revision:
        refused = f"Revision {answer.revision} is refused by the coordinator: {answer.rejected_reason}"
        lines += ["", render.on_terminal(refused)]
    elif answer.rejected_revision and answer.settings:
        refused = f"Revision {answer.rejected_revision} was refused and reverted: {answer.rejected_reason}"
        lines += ["", render.on_terminal(refused)]
    elif answer.observed_revision != answer.revision and answer.settings:
        lines += ["", _not_in_force_text(answer)]
    keys = {one.key for one in SETTINGS}
    unusable = [held for held in answer.quarantine if held.key in keys]
    lines += quarantine_lines(unusable)
    return "\n".join(lines)


def _value_lines(label: str, text: str) -> list[str]:
    """A setting on one line, or on one line for each good if the terminal is too narrow."""
    line = f"  {label + ':':<{_VALUE_COLUMN}}{text or NONE}"
    if render.fits(line):
        return [line]
    first, *further = text.split(",")
    goods = [f"  {label + ':':<{_VALUE_COLUMN}}{first}", *(f"{'':<{_VALUE_COLUMN + 2}}{each}" for each in further)]
    return [f"{each}," for each in goods[:-1]] + goods[-1:]


def provenance_text(answer: "pb.GetManufacturingConfigResponse") -> str:
    """For each value its layer, revision, author and state, and the values it hides."""
    states = {one.name: one.state for one in answer.settings}
    rows: list[list[render.Cell]] = []
    for one in answer.provenance:
        layer = f"{one.layer} (pinned)" if one.pinned else one.layer
        layer = f"preset {one.preset}" if one.preset else layer
        hides = "; ".join(f"{as_text(json.loads(each.value_json)) or NONE} ({each.layer})" for each in one.hides)
        since = f"revision {one.revision}" if one.revision else ""
        rows.append(
            [
                one.name,
                as_text(json.loads(one.value_json)) or NONE,
                layer,
                since,
                one.author,
                render.moment(one.at) if one.at else "",
                states.get(one.name, ""),
                hides,
            ]
        )
    heads = ["Setting", "Value", "From", "Since", "By", "At", "State", "Hides"]
    revision = f"{answer.container_id}, revision {answer.revision}"
    notice = f"\n\n{render.on_terminal(SAFE_NOTICE)}" if answer.safe_configuration else ""
    return f"{revision}\n\n{render.table(heads, rows)}{notice}"


def changes_text(changes: Mapping[str, Any], *, with_effect: bool = False) -> str:
    """Changes as text, one line each with the value before and after; optionally when each takes effect."""
    lines: list[str] = []
    for name, pair in changes.items():
        lines.append(f"  {name}: {change_text(pair)}")
        if with_effect and name in BY_NAME:
            lines.append(f"    takes effect {BY_NAME[name].takes_effect.value}")
    return "\n".join(lines)


def quarantine_lines(held: Iterable["pb.QuarantinedKey"]) -> list[str]:
    """The stored values that cannot be used, as text."""
    return [render.on_terminal(f"Not used: {one.key} = {one.value_json} ({one.problem})") for one in held]


def reached_text(reached: Iterable["pb.ReachedContainer"], *, is_dry: bool) -> str:
    """The coordinators that a change of a shared layer affects or does not affect, one line each."""
    lines = []
    for each in reached:
        names = ", ".join(one.name for one in each.changes)
        verb, nothing = ("would become ", "nothing would change there") if is_dry else ("", "nothing changes there")
        what = f"{verb}revision {each.revision}: {names}" if names else nothing
        hidden = f"; hidden there by a layer above: {', '.join(each.shadowed)}" if each.shadowed else ""
        problem = (
            f"; the coordinator {'would refuse' if is_dry else 'refuses'} it: {each.problem}" if each.problem else ""
        )
        data = f"{each.container_id}: {what}{hidden}{problem}"
        lines.append(render.on_terminal(data, indent="  ", hanging="  "))
    return "\n".join(lines)


def _change_text(answer: "pb.UpdateManufacturingConfigResponse") -> str:
    """The result of a change; for each setting the values, when it takes effect, and what happens to running work."""
    lines = [render.on_terminal(answer.message)]
    states = {one.name: one for one in answer.settings}
    for name, pair in changes_json(answer.changes).items():
        lines.append(f"  {name}: {change_text(pair)}")
        if pair.get("how") == "discarded":
            continue
        if name in states and states[name].detail and states[name].state != "REJECTED":
            lines.append(render.wrapped(f"takes effect {states[name].detail}", indent="    "))
        if name in BY_NAME:
            lines.append(render.wrapped(f"work under way: {BY_NAME[name].under_way}", indent="    "))
    lines += [f"  {one.name} is {one.state}: {one.detail}" for one in answer.settings if one.state == "SHADOWED"]
    if answer.dry_run:
        lines.append(f"plan: {answer.plan}")
    return "\n".join(lines)


def _origin_json(one: "pb.Provenance") -> dict[str, object]:
    return {
        "value": json.loads(one.value_json),
        "layer": one.layer,
        "revision": one.revision,
        "author": one.author or None,
        "at": one.at or None,
        "pinned": one.pinned,
        "preset": one.preset or None,
        "hides": [
            {
                "layer": each.layer,
                "value": json.loads(each.value_json),
                "author": each.author or None,
                "at": each.at or None,
            }
            for each in one.hides
        ],
    }


def _not_in_force_text(answer: "pb.GetManufacturingConfigResponse") -> str:
    last = f"revision {answer.observed_revision}" if answer.observed_revision else "no revision yet"
    if answer.container_status == "RUNNING" or answer.running_hash:
        return f"Running with {last}: revision {answer.revision} is stored and not applied yet"
    return f"Last ran with {last}: revision {answer.revision} is stored for the next start"
