"""JSON output of a container, the same in every command."""

from typing import TYPE_CHECKING

from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container


def as_json(terminal: Terminal, found: "Container") -> dict[str, object]:
    """Every stored field, and which emergency halt applies."""
    first = {"container_id": found.container_id, **terminal.player(found.player_id)}
    return {**first, **message_json(found)}
