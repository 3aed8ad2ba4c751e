"""Reasons for a standstill, as text."""

import json
from typing import TYPE_CHECKING

from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.terminal.arguments.options import Terminal
    from starfoundry.wire.daemon_pb2 import Provenance, Reason

LAYERS = {
    "container": "the container's own",
    "preset": "from the preset {preset}",
    "player": "the player's default",
    "built-in": "the built-in default",
}


def reason_lines(terminal: "Terminal", reason: "Reason", *, indent: str) -> list[str]:
    """The lines below a reason's text: the setting behind it, and the command that changes it."""
    lines: list[str] = []
    if reason.HasField("setting"):
        lines.append(render.on_terminal(f"setting: {setting_text(reason.setting)}", indent=indent, hanging="  "))
    if reason.remedy:
        lines.append(render.on_terminal(f"remedy: {reason.remedy}", indent=indent, hanging="  "))
    if reason.command:
        lines.append(render.command(terminal.addressed(reason.command), indent=f"{indent}  "))
    return lines


def setting_text(setting: "Provenance") -> str:
    """A setting with its value and where that comes from, for people."""
    value = json.loads(setting.value_json or "null")
    shown = ",".join(map(str, value)) or "none" if isinstance(value, list) else value
    layer = LAYERS.get(setting.layer, setting.layer).format(preset=setting.preset)
    since = f", since revision {setting.revision}" if setting.revision else ""
    return f"{setting.name} = {shown} ({layer}{since})"
