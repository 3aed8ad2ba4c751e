"""One good at one market: its stock, its prices, and its movement by ticks."""

from starfoundry.game.market_law import motion
from starfoundry.game.market_law.stock import MarketStock
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.sandbox.economy.parameters import EconomyParameters


class MarketGood:
    """A good's stock, changed by trades and by its own ticks.

    `rate` is the movement of a tick, as a share of the trade volume; `period` the mean time between two ticks, in
    milliseconds; the volume never exceeds `volume_max`. `inputs` are the goods at this market that an export is made
    from, `outputs` the exports made here from an import.
    """

    __slots__ = (
        *("good", "inputs", "kind", "outputs", "period", "rate", "steepness", "units", "volume", "volume_max"),
        *("_base", "_stock"),
    )

    def __init__(
        self,
        *,
        good: Good,
        kind: TradeKind,
        base: int,
        steepness: int,
        volume: int,
        units: int,
        rate: float = 0.0,
        period: int = 0,
        volume_max: int = 0,
    ) -> None:
        self.good = good
        self.kind = kind
        self.steepness = steepness
        self.volume = volume
        self.units = units
        self.rate = rate
        self.period = period
        self.volume_max = volume_max
        self.inputs: tuple[MarketGood, ...] = ()
        self.outputs: tuple[MarketGood, ...] = ()
        self._base = base
        self._stock: MarketStock | None = None

    def __getstate__(self) -> tuple[None, dict[str, object]]:
        """The attributes that a file of the universe keeps: all but the computed stock."""
        return None, {name: getattr(self, name) for name in self.__slots__ if name != "_stock"}

    def __setstate__(self, state: tuple[None, dict[str, object]]) -> None:
        """Read the attributes; files of earlier versions kept the computed stock as well."""
        for name, value in state[1].items():
            setattr(self, name, value)
        self._stock = None

    @property
    def fill(self) -> float:
        """The stock in transactions."""
        return self.units / self.volume

    @property
    def stock(self) -> MarketStock:
        """The stock in the form of the price law."""
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

    @property
    def is_restricted(self) -> bool:
        """Whether it is RESTRICTED now: an export with a scarce input, or an import whose exports are full."""
        if self.inputs:
            return motion.is_export_restricted([each.stock.supply for each in self.inputs])
        return bool(self.outputs) and motion.is_import_restricted(each.stock.supply for each in self.outputs)

    def activity(self, parameters: EconomyParameters) -> Activity:
        """The activity it shows now."""
        return motion.activity(self.rate, is_restricted=self.is_restricted, strong_rate=parameters.strong_rate)

    def grow(self, steepness: int) -> None:
        """Increase the trade volume by one step; the units moved by a tick stay the same."""
        volume = motion.next_volume(self.volume)
        self.rate = min(self.rate, motion.FULL_RATE) * self.volume / volume
        self.volume = volume
        self.steepness = steepness
        self._stock = None
