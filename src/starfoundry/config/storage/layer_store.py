"""Rows of the shared layers: player defaults and presets.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.declarations import builtin_presets
from starfoundry.config.domain.effective import CONTRADICTS, UnusableValue, named_settings
from starfoundry.config.domain.layers import Layers, LayerValue, entries_from_json, entries_to_json
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.storage.unreadable_column import NO_OBJECT, lost_settings
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.instants import rfc3339
from starfoundry.store.tables.columns import UNREADABLE
from starfoundry.store.tables.config import config_defaults, config_presets, config_state
from starfoundry.store.tables.schema import containers

_DEFAULTS = sa.select(config_defaults).where(config_defaults.c.player_id == sa.bindparam("player"))
_PRESETS = sa.select(config_presets).where(config_presets.c.player_id == sa.bindparam("player"))
_FINAL = tuple(status.value for status in ContainerStatus if status.is_final)
_PRESET = _PRESETS.where(config_presets.c.name == sa.bindparam("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset of a player, or a built-in one.

    `quarantine` holds its stored values that cannot be used, `lost` the settings that these may concern.
    """

    name: str
    description: str
    entries: Mapping[str, LayerValue]
    quarantine: Mapping[str, UnusableValue] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    is_built_in: bool = False
    author: str = ""
    at: str = ""


def load_defaults(connection: sa.Connection, player_id: PlayerId) -> dict[str, LayerValue]:
    """The player's own defaults, by setting."""
    return read_defaults(connection, player_id)[0]


def read_defaults(
    connection: sa.Connection, player_id: PlayerId
) -> tuple[dict[str, LayerValue], dict[str, UnusableValue]]:
    """The player's own defaults by setting, and the stored ones that cannot be used.

    If one default of a pair cannot be used, the other is quarantined too if it contradicts the value in force
    instead.
    """
    rows = connection.execute(_DEFAULTS, {"player": player_id}).all()
    entries = entries_from_json(
        {
            row.name: {
                "value": row.value,
                "author": row.author,
                "at": rfc3339(row.at),
                "pinned": row.is_pinned,
                "reason": row.reason,
            }
            for row in rows
        }
    )
    clash = _contradictions(entries)
    unused = {row.name: _set_aside(row.name, row.value) for row in rows if row.name not in entries}
    unused |= {row.name: UnusableValue(value=row.value, problem=CONTRADICTS) for row in rows if row.name in clash}
    return {name: entry for name, entry in entries.items() if name not in clash}, unused


def _contradictions(entries: Mapping[str, LayerValue]) -> frozenset[str]:
    """The defaults without which the others make one valid configuration."""
    try:
        Layers(player=entries).config()
    except Refused as error:
        clash = named_settings(error)
        rest = {name: entry for name, entry in entries.items() if name not in clash}
        return clash | (_contradictions(rest) if len(rest) < len(entries) else frozenset())
    return frozenset()


def save_defaults(
    connection: sa.Connection, player_id: PlayerId, defaults: Mapping[str, LayerValue], changed: LayerValue
) -> None:
    """Store the player's defaults; only rows that differ are written, with the author and time of `changed`."""
    before = load_defaults(connection, player_id)
    for name in before.keys() - defaults.keys():
        connection.execute(_of_default(sa.delete(config_defaults), player_id, name))
    written = entries_to_json(defaults)
    for name, entry in defaults.items():
        if name in before and before[name].content == entry.content:
            continue
        connection.execute(_of_default(sa.delete(config_defaults), player_id, name))
        connection.execute(
            sa.insert(config_defaults),
            {
                "player_id": player_id,
                "name": name,
                "value": written[name]["value"],
                "is_pinned": entry.is_pinned,
                "author": changed.author,
                "at": datetime.fromisoformat(changed.at),
                "reason": changed.reason,
            },
        )


def forget_defaults(connection: sa.Connection, player_id: PlayerId, names: Iterable[str]) -> None:
    """Delete the player's stored defaults of these settings, readable or not."""
    for name in names:
        connection.execute(_of_default(sa.delete(config_defaults), player_id, name))


