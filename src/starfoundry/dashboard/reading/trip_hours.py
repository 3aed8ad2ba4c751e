"""What ships did, hour by hour: those on trips of each kind, carriers without a trip, and probes.

A trip lasts from when its ship was sent until it ended. A task that its ship gave back counts no longer: until when the
ship was on it is not stored. How many ships there were follows from the present ones and the purchases since. What a
ship without a trip did is not stored: it was idle, flew by hand or looked at a market.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.coordinator_state import COORDINATOR
from starfoundry.dashboard.views.activity import TASKS
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.wire import daemon_pb2 as pb

HOUR = timedelta(hours=1)
UNDER_WAY = ("ASSIGNED", "EXECUTING")
TASKS_MAX = 10_000
PURCHASES_MAX = 1_000

WITHOUT_TRIP, PROBES = "Without a trip", "Probes"

WITHOUT_HOLD = frozenset({"SHIP_PROBE", "SHIP_SURVEYOR"})
"""Types of ships that carry no cargo, as shipyards name them; they are counted as probes."""


async def by_hour(link: AsyncDaemonClient, player_id: int, hours: int) -> dict[str, Any]:
    """The mean number of ships by what they did, in each of the last hours, the present one last."""
    now = datetime.fromisoformat((await link.call("GetHealth", pb.GetHealthRequest())).now)
    containers = (await link.call("ListContainers", pb.ListContainersRequest(player_id=player_id))).containers
    tasks: list[pb.Task] = []
    for each in containers:
        if each.type == COORDINATOR:
            which = {"player_id": player_id, "container_id": each.container_id}
            request = pb.ListTasksRequest(include_ended=True, limit=TASKS_MAX, **which)
            tasks += (await link.call("ListTasks", request)).tasks
    means = mean_ships(tasks, now, hours)
    with suppress(StarFoundryError):  # of a universe that has ended, ships are not known
        fleet = await _fleet(link, player_id)
        means = {hour: fleet.with_others(hour, min(HOUR, now - hour) or HOUR, trips) for hour, trips in means.items()}
    return {"hours": [[hour.isoformat(), shares] for hour, shares in means.items()]}


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetOverTime:
    """The present numbers of carriers and probes, when some of them were bought, and since when the fleet is known."""

    carriers: int
    probes: int
    carriers_bought: Sequence[datetime] = ()
    probes_bought: Sequence[datetime] = ()
    since: datetime | None = None

    def with_others(self, hour: datetime, length: timedelta, trips: Mapping[str, float]) -> dict[str, float]:
        """The ships on trips in an hour, and on average the carriers without a trip and the probes."""
        if self.since is not None and hour + length <= self.since:
            return dict(trips)
        carriers = _mean_known(self.carriers, self.carriers_bought, hour, length)
        probes = _mean_known(self.probes, self.probes_bought, hour, length)
        others = {WITHOUT_TRIP: round(max(0.0, carriers - sum(trips.values())), 2), PROBES: round(probes, 2)}
        return {**trips, **{name: ships for name, ships in others.items() if ships}}


def _mean_known(present: int, bought: Iterable[datetime], hour: datetime, length: timedelta) -> float:
    return present - sum(min(max((at - hour) / length, 0.0), 1.0) for at in bought)


async def _fleet(link: AsyncDaemonClient, player_id: int) -> FleetOverTime:
    ships = (await link.call("ListShips", pb.ListShipsRequest(player_id=player_id))).ships
    wanted = pb.ListLedgerRequest(player_id=player_id, kind="SHIP_PURCHASE", limit=PURCHASES_MAX)
    bought = (await link.call("ListLedger", wanted)).entries
    probes = sum(not each.cargo_capacity for each in ships)
    opening = await link.call("ListLedger", pb.ListLedgerRequest(player_id=player_id, kind="OPENING", limit=1))
    return FleetOverTime(
        since=next((datetime.fromisoformat(each.at) for each in opening.entries), None),
        carriers=len(ships) - probes,
        probes=probes,
        carriers_bought=[datetime.fromisoformat(each.at) for each in bought if each.good not in WITHOUT_HOLD],
        probes_bought=[datetime.fromisoformat(each.at) for each in bought if each.good in WITHOUT_HOLD],
    )


def mean_ships(tasks: Iterable[pb.Task], now: datetime, hours: int) -> dict[datetime, dict[str, float]]:
    """By hour, oldest first, how many ships were on trips of each kind on average; of the present hour so far."""
    present = now.replace(minute=0, second=0, microsecond=0)
    first = present - (hours - 1) * HOUR
    spent: dict[datetime, defaultdict[str, timedelta]] = {
        first + at * HOUR: defaultdict(timedelta) for at in range(hours)
    }
    for task in tasks:
        if not task.decided_at or not (task.ended_at or task.status in UNDER_WAY):
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
