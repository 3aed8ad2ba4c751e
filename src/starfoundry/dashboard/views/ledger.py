"""The newest entry of the player's book, by which an open page knows that there is more to fetch."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.wire import daemon_pb2 as pb


async def look(
    link: AsyncDaemonClient, _asked: Asked, player: dict[str, Any], _coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view."""
    answer = await link.call("ListLedger", pb.ListLedgerRequest(player_id=player["player_id"], limit=1))
    return {"newest_entry": answer.entries[0].sequence if answer.entries else 0}
