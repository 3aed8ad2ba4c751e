"""A real daemon in a real process that is killed at a named point: `mortal DIRECTORY POINT NUMBER SEED`.

It runs as fast as possible, with an operator inside who prints a line for every revision that was acknowledged. POINT
`pause` and `never` end in good order after NUMBER simulated seconds; `never` has everything stopped before, and prints
what the sandbox itself says the agent has. `cut-off` dies as soon as it is committed that the coordinator ends at once,
which it is told after NUMBER simulated seconds.
"""

import asyncio
import functools
import os
import signal
import sys
from pathlib import Path
from unittest.mock import patch

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.storage import store
from starfoundry.daemon.composition.build import build
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.sandbox_world.journal import Journal
from starfoundry.daemon.sandbox_world.open_world import open_world
from starfoundry.drill.machine import sandbox_settings
from starfoundry.drill.operator import Operator
from starfoundry.drill.random_operator import AcknowledgedChanges, keep_changing
from starfoundry.drill.setup import open_scene
from starfoundry.ledger.runtime import executor
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.store import engine, sqlite
from starfoundry.wire import daemon_pb2 as wire

CUT_OFF = "cut-off"
ENDS = ("pause", "never")
POINTS = ("before-commit", "in-transaction", "after-commit", "before-sending", "applied-unanswered", "answered")


class Telling(AcknowledgedChanges):
    """Says at once, and for good, what was acknowledged: a pipe outlives the process."""

    def __init__(self):
        super().__init__()
        self.acknowledged = _Told()


class _Told(dict):
    def __setitem__(self, revision, value):
        super().__setitem__(revision, value)
        os.write(1, f"revision {revision}\n".encode())


def arm(point: str, number: int):
    """Die when `point` is passed for the `number`-th time."""
    passed = 0

    def die():
        nonlocal passed
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(function, *, before=False):
        @functools.wraps(function)
        def sync(*args, **kwargs):
            if before:
                die()
            result = function(*args, **kwargs)
            if not before:
                die()
            return result

        return sync

    async def sent(send):
        if point == "before-sending":
            die()
        outcome = await _sent(send)
        if point == "answered":
            die()
        return outcome

    _sent = executor._sent
    patches = {
        "before-commit": lambda: patch.object(engine, "_commit", around(engine._commit, before=True)),
        "after-commit": lambda: patch.object(engine, "_commit", around(engine._commit)),
        "in-transaction": lambda: patch.object(
            sqlite, "_require_live_transaction", around(sqlite._require_live_transaction)
        ),
        "applied-unanswered": lambda: patch.object(Journal, "write", around(Journal.write)),
        "before-sending": lambda: patch.object(executor, "_sent", sent),
        "answered": lambda: patch.object(executor, "_sent", sent),
    }
    if point in patches:
        patches[point]().start()


def arm_cut_off():
    """Die when it is committed that a container is to end at once."""

    def mark_ends_now(connection, container_id):
        arm("after-commit", 1)
        return _mark(connection, container_id)

    _mark = store.mark_ends_now
    patch.object(store, "mark_ends_now", mark_ends_now).start()


async def live(data_dir: Path, point: str, number: int, seed: int) -> None:
    """One life of the daemon."""
    world = open_world(data_dir, seed=1, loop=asyncio.get_running_loop())
    offload = SingleThread("database")
    entropy = SeededEntropy(seed)
    ports = Ports(clock=world.clock, entropy=entropy, offload=offload, transport=world.transport)
    arm(point, number)
    daemon = await build(ports, sandbox_settings(data_dir, seed=1, speed=0, account_token=world.account_token))
    operator = Operator(daemon.servicer)
    if not (await operator.call("ListPlayers", wire.ListPlayersRequest())).players:
        await open_scene(operator)
    await daemon.start()
    containers = await daemon.database.read(store.list_containers)
    making = next(each for each in containers if each.type == "manufacturing_coordinator")
    changing = asyncio.create_task(
        keep_changing(
            operator, making.player_id, making.id, entropy.stream("operator"), Telling(), require_prompt=False
        )
    )
    await asyncio.sleep(number if point in (*ENDS, CUT_OFF) else 40_000)
    changing.cancel()
    if point == CUT_OFF:
        arm_cut_off()
        await daemon.supervisor.stop(making.id, ending=Ending.NOW)
    if point == "never":
        transport = world.transport
        assert isinstance(transport, SandboxTransport)
        for each in containers:
            stop = wire.StopContainerRequest(container_id=each.id, player_id=each.player_id)
            await operator.call("StopContainer", stop)
        await asyncio.sleep(7_200)
        (agent,) = transport.api.universe.agents.values()
        os.write(1, f"credits {agent.credits}\n".encode())
    await daemon.stop()
    offload.close()


def main() -> None:
    """One life, as the words of the command line say."""
    directory, where, count, rng = sys.argv[1:]
    with asyncio.Runner(loop_factory=functools.partial(new_event_loop, 0)) as runner:
        runner.run(live(Path(directory), where, int(count), int(rng)))
