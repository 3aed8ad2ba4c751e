"""Control of a universe: speed, steps, snapshots, resets."""

import math
from datetime import timedelta

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.control import snapshots
from starfoundry.sandbox.control.next_event import UpcomingEvent, next_event
from starfoundry.sandbox.core.milliseconds import SECOND, moment
from starfoundry.sandbox.core.paced_clock import PacedClock
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig

REQUEST_SECONDS = 0.5  # the time of a request at speed max: the limiter grants two a second

EVENTS_KEPT = 10_000
"""More than a day of a fleet that trades."""


class SandboxController:
    """One universe, its API, and its clock."""

    def __init__(self, api: Api, clock: PacedClock) -> None:
        self.api = api
        self.clock = clock
        api.universe.event_log.kept = EVENTS_KEPT

    @classmethod
    def of(
        cls, seed: int, machine: Clock, *, speed: float = 1.0, universe_config: UniverseConfig | None = None
    ) -> "SandboxController":
        """A new universe, beginning at the machine's present time."""
        clock = PacedClock(machine, speed)
        return cls(Api(Universe(seed, clock, universe_config=universe_config)), clock)

    @classmethod
    def from_snapshot(cls, content: bytes, machine: Clock, *, speed: float = 1.0) -> "SandboxController":
        """The universe in a file, continuing at the time of the snapshot. Raises Refused."""
        frozen = snapshots.read(content)
        start = moment(frozen.at) + timedelta(milliseconds=frozen.at % SECOND)
        clock = PacedClock(machine, speed, starts_at=start)
        return cls(Api(snapshots.load_universe(frozen, clock)), clock)

    @property
    def universe(self) -> Universe:
        """The present universe; a reset or a restored snapshot replaces it."""
        return self.api.universe

    def before_request(self) -> None:
        """At speed max: advance to the next awaited event, and by the time a request takes."""
        if math.isinf(self.clock.speed):
            self.step()
            self.clock.jump(REQUEST_SECONDS)

    def step(self) -> UpcomingEvent | None:
        """Advance to the next event."""
        now = self.universe.now()
        ahead = next_event(self.universe, now)
        if ahead is not None:
            self.clock.jump((ahead.at - now) / SECOND)
        return ahead

    def snapshot(self) -> bytes:
        """The universe as the content of a file."""
        return snapshots.dump_universe(self.universe)

    def restore(self, content: bytes) -> None:
        """Replace the universe with a snapshot; time continues from the snapshot's. Raises Refused."""
        frozen = snapshots.read(content)
        start = moment(frozen.at) + timedelta(milliseconds=frozen.at % SECOND)
        clock = self.clock.beginning_at(start)
        universe = snapshots.load_universe(frozen, clock)
        self.clock = clock
        self.api.universe = universe
        universe.event_log.kept = EVENTS_KEPT

    def reset(self) -> None:
        """Reset the universe, as the live server does about weekly."""
        self.api.reset()


def parse_speed(word: str) -> float:
    """A speed from its text: a number, `paused`, or `max`. Raises Refused."""
    named = {"paused": 0.0, "max": math.inf}
    if word in named:
        return named[word]
    try:
        return float(word)
    except ValueError:
        raise Refused.of("speed", word, "a number, paused, or max") from None
