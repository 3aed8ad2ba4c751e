"""Players whose universe is over: still readable, and selected only when there is no other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Player


def active_players(players: "Sequence[Player]") -> "Sequence[Player]":
    """The players whose universe continues; if there is none, the one who played last."""
    return [player for player in players if not player.ended_at] or players[-1:]
