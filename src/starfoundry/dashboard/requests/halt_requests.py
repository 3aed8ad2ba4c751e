"""Halt and resume requests of the page, and the equivalent command."""

from typing import Annotated

import msgspec

from starfoundry.dashboard.requests.request_body import decoded
from starfoundry.wire import daemon_pb2 as pb

WAIT_MILLISECONDS = 10_000

Player = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Halting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The scope to halt or resume: a container, a player, or with neither everything."""

    halted: bool
    container_id: str = ""
    player_id: Player = 0


_DECODER = msgspec.json.Decoder(Halting)


def read(body: bytes) -> Halting:
    """The scope that a request's body names; raises Refused for anything else."""
    return decoded(body, _DECODER, "the request neither halts nor lets go")


def request_of(wanted: Halting) -> pb.SetHaltRequest:
    """The daemon's call for it."""
    return pb.SetHaltRequest(
        container_id=wanted.container_id,
        player_id=wanted.player_id,
        halted=wanted.halted,
        wait_milliseconds=WAIT_MILLISECONDS if wanted.halted else 0,
    )
