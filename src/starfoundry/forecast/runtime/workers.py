"""The engine of one machine: processes started when needed, at low priority, killed with whoever waits for them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from starfoundry.forecast.domain.model import Outcome, Run
from starfoundry.forecast.domain.remote_run import WorkerAnswer, answered
from starfoundry.forecast.runtime.run_engine import EngineStatus
from starfoundry.kernel.errors import Unavailable

PROGRAM = "starfoundry.simulation.worker"
NICENESS = 10
"""The niceness of these processes, so that the daemon, and everything else of a usual priority, goes first."""

_LINE_BYTES_MAX = 2**24


class Workers:
    """At most `jobs` processes, `running` those that play now.

    Results do not depend on how many there are: a run's seed is all its chance.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self.running: list[asyncio.subprocess.Process] = []
        self._turns = asyncio.Semaphore(jobs)
        self._idle: list[asyncio.subprocess.Process] = []

    async def play(self, run: Run) -> Outcome:
        """The outcome of a run; raises Refused for one that cannot be played, Unavailable when its process died.

        A caller that is cancelled takes the process with it: nothing goes on in the background.
        """
        async with self._turns:
            process = self._idle.pop() if self._idle else await _start()
            self.running.append(process)
            try:
                answer = await _asked(process, run)
            except BaseException:
                await _end(process)
                raise
            finally:
                self.running.remove(process)
            self._idle.append(process)
        return answered(answer)

    def status(self) -> EngineStatus:
        """Always at work."""
        return EngineStatus(workers=self._jobs)

    async def close(self) -> None:
        """End every process, also where the caller is cancelled meanwhile."""
        idle, self._idle = self._idle, []
        for each in idle:
            with suppress(ProcessLookupError):
                each.kill()
        await asyncio.shield(asyncio.gather(*(each.wait() for each in idle)))


@asynccontextmanager
async def workers(jobs: int) -> AsyncIterator[Workers]:
    """Worker processes that are gone afterwards."""
    pool = Workers(jobs)
    try:
        yield pool
    finally:
        await pool.close()


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"import os; os.nice({NICENESS}); import {PROGRAM} as worker; worker.main()"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        limit=_LINE_BYTES_MAX,
        start_new_session=True,
    )


async def _asked(process: asyncio.subprocess.Process, run: Run) -> WorkerAnswer:
    assert process.stdin is not None, "made with a pipe"
    assert process.stdout is not None, "made with a pipe"
    with suppress(ConnectionError):
        process.stdin.write(msgspec.json.encode(run) + b"\n")
        await process.stdin.drain()
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise Unavailable("a simulation process ended unexpectedly; try again")
    return msgspec.json.decode(line, type=WorkerAnswer)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await asyncio.shield(process.wait())
