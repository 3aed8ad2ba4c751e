"""What a change makes of the settings: every rule on the merged whole, every problem at once."""

from collections.abc import Mapping
from typing import Any

from starfoundry.config.model import (
    SETTINGS,
    ConfigChange,
    ManufacturingConfig,
    UnreadableConfig,
    read_stored,
)
from starfoundry.config.schema import Setting, refusal
from starfoundry.kernel.errors import FieldProblem, Refused


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
    settings = {one.name: one for one in SETTINGS}
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for name, given in change.values.items():
        if name not in settings:
            problems.append(FieldProblem(field=name, given=str(given), allowed=f"one of {', '.join(settings)}"))
            continue
        try:
            values[name] = settings[name].kind.read(name, given)
        except Refused as error:
            problems += error.fields
    if problems:
        raise refusal(tuple(problems))
    return values


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
