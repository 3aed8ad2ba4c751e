"""Requests of the page to change settings of any layer: read, previewed or made, and answered in one form."""

from typing import Any

import msgspec

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.requests import change, layer_change
from starfoundry.dashboard.requests.change import Change
from starfoundry.dashboard.requests.layer_change import DefaultsChange, LayerChange
from starfoundry.dashboard.requests.request_body import decoded
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

AnyChange = Change | LayerChange

_DECODER: msgspec.json.Decoder[AnyChange] = msgspec.json.Decoder(AnyChange)


def read(body: bytes) -> AnyChange:
    """The change in a request's body; raises Refused for anything else."""
    return decoded(body, _DECODER, "the request is no change of settings")


async def revise(link: AsyncDaemonClient, wanted: AnyChange, *, validate_only: bool) -> dict[str, Any]:
    """The result of the change, or what it would be; of a layer also what it was before, as `former`."""
    if isinstance(wanted, Change):
        answer = await link.call("ReviseConfig", change.request_of(wanted, validate_only=validate_only))
        before = answer.previous_revision
        seen = wanted if wanted.expected_revision is not None else wanted.based_on(before)
        terms = {"expected_revision": before}
        return {**plain(answer), "reached": [], "terms": terms, "command": change.command_of(seen)}
    method, request = layer_change.call_of(wanted, validate_only=validate_only)
    former = await _former(link, wanted)  # asked before: the plan of the change holds only if it was so still
    return {**layer_change.answer_of(wanted, plain(await link.call(method, request))), "former": former}


async def _former(link: AsyncDaemonClient, wanted: LayerChange) -> dict[str, Any] | None:
    """The defaults by their names, or the preset; None for a preset that does not exist."""
    if isinstance(wanted, DefaultsChange):
        defaults = await link.call("GetConfigDefaults", pb.GetConfigDefaultsRequest(player_id=wanted.player_id))
        return {each.name: plain(each) for each in defaults.defaults}
    found = (await link.call("ListConfigPresets", pb.ListConfigPresetsRequest(player_id=wanted.player_id))).presets
    return next((plain(each) for each in found if each.name == wanted.name), None)
