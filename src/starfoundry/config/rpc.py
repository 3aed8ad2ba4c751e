"""The door for other processes: the two calls of the wire contract, by their names there."""

from starfoundry.config.model import ConfigChange
from starfoundry.config.service import ConfigService, ConfigView, RevisionResult
from starfoundry.config.wire import given_in, to_wire
from starfoundry.config.words import sentence
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import author_of

WAIT_MILLISECONDS = 2_000
"""The patience of callers that do not say: those made from the design's page alone do not know the field."""

WAIT_MILLISECONDS_MAX = 60_000


class ConfigRpc:
    """GetManufacturingConfig and UpdateManufacturingConfig."""

    def __init__(self, service: ConfigService, gate: Gate) -> None:
        self._service = service
        self._gate = gate

    async def GetManufacturingConfig(  # noqa: N802  (the wire's name)
        self, request: pb.GetManufacturingConfigRequest, context: object
    ) -> pb.GetManufacturingConfigResponse:
        """The stored settings, and which revision the coordinator decides with."""
        player_id = await self._gate.admit(request.player_id, context)
        view = await self._service.show(player_id, ContainerId(request.container_id))
        return pb.GetManufacturingConfigResponse(
            config=to_wire(view.config),
            container_status=view.status.value,
            revision=view.revision,
            observed_revision=view.observed_revision,
            system_symbol=view.system,
        )

    async def UpdateManufacturingConfig(  # noqa: N802  (the wire's name)
        self, request: pb.UpdateManufacturingConfigRequest, context: object
    ) -> pb.UpdateManufacturingConfigResponse:
        """Change the settings that are set in the request, as one, and no others."""
        wait_seconds = _wait_seconds(request)
        player_id = await self._gate.admit(request.player_id, context)
        result = await self._service.revise(
            player_id,
            ContainerId(request.container_id),
            ConfigChange(given_in(request)),
            author=author_of(context) or "unknown",
            origin="rpc",
            wait_seconds=wait_seconds,
        )
        return _answer(result, result.view)


def _wait_seconds(request: pb.UpdateManufacturingConfigRequest) -> float:
    milliseconds = request.wait_milliseconds if request.HasField("wait_milliseconds") else WAIT_MILLISECONDS
    if not 0 <= milliseconds <= WAIT_MILLISECONDS_MAX:
        raise Refused.of("wait_milliseconds", milliseconds, f"from 0 to {WAIT_MILLISECONDS_MAX}")
    return milliseconds / 1000


def _answer(result: RevisionResult, view: ConfigView) -> pb.UpdateManufacturingConfigResponse:
    return pb.UpdateManufacturingConfigResponse(
        success=True,
        message=sentence(result),
        current_config=to_wire(view.config),
        revision=view.revision,
        observed_revision=view.observed_revision,
        state=result.state.value,
        effects=result.effects,
        applied_after_microseconds=round(1_000_000 * (result.applied_after_seconds or 0.0)),
        container_status=view.status.value,
        system_symbol=view.system,
    )
