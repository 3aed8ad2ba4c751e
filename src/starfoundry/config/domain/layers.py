"""Layers of settings: built-in default < player default < preset < the container's own value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Revision

EDITED = "unknown (edited in the database)"
"""The author of a value that is in the stored config but in no record."""

HELD = "held (a layer below cannot be read)"
"""The author of a value that is held as accepted last, until its layer can be read again."""

NO_REVISION = Revision(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerValue:
    """One value in one layer, and its author. `revision` is the container's; it is 0 in the shared layers.

    `reason` is known for player defaults; the reasons of a container's own values are in the history.
    """

    value: Any
    author: str = ""
    at: str = ""
    revision: Revision = NO_REVISION
    is_pinned: bool = False
    reason: str = ""

    @property
    def content(self) -> tuple[Any, bool]:
        """The value and whether it is pinned, regardless of its author."""
        return self.value, self.is_pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Every layer above the built-in one, each by setting name; `preset_name` is empty if no preset is applied.

    `lost` are settings with an unreadable value in one of these layers; for those in `own_lost` it was the
    container's own value.
    """

    player: Mapping[str, LayerValue] = field(default_factory=dict)
    preset_name: str = ""
    preset: Mapping[str, LayerValue] = field(default_factory=dict)
    own: Mapping[str, LayerValue] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    own_lost: frozenset[str] = frozenset()

    def stack(self, name: str) -> list[tuple[Layer, LayerValue]]:
        """The values of a setting, highest layer first; the first is in force."""
        default = next(one.default for one in SETTINGS if one.name == name)
        layers = ((Layer.CONTAINER, self.own), (Layer.PRESET, self.preset), (Layer.PLAYER, self.player))
        found = [(layer, entries[name]) for layer, entries in layers if name in entries]
        return [*found, (Layer.BUILT_IN, LayerValue(value=default, author="StarFoundry"))]

    def value(self, name: str) -> Any:  # noqa: ANN401  (each setting has a type of its own)
        """The value in force."""
        return self.stack(name)[0][1].value

    def values(self) -> dict[str, Any]:
        """Every value in force, by name."""
        found: dict[str, Any] = {one.name: one.default for one in SETTINGS}
        for entries in (self.player, self.preset, self.own):
            found.update({name: entry.value for name, entry in entries.items() if name in found})
        return found

    def config(self) -> ManufacturingConfig:
        """Every value in force, as one configuration. Raises Refused if layers contradict each other."""
        return ManufacturingConfig(**self.values())

    def below(self, name: str) -> Any:  # noqa: ANN401
        """The value that would be in force without the container's own."""
        return replace(self, own={key: entry for key, entry in self.own.items() if key != name}).value(name)

    def hidden_by(self, layer: Layer, name: str) -> Layer | None:
        """The layer above `layer` that has its own value for the setting; None if none hides it."""
        order = list(Layer)
        above = [other for other, _ in self.stack(name) if order.index(other) > order.index(layer)]
        return above[0] if above else None


def entries_to_json(entries: Mapping[str, LayerValue]) -> dict[str, dict[str, object]]:
    """Layer values in their stored form."""
    kinds = {one.name: one.kind for one in SETTINGS}
    return {
        name: {
            "value": kinds[name].write(entry.value),
            "author": entry.author,
            "at": entry.at,
            "revision": entry.revision,
            **({"pinned": True} if entry.is_pinned else {}),
        }
        for name, entry in entries.items()
    }


def entries_from_json(stored: object) -> dict[str, LayerValue]:
    """Stored layer values; unusable ones are left out, so that no layer blocks another."""
    entries: dict[str, LayerValue] = {}
    if not isinstance(stored, Mapping):
        return entries
    for one in SETTINGS:
        raw = stored.get(one.name)
        if not isinstance(raw, dict):
            continue
        try:
            value = one.kind.read(one.name, raw.get("value"))
        except Refused:
            continue
        revision = raw.get("revision", 0)
        entries[one.name] = LayerValue(
            value=value,
            author=str(raw.get("author", "")),
            at=str(raw.get("at", "")),
            revision=Revision(revision if isinstance(revision, int) else 0),
            is_pinned=raw.get("pinned") is True,
            reason=str(raw.get("reason", "")),
        )
    return entries
