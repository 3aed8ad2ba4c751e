"""Players of universes that are over: still there to be read about, and meant only when nobody else can be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import Player


def at_play(players: "Sequence[Player]") -> "Sequence[Player]":
    """Those whose universe goes on; where there is none, the one who played last."""
    return [player for player in players if not player.ended_at] or players[-1:]
