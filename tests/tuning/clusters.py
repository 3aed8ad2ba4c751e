"""A real Dask scheduler and workers, each a process that a test may end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from starfoundry.forecast.runtime.cluster import PROGRAM
from tests.patience import until

DASK = str(Path(sys.executable).parent / "dask")


class RealCluster:
    """A scheduler on a free port of the loopback, and its workers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        file = directory / "scheduler.json"
        self.scheduler = _started("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        self.address: str = until(lambda: _read(file), "a scheduler")["address"]
        self.workers: list[subprocess.Popen[bytes]] = []

    def add(self, count: int, *words: str) -> None:
        """Start so many workers more."""
        fixed = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self._directory))
        words = words or ("--preload", PROGRAM)
        self.workers += [_started("worker", self.address, *fixed, *words) for _ in range(count)]

    def signal(self, worker: int, number: signal.Signals) -> None:
        """Send a signal to a worker."""
        os.kill(self.workers[worker].pid, number)

    def close(self) -> None:
        """End all of it."""
        for each in (*self.workers, self.scheduler):
            each.kill()
            each.wait()


def _started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [DASK, *words, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
