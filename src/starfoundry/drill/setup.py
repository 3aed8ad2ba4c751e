"""Initial state of every campaign: an agent, a coordinator, and a fleet that may grow."""

from dataclasses import dataclass

from starfoundry.drill.operator import Operator
from starfoundry.kernel.ids import PlayerId
from starfoundry.wire import daemon_pb2 as wire

AGENT = "FOUNDRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillSetup:
    """The player and its containers."""

    player_id: PlayerId
    agent: str
    manufacturing_id: str
    growth_id: str


async def open_scene(operator: Operator, *, is_renewal: bool = False) -> DrillSetup:
    """Register an agent, again after a reset, and start the two containers that most people run."""
    player = await operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent=AGENT, renew=is_renewal))
    making = await operator.call("StartManufacturing", wire.StartManufacturingRequest(player_id=player.player_id))
    growing = await operator.call(
        "StartFleetGrowth", wire.StartFleetGrowthRequest(player_id=player.player_id, max_haulers=10, max_probes=6)
    )
    return DrillSetup(
        player_id=PlayerId(player.player_id),
        agent=player.agent,
        manufacturing_id=making.container_id,
        growth_id=growing.container_id,
    )
