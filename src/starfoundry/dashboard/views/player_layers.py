"""The layers below the coordinators of a player: its defaults, and every preset that it can apply."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb


async def look(
    link: AsyncDaemonClient, _asked: Asked, player: dict[str, Any], _coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view."""
    player_id = player["player_id"]
    defaults = plain(await link.call("GetConfigDefaults", pb.GetConfigDefaultsRequest(player_id=player_id)))
    presets = (await link.call("ListConfigPresets", pb.ListConfigPresetsRequest(player_id=player_id))).presets
    return {
        "layers": {
            "player_id": player_id,
            "defaults": defaults["defaults"],
            "quarantine": defaults["quarantine"],
            "presets": [plain(each) for each in presets],
        }
    }
