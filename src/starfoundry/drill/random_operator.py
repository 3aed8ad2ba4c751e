"""An operator that changes settings at random times, and records the acknowledged changes."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random  # noqa: TID251  (named as a type only)

from starfoundry.drill.operator import Operator
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.wire import daemon_pb2 as wire

PAUSE_SECONDS = (15.0, 300.0)
LEVELS = ("SCARCE", "LIMITED", "MODERATE", "HIGH", "ABUNDANT")
OBSERVED_SECONDS_MAX = 10.0
"""How long a running coordinator whose disk works may take to decide with a new revision (its turns are awaits)."""

SECONDS_A_SHUTTLE = 3.0
"""Extra time for each ship of a large fleet after a start: all must be read first, page by page, with failures."""

LOOK_AGAIN_SECONDS = 5.0


@dataclass(slots=True)
class AcknowledgedChanges:
    """The changes acknowledged to an operator, over all runs of the daemon."""

    acknowledged: dict[int, dict[str, object]] = field(default_factory=dict)
    changes: int = 0
    slow: list[str] = field(default_factory=list)


async def keep_changing(
    operator: Operator,
    player_id: int,
    container_id: str,
    rng: Random,
    acknowledged_changes: AcknowledgedChanges,
    *,
    require_prompt: bool,
    shuttles: int = 0,
) -> None:
    """Change settings every few minutes, until cancelled. With `require_prompt` a revision must be applied soon.

    `shuttles` is how many ships the agent began with beyond the usual two.
    """
    while True:
        await asyncio.sleep(rng.uniform(*PAUSE_SECONDS))
        wanted = random_change(rng)
        wait = 1_000 * OBSERVED_SECONDS_MAX if require_prompt else 0
        request = wire.UpdateManufacturingConfigRequest(
            container_id=container_id, player_id=player_id, wait_milliseconds=int(wait)
        )
        for name, value in wanted.items():
            setattr(request, name, value)
        try:
            answer = await operator.call("UpdateManufacturingConfig", request)
        except StarFoundryError:
            continue
        acknowledged_changes.changes += 1
        acknowledged_changes.acknowledged[answer.revision] = dict(wanted)
        if require_prompt and answer.state == "PENDING" and answer.container_status == "RUNNING":
            ask = wire.GetManufacturingConfigRequest(container_id=container_id, player_id=player_id)
            if not await _begins(operator, ask, SECONDS_A_SHUTTLE * shuttles):
                acknowledged_changes.slow.append(
                    f"revision {answer.revision} was not decided with in {OBSERVED_SECONDS_MAX:g} s"
                )


async def _begins(operator: Operator, request: wire.GetManufacturingConfigRequest, timeout_seconds: float) -> bool:
    """Whether the coordinator had not decided anything yet, and does so within the time a large fleet needs."""
    waited = 0.0
    while waited < timeout_seconds:
        with suppress(StarFoundryError):
            if (await operator.call("GetManufacturingConfig", request)).HasField("running"):
                break
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        waited += LOOK_AGAIN_SECONDS
    return 0 < waited < timeout_seconds


def random_change(rng: Random) -> dict[str, int | str]:
    """A change of one to three settings; often one with an immediate effect on the fleet."""
    execute, start = sorted((_low(rng), _low(rng)))
    least, first = sorted((_low(rng), _low(rng)))
    options: list[dict[str, int | str]] = [
        {"max_pipelines": rng.randint(2, 6)},
        {"max_workers": rng.randint(4, 12)},
        {"collect_min_execute_supply": LEVELS[execute], "collect_min_start_supply": LEVELS[start]},
        {"acquire_min_execute_supply": LEVELS[execute], "acquire_min_start_supply": LEVELS[start]},
        {"trade_min_execute_supply": LEVELS[least], "trade_min_start_supply": LEVELS[first]},
        {"trade_max_ships": rng.choice((0, 2, 1000)), "trade_min_margin": rng.choice((0, 20, 40))},
        {"min_balance": rng.choice((0, 0, 0, 20_000, 100_000))},
        {"strategy": rng.choice(("prefer-buy", "prefer-fabricate", "smart"))},
    ]
    wanted: dict[str, int | str] = {}
    for chosen in rng.sample(options, rng.randint(1, 2)):
        wanted |= chosen
    return wanted


def _low(rng: Random) -> int:
    """A level's number: high levels stop all trade, so they are rare."""
    return min(rng.randrange(5), rng.randrange(5))