def find_preset(connection: sa.Connection, player_id: PlayerId, name: str) -> Preset:
    """The preset of that name. Raises Missing naming the existing ones."""
    if name in builtin_presets.BUILT_IN:
        return _of_built_in(builtin_presets.BUILT_IN[name])
    row = connection.execute(_PRESET, {"player": player_id, "name": name}).one_or_none()
    if row is None:
        raise builtin_presets.missing_preset(name, (preset.name for preset in list_presets(connection, player_id)))
    return _preset(row)


def applied_preset(connection: sa.Connection, player_id: PlayerId, name: str) -> Preset:
    """The preset of that name; one without name and values if none is applied or it no longer exists."""
    try:
        return find_preset(connection, player_id, name) if name else _NO_PRESET
    except Missing:
        return _NO_PRESET


def list_presets(connection: sa.Connection, player_id: PlayerId) -> list[Preset]:
    """Every preset that the player can apply, the built-in ones first."""
    own = [_preset(row) for row in connection.execute(_PRESETS.order_by(config_presets.c.name), {"player": player_id})]
    return [*(_of_built_in(preset) for preset in builtin_presets.BUILT_IN.values()), *own]


def save_preset(connection: sa.Connection, player_id: PlayerId, preset: Preset) -> None:
    """Store a preset of the player, replacing one of the same name."""
    delete_preset(connection, player_id, preset.name)
    stored = {name: one["value"] for name, one in entries_to_json(preset.entries).items()}
    connection.execute(
        sa.insert(config_presets),
        {
            "player_id": player_id,
            "name": preset.name,
            "description": preset.description,
            "settings": stored,
            "author": preset.author,
            "at": datetime.fromisoformat(preset.at),
        },
    )


def delete_preset(connection: sa.Connection, player_id: PlayerId, name: str) -> None:
    """Delete a preset of the player."""
    table = config_presets.c
    connection.execute(sa.delete(config_presets).where(table.player_id == player_id, table.name == name))


def copy_shared_layers(connection: sa.Connection, heir: PlayerId, *, of: PlayerId) -> None:
    """Copy the defaults and presets of one player to a new one, with their authors and times."""
    for table in (config_defaults, config_presets):
        columns = [column for column in table.c if column.name != "player_id"]
        source = sa.select(sa.literal(heir, sa.Integer), *columns).where(table.c.player_id == of)
        connection.execute(sa.insert(table).from_select(["player_id", *(each.name for each in columns)], source))


def applied_presets(connection: sa.Connection, player_id: PlayerId) -> dict[ContainerId, str]:
    """The preset that each of the player's containers applies; containers that will never run again are left out."""
    statement = (
        sa.select(config_state.c.container_id, config_state.c.preset)
        .join(containers, containers.c.id == config_state.c.container_id)
        .where(containers.c.player_id == player_id, config_state.c.preset != "", containers.c.status.not_in(_FINAL))
        .order_by(config_state.c.container_id)
    )
    return {ContainerId(row.container_id): row.preset for row in connection.execute(statement)}


def _of_default(statement: sa.Delete, player_id: PlayerId, name: str) -> sa.Delete:
    return statement.where(config_defaults.c.player_id == player_id, config_defaults.c.name == name)


def _of_built_in(preset: builtin_presets.BuiltinPreset) -> Preset:
    return Preset(
        name=preset.name,
        description=preset.description,
        entries=preset.entries(),
        is_built_in=True,
        author="StarFoundry",
    )


def _preset(row: sa.Row[tuple[object, ...]]) -> Preset:
    at = rfc3339(row.at)
    given = {name: {"value": value, "author": row.author, "at": at} for name, value in row.settings.items()}
    entries = entries_from_json(given)
    unused = {name: _set_aside(name, value) for name, value in row.settings.items() if name not in entries}
    if UNREADABLE in row.settings:
        unused = {UNREADABLE: UnusableValue(value=row.settings[UNREADABLE], problem=NO_OBJECT)}
    return Preset(
        name=row.name,
        description=row.description,
        entries=entries,
        quarantine=unused,
        lost=lost_settings(row.settings, entries),
        author=row.author,
        at=at,
    )


_NO_PRESET = Preset(name="", description="", entries={})


def _set_aside(name: str, value: object) -> UnusableValue:
    problem = f"must be {BY_NAME[name].kind.allowed}" if name in BY_NAME else "unknown to this version"
    if isinstance(value, Mapping) and UNREADABLE in value:
        value = value[UNREADABLE]
    return UnusableValue(value=value, problem=problem)
