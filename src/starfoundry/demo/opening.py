"""The demo's opening moves, made as any operator would make them: an agent, a coordinator, a fleet that may grow."""

from pathlib import Path

from starfoundry.demo.reading import Scene
from starfoundry.drill.operator import Operator
from starfoundry.wire.daemon_pb2 import (
    RegisterPlayerRequest,
    StartFleetGrowthRequest,
    StartManufacturingRequest,
)

AGENT = "FOUNDRY"
HAULERS_MAX = 10
PROBES_MAX = 6
RESERVE_CREDITS = 60_000  # growth leaves this much to trade with


async def open_demo(operator: Operator, *, seed: int, speed: float, data_dir: Path) -> Scene:
    """Register an agent, start manufacturing in its home system, and start buying ships from earnings."""
    player = await operator.call("RegisterPlayer", RegisterPlayerRequest(agent=AGENT))
    manufacturing = await operator.call("StartManufacturing", StartManufacturingRequest(player_id=player.player_id))
    growth = await operator.call(
        "StartFleetGrowth",
        StartFleetGrowthRequest(
            player_id=player.player_id,
            max_haulers=HAULERS_MAX,
            max_probes=PROBES_MAX,
            reserve=RESERVE_CREDITS,
        ),
    )
    return Scene(
        seed=seed,
        speed=speed,
        data_dir=data_dir,
        player_id=player.player_id,
        agent=player.agent,
        system=player.system,
        manufacturing_id=manufacturing.container_id,
        growth_id=growth.container_id,
    )
