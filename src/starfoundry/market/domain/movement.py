"""Learned movement of one good at one market: when its stock steps by itself, by how much, and to which level.

The server moves each good on its own tick about every half hour: an export up, an import down, an exchange towards its
middle (the law of motion, docs/sandbox-economy.md). From readings alone a player can tell the last tick to within
minutes, the length of a period, and the size of a step. Times are seconds since 1970, stocks are cargo units, sizes of
steps are shares of the trade volume.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starfoundry.game.market_law.law import MarketStock
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.market.domain.ticks import JITTER_SECONDS, Ticks, overlap

PERIOD_SECONDS = 1_850.0
"""The seconds between two ticks before any was seen: 29 to 33 minutes in three universes (M)."""

_ENDS: Mapping[TradeKind, float] = {TradeKind.EXPORT: 8.0, TradeKind.IMPORT: -9.0, TradeKind.EXCHANGE: 0.0}
"""The stock at which a good without trades comes to rest, in trade volumes (M; A for exchanges)."""

RESTRICTED_SHARE = 0.2
"""The share of a good's own step that remains while it is RESTRICTED (M)."""

_STEPS_EXPECTED: Mapping[tuple[TradeKind, Activity | None], float] = {
    (TradeKind.EXPORT, Activity.STRONG): 1.0,  # M
    (TradeKind.EXPORT, Activity.GROWING): 0.7,  # M: 0.4 to 1.0
    (TradeKind.EXPORT, Activity.WEAK): 0.45,  # A: down to 0.2
    (TradeKind.IMPORT, Activity.STRONG): 1.0,  # A
    (TradeKind.IMPORT, Activity.GROWING): 0.6,  # A
    (TradeKind.IMPORT, Activity.WEAK): 0.3,  # M: 0.2 at the median, up to 1.0
}
_STEP_UNKNOWN = 0.45
_PRIOR_SPREAD = 0.5  # of the expected step, before one was seen
_STEPS_KEPT = 8  # older steps count for less: a good's rate rises and falls within hours
_LEAST_TELLING_UNITS = 1.5  # a smaller step may round to nothing, so its absence does not exclude a tick
_WEIGHT_UNSURE = 0.3
_SURE_DOUBT = 0.2
_SPREAD_LEAST = 0.1  # of the step: the least uncertainty that a few equal steps leave
Z80 = 1.28  # 80 % of a normal distribution lie within this many standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A good's stock at a later time, in cargo units: the expected one, and bounds that hold in 4 of 5 cases."""

    units: int
    low: int
    high: int
    supply: SupplyLevel
    steps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The learned steps of one good.

    `ticks` is None until a tick was noticed. `step` is the good's own step (as if it were not RESTRICTED), `spread`
    its standard deviation, `steps_seen` the number of observations. `period` is the server's, learned over all
    goods.
    """

    kind: TradeKind
    activity: Activity | None
    step: float
    spread: float
    steps_seen: float = 0.0
    ticks: Ticks | None = None
    period: float = PERIOD_SECONDS

    @property
    def restriction(self) -> float:
        """The share of the good's own step that remains under its activity."""
        return RESTRICTED_SHARE if self.activity is Activity.RESTRICTED else 1.0

    @property
    def step_now(self) -> float:
        """The size of the next step as a share of the trade volume."""
        return self.step * self.restriction

    def to_map(self) -> dict[str, object]:
        """The learned values in their stored form; kind and activity are stored with the quote."""
        ticks = [round(self.ticks.low), round(self.ticks.high)] if self.ticks is not None else None
        return {
            "step": round(self.step, 4),
            "spread": round(self.spread, 4),
            "steps_seen": round(self.steps_seen, 2),
            "ticks": ticks,
            "period": round(self.period, 1),
        }

    def expected_units(self, stock: MarketStock, seen: float, at: float) -> int:
        """The expected stock at a later time if nobody trades, in cargo units; `forecast` without its bounds."""
        return _moved(self.kind, stock, expected_ticks(self, seen, at) * self.step_now * stock.trade_volume)

    def forecast(self, stock: MarketStock, seen: float, at: float) -> Forecast:
        """The stock at a later time if nobody trades, from the stock `seen` at that time."""
        ticks, doubt = ticks_between(self, seen, at)
        step = self.step_now * stock.trade_volume
        spread = self.spread * self.restriction * stock.trade_volume
        deviation = math.hypot(math.sqrt(ticks) * spread, doubt * step)
        less, more = ticks * step - Z80 * deviation, ticks * step + Z80 * deviation
        bounds = sorted((_moved(self.kind, stock, less), _moved(self.kind, stock, more)))
        expected = _moved(self.kind, stock, ticks * step)
        return Forecast(
            units=expected, low=bounds[0], high=bounds[1], supply=stock.with_units(expected).supply, steps=ticks
        )


