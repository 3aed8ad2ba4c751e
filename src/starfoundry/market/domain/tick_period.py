"""Learned time between two ticks of a good, over all goods of a server."""

from dataclasses import dataclass

from starfoundry.market.domain.movement import PERIOD_SECONDS, Movement
from starfoundry.market.domain.ticks import JITTER_SECONDS

_PERIOD_SPREAD = 100.0
_PERIOD_SPREAD_LEAST = 5.0  # a server that changes its period is followed


@dataclass(frozen=True, slots=True)
class TickPeriod:
    """The server's time between two ticks in seconds, and the variance of that estimate."""

    seconds: float = PERIOD_SECONDS
    variance: float = _PERIOD_SPREAD**2

    def learn(self, before: Movement, after: Movement) -> "TickPeriod":
        """The period after another tick of a good; ticks known only roughly, or across a gap, count little."""
        if before.ticks is None or after.ticks is None:
            return self
        low, high = after.ticks.low - before.ticks.high, after.ticks.high - before.ticks.low
        periods = round((low + high) / 2 / self.seconds)
        if periods < 1 or high - low > self.seconds:
            return self
        variance = ((high - low) ** 2 / 24 + periods * JITTER_SECONDS**2) / periods**2
        gain = self.variance / (self.variance + variance)
        seconds = self.seconds + gain * ((low + high) / 2 / periods - self.seconds)
        return TickPeriod(seconds, max(_PERIOD_SPREAD_LEAST**2, (1 - gain) * self.variance))
