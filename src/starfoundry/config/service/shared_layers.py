"""Use cases of the layers below a coordinator's own settings: its player's defaults and presets.

A change of a shared layer and its propagation are one transaction: every coordinator that does not override it gets a
new revision, and if one of them would become invalid, nothing changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.declarations import builtin_presets
from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.effective import UnusableValue
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.patch import ALL_SETTINGS, Patch, operation_problems
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import validated
from starfoundry.config.service.change_pipeline import make_change, write_change
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.doctor import SettingsFinding, examine_shared_layers
from starfoundry.config.service.propagation import Propagation, differences, propagate, replayed_propagation
from starfoundry.config.service.undo_commands import undo_of_defaults, undo_of_preset
from starfoundry.config.storage import layer_store, store
from starfoundry.config.storage.layer_store import Preset
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import FieldProblem, Missing, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.store.engine import Database

NAME_LENGTH_MAX = 64


class SharedLayers:
    """The use cases of defaults and presets."""

    def __init__(self, database: Database, bus: ConfigBus) -> None:
        self._database = database
        self._bus = bus

    async def defaults(self, player_id: PlayerId) -> tuple[dict[str, LayerValue], dict[str, UnusableValue]]:
        """The player's own defaults by setting, and the stored ones that cannot be used."""
        return await self._database.read(lambda connection: layer_store.read_defaults(connection, player_id))

    async def revise_defaults(
        self, player_id: PlayerId, wanted: Patch, authorship: Authorship, terms: Preconditions
    ) -> Propagation:
        """Set, unset and pin the player's defaults, and change every coordinator that does not override them."""

        def work(connection: sa.Connection) -> Propagation:
            before, unused = layer_store.read_defaults(connection, player_id)
            values, unset, pin = wanted.values, wanted.unset, wanted.pin
            forgotten = unused.keys() if ALL_SETTINGS in unset else unused.keys() & {*unset, *values, *pin}
            gone = before.keys() if ALL_SETTINGS in unset else set(unset)
            after = {name: entry for name, entry in before.items() if name not in gone}
            entry = replace(authorship.entry(0), reason=authorship.reason)
            after |= {name: replace(entry, value=value) for name, value in values.items()}
            current = Layers(player=before).values()
            pinned = {name: values.get(name, current[name]) for name in pin if name in current}
            after |= {name: replace(entry, value=value, is_pinned=True) for name, value in pinned.items()}
            problems = (*wanted.problems, *operation_problems(wanted, besides=unused))
            config, goods = Layers(player=before).config(), store.goods_of(connection, player_id)
            _, warnings = validated(config, Layers(player=after).values(), values, problems, goods)
            layer_store.save_defaults(connection, player_id, after, entry)
            layer_store.forget_defaults(connection, player_id, forgotten - after.keys())
            names = (*values, *unset, *pin)
            reached = propagate(connection, player_id, authorship, names, Layer.PLAYER, lambda _: True)
            changes: dict[str, Mapping[str, object]] = {
                name: {"before": unused[name].value, "after": None} for name in sorted(forgotten)
            }
            changes |= differences(before, after)
            is_allowed = not forgotten and _is_allowed(Layers(player=after), Layers(player=before), changes)
            undo = undo_of_defaults(before, changes, player_id) if is_allowed else ""
            return Propagation(entries=after, changes=changes, reached=reached, warnings=warnings, undo=undo)

        return await self._change(player_id, "", work, authorship, terms)

    async def examine(self, player_id: PlayerId) -> list[SettingsFinding]:
        """Stored values of the player's defaults and presets that cannot be used."""

        def read(connection: sa.Connection) -> list[SettingsFinding]:
            presets = layer_store.list_presets(connection, player_id)
            return list(examine_shared_layers(layer_store.read_defaults(connection, player_id)[1], presets))

        return await self._database.read(read)

    async def presets(self, player_id: PlayerId) -> list[tuple[Preset, list[ContainerId]]]:
        """Every preset that the player can apply, with the coordinators that apply it."""

        def read(connection: sa.Connection) -> list[tuple[Preset, list[ContainerId]]]:
            applied = layer_store.applied_presets(connection, player_id)
            return [
                (preset, [container for container, name in applied.items() if name == preset.name])
                for preset in layer_store.list_presets(connection, player_id)
            ]

        return await self._database.read(read)

    async def save_preset(
        self,
        player_id: PlayerId,
        name: str,
        wanted: Patch,
        authorship: Authorship,
        terms: Preconditions,
        *,
        description: str | None = None,
        container_id: ContainerId | None = None,
    ) -> Propagation:
        """Save a preset, and change every coordinator that applies it.

        It holds the wanted values and, with a container, the values set there or by its preset. Without a
        description it keeps the current one.
        """
        _require_name(name)

        def work(connection: sa.Connection) -> Propagation:
            taken = {} if container_id is None else _set_on(connection, container_id, player_id)
            values = {**taken, **wanted.values}
            problems = wanted.problems or (() if values else (_NO_VALUES,))
            entry = authorship.entry(0)
            entries = {key: replace(entry, value=value) for key, value in values.items()}
            below = Layers(player=layer_store.load_defaults(connection, player_id))
            after = replace(below, preset=entries).values()
            _, warnings = validated(below.config(), after, values, problems, store.goods_of(connection, player_id))
            present = {preset.name: preset for preset in layer_store.list_presets(connection, player_id)}
            before = present.get(name, _NO_PRESET)
            new_description = before.description if description is None else description
            preset = Preset(name=name, description=new_description, entries=entries, at=entry.at, author=entry.author)
            layer_store.save_preset(connection, player_id, preset)
            names = tuple(dict.fromkeys((*entries, *before.entries)))
            users = [each for each, one in layer_store.applied_presets(connection, player_id).items() if one == name]
            reached = propagate(connection, player_id, authorship, names, Layer.PRESET, lambda each: each.id in users)
            changes = differences(before.entries, entries)
            is_other = name not in present or bool(changes) or new_description != before.description
            can_return = not before.quarantine and _is_allowed(below, replace(below, preset=before.entries), changes)
            return Propagation(
                preset=name,
                entries=entries,
                description=new_description,
                former_description=before.description,
                changes=changes,
                reached=reached,
                warnings=warnings,
                undo=undo_of_preset(name, present.get(name), player_id) if is_other and can_return else "",
            )

        return await self._change(player_id, name, work, authorship, terms)

    async def delete_preset(
        self, player_id: PlayerId, name: str, authorship: Authorship, terms: Preconditions
    ) -> Propagation:
        """Delete a preset, which reaches no coordinator.

        Raises Refused while a coordinator applies it, since its values would be lost.
        """
        _require_name(name)

        def work(connection: sa.Connection) -> Propagation:
            preset = layer_store.find_preset(connection, player_id, name)
            if preset.is_built_in:
                raise Missing(f"there is no preset {name!r} of this player")
            applied = layer_store.applied_presets(connection, player_id)
            users = [user for user, preset_name in applied.items() if preset_name == name]
            if users:
                where = ", ".join(users)
                raise Refused.of("name", name, f"a preset that no coordinator applies; it is applied to {where}")
            layer_store.delete_preset(connection, player_id, name)
            below = Layers(player=layer_store.load_defaults(connection, player_id))
            can_return = _is_allowed(below, replace(below, preset=preset.entries), preset.entries)
            return Propagation(
                preset=name,
                entries={},
                former_description=preset.description,
                changes=differences(preset.entries, {}),
                reached=(),
                undo=undo_of_preset(name, preset, player_id) if can_return and not preset.quarantine else "",
            )

        return await self._change(player_id, name, work, authorship, terms)

    async def _change(
        self,
        player_id: PlayerId,
        preset: str,
        work: Callable[[sa.Connection], Propagation],
        authorship: Authorship,
        terms: Preconditions,
    ) -> Propagation:
        """Commit and publish a change of that preset, or of the defaults without one, as one step."""
        if terms.expected_revision is not None:
            allowed = "omitted: defaults and presets have no revisions; use the plan of a dry run instead"
            raise Refused.of("expected_revision", terms.expected_revision, allowed)

        def make(connection: sa.Connection) -> Propagation:
            return make_change(
                connection,
                f"below player {player_id}",
                terms,
                authorship.at,
                repeat=lambda done: replayed_propagation(connection, player_id, preset, done),
                change=lambda: work(connection).with_affected_warnings(),
            )

        async def write_and_publish() -> Propagation:
            with self._bus.tracer.span("commit", {"starfoundry.player_id": player_id}):
                made = await write_change(self._database, make)
            propagation = made.with_objections(self._bus)
            for each in propagation.reached:
                if each.committed.record is not None:
                    self._bus.publish(each.committed.container.id, each.committed.revised, each.committed.record)
            return propagation

        return await uninterrupted(write_and_publish())


