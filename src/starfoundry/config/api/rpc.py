"""gRPC methods for one coordinator's settings: get, update (the design's two calls), and revise for any change."""

import hashlib

from google.protobuf.message import Message

from starfoundry.config.api import proto_mapping
from starfoundry.config.api.proto_values import given_in, value_in
from starfoundry.config.domain.change_status import RevisionResult
from starfoundry.config.domain.declarations.setting import refusal
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import BY_NAME, check_texts, check_values, name_problem
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import author_of

WAIT_MILLISECONDS = 2_000
"""The wait for callers that do not send one: clients made from the design's page alone do not know the field."""

WAIT_MILLISECONDS_MAX = 60_000
REASON_LENGTH_MAX = 2_000
NAME_LENGTH_MAX = 64


class ConfigRpc:
    """GetManufacturingConfig, UpdateManufacturingConfig and ReviseConfig."""

    def __init__(self, service: ConfigService, gate: Gate) -> None:
        self._service = service
        self._gate = gate

    async def GetManufacturingConfig(
        self, request: pb.GetManufacturingConfigRequest, context: object
    ) -> pb.GetManufacturingConfigResponse:
        """The stored settings, the origin of each, and the revision that the coordinator decides with."""
        player_id = await self._gate.admit(request.player_id, context)
        view = await self._service.show(player_id, ContainerId(request.container_id), request.revision)
        return proto_mapping.view(view, with_states=not request.revision)

    async def UpdateManufacturingConfig(
        self, request: pb.UpdateManufacturingConfigRequest, context: object
    ) -> pb.UpdateManufacturingConfigResponse:
        """Change exactly the settings that are present in the request, in one revision."""
        wait_seconds = _seconds(request.wait_milliseconds if request.HasField("wait_milliseconds") else None)
        player_id = await self._gate.admit(request.player_id, context)
        values, problems = check_values(given_in(request))
        result = await self._service.apply_patch(
            player_id,
            ContainerId(request.container_id),
            Patch(values=values, problems=problems),
            authorship_of(self._service, request.terms, context),
            terms_of(request.terms, request),
            wait_seconds=wait_seconds,
        )
        return proto_mapping.result(result)

    async def ReviseConfig(
        self, request: pb.ReviseConfigRequest, context: object
    ) -> pb.UpdateManufacturingConfigResponse:
        """Make any change of one coordinator's settings in one revision."""
        player_id = await self._gate.admit(request.player_id, context)
        wait_seconds = _seconds(request.wait_milliseconds)
        authorship = authorship_of(self._service, request.terms, context)
        return proto_mapping.result(await self._revised(request, player_id, authorship, wait_seconds))

    async def _revised(
        self, request: pb.ReviseConfigRequest, player_id: PlayerId, authorship: Authorship, wait_seconds: float
    ) -> RevisionResult:
        container_id = ContainerId(request.container_id)
        terms = terms_of(request.terms, request)
        _require_one_kind(request)
        if request.HasField("rollback_to") or request.rollback_to_tag:
            to = request.rollback_to_tag or request.rollback_to
            return await self._service.rollback(
                player_id, container_id, to, authorship, terms, wait_seconds=wait_seconds
            )
        wanted = _patch(request)
        if request.HasField("preset"):
            return await self._service.apply_preset(
                player_id, container_id, request.preset, authorship, terms, besides=wanted, wait_seconds=wait_seconds
            )
        return await self._service.apply_patch(
            player_id, container_id, wanted, authorship, terms, wait_seconds=wait_seconds
        )


def terms_of(terms: pb.ChangeTerms, request: Message) -> Preconditions:
    """The preconditions in a request."""
    if len(terms.request_id) > REASON_LENGTH_MAX:
        raise Refused.of("request_id", f"{len(terms.request_id)} characters", f"at most {REASON_LENGTH_MAX}")
    return Preconditions(
        expected_revision=terms.expected_revision if terms.HasField("expected_revision") else None,
        request_id=terms.request_id,
        fingerprint=_fingerprint(request) if terms.request_id else "",
        validate_only=terms.validate_only,
        plan=terms.plan,
    )


