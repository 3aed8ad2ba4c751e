"""Changes of a coordinator's settings as transactions: a whole new revision or nothing.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.config.domain.change_status import ChangeState
from starfoundry.config.domain.effective import LAUNCH_KEYS, EffectiveSettings, LastAccepted, checksum, resolve_settings
from starfoundry.config.domain.layers import LayerValue, entries_to_json
from starfoundry.config.domain.model import Revised
from starfoundry.config.domain.patch import Patch, PatchResult, apply_patch, digest
from starfoundry.config.domain.preconditions import NO_PRECONDITIONS, Preconditions, revision_conflict
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.service.change_pipeline import make_change
from starfoundry.config.storage import history, layer_store, store
from starfoundry.config.storage.config_state import ConfigState, save_state
from starfoundry.config.storage.idempotency import AnsweredRequest
from starfoundry.config.storage.store import Authorship, StoredSettings
from starfoundry.containers.domain.model import Container
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.store.tables.schema import containers

_MERGE = (
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"))
    .values(config=sa.bindparam("merged"), revision=sa.bindparam("next"))
)

PatchSource = Patch | Callable[[sa.Connection, StoredSettings], Patch]
"""A patch, or a function that computes it inside the transaction from the settings stored then."""

UNCHANGED = ChangeState.UNCHANGED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedChange:
    """The result of a change of `container`, as it was before, whose settings were `effective`.

    If it changed nothing, `revised` is the previous revision. `record` is the revision that was written, if any.
    `is_dry` marks a dry run, `is_replay` the repetition of an earlier request; then `refusal` is the coordinator's
    reason for refusing it, if it did.
    """

    container: Container
    effective: EffectiveSettings
    outcome: PatchResult
    revised: Revised
    names: tuple[str, ...] = ()
    plan: str = ""
    record: RevisionRecord | None = None
    refusal: str = ""
    is_dry: bool = False
    is_replay: bool = False

    @property
    def is_change(self) -> bool:
        """Whether there is a new revision, or would be."""
        return self.revised.revision != self.container.revision

    @property
    def place(self) -> str:
        """The revision that it was made on."""
        return f"at revision {self.container.revision}"

    @property
    def answer(self) -> AnsweredRequest:
        """The revision, and whether it changed nothing."""
        return AnsweredRequest(revision=self.revised.revision, answer={} if self.is_change else {"state": UNCHANGED})

    def digest(self) -> str:
        """The hash of its plan."""
        return digest(self.container.id, self.container.revision, self.effective, self.outcome)

    def dry(self, plan: str) -> "CommittedChange":
        """The same as the result of a dry run: no revision was written."""
        return replace(self, plan=plan, record=None, is_dry=True)


def initial_settings(
    connection: sa.Connection, player_id: PlayerId, wanted: Patch, preset: str, authorship: Authorship
) -> PatchResult:
    """The settings that a new coordinator of the player would start with. Raises as `create_initial_settings`."""
    effective = resolve_settings({}, store.layers_of(connection, player_id, "", {}), LastAccepted())
    return _initial(connection, player_id, effective, wanted, preset, authorship)


def create_initial_settings(
    connection: sa.Connection,
    container_id: ContainerId,
    wanted: Patch,
    authorship: Authorship,
    *,
    preset: str = "",
) -> Revised:
    """Write the first revision of a container that was just inserted, keeping the other keys of its config.

    Wanted values become the container's own; the others come from the preset, the player's defaults and the
    built-in ones. Raises Missing if the preset does not exist, or Refused naming every wrong field.
    """
    container = store.find_coordinator(connection, container_id)
    assert container.revision == 0, f"container {container_id} has settings already"
    launch = {key: value for key, value in container.config.items() if key not in _SETTING_KEYS}
    empty = replace(container, config=launch)
    stored = store.settings_of(connection, empty)
    outcome = _initial(connection, container.player_id, stored.effective, wanted, preset, authorship)
    revised, _ = _write(connection, stored, replace(outcome, changes={}), authorship)
    return revised


def _initial(
    connection: sa.Connection,
    player_id: PlayerId,
    effective: EffectiveSettings,
    wanted: Patch,
    preset: str,
    authorship: Authorship,
) -> PatchResult:
    applied = (preset, layer_store.find_preset(connection, player_id, preset).entries) if preset else None
    goods = store.goods_of(connection, player_id)
    return apply_patch(effective, replace(wanted, preset=applied), authorship.entry(1), goods)


def commit(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None,
    wanted: PatchSource,
    authorship: Authorship,
    terms: Preconditions = NO_PRECONDITIONS,
) -> CommittedChange:
    """Write a patch as the container's next revision, or find that it changes nothing.

    The row is locked from reading to commit, so that concurrent changes of different settings all take effect. Keys
    of the config that are not settings stay. Raises Missing, Refused naming every wrong field, or Stale if a
    precondition fails; then nothing is written.
    """
    stored = store.read_settings(connection, container_id, player_id, for_update=True)
    container, effective = stored.container, stored.effective

    def change() -> CommittedChange:
        if container.status.is_final:
            given = f"{container_id}, which is {container.status.value}"
            allowed = "a container that can run again: this one has ended for good"
            raise Refused.of("container_id", given, allowed)
        patch = wanted(connection, stored) if callable(wanted) else wanted
        by = replace(authorship, reason=authorship.reason or patch.reason)
        entry = by.entry(container.revision + 1)
        if terms.expected_revision not in (None, container.revision):
            raise _conflict(connection, container, terms.expected_revision, _names_changed_by(effective, patch, entry))
        outcome = apply_patch(effective, patch, entry, store.goods_of(connection, container.player_id))
        revised, record = Revised(config=outcome.config, revision=container.revision), None
        if outcome.is_change:
            request_id = "" if terms.validate_only else terms.request_id
            revised, record = _write(connection, stored, outcome, by, request_id)
        return CommittedChange(
            container=container,
            effective=effective,
            outcome=outcome,
            revised=revised,
            names=patch.names,
            record=record,
        )

    return make_change(
        connection,
        container_id,
        terms,
        authorship.at,
        repeat=lambda done: replayed(connection, stored, done),
        change=change,
    )


def is_outdated(connection: sa.Connection, container: Container) -> bool:
    """Whether the container's layers have changed since its newest revision."""
    effective = store.settings_of(connection, container).effective
    return apply_patch(effective, Patch(), LayerValue(value=None)).is_change


