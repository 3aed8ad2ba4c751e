"""Text and JSON output for presets and player defaults."""

import json
from typing import TYPE_CHECKING

from starfoundry.config.api.proto_values import plain
from starfoundry.config.commands.config_output import quarantine_json, quarantine_lines
from starfoundry.config.domain.declarations.value_text import NONE, as_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


def preset_json(each: "pb.ConfigPreset") -> dict[str, object]:
    """A preset as JSON."""
    return {
        "name": each.name,
        "description": each.description,
        "built_in": each.built_in,
        "values": {name: json.loads(text) for name, text in each.values_json.items()},
        "author": each.author or None,
        "at": each.at or None,
        "containers": list(each.containers),
        "quarantine": quarantine_json(each.quarantine),
    }


def defaults_json(answer: "pb.ConfigDefaults") -> dict[str, object]:
    """A player's defaults as JSON, with the settings that result from them."""
    return {
        "defaults": {
            each.name: {
                "value": json.loads(each.value_json),
                "author": each.author,
                "at": each.at,
                "pinned": each.pinned,
                "reason": each.reason or None,
            }
            for each in answer.defaults
        },
        "quarantine": quarantine_json(answer.quarantine),
        "config": plain(answer.config),
    }


def defaults_text(answer: "pb.ConfigDefaults") -> str:
    """A player's defaults as text, among all settings."""
    own = {each.name: each for each in answer.defaults}
    values = plain(answer.config)
    rows: list[list[render.Cell]] = []
    for one in SETTINGS:
        each = own.get(one.name)
        layer = "built-in" if each is None else ("player (pinned)" if each.pinned else "player")
        by = "" if each is None else each.author
        rows.append([one.name, as_text(values[one.name]) or NONE, layer, by, render.moment(each.at) if each else ""])
    table = render.table(["Setting", "Value", "From", "By", "At"], rows)
    return "\n".join([table, *quarantine_lines(answer.quarantine)])
