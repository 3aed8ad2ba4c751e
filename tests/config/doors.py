"""The daemon's doors to configuration, on a floor."""

from starfoundry.config.api.history_rpc import ConfigHistoryRpc
from starfoundry.config.api.layers_rpc import ConfigLayersRpc
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.containers.api.rpc import ContainersRpc
from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import PlayerId
from starfoundry.wire.daemon_pb2 import ListPlayersResponse, Player
from tests.config.floor import PLAYER


class _Gate:
    def sees(self, player_id, context):
        return True

    async def admit(self, player_id, context):
        if player_id != PLAYER:
            raise Missing(f"there is no player {player_id}")
        return PlayerId(player_id)


class _Players:
    async def ListPlayers(self, request, context):  # noqa: N802
        return ListPlayersResponse(players=[Player(player_id=PLAYER, agent="FOUNDRY")])


def doors(built):
    """The daemon's doors to configuration, on a floor."""
    gate = _Gate()
    watching = SettingsWatch(built.database, built.bus, built.service)
    shared_layers = SharedLayers(built.database, built.bus)
    logbook = Logbook(built.database, built.clock)
    nobody = Supervisor(built.database, logbook, built.clock, runners={})
    return (
        _Players(),
        ConfigRpc(built.service, gate),
        ConfigHistoryRpc(built.database, built.service, watching, gate),
        ConfigLayersRpc(built.service, shared_layers, built.clock, gate),
        ContainersRpc(database=built.database, supervisor=nobody, logbook=logbook, gate=gate),
    )
