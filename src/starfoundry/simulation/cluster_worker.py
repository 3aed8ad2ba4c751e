"""Preload of Dask workers that play runs (`dask worker --preload`).

It offers one run at a time, as a resource with the name of this program's build.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from starfoundry.forecast.domain.remote_run import Job, unpack
from starfoundry.runtime.program_build import build
from starfoundry.simulation.worker import answer, silence

if TYPE_CHECKING:
    import distributed


def dask_setup(worker: "distributed.Worker") -> None:
    """Offer the build before the worker says what it has."""
    silence()
    for resources in (worker.state.total_resources, worker.state.available_resources):
        resources[build()] = 1


def play_job(job: bytes) -> bytes:
    """The answer to a job, as bytes."""
    wanted = msgspec.msgpack.decode(job, type=Job)
    with TemporaryDirectory(prefix="situation-") as directory:
        run = wanted.run
        if run.world.situation:
            path = Path(directory) / "situation"
            path.write_bytes(unpack(wanted.situation))
            run = msgspec.structs.replace(run, world=msgspec.structs.replace(run.world, situation=str(path)))
        return msgspec.msgpack.encode(answer(run))
