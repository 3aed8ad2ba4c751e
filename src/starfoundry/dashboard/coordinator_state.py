"""State of a coordinator for the page, read from the daemon; a missing one is reported, not raised."""

import json
from collections.abc import Mapping
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.registry import Look
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

COORDINATOR = "manufacturing_coordinator"
"""The type of the containers that have live settings."""

SETTLED_SECONDS = 5.0
"""Before so many seconds the two times of a daemon that has just begun say little about its speed."""

_AT_WORK = ("RUNNING", "PENDING", "PAUSING", "PAUSED", "DRAINING", "STOPPING")

_HEALTH = ("version", "status", "game_api", "data_directory", "problems", "conditions")
_PLAYER = ("player_id", "agent", "system", "universe", "ended_at")
_PULSE = ("status", "system", "credits", "revision", "observed_revision")

Parts = Mapping[str, Any]


async def look(link: AsyncDaemonClient, asked: Asked) -> Parts:
    """The parts that every view shows: the daemon, the player, the coordinators, the chosen one and its settings.

    Where the daemon is not reached there is one part only, which says what to do.
    """
    try:
        health = plain(await link.call("GetHealth", pb.GetHealthRequest()))
        daemon = {"reachable": True, **{name: health[name] for name in _HEALTH}}
        players = await list_players(link)
        coordinators = _with_agents(await list_coordinators(link), players)
        chosen = choose(coordinators, asked.container_id)
        player = _shown_player(players, chosen)
        parts = {"daemon": daemon, "clock": _clock(health), "player": player, "coordinators": coordinators}
        shown = await _shown(link, asked.container_id, chosen)
    except Unavailable as error:
        return {"daemon": {"reachable": False, **_error_content(error)}}
    except StarFoundryError as error:
        return {"daemon": {"reachable": True, **_error_content(error)}}
    return {**parts, **shown}


async def viewed(link: AsyncDaemonClient, asked: Asked, parts: Parts, views: Mapping[str, Look]) -> Parts:
    """The parts of the view besides those, or why the fleet cannot be asked now."""
    view, player = views.get(asked.view), parts.get("player")
    if view is None or player is None:
        return {"trouble": None}
    try:
        seen = await view(link, asked, player, parts["coordinators"])
    except StarFoundryError as error:
        return {"trouble": _error_content(error)}
    return {"trouble": None, **seen}


def choose(coordinators: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """The coordinator that is meant; without a name the first, and that is one at work if any is."""
    if wanted:
        return next((each for each in coordinators if each["container_id"] == wanted), None)
    return coordinators[0] if coordinators else None


async def describe(link: AsyncDaemonClient, player_id: int) -> list[dict[str, Any]]:
    """Every setting there is, as the form needs it: what it may be, what it is for, when it is felt."""
    answer = await link.call("ExplainConfig", pb.ExplainConfigRequest(player_id=player_id))
    return [_description(plain(each)) for each in answer.settings]


async def history(link: AsyncDaemonClient, container_id: str, player_id: int, before: int) -> dict[str, Any]:
    """A page of the revisions, newest first, of those before `before` (0: from the newest)."""
    request = pb.ListConfigRevisionsRequest(
        container_id=container_id, player_id=player_id, limit=20, before_revision=before
    )
    return plain(await link.call("ListConfigRevisions", request))


def _description(setting: dict[str, Any]) -> dict[str, Any]:
    """Without what changes with every change: the form asks for it once."""
    return {name: fact for name, fact in setting.items() if name != "uses"} | {
        "json_schema": json.loads(setting["json_schema"])
    }


def _shown_player(players: list[dict[str, Any]], chosen: dict[str, Any] | None) -> dict[str, Any] | None:
    """Whose fleet is shown: the chosen coordinator's, else that of the player who is meant without a name."""
    if chosen is not None:
        players = [each for each in players if each["player_id"] == chosen["player_id"]]
    player = choose_player(players)
    return player and {name: player[name] for name in _PLAYER}


def _clock(health: dict[str, Any]) -> dict[str, Any]:
    """The daemon's time, and how fast it passes: in a sandbox faster than ours."""
    real = health["real_uptime_seconds"]
    return {"now": health["now"], "speed": round(health["uptime_seconds"] / real) if real > SETTLED_SECONDS else 1}


async def list_players(link: AsyncDaemonClient) -> list[dict[str, Any]]:
    """Every player that the daemon knows."""
    return [plain(each) for each in (await link.call("ListPlayers", pb.ListPlayersRequest())).players]


def choose_player(players: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The player who is meant without a name: the first whose universe goes on, else the first."""
    return min(players, key=lambda each: (bool(each["ended_at"]), each["player_id"]), default=None)


async def list_coordinators(link: AsyncDaemonClient) -> list[dict[str, Any]]:
    """The coordinators of all players, those at work first; each with its state."""
    found = [
        {
            "container_id": each.container_id,
            "player_id": each.player_id,
            "status": each.status,
            "halted": each.halted,
            "exit_reason": each.exit_reason,
        }
        for each in (await link.call("ListContainers", pb.ListContainersRequest())).containers
        if each.type == COORDINATOR
    ]
    return sorted(found, key=lambda each: each["status"] not in _AT_WORK)


def _with_agents(coordinators: list[dict[str, Any]], players: list[dict[str, Any]]) -> list[dict[str, Any]]:
    agents = {each["player_id"]: each["agent"] for each in players}
    return [{**each, "agent": agents.get(each["player_id"], "")} for each in coordinators]


async def _shown(link: AsyncDaemonClient, wanted: str, chosen: dict[str, Any] | None) -> Parts:
    if chosen is None:
        missing = f"there is no coordinator {wanted}" if wanted else "there is no coordinator yet"
        return {"chosen": None, "missing": missing}
    which = {"container_id": chosen["container_id"], "player_id": chosen["player_id"]}
    settings = plain(await link.call("GetManufacturingConfig", pb.GetManufacturingConfigRequest(**which)))
    return {"chosen": chosen, "settings": settings, "pulse": await _pulse(link, which)}


async def _pulse(link: AsyncDaemonClient, which: Mapping[str, Any]) -> dict[str, Any]:
    """Its status; a coordinator whose player cannot be asked about just now has settings all the same."""
    try:
        status = plain(await link.call("GetManufacturingStatus", pb.GetManufacturingStatusRequest(**which)))
    except StarFoundryError as error:
        return {"problem": error.message}
    return {name: status[name] for name in _PULSE} | {
        "last_decision": _decision(status["last_decision"]),
        "earnings": _earnings(status["earnings"]),
    }


def _earnings(earnings: dict[str, Any]) -> dict[str, Any]:
    """Spans in tenths of an hour: what is shown must not change with every second."""
    return {name: earnings[name] for name in ("hour", "hour_from", "day", "total")} | {
        f"{span}_hours": round(earnings[f"{span}_seconds"] / 3_600, 1) for span in ("day", "total")
    }


def _decision(decision: dict[str, Any] | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {name: decision[name] for name in ("at", "kind", "subject")}


def _error_content(error: StarFoundryError) -> dict[str, str]:
    return {"problem": error.message, "next_step": getattr(error, "next_step", "try again in a moment")}