_NO_PRESET = Preset(name="", description="", entries={})
_NO_VALUES = FieldProblem(field="values", given="", allowed="at least one setting, or a container that has some set")


def _is_allowed(from_here: Layers, back: Layers, names: Iterable[str]) -> bool:
    """Whether the rules allow a return to these values: they may be older than the rules."""
    try:
        validated(from_here.config(), back.values(), names)
    except Refused:
        return False
    return True


def _set_on(connection: sa.Connection, container_id: ContainerId, player_id: PlayerId) -> dict[str, Any]:
    """The values that a coordinator has of its own or through its preset."""
    layers = store.read_settings(connection, container_id, player_id).effective.layers
    return {name: entry.value for name, entry in {**layers.preset, **layers.own}.items()}


def _require_name(name: str) -> None:
    """Raise Refused if this cannot be the name of a player's preset."""
    if name in builtin_presets.BUILT_IN or name == builtin_presets.RESERVED:
        raise Refused.of("name", name, "a name of your own: built-in presets cannot be changed")
    is_plain = name.isprintable() and name == name.strip() and not name.startswith("-")
    if not name or len(name) > NAME_LENGTH_MAX or not is_plain:
        raise Refused.of("name", name, f"a name of 1 to {NAME_LENGTH_MAX} characters that does not begin with a hyphen")
