"""Which player is meant when a reset has left some behind."""

from starfoundry.terminal.arguments.ended_players import active_players
from starfoundry.wire.daemon_pb2 import Player

OLD = Player(player_id=1, agent="FOUNDRY", universe="2026-03-01", ended_at="2026-03-08T13:00:00.000Z")
NEW = Player(player_id=2, agent="FOUNDRY", universe="2026-03-08")
LATER = Player(player_id=3, agent="FOUNDRY", universe="2026-03-15", ended_at="2026-03-22T13:00:00.000Z")


def test_a_player_who_began_anew_is_meant_without_a_name():
    assert active_players([OLD, NEW]) == [NEW]


def test_when_nobody_plays_the_last_who_did_is_meant():
    assert active_players([OLD, LATER]) == [LATER]
