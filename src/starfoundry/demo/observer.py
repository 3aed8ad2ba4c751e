"""Readings of the running demo through the wire contract, as any client could make them."""

import itertools

from starfoundry.demo.demo_plan import DemoSetting
from starfoundry.drill.operator import Operator
from starfoundry.kernel.ports import Clock
from starfoundry.top.reading import SECONDS_PER_HOUR, TopReading
from starfoundry.top.requests import questions, reading_of
from starfoundry.wire.daemon_pb2 import SummarizeLedgerRequest


class Observer:
    """Makes readings; keeps the profit at each full hour in between."""

    def __init__(self, operator: Operator, demo_setting: DemoSetting, clock: Clock) -> None:
        self._operator = operator
        self._demo_setting = demo_setting
        self._clock = clock
        self._began = clock.elapsed()
        self._profit_at_hour = [0]

    async def look(self) -> TopReading:
        """The present reading."""
        player, call = self._demo_setting.player_id, self._operator.call
        asked = questions(player, self._demo_setting.manufacturing_id, [self._demo_setting.growth_id])
        answers = {name: await call(method, request) for name, (method, request) in asked.items()}
        money = await call("SummarizeLedger", SummarizeLedgerRequest(player_id=player))
        seconds = self._clock.elapsed() - self._began
        hourly = self._by_hour(seconds, money.profit)
        return reading_of(answers, seconds=seconds, money=money, hourly_profit=hourly)

    def _by_hour(self, seconds: float, profit: int) -> tuple[int, ...]:
        """The profit in credits of each full hour, and of the present one so far."""
        while len(self._profit_at_hour) <= seconds // SECONDS_PER_HOUR:
            self._profit_at_hour.append(profit)
        marks = [*self._profit_at_hour, profit]
        return tuple(after - before for before, after in itertools.pairwise(marks))
