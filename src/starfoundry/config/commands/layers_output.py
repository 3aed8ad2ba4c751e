"""Text and JSON output for presets and player defaults."""

from typing import TYPE_CHECKING

from starfoundry.config.api.proto_values import plain
from starfoundry.config.commands.config_output import quarantine_lines
from starfoundry.config.domain.declarations.value_text import NONE, as_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


def defaults_json(answer: "pb.ConfigDefaults") -> dict[str, object]:
    """A player's defaults as JSON, with the settings that result from them."""
    return {**message_json(answer), "config": plain(answer.config)}


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
