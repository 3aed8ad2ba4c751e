"""Patches of a coordinator's settings and their pure application, validated on the merged result."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starfoundry.config.domain.declarations.known_goods import GoodsLookup, no_goods_known
from starfoundry.config.domain.effective import EffectiveSettings, UnusableValue
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.validation import BY_NAME, name_problem, validated
from starfoundry.kernel.errors import FieldProblem

ALL_SETTINGS = "*"
"""In `unset`: every setting of the container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A requested change.

    `values` are set, `unset` return to the layer below, `pin` keep their current value. `preset` is the layer to
    apply, with its name; None leaves it. `clear_hiding` unsets the container's own values that would hide the
    preset, `prune` unsets all that are not set here. `discard` are quarantined keys to delete. `exactly` replaces
    all of the container's own values, pins included; it excludes the other operations.

    `problems` are errors found while parsing; the patch is refused with these and all others. `reason` is used if
    its author gave none.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    preset: tuple[str, Mapping[str, LayerValue]] | None = None
    clear_hiding: bool = False
    prune: bool = False
    discard: tuple[str, ...] = ()
    exactly: Mapping[str, LayerValue] | None = None
    problems: tuple[FieldProblem, ...] = ()
    reason: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that it names."""
        of_preset = tuple(self.preset[1]) if self.preset else ()
        return tuple(dict.fromkeys((*self.values, *self.unset, *self.pin, *of_preset, *(self.exactly or ()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchResult:
    """The result of a patch. `is_change` says whether it becomes a new revision.

    A setting that is set to the value it inherits changes too: it becomes an explicit override. `warnings` are about
    the whole configuration as far as the patch affects it.
    """

    config: ManufacturingConfig
    layers: Layers
    quarantine: Mapping[str, UnusableValue]
    changes: Mapping[str, Mapping[str, object]]
    is_change: bool
    warnings: tuple[str, ...] = ()


def apply_patch(
    effective: EffectiveSettings, patch: Patch, by: LayerValue, goods: GoodsLookup = no_goods_known
) -> PatchResult:
    """The settings after the patch. `by` is its author, time and revision; `goods` looks up known goods.

    Raises Refused naming every wrong field.
    """
    before = effective.layers
    own = _own_after(effective, patch, by)
    preset_name, preset = patch.preset or (before.preset_name, before.preset)
    layers = Layers(player=before.player, preset_name=preset_name, preset=preset, own=own)
    problems = (*patch.problems, *operation_problems(patch), *_unknown_keys(effective, patch))
    is_new_preset = preset_name != before.preset_name
    touched = (*patch.values, *(preset if is_new_preset else ()))
    config, warnings = validated(effective.config, layers.values(), touched, problems, goods)
    quarantine = _kept(effective.quarantine, patch)
    changes = _changes(effective, config)
    verbs = {*patch.values, *patch.unset, *patch.pin, *(before.own.keys() - own.keys())}
    if patch.exactly is not None:
        verbs |= own.keys()
    is_layered = any(_differs(before.own.get(name), own.get(name)) for name in verbs)
    is_change = bool(changes) or is_new_preset or quarantine.keys() != effective.quarantine.keys() or is_layered
    beside = _layer_changes(before.own, layers, verbs, changes)
    beside |= _discarded(effective, quarantine, changes)
    return PatchResult(
        config=config,
        layers=layers,
        quarantine=quarantine,
        changes=changes | beside,
        is_change=is_change,
        warnings=warnings,
    )


def restore_patch(effective: EffectiveSettings, wanted: ManufacturingConfig, layers: Layers) -> Patch:
    """The patch that restores the values of `wanted`, from the same layers where those still have them."""
    reached = replace(layers, player=effective.layers.player)
    missing = {
        one.name: LayerValue(value=getattr(wanted, one.name))
        for one in SETTINGS
        if reached.value(one.name) != getattr(wanted, one.name)
    }
    return Patch(preset=(layers.preset_name, layers.preset), exactly={**layers.own, **missing})


def operation_problems(patch: Patch, *, besides: Collection[str] = ()) -> Iterator[FieldProblem]:
    """Problems of names in `unset` and `pin`, and of settings that are changed in ways that exclude each other.

    A setting that is set and pinned is pinned at the new value.
    `besides` are stored names that may be unset although they are not settings.
    """
    for place, name in enumerate(patch.unset):
        if name not in BY_NAME and name != ALL_SETTINGS and name not in besides:
            yield name_problem(name, f"unset[{place}]")
    for place, name in enumerate(patch.pin):
        if name not in BY_NAME:
            yield name_problem(name, f"pin[{place}]")
    ways = {"set": patch.values, "unset": patch.unset, "pin": patch.pin}
    for name in dict.fromkeys(name for names in ways.values() for name in names):
        given = [way for way, names in ways.items() if name in names]
        if "unset" in given and len(given) > 1:
            yield FieldProblem(field=name, given=" and ".join(given), allowed="changed in one way at a time")


def digest(container_id: str, revision: int, effective: EffectiveSettings, outcome: PatchResult) -> str:
    """The hash of a plan. It is the same only if nothing that the plan depends on has changed."""
    content = {
        "container": container_id,
        "revision": revision,
        "before": effective.config.to_map(),
        "after": outcome.config.to_map(),
        "own": sorted(outcome.layers.own),
        "pinned": sorted(name for name, entry in outcome.layers.own.items() if entry.is_pinned),
        "preset": outcome.layers.preset_name,
        "quarantine": sorted(outcome.quarantine),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _own_after(effective: EffectiveSettings, patch: Patch, by: LayerValue) -> dict[str, LayerValue]:
    before = effective.layers.own
    if patch.exactly is not None:
        return {
            name: replace(by, value=entry.value, is_pinned=entry.is_pinned)
            if _differs(before.get(name), entry)
            else before[name]
            for name, entry in patch.exactly.items()
        }
    own = {name: entry for name, entry in before.items() if not _is_dropped(name, patch, effective.layers)}
    for name, value in patch.values.items():
        if name not in before or before[name].value != value:
            own[name] = replace(by, value=value)
    for name in patch.pin:
        if name in BY_NAME:
            value = patch.values.get(name, getattr(effective.config, name))
            own[name] = replace(by, value=value, is_pinned=True)
    return own


def _unknown_keys(effective: EffectiveSettings, patch: Patch) -> Iterator[FieldProblem]:
    for place, key in enumerate(patch.discard):
        if key not in effective.quarantine:
            choices = ", ".join(effective.quarantine) or "none is there"
            yield FieldProblem(field=f"discard[{place}]", given=key, allowed=f"a quarantined key ({choices})")


def _is_dropped(name: str, patch: Patch, before: Layers) -> bool:
    if name in patch.values or name in patch.pin:
        return False
    hides = patch.clear_hiding and patch.preset is not None and name in patch.preset[1]
    is_named = name in patch.unset or ALL_SETTINGS in patch.unset
    return name in before.own and (is_named or hides or patch.prune)


def _kept(quarantine: Mapping[str, UnusableValue], patch: Patch) -> dict[str, UnusableValue]:
    """The values that stay quarantined: all whose setting is not named and whose key is not discarded."""
    keys = {one.name: one.key for one in SETTINGS}
    spoken_of = (*patch.values, *patch.pin, *patch.unset, *(patch.exactly or ()))
    gone = {keys[name] for name in spoken_of if name in keys} | set(patch.discard)
    if ALL_SETTINGS in patch.unset or patch.prune:
        gone |= set(keys.values())
    return {key: held for key, held in quarantine.items() if key not in gone}


def _discarded(
    effective: EffectiveSettings, kept: Mapping[str, UnusableValue], changes: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """The quarantined values that are dropped without a new value of their setting."""
    changed = {BY_NAME[name].key for name in changes if name in BY_NAME}
    return {
        key: {"before": held.value, "after": None, "how": "discarded"}
        for key, held in effective.quarantine.items()
        if key not in kept and key not in changed
    }


def _changes(effective: EffectiveSettings, config: ManufacturingConfig) -> dict[str, dict[str, object]]:
    changes: dict[str, dict[str, object]] = {}
    for one in SETTINGS:
        before, after = getattr(effective.config, one.name), getattr(config, one.name)
        if before != after:
            changes[one.name] = {"before": one.kind.write(before), "after": one.kind.write(after)}
    return changes


def _layer_changes(
    before: Mapping[str, LayerValue], layers: Layers, touched: Collection[str], changes: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """Changes of settings whose value stays: an override made or removed, or a pin changed."""
    changed: dict[str, dict[str, object]] = {}
    for name in BY_NAME:
        own = layers.own.get(name)
        if name in touched and name not in changes and _differs(before.get(name), own):
            value = BY_NAME[name].kind.write(layers.value(name))
            how = "unset" if own is None else "pinned" if own.is_pinned else "own"
            changed[name] = {"before": value, "after": value, "how": how}
    return changed


def _differs(before: LayerValue | None, after: LayerValue | None) -> bool:
    return (before and before.content) != (after and after.content)
