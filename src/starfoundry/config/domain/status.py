"""What is told of a coordinator's settings, and of a change of them."""

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
    """How far a change has come."""

    APPLIED = "APPLIED"
    """The coordinator has decided with it, or with a later one."""

    PENDING = "PENDING"
    """The coordinator runs, or still brings trips to an end that feel it, and has not taken it up yet."""

    REJECTED = "REJECTED"
    """The coordinator refuses it and goes on with what it had."""

    NEXT_START = "NEXT_START"
    """No coordinator runs that could feel it; it will be felt in the next run."""

    UNCHANGED = "UNCHANGED"
    """It changed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigView:
    """The settings as they are stored, and the newest revision that the coordinator has decided with (0: none).

    `running` are the values of its latest decision cycle, None when none runs. `is_listening` says whether one runs
    that hears of changes; one that is starting does not yet.
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
        """The hash of the values that the coordinator decides with; empty when none runs."""
        return "" if self.running is None else hash_of(self.running)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """What became of a change. Without `changes` everything was so already, and the revision is the present one.

    `effects` and `applied_after_seconds` (from the commit to the first decision) are known when it is APPLIED; in a
    dry run `effects` are what it would do at once, and `plan` binds a later change to this answer.
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
    made_own: tuple[str, ...] = ()
    is_dry: bool = False
    layer: Layer = Layer.CONTAINER

    @property
    def undo(self) -> str:
        """The command that takes it back, as long as nobody changes anything after it; empty for no change."""
        if self.is_dry or self.revision == self.previous_revision or not self.previous_revision:
            return ""
        if self.view.observed_revision > self.revision or self._only_discards() or self.is_taken_back:
            return ""
        return (
            f"spacetraders manufacturing config rollback --container {shlex.quote(self.view.container_id)}"
            f" --to {self.previous_revision} --if-revision {self.revision}"
        )

    @property
    def is_taken_back(self) -> bool:
        """Whether the coordinator refused it and a later revision has restored what was in force."""
        return self.state is ChangeState.REJECTED and self.view.revision > self.revision

    def _only_discards(self) -> bool:
        """Whether all that it did was to forget what could not be used; nothing brings that back."""
        hows = [pair.get("how") for pair in self.changes.values()]
        return bool(hows) and all(how == "discarded" for how in hows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingStatus:
    """How far one setting has come, and what it waits for, was refused for, or is hidden by."""

    name: str
    state: str
    detail: str = ""


def statuses(view: ConfigView) -> list[SettingStatus]:
    """Every setting's own state: what is stored against what the coordinator says it decides with.

    Under a daemon on built-in defaults each says so, also one that is stored as it is built in.
    """
    told = [_status(view, one.name, one.takes_effect.value) for one in SETTINGS]
    return [one if one.state == "REJECTED" else replace(one, detail=SAFE) for one in told] if view.is_safe else told


def changed_statuses(result: RevisionResult) -> list[SettingStatus]:
    """The same for the settings that a change speaks of or moves; one that a layer above hides is SHADOWED."""
    told = []
    takes_effect = {one.name: one.takes_effect.value for one in SETTINGS}
    for name in dict.fromkeys((*result.names, *result.changes)):
        if name not in takes_effect:
            continue
        status = result.view.status
        hidden_by = None
        if result.layer is not Layer.CONTAINER:
            hidden_by = result.view.layers.hiding(result.layer, name)
        if hidden_by is not None:
            told.append(SettingStatus(name=name, state="SHADOWED", detail=f"by the {hidden_by.value}'s own value"))
        elif name not in result.changes:
            told.append(SettingStatus(name=name, state="UNCHANGED"))
        elif status.is_ending and not is_felt((name,), status):
            told.append(_begins_nothing(name, status))
        else:
            instead = {ChangeState.NEXT_START: next_run(status), ChangeState.REJECTED: result.reason}
            detail = instead.get(result.state, takes_effect[name])
            told.append(SettingStatus(name=name, state=result.state.value, detail=detail))
    return told


def is_felt(names: Collection[str], status: ContainerStatus) -> bool:
    """Whether a coordinator that stands so still decides anything by one of these settings.

    One that is ending decides only what the trips that are under way still do.
    """
    if status.is_ending:
        return any(one.trips_feel and one.name in names for one in SETTINGS)
    return status is ContainerStatus.RUNNING


def next_run(status: ContainerStatus) -> str:
    """When a coordinator that stands so works again, in words."""
    is_resting = status in (ContainerStatus.PAUSING, ContainerStatus.PAUSED)
    return "when it is resumed" if is_resting else "at its next start"


def _begins_nothing(name: str, status: ContainerStatus) -> SettingStatus:
    detail = f"{next_run(status)}, for it is {status.value} and begins nothing new"
    return SettingStatus(name=name, state=ChangeState.NEXT_START.value, detail=detail)


def _status(view: ConfigView, name: str, takes_effect: str) -> SettingStatus:
    stored = getattr(view.config, name)
    is_alive = is_felt((name,), view.status)
    if view.status.is_ending and not is_alive:
        return _begins_nothing(name, view.status)
    if view.running is None:
        state, detail = ("PENDING", "until it has begun") if is_alive else ("NEXT_START", f"it is {view.status.value}")
        return SettingStatus(name=name, state=state, detail=detail)
    if getattr(view.running, name) == stored:
        return SettingStatus(name=name, state="APPLIED")
    if view.rejected_revision == view.revision:
        return SettingStatus(name=name, state="REJECTED", detail=view.rejected_reason)
    return SettingStatus(name=name, state="PENDING", detail=takes_effect)
