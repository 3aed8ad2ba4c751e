"""Where each value comes from: built-in default < player default < preset < the container's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Revision

EDITED = "unknown (edited in the database)"
"""The author of a value that stands in the stored config and in no record."""

HELD = "held (a layer below cannot be read)"
"""The author of a value that stays as it was accepted last, until its layer can be read again."""

NO_REVISION = Revision(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerValue:
    """One value in one layer, and who put it there; `revision` is the container's, 0 in the layers below it.

    `reason` is known of a player's defaults; a container's own values have it in the history.
    """

    value: Any
    author: str = ""
    at: str = ""
    revision: Revision = NO_REVISION
    is_pinned: bool = False
    reason: str = ""

    @property
    def says(self) -> tuple[Any, bool]:
        """What it makes of the setting, whoever put it there."""
        return self.value, self.is_pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Every layer above the built-in one, each by setting name; `preset_name` is empty where no preset is applied.

    `lost` are settings of which one of these layers said something that cannot be read any more; of `own_lost` it was
    the container's own.
    """

    player: Mapping[str, LayerValue] = field(default_factory=dict)
    preset_name: str = ""
    preset: Mapping[str, LayerValue] = field(default_factory=dict)
    own: Mapping[str, LayerValue] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    own_lost: frozenset[str] = frozenset()

    def stack(self, name: str) -> list[tuple[Layer, LayerValue]]:
        """What each layer says of a setting, highest first; the first is in force."""
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
        """Every value in force, as one configuration; raises Refused where layers contradict each other."""
        return ManufacturingConfig(**self.values())

    def below(self, name: str) -> Any:  # noqa: ANN401
        """The value that would be in force without the container's own."""
        return replace(self, own={key: entry for key, entry in self.own.items() if key != name}).value(name)

    def hiding(self, layer: Layer, name: str) -> Layer | None:
        """The layer above `layer` that has a value of its own for the setting; None where nothing hides it."""
        order = list(Layer)
        above = [other for other, _ in self.stack(name) if order.index(other) > order.index(layer)]
        return above[0] if above else None


def entries_to_json(entries: Mapping[str, LayerValue]) -> dict[str, object]:
    """Entries as they are stored."""
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
    """Stored entries; those that cannot be used are left out, since a layer never stands in the way of another."""
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
