"""The state of a coordinator's settings and the result of a change, for reporting."""

import enum
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.declarations.value_text import SAFE
from starfoundry.config.domain.effective import UnusableValue, hash_of
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.kernel.ids import ContainerId, Revision


class ChangeState(enum.Enum):
    """The progress of a change."""

    APPLIED = "APPLIED"
    """The coordinator decides with it, or with a later revision."""

    PENDING = "PENDING"
    """A running or ending coordinator will apply it, but has not yet."""

    REJECTED = "REJECTED"
    """The coordinator refuses it and keeps the settings it had."""

    NEXT_START = "NEXT_START"
    """No running coordinator can apply it; it takes effect in the next run."""

    UNCHANGED = "UNCHANGED"
    """It changed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigView:
    """The stored settings, and the newest revision that the coordinator has decided with (0: none).

    `running` holds the values of its latest decision cycle, None if it is not running. `is_listening` says whether
    a running coordinator receives changes; a starting one does not yet.
    """

    container_id: ContainerId
    status: ContainerStatus
    system: str
    config: ManufacturingConfig
    revision: Revision
    observed_revision: Revision
    is_listening: bool
    running: ManufacturingConfig | None = None
    layers: Layers = field(default_factory=Layers)
    since: Mapping[str, LayerValue] = field(default_factory=dict)
    quarantine: Mapping[str, UnusableValue] = field(default_factory=dict)
    fallen_back: tuple[str, ...] = ()
    rejected_revision: Revision = Revision(0)
    rejected_reason: str = ""
    is_safe: bool = False

    @property
    def stored_hash(self) -> str:
        """The hash of the stored values."""
        return hash_of(self.config)

    @property
    def running_hash(self) -> str:
        """The hash of the values that the coordinator decides with; empty if it is not running."""
        return "" if self.running is None else hash_of(self.running)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """The result of a change. Without `changes` the settings were already so, and the revision is the current one.

    `effects` and `applied_after_seconds` (from the commit to the first decision) are known if it is APPLIED; in a
    dry run `effects` are the immediate effects it would have, and `plan` binds a later change to this result.
    """

    view: ConfigView
    state: ChangeState
    changes: Mapping[str, Mapping[str, object]]
    revision: Revision
    previous_revision: Revision
    effects: tuple[str, ...] = ()
    applied_after_seconds: float | None = None
    reason: str = ""
    names: tuple[str, ...] = ()
    plan: str = ""
    warnings: tuple[str, ...] = ()
    is_dry: bool = False
    layer: Layer = Layer.CONTAINER

    @property
    def undo(self) -> str:
        """The command that undoes it, valid until the next change; empty if there was no change."""
        if self.is_dry or self.revision == self.previous_revision or not self.previous_revision:
            return ""
        if self.view.observed_revision > self.revision or self._only_discards() or self.is_reverted:
            return ""
        return (
            f"spacetraders manufacturing config rollback --container {shlex.quote(self.view.container_id)}"
            f" --to {self.previous_revision} --if-revision {self.revision}"
        )

    @property
    def is_reverted(self) -> bool:
        """Whether the coordinator refused it and a later revision restored what was in force."""
        return self.state is ChangeState.REJECTED and self.view.revision > self.revision

    def _only_discards(self) -> bool:
        """Whether it only discarded values that could not be used; no command restores those."""
        hows = [pair.get("how") for pair in self.changes.values()]
        return bool(hows) and all(how == "discarded" for how in hows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingStatus:
    """The state of one setting, with what it waits for, why it was refused, or which layer hides it."""

    name: str
    state: str
    detail: str = ""


def statuses(view: ConfigView) -> list[SettingStatus]:
    """The state of every setting: the stored value compared with the one that the coordinator decides with.

    Under a daemon on built-in defaults every setting says so, even one whose stored value equals its default.
    """
    found = [_status(view, one.name, one.takes_effect.value) for one in SETTINGS]
    if not view.is_safe:
        return found
    return [one if one.state == "REJECTED" else replace(one, detail=SAFE) for one in found]


def changed_statuses(result: RevisionResult) -> list[SettingStatus]:
    """The state of the settings that a change names or changes. SHADOWED: a layer above hides the setting."""
    found: list[SettingStatus] = []
    takes_effect = {one.name: one.takes_effect.value for one in SETTINGS}
    for name in dict.fromkeys((*result.names, *result.changes)):
        if name not in takes_effect:
            continue
        status = result.view.status
        hidden_by = None
        if result.layer is not Layer.CONTAINER:
            hidden_by = result.view.layers.hidden_by(result.layer, name)
        if hidden_by is not None:
            found.append(SettingStatus(name=name, state="SHADOWED", detail=f"by the {hidden_by.value}'s own value"))
        elif name not in result.changes:
            found.append(SettingStatus(name=name, state="UNCHANGED"))
        elif status.is_ending and not is_in_use((name,), status):
            found.append(_deferred_status(name, status))
        else:
            instead = {ChangeState.NEXT_START: next_run(status), ChangeState.REJECTED: result.reason}
            detail = instead.get(result.state, takes_effect[name])
            found.append(SettingStatus(name=name, state=result.state.value, detail=detail))
    return found


def is_in_use(names: Collection[str], status: ContainerStatus) -> bool:
    """Whether a coordinator in this status still decides anything by one of these settings.

    An ending one decides only about trips that are under way.
    """
    if status.is_ending:
        return any(one.affects_trips and one.name in names for one in SETTINGS)
    return status is ContainerStatus.RUNNING


def next_run(status: ContainerStatus) -> str:
    """The next time a coordinator in this status works, in words."""
    is_resting = status in (ContainerStatus.PAUSING, ContainerStatus.PAUSED)
    return "when it is resumed" if is_resting else "at its next start"


def _deferred_status(name: str, status: ContainerStatus) -> SettingStatus:
    detail = f"{next_run(status)}, for it is {status.value} and starts nothing new"
    return SettingStatus(name=name, state=ChangeState.NEXT_START.value, detail=detail)


def _status(view: ConfigView, name: str, takes_effect: str) -> SettingStatus:
    stored = getattr(view.config, name)
    is_alive = is_in_use((name,), view.status)
    if view.status.is_ending and not is_alive:
        return _deferred_status(name, view.status)
    if view.running is None:
        state, detail = (
            ("PENDING", "until it has started") if is_alive else ("NEXT_START", f"it is {view.status.value}")
        )
        return SettingStatus(name=name, state=state, detail=detail)
    if getattr(view.running, name) == stored:
        return SettingStatus(name=name, state="APPLIED")
    if view.rejected_revision == view.revision:
        return SettingStatus(name=name, state="REJECTED", detail=view.rejected_reason)
    return SettingStatus(name=name, state="PENDING", detail=takes_effect)
