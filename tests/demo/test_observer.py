"""The observer keeps the profit of each hour apart."""

from starfoundry.demo.observer import Observer
from starfoundry.drill.operator import Operator
from starfoundry.drill.virtual_time.loop import run
from starfoundry.wire import daemon_pb2 as wire
from tests.demo.readings import SCENE


class SetClock:
    """A clock that shows what it is set to."""

    seconds = 0.0

    def now(self):
        raise AssertionError("readings are made of durations")

    def elapsed(self) -> float:
        return self.seconds


class Desk:
    """A servicer that reports one profit and a log of two containers."""

    profit = 0

    async def SummarizeLedger(self, request, context):  # noqa: N802
        return wire.SummarizeLedgerResponse(profit=self.profit)

    async def GetContainerLogs(self, request, context):  # noqa: N802
        first = 1 if request.container_id == SCENE.manufacturing_id else 2
        return wire.GetContainerLogsResponse(logs=[wire.LogEntry(id=number) for number in range(first, 60, 2)])

    def __getattr__(self, method):
        answers = {
            "GetManufacturingStatus": wire.ManufacturingStatus,
            "ListPipelines": wire.ListPipelinesResponse,
            "ListTasks": wire.ListTasksResponse,
            "ListShips": wire.ListShipsResponse,
            "GetHealth": wire.Health,
        }

        async def answer(request, context):
            return answers[method]()

        return answer


def looks(*moments):
    """The readings at (hours, profit)."""
    desk, clock = Desk(), SetClock()
    observer = Observer(Operator(desk), SCENE, clock)

    async def look_at_each():
        readings = []
        for hours, profit in moments:
            clock.seconds, desk.profit = 3_600 * hours, profit
            readings.append(await observer.look())
        return readings

    return run(look_at_each())


def test_profit_is_told_by_hour_the_present_one_last():
    readings = looks((0, 0), (0.5, 100), (1.0, 300), (1.5, 350), (2.2, 900))

    assert [each.hourly_profit for each in readings] == [(0,), (100,), (300, 0), (300, 50), (300, 600, 0)]


def test_an_hour_without_a_look_counts_as_part_of_the_one_before():
    assert looks((0, 0), (3.0, 900))[-1].hourly_profit == (900, 0, 0, 0)


def test_events_of_both_containers_come_in_their_order():
    (reading,) = looks((0, 0))

    assert [event.id for event in reading.events] == list(range(40, 60))
