"""Settings that would let a blocked trip pass, and the command that sets them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import BY_NAME, change_warnings
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.reason import Reason


def passing(reason: Reason, config: ManufacturingConfig) -> dict[str, Any]:
    """The settings that would let it pass, by name, if the rules allow them; otherwise empty.

    A level is lowered together with its pair if needed. The good's own value is changed if it has one, or if the
    general one cannot be changed without breaking a rule for another good.
    """
    wanted = _with_pairs(reason.would_pass, config.for_good(reason.good))
    if not wanted:
        return {}
    in_general, of_good = dict(wanted), _overridden(wanted, reason.good, config)
    has_own = any(good == reason.good and name in wanted for good, name, _ in config.good_overrides)
    ways = (of_good, in_general) if has_own else (in_general, of_good)
    return next((values for values in ways if values and _may_be_set(values, config)), {})


def command(reason: Reason, config: ManufacturingConfig, container_id: ContainerId) -> str:
    """The command that lets it pass; empty if there is none."""
    values = passing(reason, config)
    if not values:
        return reason.command
    words = " ".join(f"{name}={as_text(BY_NAME[name].kind.write(value))}" for name, value in values.items())
    return f"spacetraders manufacturing config set --container {container_id} {words}"


def behind(reason: Reason, config: ManufacturingConfig) -> str:
    """The name of the setting behind a rule: the good's own if that is in force; empty if there is none."""
    own = any((good, name) == (reason.good, reason.setting) for good, name, _ in config.good_overrides)
    return "good_overrides" if own else reason.setting


def _with_pairs(wanted: Mapping[str, Any], config: ManufacturingConfig) -> dict[str, Any]:
    """The wanted values, with the paired levels that must be lowered too."""
    values = dict(wanted)
    for start, execute in START_AND_EXECUTE:
        if start in wanted and wanted[start] < getattr(config, execute):
            values[execute] = wanted[start]
    return values


def _overridden(wanted: Mapping[str, Any], good: str, config: ManufacturingConfig) -> dict[str, Any]:
    """The wanted values as the good's own; empty if there is no good."""
    if not good:
        return {}
    others = [each for each in config.good_overrides if not (each[0] == good and each[1] in wanted)]
    own = [(good, name, value) for name, value in wanted.items()]
    return {"good_overrides": tuple(sorted([*others, *own], key=lambda each: each[:2]))}


def _may_be_set(values: Mapping[str, Any], config: ManufacturingConfig) -> bool:
    try:
        change_warnings(config, replace(config, **values), values)
    except Refused:
        return False
    return True
