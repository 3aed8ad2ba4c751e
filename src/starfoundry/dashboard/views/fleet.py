"""The ships of a fleet: where they are, where they fly, what they do, hold and earn; and the places of a system."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.activity import activity_of
from starfoundry.dashboard.views.rows import Rows
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

PROFIT_SINCE = "24h"

_SHIP = (
    *("ship", "role", "frame", "status", "waypoint", "origin", "departed_at", "arrives_at", "flight_mode"),
    *("fuel", "fuel_capacity", "cargo_units", "cargo_capacity", "cargo", "claimed_by", "quarantine_reason"),
)
_TASK = ("task", "kind", "good", "source", "target")


async def look(
    link: AsyncDaemonClient, asked: Asked, player: dict[str, Any], _coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view."""
    player_id = player["player_id"]
    system = asked.system or player["system"]
    return {
        "ships": await ships(link, player_id),
        "places": await places(link, player_id, system),
    }


async def ships(link: AsyncDaemonClient, player_id: int) -> Rows:
    """Every ship by its name, with what it does and why, and the profit of its trades of the last day."""
    messages = (await link.call("ListShips", pb.ListShipsRequest(player_id=player_id))).ships
    work = plain(await link.call("ExplainWork", pb.ExplainWorkRequest(player_id=player_id)))
    doing = {each["name"]: each for each in reversed(work["explanations"]) if each["subject"] == "SHIP"}
    earned = await _earned(link, player_id)
    found = Rows()
    for message in messages:
        ship = plain(message)
        row = {name: ship[name] for name in _SHIP}
        row["cargo"] = [[item["good"], item["units"]] for item in ship["cargo"]]
        found[message.ship] = row | _doing(doing.get(message.ship)) | {"profit": earned.get(message.ship, 0)}
    return found


async def places(link: AsyncDaemonClient, player_id: int, system: str) -> dict[str, Any]:
    """The waypoints of a system, and the other systems that are known."""
    answer = await link.call("ListWaypoints", pb.ListWaypointsRequest(player_id=player_id, system=system))
    known = [
        [each.waypoint, each.type, each.x, each.y, each.has_market, each.has_shipyard] for each in answer.waypoints
    ]
    return {"system": system, "systems": list(answer.systems), "waypoints": known}


async def _earned(link: AsyncDaemonClient, player_id: int) -> dict[str, int]:
    request = pb.SummarizeLedgerRequest(player_id=player_id, by="ship", since=PROFIT_SINCE)
    return {line.key: line.profit for line in (await link.call("SummarizeLedger", request)).lines}


def _doing(explanation: dict[str, Any] | None) -> dict[str, Any]:
    if explanation is None:
        return {"activity": "", "state": "", "why": "", "task": None}
    figures = explanation["reason"]["figures"] or {}
    task = {name: figures.get(name, "") for name in _TASK} if explanation["reason"]["rule"] == "working" else None
    return {
        "activity": activity_of(explanation),
        "state": explanation["state"],
        "why": explanation["reason"]["text"],
        "task": task,
    }
