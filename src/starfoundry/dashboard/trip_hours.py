"""Ships on trips of each kind, hour by hour: from when each ship was sent until its trip ended."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.coordinator_state import COORDINATOR
from starfoundry.dashboard.views.activity import TASKS
from starfoundry.wire import daemon_pb2 as pb

HOUR = timedelta(hours=1)
TASKS_MAX = 10_000


async def by_hour(link: AsyncDaemonClient, player_id: int, hours: int) -> dict[str, Any]:
    """The mean number of ships on trips of each kind, in each of the last hours, the present one last."""
    now = datetime.fromisoformat((await link.call("GetHealth", pb.GetHealthRequest())).now)
    containers = (await link.call("ListContainers", pb.ListContainersRequest(player_id=player_id))).containers
    tasks: list[pb.Task] = []
    for each in containers:
        if each.type == COORDINATOR:
            which = {"player_id": player_id, "container_id": each.container_id}
            request = pb.ListTasksRequest(include_ended=True, limit=TASKS_MAX, **which)
            tasks += (await link.call("ListTasks", request)).tasks
    means = mean_ships(tasks, now, hours)
    return {"hours": [[hour.isoformat(), shares] for hour, shares in means.items()]}


def mean_ships(tasks: Iterable[pb.Task], now: datetime, hours: int) -> dict[datetime, dict[str, float]]:
    """By hour, oldest first, how many ships were on trips of each kind on average; of the present hour so far."""
    present = now.replace(minute=0, second=0, microsecond=0)
    first = present - (hours - 1) * HOUR
    spent: dict[datetime, defaultdict[str, timedelta]] = {
        first + at * HOUR: defaultdict(timedelta) for at in range(hours)
    }
    for task in tasks:
        if not task.decided_at:
            continue
        begun = max(datetime.fromisoformat(task.decided_at), first)
        ended = datetime.fromisoformat(task.ended_at) if task.ended_at else now
        hour = begun.replace(minute=0, second=0, microsecond=0)
        while hour < min(ended, now):
            spent[hour][TASKS.get(task.kind, task.kind)] += min(ended, hour + HOUR, now) - max(begun, hour)
            hour += HOUR
    lengths = {hour: min(HOUR, now - hour) or HOUR for hour in spent}
    return {
        hour: {kind: round(each / lengths[hour], 2) for kind, each in sorted(kinds.items())}
        for hour, kinds in spent.items()
    }
