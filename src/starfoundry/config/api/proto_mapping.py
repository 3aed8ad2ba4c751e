"""Protobuf messages for settings, changes and revisions."""

import json
from collections.abc import Mapping
from datetime import datetime

from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.domain.change_status import (
    ConfigView,
    RevisionResult,
    SettingStatus,
    changed_statuses,
    statuses,
)
from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.effective import UnusableValue
from starfoundry.config.domain.messages import result_message
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.kernel.instants import rfc3339
from starfoundry.wire import daemon_pb2 as pb


def view(seen: ConfigView, *, with_states: bool) -> pb.GetManufacturingConfigResponse:
    """The settings of a coordinator; without the state of each setting for an earlier revision."""
    return pb.GetManufacturingConfigResponse(
        container_id=seen.container_id,
        config=to_wire(seen.config),
        container_status=seen.status.value,
        revision=seen.revision,
        observed_revision=seen.observed_revision,
        system_symbol=seen.system,
        running=None if seen.running is None else to_wire(seen.running),
        stored_hash=seen.stored_hash,
        running_hash=seen.running_hash,
        provenance=[provenance(seen, one.name) for one in SETTINGS],
        quarantine=quarantine(seen.quarantine),
        preset=seen.layers.preset_name,
        settings=[_state(one) for one in statuses(seen)] if with_states else [],
        rejected_revision=seen.rejected_revision,
        rejected_reason=seen.rejected_reason,
        safe_configuration=seen.is_safe,
    )


def result(made: RevisionResult) -> pb.UpdateManufacturingConfigResponse:
    """The result of a change."""
    seen = made.view
    return pb.UpdateManufacturingConfigResponse(
        success=True,
        message=result_message(made),
        current_config=to_wire(seen.config),
        revision=made.revision,
        observed_revision=seen.observed_revision,
        state=made.state.value,
        effects=made.effects,
        applied_after_microseconds=round(1_000_000 * (made.applied_after_seconds or 0.0)),
        container_status=seen.status.value,
        system_symbol=seen.system,
        previous_revision=made.previous_revision,
        changes=changes(made.changes),
        undo=made.undo,
        plan=made.plan,
        warnings=made.warnings,
        settings=[_state(one) for one in changed_statuses(made)],
        dry_run=made.is_dry,
        container_id=seen.container_id,
    )


def changes(pairs: Mapping[str, Mapping[str, object]]) -> list[pb.SettingChange]:
    """The difference that a change made, by setting."""
    return [
        pb.SettingChange(
            name=name,
            before_json=json.dumps(pair["before"]),
            after_json=json.dumps(pair["after"]),
            how=str(pair.get("how", "")),
        )
        for name, pair in pairs.items()
    ]


def quarantine(held: Mapping[str, UnusableValue]) -> list[pb.QuarantinedKey]:
    """The stored values that cannot be used, by key."""
    return [
        pb.QuarantinedKey(key=key, value_json=json.dumps(one.value), problem=one.problem) for key, one in held.items()
    ]


def revision(record: RevisionRecord) -> pb.ConfigRevision:
    """One revision of the history."""
    return pb.ConfigRevision(
        revision=record.revision,
        at=rfc3339(record.at),
        author=record.author,
        source=record.origin,
        reason=record.reason,
        tags=record.tags,
        notes=record.notes,
        changes=changes(record.changes),
        preset=record.preset,
        refused=record.refusal,
    )


def decision(*, at: datetime, kind: str, subject: str, facts: Mapping[str, object]) -> pb.ConfigDecision:
    """One decision of a coordinator."""
    return pb.ConfigDecision(at=rfc3339(at), kind=kind, subject=subject, facts_json=json.dumps(facts))


def _state(status: SettingStatus) -> pb.SettingState:
    return pb.SettingState(name=status.name, state=status.state, detail=status.detail)


def provenance(seen: ConfigView, name: str) -> pb.Provenance:
    """The layer, author and time of a setting's value, and the values it hides."""
    kind = next(one.kind for one in SETTINGS if one.name == name)
    stack = seen.layers.stack(name)
    layer, entry = stack[0]
    since = seen.since.get(name)
    known = since if since is not None and since.value == entry.value and layer is not Layer.CONTAINER else entry
    return pb.Provenance(
        name=name,
        value_json=json.dumps(kind.write(getattr(seen.config, name))),
        layer=layer.value,
        revision=known.revision,
        author=entry.author if layer is not Layer.BUILT_IN else (since.author if known is since else ""),
        at=known.at or entry.at,
        pinned=entry.is_pinned,
        hides=[
            pb.HiddenValue(
                layer=other.value,
                value_json=json.dumps(kind.write(hidden.value)),
                author=hidden.author if other is not Layer.BUILT_IN else "",
                at=hidden.at,
            )
            for other, hidden in stack[1:]
        ],
        preset=seen.layers.preset_name if layer is Layer.PRESET else "",
    )
