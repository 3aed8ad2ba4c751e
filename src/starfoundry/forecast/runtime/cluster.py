"""The engine of many machines: workers of a Dask cluster.

A worker offers the build of its program as a resource, and a run asks for that of this daemon: another build never gets
one. Dask's client lives in a loop of its own, since it must keep real time and may think for long.
Dask is an extra, and is imported when it is needed.
"""

import asyncio
import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from starfoundry.forecast.domain.model import Outcome, Run
from starfoundry.forecast.domain.remote_run import Job, WorkerAnswer, answered, pack
from starfoundry.forecast.runtime.run_engine import EngineStatus
from starfoundry.kernel.errors import Unavailable
from starfoundry.runtime.concurrency.background import BackgroundLoop
from starfoundry.runtime.program_build import build

if TYPE_CHECKING:
    import distributed

PROGRAM = "starfoundry.simulation.cluster_worker"

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 5.0
"""Pause between two looks at who works."""

REFUSED_SHOWN = 5


@asynccontextmanager
async def cluster(address: str, *, connect_seconds: float = CONNECT_SECONDS) -> AsyncIterator["Cluster"]:
    """The cluster whose scheduler has this address; raises Unavailable where none answers, or nobody there can play."""
    loop = BackgroundLoop("cluster")
    try:
        client = await loop.run(_connected(address, connect_seconds))
        try:
            found = Cluster(address, client, loop, connect_seconds)
            await found.look()
            if waits := found.status().waits:
                raise Unavailable(waits)
            looking = asyncio.create_task(found.keep_looking(), name="cluster")
            try:
                yield found
            finally:
                looking.cancel()
                await asyncio.gather(looking, return_exceptions=True)
        finally:
            await asyncio.shield(loop.run(_closed(client)))
    finally:
        loop.close()


class Cluster:
    """A cluster that is connected."""

    def __init__(
        self, address: str, client: "distributed.Client", loop: BackgroundLoop, connect_seconds: float
    ) -> None:
        self._address = address
        self._client = client
        self._loop = loop
        self._connect_seconds = connect_seconds
        self._status = EngineStatus(workers=0)
        self._situations: dict[str, bytes] = {}

    async def play(self, run: Run) -> Outcome:
        """The outcome of a run; raises Refused for one that cannot be played, Unavailable when the cluster is gone.

        A run whose worker dies is played by another one.
        """
        job = msgspec.msgpack.encode(Job(run=run, situation=self._packed(run.world.situation)))
        answer = await self._loop.run(self._asked(job))
        return answered(msgspec.msgpack.decode(answer, type=WorkerAnswer))

    def status(self) -> EngineStatus:
        """Its state at the last look."""
        return self._status

    async def look(self) -> None:
        """See who works; raises Unavailable where the scheduler does not answer."""
        workers = await self._loop.run(self._workers())
        self._status = status_of(self._address, build(), workers)

    async def keep_looking(self) -> None:
        """See who works, again and again."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Unavailable as error:
                self._status = EngineStatus(workers=0, waits=error.message)

    def _packed(self, path: str) -> bytes:
        if path not in self._situations:
            self._situations[path] = pack(Path(path).read_bytes()) if path else b""
        return self._situations[path]

    async def _asked(self, job: bytes) -> bytes:
        import distributed  # noqa: PLC0415

        future = self._client.submit(play_job, job, pure=False, resources={build(): 1})
        try:
            answer = await future
        except (distributed.CancelledError, distributed.scheduler.KilledWorker, OSError) as error:
            raise Unavailable(f"the cluster at {self._address} has lost a run: {error}") from None
        finally:
            future.release()  # type: ignore[no-untyped-call]
        assert isinstance(answer, bytes), "play_job gives bytes"
        return answer

    async def _workers(self) -> Mapping[str, Mapping[str, float]]:
        """The resources that each worker offers, by its address."""
        assert self._client.scheduler is not None, "connected"
        try:
            async with asyncio.timeout(self._connect_seconds):
                seen: Mapping[str, Any] = await self._client.scheduler.identity(n_workers=-1)
        except (OSError, TimeoutError) as error:
            raise _silent(self._address, error) from None
        return {address: each["resources"] for address, each in seen["workers"].items()}


def status_of(address: str, wanted: str, workers: Mapping[str, Mapping[str, float]]) -> EngineStatus:
    """The state of a cluster whose workers offer these resources, for a daemon of the build that is wanted."""
    refused = []
    for worker, resources in workers.items():
        if wanted not in resources:
            other = next((each for each in resources if "+" in each), "")
            what = f"plays build {other}" if other else f"was started without --preload {PROGRAM}"
            refused.append(f"worker {worker} {what}, and this daemon is build {wanted}")
    able = len(workers) - len(refused)
    waits = ""
    if not able:
        reason = (
            f": {refused[0]}" if refused else f"; start one: dask worker {address} --nthreads 1 --preload {PROGRAM}"
        )
        waits = f"the cluster at {address} has no worker that can play{reason}"
    return EngineStatus(workers=able, waits=waits, refused=tuple(refused[:REFUSED_SHOWN]))


def play_job(job: bytes) -> bytes:
    """The answer of a worker; it runs there, and only there the simulation is imported."""
    answer: bytes = importlib.import_module(PROGRAM).play_job(job)
    return answer


async def _connected(address: str, connect_seconds: float) -> "distributed.Client":
    try:
        import dask  # noqa: PLC0415

        # Else it writes on stderr by itself; so what it logs goes where the daemon's own log goes.
        dask.config.set({"logging": {"version": 1, "incremental": True}})
        import distributed  # noqa: PLC0415
    except ImportError:
        raise Unavailable("a cluster needs Dask: pip install 'starfoundry[cluster]', then restart the daemon") from None
    try:
        client: distributed.Client = await distributed.Client(  # type: ignore[no-untyped-call]
            address, asynchronous=True, set_as_default=False, timeout=connect_seconds
        )
    except (OSError, TimeoutError) as error:
        raise _silent(address, error) from None
    return client


async def _closed(client: "distributed.Client") -> None:
    await client.close()  # type: ignore[no-untyped-call]


def _silent(address: str, error: Exception) -> Unavailable:
    reason = str(error) or type(error).__name__
    return Unavailable(f"no Dask scheduler answers at {address} ({reason}); start one: dask scheduler")
