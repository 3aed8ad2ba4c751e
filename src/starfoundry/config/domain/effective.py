"""What a stored config means, whatever has happened to it: every key that can be used is, the others are set aside.

A stored value that cannot be read never stands in the way. It is put into quarantine under its key, and what was
accepted last stays in force for it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.layers import EDITED, HELD, Layers, LayerValue
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.errors import Refused

CONTRADICTS = "contradicts its pair"

LAUNCH_KEYS = frozenset({"system_symbol", "container_id", "mode"})
"""Keys of a stored config that are no settings and belong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableValue:
    """A stored value that is not in force, and why."""

    value: object
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is kept beside a stored config. `accepted` is the last config that was in force, flat as it was stored."""

    accepted: Mapping[str, object] = field(default_factory=dict)
    checksum: str = ""
    quarantine: Mapping[str, UnusableValue] = field(default_factory=dict)

    @property
    def trusted(self) -> Mapping[str, object]:
        """The accepted config, or nothing when it is not what it was written as."""
        return self.accepted if checksum(self.accepted) == self.checksum else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSettings:
    """A coordinator's settings as they stand: the values in force, their layers, and what is set aside."""

    config: ManufacturingConfig
    layers: Layers
    quarantine: Mapping[str, UnusableValue]
    fallen_back: tuple[str, ...] = ()


def checksum(config: Mapping[str, object]) -> str:
    """The hash of a flat config, the same for the same values."""
    canonical = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def hash_of(config: ManufacturingConfig) -> str:
    """The hash by which stored and running settings are told to be the same."""
    return checksum(config.to_map())


def read_standing(stored: Mapping[str, object], layers: Layers, beside: Beside) -> EffectiveSettings:
    """How a container stands. Never raises: in the last resort every setting is at its safest."""
    values: dict[str, Any] = {}
    spoilt: dict[str, UnusableValue] = {}
    for one in SETTINGS:
        try:
            values[one.name] = _value(one, stored, layers, beside)
        except Refused as error:
            spoilt[one.key] = UnusableValue(value=stored[one.key], problem=f"must be {error.fields[0].allowed}")
            values[one.name] = _fallback(one, beside)
    config, pairs = _whole(values, stored, beside)
    quarantine = {**beside.quarantine, **_unknown(stored), **spoilt, **pairs}
    fallen_back = tuple(one.name for one in SETTINGS if one.key in {**spoilt, **pairs})
    return EffectiveSettings(
        config=config,
        layers=_with_edits(layers, config, beside),
        quarantine=quarantine,
        fallen_back=fallen_back,
    )


def _value(one: Setting, stored: Mapping[str, object], layers: Layers, beside: Beside) -> Any:  # noqa: ANN401
    if one.key in stored:
        return one.kind.read(one.name, stored[one.key])
    if one.key in beside.trusted or (one.name in layers.lost and one.name not in layers.own):
        return _fallback(one, beside)
    return layers.value(one.name)


def _fallback(one: Setting, beside: Beside) -> Any:  # noqa: ANN401
    """The value accepted last; the safest one when none is known."""
    try:
        return one.kind.read(one.name, beside.trusted[one.key])
    except (KeyError, Refused):
        return one.when_lost


def _whole(
    values: dict[str, Any], stored: Mapping[str, object], beside: Beside
) -> tuple[ManufacturingConfig, dict[str, UnusableValue]]:
    """The values as one valid configuration; settings that contradict each other give way to the accepted ones."""
    try:
        return ManufacturingConfig(**values), {}
    except Refused as error:
        clash = _named_in(error)
    by_name = {one.name: one for one in SETTINGS if one.name in clash}
    spoilt = {one.key: UnusableValue(value=stored.get(one.key), problem=CONTRADICTS) for one in by_name.values()}
    try:
        repaired = {name: _fallback(one, beside) for name, one in by_name.items()}
        return ManufacturingConfig(**{**values, **repaired}), spoilt
    except Refused:
        return ManufacturingConfig(**{one.name: one.when_lost for one in SETTINGS}), spoilt


def _named_in(error: Refused) -> frozenset[str]:
    return frozenset(problem.field.partition(".")[0] for problem in error.fields)


def _unknown(stored: Mapping[str, object]) -> dict[str, UnusableValue]:
    known = LAUNCH_KEYS | {one.key for one in SETTINGS}
    problem = "no setting of this version; kept as it is for the one that knows it"
    return {key: UnusableValue(value=value, problem=problem) for key, value in stored.items() if key not in known}


def _with_edits(layers: Layers, config: ManufacturingConfig, beside: Beside) -> Layers:
    """The layers, with what was stored by other hands counted as the container's own.

    A value that differs from its layers is the container's own, unless it is the one accepted last: then a layer below
    has moved since, and it follows with the next change. It does not follow a layer that can no longer be read: then it
    is held, and follows again when that can be. Where the container had a value of its own, it keeps one.
    """
    own = {name: entry for name, entry in layers.own.items() if entry.author != HELD or name in layers.lost}
    trusted, said = beside.trusted, replace(layers, own=own).values()
    for one in SETTINGS:
        value = getattr(config, one.name)
        if value == said[one.name]:
            continue
        is_following = one.name not in own and one.name not in layers.lost
        if is_following and trusted.get(one.key, _ABSENT) == one.kind.write(value):
            continue
        is_held = one.name in layers.lost - layers.own_lost and one.name not in own
        own[one.name] = LayerValue(value=value, author=HELD if is_held else EDITED)
    return replace(layers, own=own)


_ABSENT = object()
