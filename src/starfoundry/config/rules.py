"""What a change makes of the settings: every rule on the merged whole, every problem at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeVar

from starfoundry.config.model import (
    SETTINGS,
    ConfigChange,
    ManufacturingConfig,
)
from starfoundry.config.schema import Setting, refusal
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.supply import SupplyLevel

G = TypeVar("G")

BY_NAME: Mapping[str, Setting] = {one.name: one for one in SETTINGS}

FIXED = {
    "system_symbol": "left alone: a coordinator keeps its system; start another one for another system",
    "container_id": "left alone: it is the container's name",
    "mode": "left alone: there is only one mode",
}
"""Keys of a stored config that are no live settings, and why."""


def apply(config: ManufacturingConfig, change: ConfigChange) -> ManufacturingConfig:
    """The settings after `change`; raises Refused naming every field that is wrong, and what is allowed."""
    return replace(config, **read_change(change))


def read_change(change: ConfigChange) -> dict[str, Any]:
    """The values of a change, each held against its own declaration; raises Refused naming every one that is wrong."""
    return _each_read(change.values, lambda one, given: one.kind.read(one.name, given))


def read_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same for values as a person types them."""
    return _each_read(texts, lambda one, text: one.kind.parse(one.name, text))


def find_setting(name: str) -> Setting:
    """The setting of that name; raises Refused with the nearest names, or with why it is none."""
    if name not in BY_NAME:
        problem = _no_setting(name, name)
        raise refusal((problem if name in FIXED else replace(problem, field="name"),))
    return BY_NAME[name]


def _each_read(given: Mapping[str, G], read: Callable[[Setting, G], Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for name, value in given.items():
        if name not in BY_NAME:
            problems.append(_no_setting(name, str(value)))
            continue
        try:
            values[name] = read(BY_NAME[name], value)
        except Refused as error:
            problems += [_with_suggestion(problem) for problem in error.fields]
    if problems:
        raise refusal(tuple(problems))
    return values


def _no_setting(name: str, given: str) -> FieldProblem:
    if name in FIXED:
        return FieldProblem(field=name, given=given, allowed=FIXED[name])
    other_names = {other: one.name for one in SETTINGS for other in (one.key, one.flag[2:].replace("-", "_"))}
    near = get_close_matches(name, [*BY_NAME, *other_names], n=3, cutoff=0.55)
    meant = dict.fromkeys(other_names.get(each, each) for each in ([name] if name in other_names else near))
    choices = f"the name of a setting (did you mean {' or '.join(meant)}?)" if meant else f"one of {', '.join(BY_NAME)}"
    return FieldProblem(field=name, given=given, allowed=choices)


def _with_suggestion(problem: FieldProblem) -> FieldProblem:
    """The problem, with the word that was probably meant, where the choices are words."""
    words = problem.allowed.removeprefix("one of ").split(", ") if problem.allowed.startswith("one of ") else []
    meant = {word.upper(): word for word in words}
    near = get_close_matches(problem.given.strip().upper(), meant, n=1, cutoff=0.6)
    if not near:
        return problem
    allowed = f"{problem.allowed} (did you mean {meant[near[0]]}?)"
    return FieldProblem(field=problem.field, given=problem.given, allowed=allowed)


ALMOST_EMPTY = (
    "a market at SCARCE asks at least 1.37 times a good's usual price, and each purchase of its full trade volume"
    " raises that by up to 22 percent"
)
THIN = (
    "a market at LIMITED asks 1.11 to 1.34 times a good's usual price, and each purchase of its full trade volume"
    " raises that by up to 13 percent"
)


def judge(before: ManufacturingConfig, after: ManufacturingConfig, touched: Iterable[str]) -> tuple[str, ...]:
    """What to think of again before the touched settings are changed so; raises Refused below the hard rule.

    The figures are those of the market law (starfoundry.game.law) for a steep market.
    """
    names = set(touched)
    warnings: list[str] = []
    if "acquire_min_start_supply" in names and after.acquire_min_start_supply is SupplyLevel.SCARCE:
        raise Refused.of("acquire_min_start_supply", "SCARCE", f"LIMITED or better: {ALMOST_EMPTY}")
    if "acquire_min_start_supply" in names and after.acquire_min_start_supply is SupplyLevel.LIMITED:
        warnings.append(f"acquire_min_start_supply: {THIN}")
    if "acquire_min_execute_supply" in names and after.acquire_min_execute_supply is SupplyLevel.SCARCE:
        warnings.append(f"acquire_min_execute_supply: {ALMOST_EMPTY}")
    for one in SETTINGS:
        if one.name in names and one.step_limit is not None:
            warnings += _step(one, getattr(before, one.name), getattr(after, one.name))
    if "max_pipelines" in names and after.max_pipelines == 0 != before.max_pipelines:
        warnings.append("max_pipelines: with 0 no new chain is opened")
    return tuple(warnings)


def _step(one: Setting, before: int, after: int) -> list[str]:
    assert one.step_limit is not None, "asked only where there is a limit"
    if before > 0 and after > before * one.step_limit:
        return [f"{one.name}: {after} is more than {one.step_limit} times the {before} before"]
    return []
