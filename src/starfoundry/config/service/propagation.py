"""Propagation of a change in a shared layer to the coordinators that do not override it.

Every function works on a connection inside a transaction of its caller.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.layers import LayerValue, entries_to_json
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.patch import ALL_SETTINGS, Patch
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.service import revise
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.revise import UNCHANGED, CommittedChange
from starfoundry.config.storage import layer_store, store
from starfoundry.config.storage.idempotency import AnsweredRequest
from starfoundry.config.storage.store import Authorship
from starfoundry.containers.domain.model import Container
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedCoordinator:
    """One coordinator that a change of a shared layer affects; `shadowed` are the settings that it overrides.

    `objection` is the running coordinator's reason for refusing it.
    """

    committed: CommittedChange
    shadowed: tuple[str, ...]
    objection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagation:
    """The result of a change of `preset`, or of the defaults if it is empty.

    `entries` and `description` are those of the layer after it. In a dry run `plan` binds a later change to this one.
    `undo` is the command that undoes it; empty if there is none, as when an unusable stored value was dropped.
    """

    preset: str = ""
    entries: Mapping[str, LayerValue]
    description: str = ""
    former_description: str = ""
    changes: Mapping[str, Mapping[str, object]]
    reached: tuple[AffectedCoordinator, ...]
    warnings: tuple[str, ...] = ()
    plan: str = ""
    undo: str = ""
    is_dry: bool = False

    def with_objections(self, bus: ConfigBus) -> "Propagation":
        """The same result, with the objections of the running coordinators."""
        return replace(self, reached=tuple(_asked(each, bus) for each in self.reached))

    def with_affected_warnings(self) -> "Propagation":
        """The same result, with the warnings of the affected coordinators added, each once."""
        of_reached = [warning for each in self.reached for warning in each.committed.outcome.warnings]
        return replace(self, warnings=tuple(dict.fromkeys((*self.warnings, *of_reached))))

    @property
    def place(self) -> str:
        """The layer."""
        return f"for preset {self.preset}" if self.preset else "for the defaults"

    def dry(self, plan: str) -> "Propagation":
        """The same as the result of a dry run: there is nothing to undo or to announce."""
        reached = tuple(replace(each, committed=each.committed.dry("")) for each in self.reached)
        return replace(self, is_dry=True, plan=plan, undo="", reached=reached)

    def digest(self) -> str:
        """The hash of its plan."""
        content = {
            "what": self.place,
            "after": entries_to_json({name: _bare(entry) for name, entry in self.entries.items()}),
            "described": [self.former_description, self.description],
            "changes": {name: dict(pair) for name, pair in self.changes.items()},
            "reached": {
                each.committed.container.id: [each.committed.container.revision, each.committed.revised.config.to_map()]
                for each in self.reached
            },
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def answer(self) -> AnsweredRequest:
        """All of it but the layer."""
        answer = {
            "changes": {name: dict(pair) for name, pair in self.changes.items()},
            "warnings": list(self.warnings),
            "undo": self.undo,
            "reached": [
                [each.committed.container.id, each.committed.revised.revision, each.committed.is_change, each.shadowed]
                for each in self.reached
            ],
        }
        return AnsweredRequest(revision=Revision(0), answer=answer)


def replayed_propagation(
    connection: sa.Connection, player_id: PlayerId, preset: str, done: AnsweredRequest
) -> Propagation:
    """The answer to a repeated request: the result as of then, with the layer as it is now."""
    present = layer_store.applied_preset(connection, player_id, preset)
    reached: list[AffectedCoordinator] = []
    kept: Any = done.answer
    for container_id, revision, is_change, shadowed in kept["reached"]:
        stored = store.read_settings(connection, ContainerId(container_id))
        answer = {} if is_change else {"state": UNCHANGED}
        then = AnsweredRequest(revision=Revision(revision), answer=answer)
        committed = revise.replayed(connection, stored, then)
        reached.append(AffectedCoordinator(committed=committed, shadowed=tuple(shadowed)))
    return Propagation(
        preset=preset,
        entries=present.entries if preset else layer_store.load_defaults(connection, player_id),
        description=present.description,
        changes=kept["changes"],
        reached=tuple(reached),
        warnings=tuple(kept["warnings"]),
        undo=kept["undo"],
    )


def _asked(each: AffectedCoordinator, bus: ConfigBus) -> AffectedCoordinator:
    committed = each.committed
    if bus.is_safe or committed.is_replay or not committed.is_change:
        return each
    preview = bus.preview(committed.container.id, committed.revised.config)
    return each if preview is None else replace(each, objection=preview.objection)


def _bare(entry: LayerValue) -> LayerValue:
    return LayerValue(value=entry.value, is_pinned=entry.is_pinned)


def propagate(
    connection: sa.Connection,
    player_id: PlayerId,
    authorship: Authorship,
    names: tuple[str, ...],
    layer: Layer,
    is_reached: Callable[[Container], bool],
) -> tuple[AffectedCoordinator, ...]:
    """Apply the change to every coordinator of the player.

    Raises Refused naming a coordinator that it would make invalid.
    """
    reached: list[AffectedCoordinator] = []
    for container in store.coordinators(connection, player_id):
        if container.status.is_final or container.revision == 0 or not is_reached(container):
            continue
        try:
            committed = revise.commit(connection, container.id, player_id, Patch(), authorship)
        except Refused as error:
            raise Refused(f"{container.id} would become invalid: {error.message}", fields=error.fields) from error
        settings = [name for name in BY_NAME if ALL_SETTINGS in names or name in names]
        shadowed = tuple(name for name in settings if committed.outcome.layers.hidden_by(layer, name) is not None)
        reached.append(AffectedCoordinator(committed=committed, shadowed=shadowed))
    return tuple(reached)


def differences(before: Mapping[str, LayerValue], after: Mapping[str, LayerValue]) -> dict[str, dict[str, object]]:
    """The values and pins that differ between two states of a layer, by setting, as JSON."""
    changed: dict[str, dict[str, object]] = {}
    for one in SETTINGS:
        was, now = before.get(one.name), after.get(one.name)
        if (was and was.content) != (now and now.content):
            before_it = None if was is None else one.kind.write(was.value)
            after_it = None if now is None else one.kind.write(now.value)
            changed[one.name] = {"before": before_it, "after": after_it}
            if was and now and before_it == after_it:
                changed[one.name]["how"] = "pinned" if now.is_pinned else "own"
    return changed