def ticks_between(movement: Movement, start: float, end: float) -> tuple[float, float]:
    """The expected number of ticks between two times, and its standard deviation."""
    span = max(0.0, end - start)
    ticks = movement.ticks
    if ticks is None:
        share = span / movement.period
        return share, math.sqrt(share % 1 * (1 - share % 1)) + JITTER_SECONDS / movement.period * math.sqrt(share)
    expected = variance = 0.0
    first = max(1, math.floor((start - ticks.high) / ticks.period) - 1)
    for periods in range(first, first + math.ceil(span / ticks.period) + 4):
        chance = overlap(*ticks.later(periods), start, end)
        expected += chance
        variance += chance * (1 - chance)
    return expected, math.sqrt(variance)


def expected_ticks(movement: Movement, start: float, end: float) -> float:
    """The number of `ticks_between` alone, to the last bit; a planner asks for it of every good at every look."""
    if movement.ticks is None:
        return max(0.0, end - start) / movement.period
    return movement.ticks.expected_between(start, end)


def initial_movement(kind: TradeKind, activity: Activity | None, period: float = PERIOD_SECONDS) -> Movement:
    """The expected movement of a good whose stock was not yet seen to move."""
    step = _STEPS_EXPECTED.get((kind, activity), _STEP_UNKNOWN)
    return Movement(kind=kind, activity=activity, step=step, spread=step * _PRIOR_SPREAD, period=period)


def restored(kind: TradeKind, activity: Activity | None, stored: object) -> Movement:
    """The movement from the stored form of `to_map`; unreadable values are learned again."""
    match stored:
        case {
            "step": int() | float() as step,
            "spread": int() | float() as spread,
            "steps_seen": int() | float() as steps_seen,
            "ticks": None | [int(), int()] as ticks,
            "period": int() | float() as period,
        } if step > 0 and spread > 0 and steps_seen >= 0 and period > 0:
            known = Ticks(ticks[0], ticks[1], period) if ticks else None
            return Movement(
                kind=kind,
                activity=activity,
                step=step,
                spread=spread,
                steps_seen=steps_seen,
                ticks=known,
                period=period,
            )
        case _:
            return initial_movement(kind, activity)


def learn(movement: Movement, expected: MarketStock, seen: float, read: MarketStock, now: float) -> Movement:
    """The movement after a market was read again.

    `expected` is the stock after the last reading at `seen`, with the player's own trades since; `read` is the
    stock at `now`. Two changes are ignored: one against the good's direction is another player's trade, and one
    across a growth of the trade volume is not comparable.
    """
    drift = read.units - expected.units
    if now <= seen or expected.trade_volume != read.trade_volume or not (expected.exact and read.exact):
        return movement
    direction = _direction(movement.kind, expected.units)
    if drift * direction < 0:
        return movement
    if drift == 0:
        return _without_tick(movement, expected, seen, now)
    ticks, is_sure = _ticks_seen(movement, seen, now)
    noticed = _with_tick(movement, seen, now)
    return _with_step(noticed, abs(drift) / read.trade_volume / ticks, is_sure=is_sure)


