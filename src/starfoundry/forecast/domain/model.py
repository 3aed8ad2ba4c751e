"""A simulation as values: its world, settings, duration and result.

A run is a pure description and an outcome follows from it alone, so both may cross to another process and back.
"""

from collections.abc import Mapping, Sequence

import msgspec


class World(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The world of a run; `seed` draws everything that the rest leaves open.

    `scenario` names a scenario, `file` a recorded world or a snapshot, `situation` a file of what a daemon knows; at
    most one of them is set. Without any it is the ordinary universe of the seed.
    """

    seed: int
    scenario: str = ""
    file: str = ""
    situation: str = ""


class Arm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings that are compared with others: a preset, and above it texts as a person types them, by setting."""

    name: str
    preset: str = ""
    settings: Mapping[str, str] = {}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One world played under one arm's settings for so many simulated hours."""

    world: World
    arm: Arm
    hours: float


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a run.

    `hours` is how long it was. `hourly` is the profit of each full hour in credits, ships counted at what was paid for
    them; what a fraction of an hour at the end brought is in the last one. `drawdown` is the deepest fall of that
    worth. `trips` counts completed tasks by kind, `bought_at` units bought by the supply level seen, `sold_at` the
    credits that sales brought by market. `time` has shares of the carriers' time: laden, empty, port, held, idle.
    `seconds` are of one processor.
    """

    hours: float
    hourly: tuple[int, ...]
    drawdown: int
    requests: int
    ships: int
    trips: Mapping[str, int]
    bought_at: Mapping[str, int]
    sold_at: Mapping[str, int]
    time: Mapping[str, float]
    journal: str
    seconds: float

    @property
    def profit_per_hour(self) -> float:
        """The mean over all hours, in credits."""
        return _an_hour(self.hourly, self.hours)


SETTLING_HOURS = 6
"""The first hours, in which a fleet follows its new settings; what comes after them is the steady state."""


def early(outcome: Outcome) -> float:
    """The profit an hour while the fleet settles."""
    first = outcome.hourly[:SETTLING_HOURS]
    return _an_hour(first, outcome.hours if first == outcome.hourly else SETTLING_HOURS)


def steady(outcome: Outcome) -> float | None:
    """The profit an hour after that; None where the run is too short to tell."""
    later = outcome.hourly[SETTLING_HOURS:]
    return _an_hour(later, outcome.hours - SETTLING_HOURS) if later else None


def _an_hour(profits: Sequence[int], hours: float) -> float:
    """The profit an hour; 0 for a run too short for any."""
    return sum(profits) / hours if profits else 0.0
