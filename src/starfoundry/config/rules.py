"""What a change makes of the settings: every rule on the merged whole, every problem at once."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from starfoundry.config.model import (
    SETTINGS,
    ConfigChange,
    ManufacturingConfig,
    UnreadableConfig,
    read_stored,
)
from starfoundry.config.schema import Setting, refusal
from starfoundry.kernel.errors import FieldProblem, Refused

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
    return apply_to_stored(config.to_map(), change)


def apply_to_stored(stored: Mapping[str, object], change: ConfigChange) -> ManufacturingConfig:
    """The settings after `change` to a container's stored config.

    A stored value that cannot be used does not matter if the change replaces it. Raises Refused for what is wrong with
    the change, UnreadableConfig for what was wrong before it and still is.
    """
    given = read_change(change)
    kept = read_stored(stored, leaving_out=given)
    try:
        return ManufacturingConfig(**kept, **given)
    except Refused as error:
        if any(problem.field in given for problem in error.fields):
            raise
        raise UnreadableConfig(error.fields) from error


def read_change(change: ConfigChange) -> dict[str, Any]:
    """The values of a change, each held against its own declaration; raises Refused naming every one that is wrong."""
    return _each_read(change.values, lambda one, given: one.kind.read(one.name, given))


def read_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same for values as a person types them."""
    return _each_read(texts, lambda one, text: one.kind.parse(one.name, text))


def find_setting(name: str) -> Setting:
    """The setting of that name; raises Refused with the nearest names, or with why it is none."""
    if name not in BY_NAME:
        raise refusal((_no_setting(name, ""),))
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
    stored_as = {one.key: one.name for one in SETTINGS}
    near = [stored_as[name]] if name in stored_as else get_close_matches(name, BY_NAME, n=3, cutoff=0.55)
    choices = f"a setting: did you mean {' or '.join(near)}?" if near else f"one of {', '.join(BY_NAME)}"
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


def differences(
    stored: Mapping[str, object], config: ManufacturingConfig, change: ConfigChange
) -> dict[str, dict[str, object]]:
    """What `change` made different, by setting name: the value before and the value after, as JSON knows them."""
    after = config.to_map()
    pairs = {one.name: {"before": _before(stored, one), "after": after[one.key]} for one in SETTINGS}
    return {name: pair for name, pair in pairs.items() if name in change.values and pair["before"] != pair["after"]}


def _before(stored: Mapping[str, object], one: Setting) -> object:
    """The value in force before; one that could not be used is given as it was stored."""
    raw = stored.get(one.key, one.default)
    try:
        return one.kind.write(one.kind.read(one.name, raw))
    except Refused:
        return raw
