"""Problems in stored settings, for an operator who returns after a while."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starfoundry.config.domain.change_status import ConfigView
from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.declarations.value_text import NONE, SAFE_NOTICE, as_text
from starfoundry.config.domain.effective import UnusableValue
from starfoundry.config.domain.layers import EDITED
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.storage.layer_store import Preset

OLD_AFTER = timedelta(days=30)
"""The age at which an override is reported: its purpose has probably passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFinding:
    """One problem; `container_id` is empty if it is in the player's shared layers.

    `remedy` holds the words after `manufacturing config` that fix it; empty for none.
    """

    container_id: str
    kind: str
    name: str
    text: str
    remedy: str = ""


def examine(view: ConfigView, now: datetime, unknown_goods: Iterable[str] = ()) -> Iterator[SettingsFinding]:
    """Every problem in one coordinator's settings.

    `unknown_goods` are its warnings, each beginning with the setting.
    """
    if view.is_safe:
        yield SettingsFinding(container_id=view.container_id, kind="SAFE_CONFIGURATION", name="", text=SAFE_NOTICE)
    yield from _unreadable(view)
    yield from _not_in_force(view)
    for warning in unknown_goods:
        name, _, text = warning.partition(": ")
        remedy = f"set --container {view.container_id} {name}=VALUE"
        yield SettingsFinding(container_id=view.container_id, kind="UNKNOWN_GOOD", name=name, text=text, remedy=remedy)
    for one in SETTINGS:
        yield from _override(view, one.name, now)


def examine_shared_layers(
    defaults: Mapping[str, UnusableValue], presets: Iterable[Preset]
) -> Iterator[SettingsFinding]:
    """Stored values of defaults and presets that cannot be used."""
    for name, held in defaults.items():
        text = f"{json.dumps(held.value)} is stored as a default and not used: {held.problem}"
        yield SettingsFinding(
            container_id="", kind="QUARANTINED", name=name, text=text, remedy=f"defaults unset {shlex.quote(name)}"
        )
    for preset in presets:
        remedy = f"preset save {shlex.quote(preset.name)} NAME=VALUE"
        for name, held in preset.quarantine.items():
            text = f"{json.dumps(held.value)} is stored in preset {preset.name} and not used: {held.problem}"
            yield SettingsFinding(container_id="", kind="QUARANTINED", name=name, text=text, remedy=remedy)


def _unreadable(view: ConfigView) -> Iterator[SettingsFinding]:
    for key, held in view.quarantine.items():
        yield SettingsFinding(
            container_id=view.container_id,
            kind="QUARANTINED",
            name=key,
            text=f"{json.dumps(held.value)} is stored and not used: {held.problem}",
            remedy=f"doctor --container {shlex.quote(view.container_id)} --discard {shlex.quote(key)}",
        )
    for name in view.fallen_back:
        text = f"{_words(name, getattr(view.config, name))} stays in force, as accepted last"
        remedy = f"set --container {view.container_id} {name}=VALUE"
        yield SettingsFinding(container_id=view.container_id, kind="LAST_ACCEPTED", name=name, text=text, remedy=remedy)


def _not_in_force(view: ConfigView) -> Iterator[SettingsFinding]:
    if view.rejected_revision and view.rejected_revision == view.revision:
        text = f"the coordinator refuses revision {view.revision}: {view.rejected_reason}"
        back = f"rollback --container {view.container_id} --to {view.observed_revision} --if-revision {view.revision}"
        remedy = back if view.observed_revision else ""
        yield SettingsFinding(container_id=view.container_id, kind="REJECTED", name="", text=text, remedy=remedy)
    elif view.rejected_revision:
        text = f"revision {view.rejected_revision} was refused and reverted: {view.rejected_reason}"
        yield SettingsFinding(container_id=view.container_id, kind="TAKEN_BACK", name="", text=text)
    if view.running is None:
        return
    for one in SETTINGS:
        stored, running = getattr(view.config, one.name), getattr(view.running, one.name)
        if stored != running:
            text = f"{_words(one.name, stored)} is stored, but it decides with {_words(one.name, running)}"
            yield SettingsFinding(
                container_id=view.container_id, kind="NOT_RUNNING_AS_STORED", name=one.name, text=text
            )


def _override(view: ConfigView, name: str, now: datetime) -> Iterator[SettingsFinding]:
    own = view.layers.own.get(name)
    if own is None:
        return
    unset = f"unset --container {view.container_id} {name}"
    below = view.layers.below(name)
    if own.value == below and not own.is_pinned:
        text = "is the container's own and equals the layer below it"
        yield SettingsFinding(
            container_id=view.container_id, kind="EQUALS_LAYER_BELOW", name=name, text=text, remedy=unset
        )
    hidden = [layer for layer, _ in view.layers.stack(name)[1:] if layer is Layer.PRESET]
    if hidden and own.value != below:
        text = f"hides preset {view.layers.preset_name}, which says {_words(name, below)}"
        yield SettingsFinding(container_id=view.container_id, kind="SHADOWED", name=name, text=text, remedy=unset)
    if own.author == EDITED:
        text = "was not set by any recorded change"
        remedy = f"pin --container {view.container_id} {name}"
        yield SettingsFinding(container_id=view.container_id, kind="EDITED", name=name, text=text, remedy=remedy)
    elif own.at and not own.is_pinned and now - datetime.fromisoformat(own.at) > OLD_AFTER:
        days = (now - datetime.fromisoformat(own.at)).days
        text = f"was set {days} days ago by {own.author} and is still in force"
        yield SettingsFinding(container_id=view.container_id, kind="OLD", name=name, text=text, remedy=unset)


def _words(name: str, value: Any) -> str:  # noqa: ANN401  (each setting has a type of its own)
    return as_text(BY_NAME[name].kind.write(value)) or NONE
