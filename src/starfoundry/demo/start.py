"""Start of a demo through ordinary calls: an agent, a coordinator, and a fleet that may grow.

In a data directory of an earlier demo, what is there continues.
"""

from starfoundry.demo.demo_plan import DemoPlan, DemoSetting
from starfoundry.drill.operator import Operator
from starfoundry.kernel.errors import Refused
from starfoundry.wire.daemon_pb2 import (
    ListContainersRequest,
    ListPlayersRequest,
    Player,
    RegisterPlayerRequest,
    StartFleetGrowthRequest,
    StartManufacturingRequest,
)

AGENT = "FOUNDRY"
HAULERS_MAX = 10
PROBES_MAX = 6
RESERVE_CREDITS = 0  # growth itself leaves working capital


async def open_demo(operator: Operator, plan: DemoPlan) -> DemoSetting:
    """Register an agent, start manufacturing in its home system, and start buying ships from earnings.

    Raises Refused for a preset or settings to begin with if a coordinator runs already.
    """
    player = await _player(operator)
    running = await operator.call(
        "ListContainers", ListContainersRequest(player_id=player.player_id, statuses=["RUNNING"])
    )
    present = {container.type: container.container_id for container in running.containers}
    if "manufacturing_coordinator" in present and (plan.preset or plan.settings):
        left_out = f"left out, because a coordinator runs in {plan.data_dir}: change it with `manufacturing config`"
        field, given = ("preset", plan.preset) if plan.preset else ("set", ", ".join(plan.settings))
        raise Refused.of(field, given, left_out)
    return DemoSetting(
        plan=plan,
        player_id=player.player_id,
        agent=player.agent,
        system=player.system,
        manufacturing_id=present.get("manufacturing_coordinator") or await _start_manufacturing(operator, player, plan),
        growth_id=present.get("fleet_growth") or await _start_growth(operator, player),
    )


async def _player(operator: Operator) -> Player:
    """The first existing player, or a new one."""
    known = await operator.call("ListPlayers", ListPlayersRequest())
    if known.players:
        first: Player = known.players[0]
        return first
    registered: Player = await operator.call("RegisterPlayer", RegisterPlayerRequest(agent=AGENT))
    return registered


async def _start_manufacturing(operator: Operator, player: Player, plan: DemoPlan) -> str:
    request = StartManufacturingRequest(player_id=player.player_id, preset=plan.preset, settings=plan.settings)
    return str((await operator.call("StartManufacturing", request)).container_id)


async def _start_growth(operator: Operator, player: Player) -> str:
    request = StartFleetGrowthRequest(
        player_id=player.player_id, max_haulers=HAULERS_MAX, max_probes=PROBES_MAX, reserve=RESERVE_CREDITS
    )
    return str((await operator.call("StartFleetGrowth", request)).container_id)
