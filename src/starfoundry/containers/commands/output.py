"""JSON output of a container, the same in every command."""

import json
from typing import TYPE_CHECKING

from starfoundry.terminal.arguments.options import Terminal

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Container


def as_json(terminal: Terminal, found: "Container") -> dict[str, object]:
    """Every stored field, and which emergency halt applies."""
    return {
        "container_id": found.container_id,
        **terminal.player(found.player_id),
        "type": found.type,
        "status": found.status,
        "halted": found.halted or None,
        "created_at": found.created_at or None,
        "started_at": found.started_at or None,
        "stopped_at": found.stopped_at or None,
        "restart_count": found.restart_count,
        "exit_reason": found.exit_reason,
        "config": json.loads(found.config_json or "{}"),
    }
