"""Requests of the page that acknowledge alerts and mute alert rules."""

from typing import Annotated

import msgspec

from starfoundry.dashboard.requests.change import PlayerNumber
from starfoundry.dashboard.requests.request_body import decoded
from starfoundry.wire import daemon_pb2 as pb

AlertNumber = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An open alert of which no more notifications shall be sent; 0 is all of them."""

    player_id: PlayerNumber
    alert_id: AlertNumber


class Mute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule that shall be silent for so many seconds, an empty kind for all rules; 0 seconds end a mute."""

    player_id: PlayerNumber
    kind: str
    seconds: Seconds


_ACKNOWLEDGEMENTS = msgspec.json.Decoder(Acknowledgement)
_MUTES = msgspec.json.Decoder(Mute)


def acknowledgement(body: bytes) -> pb.AcknowledgeAlertRequest:
    """The daemon's call that a request's body asks for; raises Refused for anything else."""
    wanted = decoded(body, _ACKNOWLEDGEMENTS, "the request acknowledges no alert")
    return pb.AcknowledgeAlertRequest(player_id=wanted.player_id, alert_id=wanted.alert_id)


def mute(body: bytes) -> pb.MuteAlertsRequest:
    """The daemon's call that a request's body asks for; raises Refused for anything else."""
    wanted = decoded(body, _MUTES, "the request mutes nothing")
    return pb.MuteAlertsRequest(player_id=wanted.player_id, kind=wanted.kind, seconds=wanted.seconds)
