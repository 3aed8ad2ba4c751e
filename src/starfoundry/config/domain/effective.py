"""The effective settings of a stored config: every usable value is in force, the others are quarantined.

An unreadable stored value never blocks the others. It is quarantined under its key, and the value that was accepted
last stays in force.
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
"""Keys of a stored config that belong there but are not settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableValue:
    """A stored value that is not in force, and why."""

    value: object
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAccepted:
    """Data stored with a config. `accepted` is the last config that was in force, flat as it was stored."""

    accepted: Mapping[str, object] = field(default_factory=dict)
    checksum: str = ""
    quarantine: Mapping[str, UnusableValue] = field(default_factory=dict)

    @property
    def trusted(self) -> Mapping[str, object]:
        """The accepted config; empty if it does not match its checksum."""
        return self.accepted if checksum(self.accepted) == self.checksum else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveSettings:
    """A coordinator's effective settings: the values in force, their layers, and the quarantined values."""

    config: ManufacturingConfig
    layers: Layers
    quarantine: Mapping[str, UnusableValue]
    fallen_back: tuple[str, ...] = ()


def checksum(config: Mapping[str, object]) -> str:
    """The hash of a flat config; equal values have equal hashes."""
    canonical = json.dumps(config, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def hash_of(config: ManufacturingConfig) -> str:
    """The hash for comparing stored and running settings."""
    return checksum(config.to_map())


def resolve_settings(stored: Mapping[str, object], layers: Layers, last_accepted: LastAccepted) -> EffectiveSettings:
    """The effective settings of a container. Never raises: as a last resort every setting has its safest value."""
    values: dict[str, Any] = {}
    unusable: dict[str, UnusableValue] = {}
    for one in SETTINGS:
        try:
            values[one.name] = _value(one, stored, layers, last_accepted)
        except Refused as error:
            unusable[one.key] = UnusableValue(value=stored[one.key], problem=f"must be {error.fields[0].allowed}")
            values[one.name] = _fallback(one, last_accepted)
    config, pairs = _whole(values, stored, last_accepted)
    quarantine = {**last_accepted.quarantine, **_unknown(stored), **unusable, **pairs}
    fallen_back = tuple(one.name for one in SETTINGS if one.key in {**unusable, **pairs})
    return EffectiveSettings(
        config=config,
        layers=_with_edits(layers, config, last_accepted),
        quarantine=quarantine,
        fallen_back=fallen_back,
    )


def _value(one: Setting, stored: Mapping[str, object], layers: Layers, last_accepted: LastAccepted) -> Any:  # noqa: ANN401
    if one.key in stored:
        return one.kind.read(one.name, stored[one.key])
    if one.key in last_accepted.trusted or (one.name in layers.lost and one.name not in layers.own):
        return _fallback(one, last_accepted)
    return layers.value(one.name)


def _fallback(one: Setting, last_accepted: LastAccepted) -> Any:  # noqa: ANN401
    """The value accepted last; the safest value if none is known."""
    try:
        return one.kind.read(one.name, last_accepted.trusted[one.key])
    except (KeyError, Refused):
        return one.safe_value


def _whole(
    values: dict[str, Any], stored: Mapping[str, object], last_accepted: LastAccepted
) -> tuple[ManufacturingConfig, dict[str, UnusableValue]]:
    """The values as one valid configuration; settings that contradict each other fall back to the accepted ones."""
    try:
        return ManufacturingConfig(**values), {}
    except Refused as error:
        clash = named_settings(error)
    by_name = {one.name: one for one in SETTINGS if one.name in clash}
    unusable = {one.key: UnusableValue(value=stored.get(one.key), problem=CONTRADICTS) for one in by_name.values()}
    try:
        repaired = {name: _fallback(one, last_accepted) for name, one in by_name.items()}
        return ManufacturingConfig(**{**values, **repaired}), unusable
    except Refused:
        return ManufacturingConfig(**{one.name: one.safe_value for one in SETTINGS}), unusable


def named_settings(error: Refused) -> frozenset[str]:
    """The settings that an error is about."""
    return frozenset(problem.field.partition(".")[0] for problem in error.fields)


def _unknown(stored: Mapping[str, object]) -> dict[str, UnusableValue]:
    known = LAUNCH_KEYS | {one.key for one in SETTINGS}
    problem = "unknown to this version; kept for a version that knows it"
    return {key: UnusableValue(value=value, problem=problem) for key, value in stored.items() if key not in known}


def _with_edits(layers: Layers, config: ManufacturingConfig, last_accepted: LastAccepted) -> Layers:
    """The layers, with values that were edited in the database counted as the container's own.

    A value that differs from its layers is the container's own, unless it is the one accepted last: then a layer
    below has changed since, and the next change picks that up. If the layer can no longer be read, the value is
    held until it can. A value that the container had of its own stays its own.
    """
    own = {name: entry for name, entry in layers.own.items() if entry.author != HELD or name in layers.lost}
    trusted, layered = last_accepted.trusted, replace(layers, own=own).values()
    for one in SETTINGS:
        value = getattr(config, one.name)
        if value == layered[one.name]:
            continue
        is_following = one.name not in own and one.name not in layers.lost
        if is_following and trusted.get(one.key, _ABSENT) == one.kind.write(value):
            continue
        is_held = one.name in layers.lost - layers.own_lost and one.name not in own
        own[one.name] = LayerValue(value=value, author=HELD if is_held else EDITED)
    return replace(layers, own=own)


_ABSENT = object()
