"""gRPC methods for presets, player defaults, the explanation of a setting, and the settings doctor."""

import json
from collections.abc import Mapping

from starfoundry.config.api import proto_mapping
from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.api.rpc import authorship_of, terms_of
from starfoundry.config.domain.change_status import ConfigView
from starfoundry.config.domain.declarations.setting import Layer, Setting
from starfoundry.config.domain.declarations.value_types import WholeNumber
from starfoundry.config.domain.effective import UnusableValue
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.model import SETTINGS
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.validation import check_texts, find_setting
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.doctor import SettingsFinding, examine
from starfoundry.config.service.propagation import AffectedCoordinator, Propagation
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.config.storage.layer_store import Preset
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.wire import daemon_pb2 as pb


class ConfigLayersRpc:
    """Presets, defaults, ExplainConfig and ExamineConfig."""

    def __init__(self, service: ConfigService, shared_layers: SharedLayers, clock: Clock, gate: Gate) -> None:
        self._service = service
        self._shared_layers = shared_layers
        self._clock = clock
        self._gate = gate

    async def ListConfigPresets(
        self, request: pb.ListConfigPresetsRequest, context: object
    ) -> pb.ListConfigPresetsResponse:
        """Every preset that can be applied, with the coordinators that apply it."""
        player_id = await self._gate.admit(request.player_id, context)
        found = await self._shared_layers.presets(player_id)
        return pb.ListConfigPresetsResponse(presets=[_preset(preset, users) for preset, users in found])

    async def SaveConfigPreset(
        self, request: pb.SaveConfigPresetRequest, context: object
    ) -> pb.SaveConfigPresetResponse:
        """Save a preset of the player; coordinators that apply it are changed too."""
        player_id = await self._gate.admit(request.player_id, context)
        by = authorship_of(self._service, request.terms, context)
        values, problems = check_texts(request.texts)
        spread = await self._shared_layers.save_preset(
            player_id,
            request.name,
            Patch(values=values, problems=problems),
            by,
            terms_of(request.terms, request),
            description=request.description if request.HasField("description") else None,
            container_id=ContainerId(request.container_id) if request.container_id else None,
        )
        saved = Preset(
            name=request.name,
            description=spread.description,
            entries=spread.entries,
            author=by.author,
            at=by.entry(0).at,
        )
        users = [each.committed.container.id for each in spread.reached]
        return pb.SaveConfigPresetResponse(
            preset=_preset(saved, users),
            reached=_reached(spread),
            dry_run=spread.is_dry,
            warnings=spread.warnings,
            changes=proto_mapping.changes(spread.changes),
            plan=spread.plan,
            undo=spread.undo,
        )

    async def DeleteConfigPreset(
        self, request: pb.DeleteConfigPresetRequest, context: object
    ) -> pb.DeleteConfigPresetResponse:
        """Delete a preset of the player that no coordinator applies."""
        player_id = await self._gate.admit(request.player_id, context)
        by = authorship_of(self._service, request.terms, context)
        spread = await self._shared_layers.delete_preset(player_id, request.name, by, terms_of(request.terms, request))
        return pb.DeleteConfigPresetResponse(
            name=request.name,
            undo=spread.undo,
            dry_run=spread.is_dry,
            changes=proto_mapping.changes(spread.changes),
            plan=spread.plan,
        )

    async def GetConfigDefaults(self, request: pb.GetConfigDefaultsRequest, context: object) -> pb.ConfigDefaults:
        """The player's own defaults, and the settings that a new coordinator would start with."""
        player_id = await self._gate.admit(request.player_id, context)
        return _defaults(*await self._shared_layers.defaults(player_id))

    async def ReviseConfigDefaults(
        self, request: pb.ReviseConfigDefaultsRequest, context: object
    ) -> pb.ReviseConfigDefaultsResponse:
        """Change the player's defaults, and every coordinator that does not override them."""
        player_id = await self._gate.admit(request.player_id, context)
        values, problems = check_texts(request.texts)
        spread = await self._shared_layers.revise_defaults(
            player_id,
            Patch(values=values, unset=tuple(request.unset), pin=tuple(request.pin), problems=problems),
            authorship_of(self._service, request.terms, context),
            terms_of(request.terms, request),
        )
        return pb.ReviseConfigDefaultsResponse(
            defaults=_defaults(spread.entries, {}),
            changes=proto_mapping.changes(spread.changes),
            reached=_reached(spread),
            dry_run=spread.is_dry,
            warnings=spread.warnings,
            plan=spread.plan,
            undo=spread.undo,
        )

    async def ExplainConfig(self, request: pb.ExplainConfigRequest, context: object) -> pb.ExplainConfigResponse:
        """The declaration of a setting, and its value in every layer and coordinator."""
        settings = (find_setting(request.name),) if request.name else SETTINGS
        player_id = await self._gate.admit(request.player_id, context)
        views = await self._service.show_all(player_id)
        return pb.ExplainConfigResponse(settings=[_description(one, views) for one in settings])

    async def ExamineConfig(self, request: pb.ExamineConfigRequest, context: object) -> pb.ExamineConfigResponse:
        """Problems in the stored settings of one coordinator, or of all."""
        player_id = await self._gate.admit(request.player_id, context)
        if request.container_id:
            views = [await self._service.show(player_id, ContainerId(request.container_id))]
        else:
            views = await self._service.show_all(player_id)
        found = await self._shared_layers.examine(player_id)
        for view in views:
            found += examine(view, self._clock.now(), self._service.unknown_goods(view))
        return pb.ExamineConfigResponse(
            findings=[
                pb.ConfigFinding(
                    container_id=each.container_id,
                    kind=each.kind,
                    name=each.name,
                    text=each.text,
                    remedy=_command(each, player_id),
                )
                for each in found
            ],
            containers=[view.container_id for view in views],
        )