def replayed(connection: sa.Connection, stored: StoredSettings, done: AnsweredRequest) -> CommittedChange:
    """The answer to a repeated request: the result as of then."""
    container, effective = stored.container, stored.effective
    config = effective.config
    changes: Mapping[str, Mapping[str, object]] = {}
    refusal = ""
    is_change = done.answer.get("state") != UNCHANGED
    if done.revision:
        record = history.get(connection, container.id, done.revision)
        config = resolve_settings(record.config, effective.layers, LastAccepted()).config
        changes, refusal = record.changes if is_change else {}, record.refusal
    return CommittedChange(
        container=replace(container, revision=Revision(done.revision - is_change)),
        effective=effective,
        outcome=PatchResult(
            config=config, layers=effective.layers, quarantine={}, changes=changes, is_change=is_change
        ),
        revised=Revised(config=config, revision=done.revision),
        names=tuple(changes),
        refusal=refusal,
        is_replay=True,
    )


_SETTING_KEYS = frozenset(one.key for one in BY_NAME.values())


def _write(
    connection: sa.Connection,
    stored: StoredSettings,
    outcome: PatchResult,
    authorship: Authorship,
    request_id: str = "",
) -> tuple[Revised, RevisionRecord]:
    container, state = stored.container, stored.state
    revised = Revised(config=outcome.config, revision=Revision(container.revision + 1))
    flat = outcome.config.to_map()
    stays = {key: value for key, value in container.config.items() if key in LAUNCH_KEYS or key in outcome.quarantine}
    merged = {**{key: value for key, value in stays.items() if key not in _SETTING_KEYS}, **flat}
    connection.execute(_MERGE, {"which": container.id, "merged": merged, "next": revised.revision})
    entry = authorship.entry(revised.revision)
    since = {name: replace(entry, value=getattr(outcome.config, name)) for name in outcome.changes if name in BY_NAME}
    held = {key: one for key, one in outcome.quarantine.items() if key in _SETTING_KEYS}
    after = ConfigState(
        preset=outcome.layers.preset_name,
        own=outcome.layers.own,
        since={**state.since, **since},
        last_accepted=LastAccepted(accepted=flat, checksum=checksum(flat), quarantine=held),
        is_new=state.is_new,
    )
    save_state(connection, container.id, after)
    own = {name: one["value"] for name, one in entries_to_json(after.own).items()}
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
        request_id=request_id or None,
    )
    history.append(connection, container.id, record)
    return revised, record


def _conflict(connection: sa.Connection, container: Container, expected: int, names: Iterable[str]) -> Stale:
    since = history.newer(connection, container.id, max(0, expected), 1000)
    return revision_conflict(expected, container.revision, since, names)


def _names_changed_by(effective: EffectiveSettings, patch: Patch, by: LayerValue) -> tuple[str, ...]:
    try:
        changes = apply_patch(effective, patch, by).changes
    except Refused:  # a stale revision is reported first; other problems only after the caller has seen it
        changes = {}
    return (*patch.names, *changes)
