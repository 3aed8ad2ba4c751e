"""The layers below a coordinator's own settings: its player's defaults and presets, and how a change of them spreads.

A change of a lower layer is one transaction with everything that it reaches: each coordinator that does not override it
gets a revision of its own, and where one of them would become invalid nothing is changed at all.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import sqlalchemy as sa

from starfoundry.config import profiles, shelf, store
from starfoundry.config.amendment import EVERY
from starfoundry.config.bus import ConfigBus
from starfoundry.config.examination import Finding, examine_lower
from starfoundry.config.layers import Entry, Layers
from starfoundry.config.model import ManufacturingConfig
from starfoundry.config.rules import find_setting, judge
from starfoundry.config.schema import Layer
from starfoundry.config.shelf import Preset
from starfoundry.config.spread import Spread, differences, reach
from starfoundry.config.store import Authorship
from starfoundry.config.terms import Terms
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.uninterrupted import uninterrupted
from starfoundry.store.engine import Database

T = TypeVar("T")

NAME_LENGTH_MAX = 64

_log = logging.getLogger(__name__)


class _OnlyTried(Exception):
    """Takes a transaction back that was made to see what it would do."""

    def __init__(self, spread: Spread) -> None:
        super().__init__()
        self.spread = spread


class LowerLayers:
    """The use cases of defaults and presets."""

    def __init__(self, database: Database, bus: ConfigBus) -> None:
        self._database = database
        self._bus = bus

    async def defaults(self, player_id: PlayerId) -> dict[str, Entry]:
        """The player's own defaults, by setting."""
        return await self._database.read(lambda connection: shelf.load_defaults(connection, player_id))

    async def revise_defaults(
        self,
        player_id: PlayerId,
        values: Mapping[str, Any],
        authorship: Authorship,
        terms: Terms,
        *,
        unset: tuple[str, ...] = (),
        pin: tuple[str, ...] = (),
    ) -> Spread:
        """Change the player's defaults, and every coordinator that does not override them."""
        for name in pin:
            find_setting(name)

        def work(connection: sa.Connection) -> Spread:
            before, unused = shelf.read_defaults(connection, player_id)
            for name in unset:
                if name != EVERY and name not in unused:
                    find_setting(name)
            forgotten = unused.keys() if EVERY in unset else unused.keys() & {*unset, *values, *pin}
            gone = before.keys() if EVERY in unset else set(unset)
            after = {name: entry for name, entry in before.items() if name not in gone}
            entry = authorship.entry(0)
            after |= {name: replace(entry, value=value) for name, value in values.items()}
            in_force = Layers(player=before).values()
            after |= {name: replace(entry, value=in_force[name], is_pinned=True) for name in pin}
            config = ManufacturingConfig(**Layers(player=after).values())
            warnings = judge(ManufacturingConfig(**in_force), config, values)
            shelf.save_defaults(connection, player_id, after, entry, authorship.reason)
            shelf.forget_defaults(connection, player_id, forgotten - after.keys())
            names = (*values, *unset, *pin)
            reached = reach(connection, player_id, authorship, names, Layer.PLAYER, lambda _: True)
            changes: dict[str, Mapping[str, object]] = {
                name: {"before": unused[name].value, "after": None} for name in sorted(forgotten)
            }
            changes |= differences(before, after)
            return Spread(entries=after, changes=changes, reached=reached, warnings=warnings)

        return await self._spread(work, terms)

    async def examine(self, player_id: PlayerId) -> list[Finding]:
        """What is stored of the player's defaults and presets and cannot be used."""

        def read(connection: sa.Connection) -> list[Finding]:
            presets = shelf.list_presets(connection, player_id)
            return list(examine_lower(shelf.read_defaults(connection, player_id)[1], presets))

        return await self._database.read(read)

    async def presets(self, player_id: PlayerId) -> list[tuple[Preset, list[ContainerId]]]:
        """Every preset the player can apply, and where each is applied."""

        def read(connection: sa.Connection) -> list[tuple[Preset, list[ContainerId]]]:
            applied = shelf.applied_presets(connection, player_id)
            return [
                (preset, [container for container, name in applied.items() if name == preset.name])
                for preset in shelf.list_presets(connection, player_id)
            ]

        return await self._database.read(read)

    async def save_preset(
        self,
        player_id: PlayerId,
        name: str,
        values: Mapping[str, Any],
        authorship: Authorship,
        terms: Terms,
        *,
        description: str = "",
        container_id: ContainerId | None = None,
    ) -> Spread:
        """Save a preset, and have every coordinator follow that has it applied.

        It holds `values`, and with a container what is set there or by its preset.
        """
        _require_name(name)

        def work(connection: sa.Connection) -> Spread:
            wanted = dict(values)
            if container_id is not None:
                container = store.find_coordinator(connection, container_id, player_id)
                standing, _ = store.standing_of(connection, container)
                above = {**standing.layers.preset, **standing.layers.own}
                wanted = {key: entry.value for key, entry in above.items()} | wanted
            if not wanted:
                raise Refused.of("values", "", "at least one setting, or a container that has some set")
            entry = authorship.entry(0)
            entries = {key: replace(entry, value=value) for key, value in wanted.items()}
            ManufacturingConfig(**Layers(preset=entries).values())
            present = {preset.name: preset for preset in shelf.list_presets(connection, player_id)}
            before = present[name].entries if name in present else {}
            preset = Preset(name=name, description=description, entries=entries, at=entry.at, author=entry.author)
            shelf.save_preset(connection, player_id, preset)
            names = tuple(dict.fromkeys((*entries, *before)))
            applied = shelf.applied_presets(connection, player_id)
            reached = reach(
                connection, player_id, authorship, names, Layer.PRESET, lambda each: applied.get(each.id) == name
            )
            return Spread(entries=entries, changes=differences(before, entries), reached=reached)

        return await self._spread(work, terms)

    async def delete_preset(self, player_id: PlayerId, name: str) -> None:
        """Remove a preset; raises Refused while a coordinator has it applied, since its values would be gone."""
        _require_name(name)

        def work(connection: sa.Connection) -> None:
            if shelf.find_preset(connection, player_id, name).is_built_in:
                raise Missing(f"there is no preset {name!r} of this player")
            users = [each for each, applied in shelf.applied_presets(connection, player_id).items() if applied == name]
            if users:
                where = ", ".join(users)
                raise Refused.of("name", name, f"a preset that is applied nowhere; it is applied to {where}")
            shelf.delete_preset(connection, player_id, name)

        await self._database.write(work)

    async def _spread(self, work: Callable[[sa.Connection], Spread], terms: Terms) -> Spread:
        """Do it and tell the coordinators, as one step; or only try it."""

        def attempt(connection: sa.Connection) -> Spread:
            spread = work(connection)
            if terms.validate_only:
                raise _OnlyTried(replace(spread, is_dry=True))
            return spread

        async def write_and_publish() -> Spread:
            try:
                spread = await self._database.write(attempt)
            except _OnlyTried as tried:
                return tried.spread
            for each in spread.reached:
                committed = each.committed
                if committed.record is not None:
                    self._bus.publish(committed.container.id, committed.revised, committed.record)
            return spread

        return await uninterrupted(write_and_publish())


def _require_name(name: str) -> None:
    """Raise Refused for what cannot be the name of a player's preset."""
    if name in profiles.BUILT_IN or name == profiles.RESERVED:
        raise Refused.of("name", name, "a name of your own: the program's presets stay as they are")
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable() or name != name.strip():
        raise Refused.of("name", name, f"a name of 1 to {NAME_LENGTH_MAX} characters")