def _command(finding: SettingsFinding, player_id: PlayerId) -> str:
    """The command that fixes a finding; findings in shared layers need the player's id."""
    whose = "" if finding.container_id else f" --player-id {player_id}"
    return f"spacetraders manufacturing config {finding.remedy}{whose}" if finding.remedy else ""


def _preset(preset: Preset, users: list[ContainerId]) -> pb.ConfigPreset:
    return pb.ConfigPreset(
        name=preset.name,
        description=preset.description,
        built_in=preset.is_built_in,
        values_json=_written(preset.entries),
        author=preset.author,
        at=preset.at,
        containers=users,
        quarantine=proto_mapping.quarantine(preset.quarantine),
    )


def _written(entries: Mapping[str, LayerValue]) -> dict[str, str]:
    kinds = {one.name: one.kind for one in SETTINGS}
    return {name: json.dumps(kinds[name].write(entry.value)) for name, entry in entries.items()}


def _defaults(entries: Mapping[str, LayerValue], unused: Mapping[str, UnusableValue]) -> pb.ConfigDefaults:
    written = _written(entries)
    return pb.ConfigDefaults(
        defaults=[
            pb.ConfigDefault(
                name=name,
                value_json=written[name],
                author=entry.author,
                at=entry.at,
                pinned=entry.is_pinned,
                reason=entry.reason,
            )
            for name, entry in entries.items()
        ],
        config=to_wire(Layers(player=entries).config()),
        quarantine=proto_mapping.quarantine(unused),
    )


def _reached(spread: Propagation) -> list[pb.ReachedContainer]:
    return [_reached_one(each) for each in spread.reached]


def _reached_one(each: AffectedCoordinator) -> pb.ReachedContainer:
    return pb.ReachedContainer(
        container_id=each.committed.container.id,
        revision=each.committed.revised.revision,
        previous_revision=each.committed.container.revision,
        changes=proto_mapping.changes(each.committed.outcome.changes),
        shadowed=each.shadowed,
        problem=each.objection,
    )


def _description(one: Setting, views: list[ConfigView]) -> pb.SettingDescription:
    return pb.SettingDescription(
        name=one.name,
        label=one.label,
        unit_and_range=one.kind.allowed,
        default_json=json.dumps(one.kind.write(one.default)),
        short_help=one.short_help,
        long_help=one.long_help,
        under_way=one.under_way,
        takes_effect=one.takes_effect.value,
        hazard=one.hazard.value,
        flag=one.flag,
        since=one.since,
        layers=[Layer.BUILT_IN.value, *(layer.value for layer in one.layers)],
        json_schema=json.dumps(one.kind.json_schema),
        stored_as=one.key,
        step_limit=one.step_limit or 0,
        section=one.section,
        unit=one.kind.unit if isinstance(one.kind, WholeNumber) else "",
        uses=[
            pb.SettingUse(
                container_id=view.container_id,
                value_json=json.dumps(one.kind.write(getattr(view.config, one.name))),
                layer=view.layers.stack(one.name)[0][0].value,
            )
            for view in views
        ],
    )
