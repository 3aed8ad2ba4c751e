"""The supply chain of a coordinator: its pipelines, the trips of their tasks, and the stocks that they stand on."""

from collections.abc import Iterable
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.rows import Rows
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

RANKS_MARKED = 3
"""The number of hindrances whose subjects are marked."""

TASKS_MAX = 1_000

_PIPELINE = (
    *(
        "pipeline_id",
        "kind",
        "status",
        "good",
        "factory",
        "sell_market",
        "expected_profit",
        "profit",
        "cost",
        "revenue",
    ),
    *("tasks_completed", "tasks_total", "created_at"),
)
_TASK = (
    *("task_id", "pipeline_id", "kind", "status", "good", "source", "target", "ship", "units_bought", "units_sold"),
    *("waiting_for",),
)
_STOCK = ("type", "supply", "activity", "trade_volume", "ask", "bid")


async def look(
    link: AsyncDaemonClient, asked: Asked, player: dict[str, Any], coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view."""
    wanted = asked.container_id
    chosen = next((each for each in coordinators if wanted in ("", each["container_id"])), None)
    if chosen is None:
        return {"pipelines": Rows(), "tasks": Rows(), "stocks": Rows(), "factories": Rows(), "held": {}}
    which = {"container_id": chosen["container_id"], "player_id": player["player_id"]}
    pipelines = (await link.call("ListPipelines", pb.ListPipelinesRequest(**which))).pipelines
    tasks = (await link.call("ListTasks", pb.ListTasksRequest(**which, limit=TASKS_MAX))).tasks
    status = await link.call("GetManufacturingStatus", pb.GetManufacturingStatusRequest(**which))
    markets = pb.ListMarketsRequest(player_id=player["player_id"], system=status.system)
    return {
        "pipelines": Rows({each.pipeline_id: _only(_PIPELINE, each) for each in pipelines}),
        "tasks": Rows({each.task_id: _only(_TASK, each) for each in tasks}),
        "factories": Rows({_key(each.good, each.factory): plain(each) for each in status.factories}),
        "stocks": stocks((await link.call("ListMarkets", markets)).markets, _named(pipelines, tasks)),
        "held": await held(link, player["player_id"]),
    }


def stocks(markets: Iterable[pb.Market], wanted: set[str]) -> Rows:
    """The last sighting of each good at each market that is named."""
    return Rows(
        {
            key: {name: getattr(good, name) for name in _STOCK} | {"observed_at": market.observed_at}
            for market in markets
            for good in market.goods
            if (key := _key(good.good, market.waypoint)) in wanted
        }
    )


async def held(link: AsyncDaemonClient, player_id: int) -> dict[str, Any]:
    """The subjects of the worst hindrances, tasks and goods at factories by name, each with rank and reason."""
    ranked = (await link.call("ExplainWork", pb.ExplainWorkRequest(player_id=player_id))).ranked
    found: dict[str, Any] = {}
    for rank, hindrance in enumerate(ranked[:RANKS_MARKED], 1):
        for name in hindrance.names:
            found.setdefault(name.replace(" at ", "@"), {"rank": rank, "text": hindrance.reason.text})
    return found


def _named(pipelines: Iterable[pb.Pipeline], tasks: Iterable[pb.Task]) -> set[str]:
    places = [(each.good, place) for each in pipelines for place in (each.factory, each.sell_market)]
    places += [(each.good, place) for each in tasks for place in (each.source, each.target)]
    return {_key(good, place) for good, place in places}


def _only(names: tuple[str, ...], message: Any) -> dict[str, Any]:  # noqa: ANN401  (any message)
    return {name: getattr(message, name) for name in names}


def _key(good: str, waypoint: str) -> str:
    return f"{good}@{waypoint}"