def _fingerprint(request: Message) -> str:
    """A hash of the requested change.

    Wait, reason and preconditions are left out: they may differ when it is sent again.
    """
    asked = type(request)()
    asked.CopyFrom(request)
    for name in ("terms", "wait_milliseconds"):
        if name in asked.DESCRIPTOR.fields_by_name:
            asked.ClearField(name)
    written = asked.DESCRIPTOR.full_name.encode() + b"\0" + asked.SerializeToString(deterministic=True)
    return hashlib.sha256(written).hexdigest()[:32]


def authorship_of(service: ConfigService, terms: pb.ChangeTerms, context: object) -> Authorship:
    """The author, origin and reason of the change. Raises Refused for a reason that is too long."""
    if len(terms.reason) > REASON_LENGTH_MAX:
        raise Refused.of("reason", f"{len(terms.reason)} characters", f"at most {REASON_LENGTH_MAX} characters")
    if len(terms.source) > NAME_LENGTH_MAX:
        raise Refused.of("source", f"{len(terms.source)} characters", f"at most {NAME_LENGTH_MAX} characters")
    author = author_of(context) or "unknown"
    return service.authorship(author=author, origin=terms.source or "rpc", reason=terms.reason)


def _require_one_kind(request: pb.ReviseConfigRequest) -> None:
    """Raise Refused if a rollback is combined with another change, since the other change would be lost."""
    given = [field.name for field, _ in request.ListFields()]
    problems: list[FieldProblem] = []
    if way := next((name for name in ("rollback_to", "rollback_to_tag") if name in given), ""):
        goes_with_it = {way, "container_id", "player_id", "wait_milliseconds", "terms"}
        why = f"with {way}, which excludes other changes"
        problems += [_omitted(name, why) for name in given if name not in goes_with_it]
    if request.clear_hiding and not request.HasField("preset"):
        problems.append(_omitted("clear_hiding", "without a preset"))
    if problems:
        raise refusal(tuple(problems))


def _omitted(name: str, why: str) -> FieldProblem:
    return FieldProblem(field=name, given="it is set", allowed=f"omitted {why}")


def _patch(request: pb.ReviseConfigRequest) -> Patch:
    masked, problems = _masked(request)
    typed, more = check_texts(request.texts)
    twice = tuple(
        FieldProblem(field=name, given="in update_mask and in texts", allowed="given once")
        for name in request.update_mask.paths
        if name in request.texts
    )
    return Patch(
        values={**masked, **typed},
        unset=tuple(request.unset),
        pin=tuple(request.pin),
        clear_hiding=request.clear_hiding,
        prune=request.prune,
        discard=tuple(request.discard),
        problems=(*problems, *more, *twice),
    )


def _masked(request: pb.ReviseConfigRequest) -> tuple[dict[str, object], tuple[FieldProblem, ...]]:
    """The values of the settings that the field mask names, and the problems of the mask."""
    paths = request.update_mask.paths
    known = [name for name in paths if name in BY_NAME]
    values, problems = check_values({name: value_in(request.config, BY_NAME[name]) for name in known})
    unknown = tuple(
        name_problem(name, f"update_mask.paths[{place}]") for place, name in enumerate(paths) if name not in BY_NAME
    )
    unnamed = [field.name for field, _ in request.config.ListFields() if field.name not in known]
    given = ",".join(paths)
    left_out = tuple(
        FieldProblem(field="update_mask", given=given, allowed=f"with {name}, which is set") for name in unnamed
    )
    return values, (*problems, *unknown, *left_out)


def _seconds(milliseconds: int | None) -> float:
    given = WAIT_MILLISECONDS if milliseconds is None else milliseconds
    if not 0 <= given <= WAIT_MILLISECONDS_MAX:
        raise Refused.of("wait_milliseconds", given, f"from 0 to {WAIT_MILLISECONDS_MAX}")
    return given / 1000
