"""A change of any kind, and what it makes of a coordinator's settings: pure, whole, and judged on the merged result."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starfoundry.config.layers import Entry, Layers
from starfoundry.config.model import SETTINGS, ManufacturingConfig
from starfoundry.config.reading import Quarantined, Standing
from starfoundry.config.rules import BY_NAME, find_setting, judge
from starfoundry.kernel.errors import Refused

EVERY = "*"
"""In `unset`, every setting of the container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What shall be different.

    `values` are set, `unset` go back to the layer below, `pin` keep the value they have. `preset` is the layer to
    apply, with its name; None leaves it. With `clear_hiding` the container's own values that would hide the preset
    are unset, with `prune` all that are not set here. `discard` are quarantined keys to forget.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    preset: tuple[str, Mapping[str, Entry]] | None = None
    clear_hiding: bool = False
    prune: bool = False
    discard: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The settings it speaks of."""
        of_preset = tuple(self.preset[1]) if self.preset else ()
        return tuple(dict.fromkeys((*self.values, *self.unset, *self.pin, *of_preset)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an amendment makes of it. `is_change` says whether it becomes a revision of its own.

    `made_own` are settings that were given the value they had already: nothing changes, but they follow the layers
    below no more. `warnings` are for the whole configuration as far as the amendment touches it.
    """

    config: ManufacturingConfig
    layers: Layers
    quarantine: Mapping[str, Quarantined]
    changes: Mapping[str, Mapping[str, object]]
    is_change: bool
    made_own: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def amend(standing: Standing, amendment: Amendment, by: Entry) -> Outcome:
    """The settings after the amendment; `by` says who makes it, when, as which revision.

    Raises Refused naming every field that is wrong.
    """
    _require_names(amendment)
    before = standing.layers
    own = {name: entry for name, entry in before.own.items() if not _is_dropped(name, amendment, before)}
    for name, value in amendment.values.items():
        if name not in before.own or before.own[name].value != value:
            own[name] = replace(by, value=value)
        else:
            own[name] = replace(before.own[name], is_pinned=False)
    for name in amendment.pin:
        own[name] = replace(by, value=getattr(standing.config, name), is_pinned=True)
    preset_name, preset = amendment.preset or (before.preset_name, before.preset)
    layers = Layers(player=before.player, preset_name=preset_name, preset=preset, own=own)
    config = ManufacturingConfig(**layers.values())
    warnings = judge(standing.config, config, amendment.names)
    quarantine = _kept(standing.quarantine, amendment)
    changes = _changes(standing, config)
    is_moved = bool(changes) or preset_name != before.preset_name or quarantine.keys() != standing.quarantine.keys()
    verbs = [*amendment.unset, *amendment.pin]
    is_layered = any(_differs(before.own.get(name), own.get(name)) for name in verbs) or set(before.own) - set(own)
    return Outcome(
        config=config,
        layers=layers,
        quarantine=quarantine,
        changes=changes | _layer_changes(before.own, layers, amendment.pin, changes),
        is_change=is_moved or bool(is_layered),
        made_own=tuple(name for name in amendment.values if name not in before.own and name not in changes),
        warnings=warnings,
    )


def restoring(standing: Standing, wanted: ManufacturingConfig, layers: Layers, by: Entry) -> Amendment:
    """The amendment after which every value is as in `wanted`, from the same layers as far as those still say so."""
    values = {name: entry.value for name, entry in layers.own.items()}
    unset = tuple(name for name in standing.layers.own if name not in values)
    preset = (layers.preset_name, layers.preset)
    amendment = Amendment(values=values, unset=unset, preset=preset)
    reached = Layers(
        player=standing.layers.player,
        preset_name=layers.preset_name,
        preset=layers.preset,
        own={name: replace(by, value=value) for name, value in values.items()},
    )
    missing = {
        one.name: getattr(wanted, one.name) for one in SETTINGS if reached.value(one.name) != getattr(wanted, one.name)
    }
    kept = tuple(name for name in unset if name not in missing)
    return replace(amendment, values={**values, **missing}, unset=kept)


def digest(container_id: str, revision: int, standing: Standing, outcome: Outcome) -> str:
    """What binds a later change to a plan: it is the same only if nothing that the plan stands on has moved."""
    said = {
        "container": container_id,
        "revision": revision,
        "before": standing.config.to_map(),
        "after": outcome.config.to_map(),
        "own": sorted(outcome.layers.own),
        "pinned": sorted(name for name, entry in outcome.layers.own.items() if entry.is_pinned),
        "preset": outcome.layers.preset_name,
        "quarantine": sorted(outcome.quarantine),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]


def _require_names(amendment: Amendment) -> None:
    for name in (*amendment.pin, *(name for name in amendment.unset if name != EVERY)):
        find_setting(name)
    ways = {"set": amendment.values, "unset": amendment.unset, "pin": amendment.pin}
    for name in dict.fromkeys((*amendment.values, *amendment.unset)):
        given = [way for way, names in ways.items() if name in names]
        if len(given) > 1:
            raise Refused.of(name, " and ".join(given), "changed in one way at a time")


def _is_dropped(name: str, amendment: Amendment, before: Layers) -> bool:
    if name in amendment.values or name in amendment.pin:
        return False
    hides = amendment.clear_hiding and amendment.preset is not None and name in amendment.preset[1]
    is_named = name in amendment.unset or EVERY in amendment.unset
    return name in before.own and (is_named or hides or amendment.prune)


def _kept(quarantine: Mapping[str, Quarantined], amendment: Amendment) -> dict[str, Quarantined]:
    gone = {BY_NAME[name].key for name in (*amendment.values, *amendment.pin) if name in BY_NAME}
    gone |= {BY_NAME[name].key for name in amendment.unset if name in BY_NAME}
    for key in amendment.discard:
        if key not in quarantine:
            choices = ", ".join(quarantine) or "none is there"
            raise Refused.of("discard", key, f"a quarantined key ({choices})")
    return {key: held for key, held in quarantine.items() if key not in gone and key not in amendment.discard}


def _changes(standing: Standing, config: ManufacturingConfig) -> dict[str, dict[str, object]]:
    changes: dict[str, dict[str, object]] = {}
    for one in SETTINGS:
        before, after = getattr(standing.config, one.name), getattr(config, one.name)
        if before != after:
            changes[one.name] = {"before": one.kind.write(before), "after": one.kind.write(after)}
    return changes


def _layer_changes(
    before: Mapping[str, Entry], layers: Layers, pinned: tuple[str, ...], changes: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """What a pin or an unset makes different where the value stays: whether it follows the layers below."""
    told: dict[str, dict[str, object]] = {}
    for name in (*pinned, *(name for name in before if name not in layers.own)):
        if name in BY_NAME and name not in changes and _differs(before.get(name), layers.own.get(name)):
            value = BY_NAME[name].kind.write(layers.value(name))
            told[name] = {"before": value, "after": value, "how": "pinned" if name in layers.own else "unset"}
    return told


def _differs(before: Entry | None, after: Entry | None) -> bool:
    def facts(entry: Entry | None) -> object:
        return None if entry is None else (entry.value, entry.is_pinned)

    return facts(before) != facts(after)
