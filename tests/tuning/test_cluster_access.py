"""Who may name a cluster, and what it is told."""

from typing import cast

import pytest
import sqlalchemy as sa

from starfoundry.daemon.access.caller import CALLER
from starfoundry.daemon.access.model import Principal, Role
from starfoundry.daemon.players.player_access import PlayerAccess
from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.situation import encode
from starfoundry.forecast.runtime.observation import observe
from starfoundry.kernel.errors import NotPermitted
from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.schema import players
from starfoundry.tuning.api.follow_service import FollowService
from starfoundry.tuning.api.rpc import TuningRpc
from starfoundry.wire import daemon_pb2 as pb
from tests.forecast.games import game
from tests.tuning.test_tuner import planted, tuning, whose

NOT_ASKED = cast("FollowService", None)


@pytest.mark.parametrize(
    ("token_id", "is_taken"),
    [("", True), ("a1b2c3", False), ("certificate-a1b2c3", False)],
    ids=["owner", "token", "cert"],
)
def test_only_the_daemons_own_user_names_a_cluster_an_admin_with_a_token_does_not(tmp_path, token_id, is_taken):
    caller = Principal(name="admin", role=Role.ADMIN, origin="somewhere", token_id=token_id)

    async def body():
        CALLER.set(caller)
        async with game(tmp_path, hours=0.0) as begun, tuning(begun, planted) as (service, _, _):
            gate = PlayerAccess(begun.running.daemon.database)
            player, container = whose(begun)
            request = pb.StartTuningRequest(
                player_id=player,
                container_id=container,
                settings=["trade_min_margin=0..100"],
                objective="profit_per_hour",
                budget=100,
                hours=1,
                cluster="tcp://10.0.0.7:8786",
            )
            return await TuningRpc(service, NOT_ASKED, gate, gate.is_owner).StartTuning(request, None)

    if is_taken:
        assert loop.run(body(), seed=1).cluster == "tcp://10.0.0.7:8786"
    else:
        with pytest.raises(NotPermitted, match="only the daemon's own user"):
            loop.run(body(), seed=1)


def test_what_a_cluster_is_told_of_the_game_has_no_token(tmp_path):
    async def body():
        async with game(tmp_path, hours=0.1) as begun:
            session = await begun.running.daemon.sessions.get(begun.scene.player_id)
            container = ContainerId(begun.scene.manufacturing_id)
            situation = await observe(session, begun.running.daemon.database, container, begun.running.clock.now())
            sealed = await begun.running.daemon.database.read(
                lambda connection: list(connection.execute(sa.select(players.c.token_sealed)).scalars())
            )
            return encode(situation), [agent.token.encode() for agent in begun.running.universe.agents.values()], sealed

    told, tokens, sealed = loop.run(body(), seed=1)

    assert len(tokens) == len(sealed) == 1
    assert not [each for each in (*tokens, *sealed) if each in told]
