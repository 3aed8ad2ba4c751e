"""One good at one market: its stock, the prices that follow, and how fast it moves by itself."""

import math

from starfoundry.game.stock import MarketStock
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.sandbox.chance import Chance
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.steps import StepTable, span


class Shelf:
    """A good's stock, moved by trades and by the market's own turns.

    `rest` is where the stock stays when nobody trades and `tempo` how much is made or used in an hour, both in
    transactions; `is_short` marks an export whose factory lacks an input, or an import whose factories have enough.
    """

    __slots__ = (
        *("good", "is_short", "kind", "rest", "steepness", "strong_hours", "tempo", "traded", "units", "volume"),
        *("_base", "_stock"),
    )

    def __init__(
        self, *, good: Good, kind: TradeKind, base: int, steepness: int, volume: int, units: int, rest: float
    ) -> None:
        self.good = good
        self.kind = kind
        self.steepness = steepness
        self.volume = volume
        self.units = units
        self.rest = rest
        self.tempo = 1.0
        self.is_short = False
        self.strong_hours = 0.0
        self.traded = 0.0
        self._base = base
        self._stock: MarketStock | None = None

    @property
    def fill(self) -> float:
        """The stock in transactions."""
        return self.units / self.volume

    @property
    def surplus(self) -> float:
        """How far the stock is above where it rests, in transactions."""
        return self.units / self.volume - self.rest

    @property
    def stock(self) -> MarketStock:
        """The stock as the price law reads it."""
        stock = self._stock
        if stock is None or stock.units != self.units or stock.trade_volume != self.volume:
            stock = self._stock = MarketStock(
                kind=self.kind,
                base=self._base,
                steepness=self.steepness,
                trade_volume=self.volume,
                units=self.units,
            )
        return stock

    def activity(self, parameters: EconomyParameters) -> Activity:
        """The band its tempo lies in; RESTRICTED overrides."""
        if self.is_short:
            return Activity.RESTRICTED
        if self.tempo < parameters.growing_tempo:
            return Activity.WEAK
        return Activity.GROWING if self.tempo < parameters.strong_tempo else Activity.STRONG

    def step(self, table: StepTable, parameters: EconomyParameters, chance: Chance) -> int:
        """The size of one of its own movements, in units."""
        low, high = span(table, self.activity(parameters), self.volume)
        return low if low == high else low + int(chance.random() * (high - low + 1))

    def drift_tempo(self, parameters: EconomyParameters, chance: Chance) -> None:
        """Let the tempo wander back to its middle, and climb by what was traded since the last turn."""
        pull = parameters.turn_hours / parameters.tempo_hours
        logarithm = math.log(self.tempo)
        logarithm += -pull * logarithm + parameters.tempo_spread * math.sqrt(2 * pull) * chance.gauss(0.0, 1.0)
        logarithm += parameters.tempo_climb * self.traded
        self.tempo = math.exp(max(-1.0, min(1.0, logarithm)))
        self.traded = 0.0
