"""How a change of a layer below spreads to the coordinators that do not override it.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.config import revising, store
from starfoundry.config.amendment import EVERY, Amendment
from starfoundry.config.layers import Entry
from starfoundry.config.model import SETTINGS
from starfoundry.config.revising import Committed
from starfoundry.config.rules import BY_NAME
from starfoundry.config.schema import Layer
from starfoundry.config.store import Authorship
from starfoundry.config.terms import Terms
from starfoundry.containers.model import Container
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import PlayerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One coordinator that a change of a lower layer reaches, or that hides some of it (`shadowed`)."""

    committed: Committed
    shadowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What a change of a lower layer came to. `entries` are those of the layer after it."""

    entries: Mapping[str, Entry]
    changes: Mapping[str, Mapping[str, object]]
    reached: tuple[Reached, ...]
    warnings: tuple[str, ...] = ()
    is_dry: bool = False


def reach(
    connection: sa.Connection,
    player_id: PlayerId,
    authorship: Authorship,
    names: tuple[str, ...],
    layer: Layer,
    is_reached: Callable[[Container], bool],
) -> tuple[Reached, ...]:
    """Bring the change to every coordinator of the player; raises Refused naming one that it would break."""
    reached: list[Reached] = []
    for container in store.coordinators(connection, player_id):
        if container.status.is_final or container.revision == 0 or not is_reached(container):
            continue
        try:
            committed = revising.commit(connection, container.id, player_id, Amendment(), authorship, Terms())
        except Refused as error:
            raise Refused(f"it would not do for {container.id}: {error.message}", fields=error.fields) from error
        settings = [name for name in BY_NAME if EVERY in names or name in names]
        shadowed = tuple(name for name in settings if committed.layers.hiding(layer, name) is not None)
        reached.append(Reached(committed=committed, shadowed=shadowed))
    return tuple(reached)


def differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, dict[str, object]]:
    """What is another value or pin in the layer now, by setting, as JSON knows it."""
    told: dict[str, dict[str, object]] = {}
    for one in SETTINGS:
        was, now = before.get(one.name), after.get(one.name)
        if (was and (was.value, was.is_pinned)) != (now and (now.value, now.is_pinned)):
            written = {
                "before": None if was is None else one.kind.write(was.value),
                "after": None if now is None else one.kind.write(now.value),
            }
            told[one.name] = written
    return told
