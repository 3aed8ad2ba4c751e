"""A read-only MCP server on standard input and output: an assistant asks about the fleet, and can change nothing.

It is a client of the daemon like the page. `mcp` is an extra, and slow to import, so it is imported when it is served.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.coordinator_state import choose_player, list_coordinators, list_players
from starfoundry.kernel.errors import Missing, StarFoundryError, Unavailable
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

INSTRUCTIONS = (
    "Reads a fleet of the game SpaceTraders that a StarFoundry daemon flies. Amounts are credits, times are UTC."
    " Nothing can be changed here; propose `spacetraders` commands to the user instead."
)
ANY_PLAYER = 0

Tool = Callable[..., Awaitable[dict[str, Any]]]


class FleetTools:
    """The tools. `player_id` 0 is the only player, or the first; `since` is a time or a duration back such as 24h."""

    def __init__(self, link: AsyncDaemonClient) -> None:
        self._link = link

    async def report(self, since: str = "24h", player_id: int = ANY_PLAYER) -> dict[str, Any]:
        """What happened: profit, balance, best and worst chains, finished tasks, changed settings, incidents."""
        return await self._ask("GetReport", pb.GetReportRequest(player_id=await self._player(player_id), since=since))

    async def status(self, player_id: int = ANY_PLAYER) -> dict[str, Any]:
        """The health of the daemon, and of each coordinator its state, settings, work and earnings."""
        player = await self._player(player_id)
        found = [
            await self._ask(
                "GetManufacturingStatus", pb.GetManufacturingStatusRequest(player_id=player, container_id=each)
            )
            for each in await self._coordinators(player)
        ]
        return {"health": await self._ask("GetHealth", pb.GetHealthRequest()), "coordinators": found}

    async def why(self, subject: str = "", player_id: int = ANY_PLAYER) -> dict[str, Any]:
        """Why a ship, task, good, factory or container waits, or what it does. Without a subject: all that waits."""
        player = await self._player(player_id)
        return await self._ask("ExplainWork", pb.ExplainWorkRequest(player_id=player, subject=subject))

    async def ledger_summary(
        self, by: str = "chain", since: str = "24h", player_id: int = ANY_PLAYER
    ) -> dict[str, Any]:
        """Income and expenses summed by good, chain, ship, kind, container, pipeline, task or hour."""
        player = await self._player(player_id)
        return await self._ask("SummarizeLedger", pb.SummarizeLedgerRequest(player_id=player, by=by, since=since))

    async def markets(self, good: str = "", waypoint: str = "", player_id: int = ANY_PLAYER) -> dict[str, Any]:
        """Last known prices (ask: we pay, bid: we receive) and supply, of one good everywhere or of one market."""
        player = await self._player(player_id)
        answer = plain(await self._link.call("ListMarkets", pb.ListMarketsRequest(player_id=player)))
        chosen = [each for each in answer["markets"] if waypoint in ("", each["waypoint"])]
        for each in chosen:
            each["goods"] = [item for item in each["goods"] if good in ("", item["good"])]
        return {"markets": [each for each in chosen if each["goods"] or not good]}

    async def settings(self, container_id: str = "", player_id: int = ANY_PLAYER) -> dict[str, Any]:
        """The live settings of a coordinator: values, the layer that each comes from, and whether it is applied."""
        player = await self._player(player_id)
        known = await self._coordinators(player)
        if not known:
            raise Missing("there is no coordinator; start one: spacetraders manufacturing start")
        request = pb.GetManufacturingConfigRequest(player_id=player, container_id=container_id or known[0])
        return await self._ask("GetManufacturingConfig", request)

    async def _ask(self, method: str, request: Any) -> dict[str, Any]:  # noqa: ANN401  (any message)
        return plain(await self._link.call(method, request))

    async def _player(self, wanted: int) -> int:
        if wanted != ANY_PLAYER:
            return wanted
        player = choose_player(await list_players(self._link))
        if player is None:
            raise Missing("there is no player; register one: spacetraders player register --agent CALLSIGN")
        return int(player["player_id"])

    async def _coordinators(self, player: int) -> list[str]:
        found = await list_coordinators(self._link)
        return [each["container_id"] for each in found if each["player_id"] == player]


def require_mcp() -> None:
    """Raise Unavailable where the extra is not installed."""
    if find_spec("mcp") is None:
        raise Unavailable("the MCP server needs the package mcp: pip install 'starfoundry[mcp]'")


async def serve_mcp(socket: Path) -> None:
    """Serve the tools for the daemon at this socket until standard input ends."""
    mcp: Any = import_module("mcp.server.mcpserver")
    import_module("mcp.server.mcpserver.exceptions")
    types: Any = import_module("mcp.types")
    link = AsyncDaemonClient(socket)
    tools = FleetTools(link)
    server = mcp.MCPServer("starfoundry", instructions=INSTRUCTIONS, version=version("starfoundry"))
    reads = types.ToolAnnotations(readOnlyHint=True, openWorldHint=False)
    for tool in (tools.report, tools.status, tools.why, tools.ledger_summary, tools.markets, tools.settings):
        server.tool(annotations=reads)(_explaining(tool, mcp.exceptions.ToolError))
    try:
        await server.run_stdio_async()
    finally:
        await link.close()


def _explaining(tool: Tool, failure: type[Exception]) -> Tool:
    """The tool, with errors of the daemon as the one kind of failure whose message the assistant sees."""

    @wraps(tool)
    async def explained(*words: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401  (those of the tool)
        try:
            return await tool(*words, **more)
        except StarFoundryError as error:
            raise failure(error.message) from None

    return explained
