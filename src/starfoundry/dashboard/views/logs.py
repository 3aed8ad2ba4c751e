"""Open alerts and muted rules, and the newest lines of a container's log."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.rows import Rows
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

LINES_SHOWN = 400


async def look(
    link: AsyncDaemonClient, asked: Asked, player: dict[str, Any], coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view: alerts, the player's containers, and the log of the one asked for or of a coordinator."""
    player_id = player["player_id"]
    parts: dict[str, Any] = {"alerts": await alerts(link, player_id)}
    listed = (await link.call("ListContainers", pb.ListContainersRequest(player_id=player_id))).containers
    containers = [[each.container_id, each.type, each.status] for each in listed]
    wanted = asked.log or next((each["container_id"] for each in coordinators if each["player_id"] == player_id), "")
    if not wanted:
        return parts | {"containers": containers, "log": "", "lines": Rows()}
    request = pb.GetContainerLogsRequest(
        container_id=wanted, player_id=player_id, limit=LINES_SHOWN, minimum_level=asked.level
    )
    lines = (await link.call("GetContainerLogs", request)).logs
    rows = Rows({str(each.id): plain(each) for each in lines})
    return parts | {"containers": containers, "log": wanted, "lines": rows}


async def alerts(link: AsyncDaemonClient, player_id: int) -> dict[str, Any]:
    """The player's open alerts, the muted rules, and whether there is a target for notifications."""
    answer = await link.call("ListAlerts", pb.ListAlertsRequest(player_id=player_id))
    return {
        "alerts": [plain(each) for each in answer.alerts],
        "muted": [{"kind": each.kind, "muted_until": each.muted_until} for each in answer.rules if each.muted_until],
        "has_targets": bool(answer.targets),
    }
