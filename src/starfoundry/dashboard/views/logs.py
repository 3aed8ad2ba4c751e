"""The newest lines of a container's log."""

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
    """The parts of the view: the player's containers, and the log of the one that is asked for or works here."""
    player_id = player["player_id"]
    told = (await link.call("ListContainers", pb.ListContainersRequest(player_id=player_id))).containers
    containers = [[each.container_id, each.type, each.status] for each in told]
    wanted = asked.log or next((each["container_id"] for each in coordinators if each["player_id"] == player_id), "")
    if not wanted:
        return {"containers": containers, "log": "", "lines": Rows()}
    request = pb.GetContainerLogsRequest(
        container_id=wanted, player_id=player_id, limit=LINES_SHOWN, minimum_level=asked.level
    )
    lines = (await link.call("GetContainerLogs", request)).logs
    return {"containers": containers, "log": wanted, "lines": Rows({str(each.id): plain(each) for each in lines})}