def with_activity(movement: Movement, activity: Activity | None) -> Movement:
    """The movement under a market's current activity; an own step that was never seen follows it."""
    if activity is movement.activity:
        return movement
    changed = replace(movement, activity=activity)
    if movement.steps_seen or activity is Activity.RESTRICTED:
        return changed
    prior = initial_movement(movement.kind, activity)
    return replace(changed, step=prior.step, spread=prior.spread)


def _with_tick(movement: Movement, seen: float, now: float) -> Movement:
    """The last tick is between two readings, and where earlier ticks predict it."""
    low, high = max(seen, now - movement.period - JITTER_SECONDS), now
    ticks = movement.ticks
    if ticks is not None:
        latest = max(1, math.floor((now - (ticks.low + ticks.high) / 2) / ticks.period))
        for periods in (latest + 1, latest):
            expected_low, expected_high = ticks.later(periods)
            if max(low, expected_low) < min(high, expected_high):
                low, high = max(low, expected_low), min(high, expected_high)
                break
    return replace(movement, ticks=Ticks(low, high, movement.period))


def _without_tick(movement: Movement, stock: MarketStock, seen: float, now: float) -> Movement:
    """No tick was between two readings, which narrows the ticks; a good at rest or nearly so shows nothing."""
    ticks = movement.ticks
    is_resting = _moved(movement.kind, stock, stock.trade_volume) == stock.units
    if ticks is None or is_resting or movement.step_now * stock.trade_volume < _LEAST_TELLING_UNITS:
        return movement
    low, high = ticks.first_after(seen)
    if seen <= low and high <= now:
        return replace(movement, ticks=None)  # an expected tick is missing: learn the ticks again
    if low < seen < high <= now:
        return replace(movement, ticks=replace(ticks, high=max(ticks.low, ticks.high - (high - seen))))
    if seen <= low < now < high:
        return replace(movement, ticks=replace(ticks, low=min(ticks.high, ticks.low + now - low)))
    return movement


def _ticks_seen(movement: Movement, seen: float, now: float) -> tuple[float, bool]:
    """The number of ticks between two readings that differ, and whether it is certain."""
    if now - seen < movement.period - 2 * JITTER_SECONDS:
        return 1.0, True
    expected, doubt = ticks_between(movement, seen, now)
    return max(1.0, round(expected)), doubt < _SURE_DOUBT and movement.ticks is not None


def _with_step(movement: Movement, share: float, *, is_sure: bool) -> Movement:
    """The step after one more observation: the last few count most, and less if the number of ticks is a guess."""
    own = share / movement.restriction
    weight = 1.0 if is_sure else _WEIGHT_UNSURE
    seen = min(movement.steps_seen + weight, _STEPS_KEPT)
    gain = weight / max(1.0, seen)
    step = movement.step + gain * (own - movement.step)
    variance = (1 - gain) * (movement.spread**2 + gain * (own - movement.step) ** 2)
    floor = (step * _SPREAD_LEAST) ** 2
    return replace(movement, step=step, spread=math.sqrt(max(variance, floor)), steps_seen=seen)


def _direction(kind: TradeKind, units: int) -> int:
    """The direction of a good's own movement: an export fills, an import empties, an exchange drifts to its middle."""
    if kind is TradeKind.EXCHANGE:
        return -1 if units > 0 else 1
    return 1 if kind is TradeKind.EXPORT else -1


def _moved(kind: TradeKind, stock: MarketStock, units: float) -> int:
    """The stock after it has moved by itself `units`; it stops at its resting level."""
    if units <= 0:
        return stock.units
    direction, end = _direction(kind, stock.units), _ENDS[kind] * stock.trade_volume
    if stock.units * direction >= end * direction:
        return stock.units
    reached = stock.units + direction * units
    return round(min(reached, end) if direction > 0 else max(reached, end))
