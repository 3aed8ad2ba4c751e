"""The settings that a study varies, and the values it may give them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.declarations.value_types import Choice, Level, WholeNumber
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import find_setting
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel

LEVELS = tuple(SupplyLevel.__members__)

WIDTH = 4
"""Unless bounds are given, a number is tried from a quarter of what it is now to four times that."""

LEAST_TOP = 10

_RANGE = re.compile(r"\s*(\d+)\s*\.\.\s*(\d+)\s*")


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """One setting: whole numbers from `low` to `high`, or where there are `words` the places in that list."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def value(self, point: int) -> int | str:
        """The setting's value at a point, as JSON has it."""
        return self.words[point] if self.words else point

    def allows(self, value: object) -> bool:
        """Whether a value of the setting, as JSON has it, lies within the bounds."""
        if self.words:
            return str(value) in self.words[self.low : self.high + 1]
        return self.low <= int(str(value)) <= self.high

    @property
    def ends(self) -> tuple[int | str, int | str]:
        """The values at both bounds."""
        return self.value(self.low), self.value(self.high)

    @property
    def text(self) -> str:
        """The bounds as they are typed."""
        low, high = self.ends
        return f"{self.name}={low}..{high}"

    def point(self, value: object) -> int:
        """The point of a value, the nearest within the bounds."""
        place = self.words.index(str(value)) if self.words else int(str(value))
        return min(max(place, self.low), self.high)


def space_of(words: Sequence[str], config: ManufacturingConfig) -> tuple[Dimension, ...]:
    """The dimensions that words such as `max_workers` or `max_workers=2..30` name.

    Raises Refused naming a setting that there is not, cannot be varied, or has bounds that cannot be.
    """
    if not words:
        raise Refused.of("settings", "", "the names of settings to vary, separated by commas")
    found = [_dimension(word.strip(), config) for word in words]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refused.of("settings", twice, "named once")
    return tuple(found)


def bounds_of(words: Sequence[str], config: ManufacturingConfig) -> tuple[Dimension, ...]:
    """The bounds that words such as `max_workers=2..30` give; raises Refused for one without bounds too."""
    bare = next((word for word in words if "=" not in word), None)
    if bare is not None:
        raise Refused.of("within", bare, "NAME=LOW..HIGH")
    return space_of(words, config)


def _dimension(word: str, config: ManufacturingConfig) -> Dimension:
    name, equals, given = word.partition("=")
    one, bounds = find_setting(name.strip()), given if equals else None
    match one.kind:
        case Level():
            return _of_levels(one, bounds)
        case Choice():
            return _of_choices(one, one.kind.words, bounds)
        case WholeNumber():
            return _of_numbers(one, one.kind, getattr(config, one.name), bounds)
        case _:
            raise Refused.of("settings", name, "a number, a level or a choice; lists cannot be varied")


def _of_levels(one: Setting, bounds: str | None) -> Dimension:
    if bounds is None:
        return Dimension(name=one.name, low=0, high=len(LEVELS) - 1, words=LEVELS)
    ends = [each.strip().upper() for each in bounds.split("..")]
    places = [LEVELS.index(each) for each in ends if each in LEVELS]
    if len(ends) != 2 or len(places) != 2 or places[0] >= places[1]:
        allowed = f"{one.name}=LOW..HIGH with two of {', '.join(LEVELS)}, the lower first; or {one.name} without bounds"
        raise Refused.of("settings", f"{one.name}={bounds}", allowed)
    return Dimension(name=one.name, low=places[0], high=places[1], words=LEVELS)


def _of_choices(one: Setting, words: tuple[str, ...], bounds: str | None) -> Dimension:
    if bounds is not None:
        raise Refused.of("settings", f"{one.name}={bounds}", f"{one.name} without bounds: its values have no order")
    return Dimension(name=one.name, low=0, high=len(words) - 1, words=words)


def _of_numbers(one: Setting, kind: WholeNumber, now: int, bounds: str | None) -> Dimension:
    if bounds is None:
        low, high = max(kind.minimum, now // WIDTH), min(kind.maximum, max(WIDTH * now, LEAST_TOP))
        return Dimension(name=one.name, low=low, high=high)
    given = _RANGE.fullmatch(bounds)
    low, high = (int(given[1]), int(given[2])) if given else (1, 0)
    if not kind.minimum <= low < high <= kind.maximum:
        allowed = f"{one.name}=LOW..HIGH within {kind.minimum} and {kind.maximum}"
        raise Refused.of("settings", f"{one.name}={bounds}", allowed)
    return Dimension(name=one.name, low=low, high=high)


def values_at(space: Sequence[Dimension], points: Mapping[str, int]) -> dict[str, Any]:
    """The settings at a point; a level to go on with gives way to the one to start with, where both are varied."""
    values = {each.name: each.value(points[each.name]) for each in space}
    for start, execute in START_AND_EXECUTE:
        if start in values and execute in values and LEVELS.index(values[execute]) > LEVELS.index(values[start]):
            values[execute] = values[start]
    return values
