"""The fleet at a glance: money over time, changes of settings, what ships do, what holds them back, and the budget."""

from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.views.activity import by_activity
from starfoundry.dashboard.views.subscription import RANGES, Asked
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

HINDRANCES_MAX = 12
NAMES_MAX = 6
MARKS_MAX = 500
COORDINATORS_MAX = 24

_COUNTS = ("ships", "tasks", "factories", "chains", "containers", "pipelines", "expected_profit", "shared_pipelines")

_ROW = (
    *("status", "system", "revision", "observed_revision", "active_pipelines", "draining_pipelines"),
    *("trade_pipelines", "busy_workers", "ready_tasks", "waiting_tasks", "completed_tasks", "halted"),
)


async def look(
    link: AsyncDaemonClient, asked: Asked, player: dict[str, Any], coordinators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The parts of the view."""
    player_id = player["player_id"]
    return {
        "money": await money(link, player_id, asked.span),
        "marks": await marks(link, [each for each in coordinators if each["player_id"] == player_id]),
        "work": await work(link, player_id),
        "budget": await budget(link),
        "rows": [await _row(link, each) for each in coordinators[:COORDINATORS_MAX]],
    }


async def money(link: AsyncDaemonClient, player_id: int, span: str) -> dict[str, Any]:
    """The book by hours: `opening` credits before the first, then of each hour the profit of trade and what it left.

    The last hour is the one that is not over, and is named by `open_hour`.
    """
    request = pb.SummarizeLedgerRequest(player_id=player_id, since=RANGES[span], by="hour")
    answer = await link.call("SummarizeLedger", request)
    return {
        "span": span,
        "opening": answer.opening,
        "closing": answer.closing,
        "open_hour": answer.as_of[:13],
        "hours": [[line.key, line.profit, line.net, line.entries] for line in answer.lines],
        "earnings": _earnings(answer.earnings),
    }


async def marks(link: AsyncDaemonClient, coordinators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every revision of the player's coordinators, oldest first, without the first settings of each."""
    found: list[dict[str, Any]] = []
    for each in coordinators[:COORDINATORS_MAX]:
        request = pb.ListConfigRevisionsRequest(
            container_id=each["container_id"], player_id=each["player_id"], limit=MARKS_MAX
        )
        revisions = (await link.call("ListConfigRevisions", request)).revisions
        found += [
            {**plain(revision), "container_id": each["container_id"]} for revision in revisions if revision.changes
        ]
    return sorted(found, key=lambda mark: str(mark["at"]))


async def work(link: AsyncDaemonClient, player_id: int) -> dict[str, Any]:
    """The work of ships and the largest hindrances, ranked by the daemon."""
    answer = plain(await link.call("ExplainWork", pb.ExplainWorkRequest(player_id=player_id)))
    return {
        "activities": by_activity(answer["explanations"]),
        "ships": answer["ships"],
        "idle_ships": answer["idle_ships"],
        "waiting_tasks": answer["waiting_tasks"],
        "bottlenecks": [_bottleneck(each) for each in answer["explanations"] if each["reason"]["rule"] == "bottleneck"],
        "hindrances": [_hindrance(each) for each in answer["ranked"][:HINDRANCES_MAX]],
        "hindrances_in_all": len(answer["ranked"]),
    }


async def budget(link: AsyncDaemonClient) -> dict[str, Any]:
    """The purposes of requests to the game since the daemon began, and the share of the budget of the last minute."""
    answer = await link.call("GetHealth", pb.GetHealthRequest())
    return {
        "used_percent": round(answer.budget_used * 100),
        "requests": answer.requests,
        "rate_limited": answer.rate_limited,
        "since": answer.started_at,
        "purposes": [[line.purpose, line.requests] for line in answer.budget],
    }


async def _row(link: AsyncDaemonClient, coordinator: dict[str, Any]) -> dict[str, Any]:
    """One coordinator; of one whose player cannot be asked about, why."""
    which = {"container_id": coordinator["container_id"], "player_id": coordinator["player_id"]}
    try:
        answer = plain(await link.call("GetManufacturingStatus", pb.GetManufacturingStatusRequest(**which)))
    except StarFoundryError as error:
        return {**coordinator, "problem": error.message}
    limits = {name: answer["config"][name] for name in ("max_pipelines", "max_workers")}
    return {
        **coordinator,
        **{name: answer[name] for name in _ROW},
        **limits,
        "earnings": _earnings_of(answer["earnings"]),
    }


def _bottleneck(explanation: dict[str, Any]) -> dict[str, str]:
    reason = explanation["reason"]
    return {"container_id": explanation["name"], **{name: reason[name] for name in ("text", "remedy", "command")}}


def _hindrance(hindrance: dict[str, Any]) -> dict[str, Any]:
    reason = hindrance["reason"]
    kept = {name: reason[name] for name in ("rule", "text", "remedy", "command")}
    counts = {name: hindrance[name] for name in _COUNTS}
    setting = reason["setting"]["name"] if reason["setting"] else ""
    return {
        **kept,
        **counts,
        "setting": setting,
        "container_id": hindrance["container_id"],
        "names": hindrance["names"][:NAMES_MAX],
    }


def _earnings(message: pb.Earnings) -> dict[str, Any]:
    return _earnings_of(plain(message))


def _earnings_of(earnings: dict[str, Any]) -> dict[str, Any]:
    """With spans in tenths of an hour: what is shown must not change with every second."""
    spans = {f"{span}_hours": round(earnings[f"{span}_seconds"] / 3_600, 1) for span in ("day", "total")}
    return {name: earnings[name] for name in ("hour", "hour_from", "day", "total", "since")} | spans
