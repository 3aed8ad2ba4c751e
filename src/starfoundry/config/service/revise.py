"""Changes of a coordinator's settings as transactions: the next revision whole, or nothing at all.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.config.domain.effective import LAUNCH_KEYS, Beside, EffectiveSettings, checksum, read_standing
from starfoundry.config.domain.layers import Layers, LayerValue, entries_to_json
from starfoundry.config.domain.model import Revised
from starfoundry.config.domain.patch import Patch, PatchResult, amend, digest
from starfoundry.config.domain.preconditions import Preconditions, moved, plan_moved
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.domain.status import ChangeState
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.storage import history, layer_store, store
from starfoundry.config.storage.config_state import ConfigState, save_state
from starfoundry.config.storage.idempotency import AnsweredRequest, answered, remember
from starfoundry.config.storage.store import Authorship
from starfoundry.containers.domain.model import Container
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.store.prepared import PreparedStatement
from starfoundry.store.tables.schema import containers

_MERGE = PreparedStatement(
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"))
    .values(config=sa.bindparam("merged"), revision=sa.bindparam("next"))
)

Wanted = Patch | Callable[[sa.Connection, Container, EffectiveSettings], Patch]
"""A change, or how to find it out when its turn has come, from what stands then."""

UNCHANGED = ChangeState.UNCHANGED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedChange:
    """What a change came to. `changes` is empty when it changed nothing; then the revision is the one before.

    `record` is the revision that was written, if one was; `is_dry` tells that this is only what would be, `is_replay`
    that it was made before, by the same request; then `refusal` is why the coordinator would not have it, if so.
    """

    container: Container
    revised: Revised
    changes: Mapping[str, Mapping[str, object]]
    layers: Layers
    names: tuple[str, ...] = ()
    plan: str = ""
    warnings: tuple[str, ...] = ()
    made_own: tuple[str, ...] = ()
    record: RevisionRecord | None = None
    refusal: str = ""
    is_dry: bool = False
    is_replay: bool = False

    @property
    def is_change(self) -> bool:
        """Whether there is a new revision, or would be."""
        return self.revised.revision != self.container.revision or self.record is not None


def beginning(
    connection: sa.Connection, player_id: PlayerId, wanted: Patch, preset: str, authorship: Authorship
) -> PatchResult:
    """What a new coordinator of the player would begin with; raises as `create_initial`."""
    standing = read_standing({}, store.layers_of(connection, player_id, "", {}), Beside())
    return _begun(connection, player_id, standing, wanted, preset, authorship)


def create_initial(
    connection: sa.Connection,
    container_id: ContainerId,
    wanted: Patch,
    authorship: Authorship,
    *,
    preset: str = "",
) -> Revised:
    """Write the first revision of a container that was just inserted, beside whatever its config holds already.

    What is wanted is the container's own; the rest comes from the preset, the player's defaults, the program. Raises
    Missing for a preset that is not there, or Refused naming every field that is wrong.
    """
    container = store.find_coordinator(connection, container_id)
    assert container.revision == 0, f"container {container_id} has settings already"
    launch = {key: value for key, value in container.config.items() if key not in _SETTING_KEYS}
    empty = replace(container, config=launch)
    standing, state = store.standing_of(connection, empty)
    outcome = _begun(connection, container.player_id, standing, wanted, preset, authorship)
    committed = _write(connection, empty, state, replace(outcome, changes={}), authorship, Preconditions())
    return committed.revised


def _begun(
    connection: sa.Connection,
    player_id: PlayerId,
    standing: EffectiveSettings,
    wanted: Patch,
    preset: str,
    authorship: Authorship,
) -> PatchResult:
    applied = (preset, layer_store.find_preset(connection, player_id, preset).entries) if preset else None
    goods = store.goods_of(connection, player_id)
    return amend(standing, replace(wanted, preset=applied), authorship.entry(1), goods)


def commit(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None,
    wanted: Wanted,
    authorship: Authorship,
    terms: Preconditions,
) -> CommittedChange:
    """Make an amendment the container's next revision, or find that it changes nothing.

    The row is locked from the reading to the commit, so that changes of different settings at the same time all
    count. Keys of the config that are no settings stay as they are. Raises Missing, Refused naming every wrong field,
    or Stale when the terms no longer hold; then nothing is written.
    """
    container = store.find_coordinator(connection, container_id, player_id, for_update=True)
    standing, state = store.standing_of(connection, container)
    if (done := answered(connection, container_id, terms)) is not None:
        return replayed(connection, container, standing, done)
    if container.status.is_final:
        given = f"{container_id}, which is {container.status.value}"
        allowed = "a container that may run again: nobody would act on a change of this one"
        raise Refused.of("container_id", given, allowed)
    amendment = wanted(connection, container, standing) if callable(wanted) else wanted
    by = replace(authorship, reason=authorship.reason or amendment.reason)
    entry = by.entry(container.revision + 1)
    if terms.expected_revision is not None and terms.expected_revision != container.revision:
        since = history.newer(connection, container_id, max(0, terms.expected_revision), 1000)
        raise moved(terms.expected_revision, container.revision, since, _names_moved_by(standing, amendment, entry))
    outcome = amend(standing, amendment, entry, store.goods_of(connection, container.player_id))
    plan = ""
    if terms.plan or terms.validate_only:
        plan = digest(container_id, container.revision, standing, outcome)
    if terms.plan not in ("", plan):
        raise plan_moved(terms.plan, plan, f"at revision {container.revision}")
    if terms.validate_only:
        revision = Revision(container.revision + outcome.is_change)
        revised = Revised(config=outcome.config, revision=revision)
        committed = _committed(container, revised, outcome, is_dry=True)
    elif outcome.is_change:
        committed = _write(connection, container, state, outcome, by, terms)
    else:
        committed = _keep_own(connection, container, state, outcome, by, terms)
    return replace(committed, names=amendment.names, plan=plan)


def replayed(
    connection: sa.Connection, container: Container, standing: EffectiveSettings, done: AnsweredRequest
) -> CommittedChange:
    """The answer to a change that was made before: the same as then."""
    config = standing.config
    changes: Mapping[str, Mapping[str, object]] = {}
    refusal = ""
    if done.revision:
        record = history.get(connection, container.id, done.revision)
        config = read_standing(record.config, standing.layers, Beside()).config
        changes, refusal = record.changes, record.refusal
    is_change = done.answer.get("state") != UNCHANGED
    return CommittedChange(
        container=replace(container, revision=Revision(done.revision - is_change)),
        revised=Revised(config=config, revision=done.revision),
        changes=changes if is_change else {},
        layers=standing.layers,
        names=tuple(changes) if is_change else (),
        refusal=refusal,
        is_replay=True,
    )


_SETTING_KEYS = frozenset(one.key for one in BY_NAME.values())


def _write(
    connection: sa.Connection,
    container: Container,
    state: ConfigState,
    outcome: PatchResult,
    authorship: Authorship,
    terms: Preconditions,
) -> CommittedChange:
    revised = Revised(config=outcome.config, revision=Revision(container.revision + 1))
    flat = outcome.config.to_map()
    stays = {key: value for key, value in container.config.items() if key in LAUNCH_KEYS or key in outcome.quarantine}
    stored = {**{key: value for key, value in stays.items() if key not in _SETTING_KEYS}, **flat}
    _MERGE.run(connection, {"which": container.id, "merged": stored, "next": revised.revision})
    entry = authorship.entry(revised.revision)
    since = {name: replace(entry, value=getattr(outcome.config, name)) for name in outcome.changes if name in BY_NAME}
    held = {key: one for key, one in outcome.quarantine.items() if key in _SETTING_KEYS}
    after = ConfigState(
        preset=outcome.layers.preset_name,
        own=outcome.layers.own,
        since={**state.since, **since},
        beside=Beside(accepted=flat, checksum=checksum(flat), quarantine=held),
        is_new=state.is_new,
    )
    save_state(connection, container.id, after)
    own = {name: one["value"] for name, one in entries_to_json(after.own).items() if isinstance(one, dict)}
    pinned = [name for name, entry in after.own.items() if entry.is_pinned]
    record = RevisionRecord(
        revision=revised.revision,
        at=authorship.at,
        author=authorship.author,
        origin=authorship.origin,
        reason=authorship.reason,
        changes=outcome.changes,
        config=flat,
        layers={"preset": after.preset, "own": own, "pinned": pinned},
        request_id=terms.request_id or None,
    )
    history.append(connection, container.id, record)
    remember(connection, container.id, terms, authorship.at, revision=revised.revision)
    return replace(_committed(container, revised, outcome), record=record)


def _keep_own(
    connection: sa.Connection,
    container: Container,
    state: ConfigState,
    outcome: PatchResult,
    authorship: Authorship,
    terms: Preconditions,
) -> CommittedChange:
    """Remember values that were set to what they were: no revision, but they follow the layers below no more."""
    if outcome.made_own:
        own = {
            name: replace(entry, revision=container.revision) if name in outcome.made_own else entry
            for name, entry in outcome.layers.own.items()
        }
        save_state(connection, container.id, replace(state, own=own))
        if container.revision:
            history.note_made_own(connection, container.id, container.revision, outcome.made_own)
            note = f"{', '.join(outcome.made_own)}: set to the value in force; the container's own from here on"
            history.mark(
                connection,
                container.id,
                container.revision,
                tag="",
                note=note,
                author=authorship.author,
                at=authorship.at,
            )
    answer = {"state": UNCHANGED}
    remember(connection, container.id, terms, authorship.at, revision=container.revision, answer=answer)
    revised = Revised(config=outcome.config, revision=container.revision)
    return _committed(container, revised, outcome)


def _committed(
    container: Container, revised: Revised, outcome: PatchResult, *, is_dry: bool = False
) -> CommittedChange:
    return CommittedChange(
        container=container,
        revised=revised,
        changes=outcome.changes,
        layers=outcome.layers,
        warnings=outcome.warnings,
        made_own=outcome.made_own,
        is_dry=is_dry,
    )


def _names_moved_by(standing: EffectiveSettings, amendment: Patch, by: LayerValue) -> tuple[str, ...]:
    try:
        changes = amend(standing, amendment, by).changes
    except Refused:  # it is told first that the ground has moved; what is wrong besides, when it has been looked at
        changes = {}
    return (*amendment.names, *changes)
