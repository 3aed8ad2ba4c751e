"""The gRPC method for explanations: why ships, tasks, factories, chains and containers do not work."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from starfoundry.config.domain.change_status import ConfigView
from starfoundry.config.service.config_service import ConfigService
from starfoundry.kernel.ids import ContainerId, PlayerId, ShipSymbol
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.ledger.storage import predictions
from starfoundry.manufacturing.api.proto_mapping import reason_message, task_message
from starfoundry.manufacturing.api.why import Why
from starfoundry.manufacturing.domain.model import TaskFilter, TaskStatus
from starfoundry.manufacturing.planner.explanation import IDLE, Explanation, Hindrance, Subject, ranked
from starfoundry.manufacturing.storage import accounts, store
from starfoundry.wire import daemon_pb2 as wire

DAY = timedelta(hours=24)


class ExplanationRpc:
    """ExplainWork."""

    def __init__(self, why_reader: Why, configs: ConfigService, clock: Clock, gate: Gate) -> None:
        self._why_reader = why_reader
        self._configs = configs
        self._clock = clock
        self._gate = gate

    async def ExplainWork(self, request: wire.ExplainWorkRequest, context: object) -> wire.ExplainWorkResponse:
        """Why everything that waits does so, or the named subject; and the most frequent reasons."""
        player_id = await self._gate.admit(request.player_id, context)
        subject = request.subject.strip()
        found = await self._found(player_id, subject)
        views = {view.container_id: view for view in await self._configs.show_all(player_id)}
        ships = [each for each in found if each.subject is Subject.SHIP]
        listed = [each for each in found if subject or each.subject is not Subject.CHAIN]
        hindrances = ranked(found)
        waiting = sorted({name for each in hindrances for name in each.tasks})
        expected = await self._why_reader.database.read(partial(accounts.expected_profits, task_ids=waiting))
        answer = wire.ExplainWorkResponse(
            explanations=[_explanation(each, views) for each in listed],
            ranked=[
                _hindrance(each, views, worth)
                for each, worth in zip(hindrances, worths([one.tasks for one in hindrances], expected), strict=True)
            ],
            ships=len({each.name for each in ships}),
            idle_ships=len({each.name for each in ships if each.state == IDLE}),
            waiting_tasks=sum(each.subject is Subject.TASK and not each.is_busy for each in found),
        )
        for message in answer.explanations:
            if subject and message.subject == Subject.SHIP.value:
                message.work.CopyFrom(await self._work_of(player_id, ShipSymbol(message.name)))
        return answer

    async def _found(self, player_id: PlayerId, subject: str) -> list[Explanation]:
        return await (self._why_reader.about(player_id, subject) if subject else self._why_reader.everything(player_id))

    async def _work_of(self, player_id: PlayerId, ship: ShipSymbol) -> wire.ShipWork:
        """The ship's current task, and the profit of its tasks."""
        since = self._clock.now() - DAY
        read = self._why_reader.database.read

        def profits(connection: sa.Connection) -> tuple[int, int]:
            """Both from the same moment, so that the part never exceeds the whole."""
            of_ship = accounts.money_of_ship
            last_day = of_ship(connection, player_id, ship, since=since)
            return of_ship(connection, player_id, ship).profit, last_day.profit

        lifetime, last_day = await read(profits)
        work = wire.ShipWork(profit=lifetime, profit_last_day=last_day)
        container_id = self._container_of(player_id, ship)
        if container_id is not None:
            flying = TaskFilter(ship=ship, statuses=(TaskStatus.ASSIGNED, TaskStatus.EXECUTING))
            for task in await read(lambda c: store.find_tasks(c, container_id, flying, limit=1)):
                promised = await read(partial(predictions.predictions_of, task_ids=[task.id]))
                work.task.CopyFrom(task_message(task, promised.get(task.id)))
        return work

    def _container_of(self, player_id: PlayerId, ship: ShipSymbol) -> ContainerId | None:
        coordinators = self._why_reader.runner.live.values()
        sessions = [each.view_builder.session for each in coordinators]
        owners = (each.claims.owner(ship) for each in sessions if each.player_id == player_id)
        return next(owners, None)


@dataclass(frozen=True, slots=True)
class Worth:
    """The pipelines that a hindrance holds back, and their expected profit, without those `shared`.

    `shared` is the number of its pipelines that a hindrance before it holds back too. They count there.
    """

    pipelines: int
    profit: int
    shared: int


def worths(held: Iterable[Iterable[str]], expected: Mapping[str, tuple[str, int]]) -> Iterator[Worth]:
    """The worth of each hindrance, given the tasks that it holds back; each pipeline counts once."""
    counted: set[str] = set()
    for tasks in held:
        pipelines = dict(expected[name] for name in tasks if name in expected)
        fresh = {name: profit for name, profit in pipelines.items() if name not in counted}
        counted |= fresh.keys()
        yield Worth(len(fresh), sum(fresh.values()), len(pipelines) - len(fresh))


def _explanation(each: Explanation, views: dict[ContainerId, ConfigView]) -> wire.Explanation:
    view = views.get(ContainerId(each.container_id))
    return wire.Explanation(
        subject=each.subject.value,
        name=each.name,
        container_id=each.container_id,
        good=each.good,
        state=each.state,
        reason=reason_message(each.reason, view),
        behind=[reason_message(one, view) for one in each.behind],
    )


def _hindrance(each: Hindrance, views: dict[ContainerId, ConfigView], worth: Worth) -> wire.Hindrance:
    return wire.Hindrance(
        reason=reason_message(each.reason, views.get(ContainerId(each.container_id))),
        container_id=each.container_id,
        ships=each.count(Subject.SHIP),
        tasks=each.count(Subject.TASK),
        factories=each.count(Subject.FACTORY),
        chains=each.count(Subject.CHAIN),
        containers=each.count(Subject.CONTAINER),
        names=[one.name for one in each.held],
        pipelines=worth.pipelines,
        expected_profit=worth.profit,
        shared_pipelines=worth.shared,
    )
