"""How long a killed daemon takes until a thousand containers run again: `python benchmarks/resume.py [CONTAINERS]`.

A real daemon with its sandbox, killed with -9 while every container runs, is started again. The local part is what
needs nobody else: from the start of the process until its own log says that all are recovered and it serves. Behind
that come the players' sessions, which ask the game at its pace, and the first decision of every coordinator.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.domain.patch import Patch
from starfoundry.config.service import revise
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store as container_store
from starfoundry.drill.campaign import fast_directory
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import Database

ROUNDS = 3
PATIENCE_SECONDS = 120


def start(data_dir: Path) -> tuple[subprocess.Popen[str], float, float]:
    """A daemon that serves, and the seconds from its process's beginning to that: on the wall, and of a processor."""
    environment = {**os.environ, "STARFOUNDRY_DATA_DIR": str(data_dir)}
    began = time.monotonic()
    daemon = subprocess.Popen(
        [str(Path(sys.executable).with_name("spacetraders-daemon")), "--sandbox"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert daemon.stdout is not None
    said = daemon.stdout.readline()
    seconds = time.monotonic() - began
    assert said.startswith("ready"), said
    return daemon, seconds, processor_seconds(daemon.pid)


def processor_seconds(pid: int) -> float:
    """What a process has had of a processor so far: the wall clock of a machine with nothing else to do."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def register(data_dir: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "starfoundry",
        "player",
        "register",
        "--agent",
        "FOUNDRY",
        "--data-dir",
        str(data_dir),
    ]
    subprocess.run(command, check=True, capture_output=True)


async def fill(data_dir: Path, count: int) -> None:
    """Store so many coordinators as if they ran."""
    offload = SingleThread("database")
    database = await Database.open(f"sqlite:///{data_dir / 'sandbox.db'}", offload)
    now = datetime.now(UTC)
    written = config_store.Authorship(author="benchmark", origin="start", at=now)

    def insert(connection: sa.Connection) -> None:
        for number in range(count):
            name = ContainerId(f"parallel-mfg-{number:06x}")
            running = Container(
                id=name,
                player_id=PlayerId(1),
                type=COORDINATOR,
                status=ContainerStatus.RUNNING,
                config={"container_id": name, "system_symbol": "X1-BJ39"},
                created_at=now,
                started_at=now,
            )
            container_store.insert(connection, running)
            revise.create_initial_settings(connection, name, Patch(), written)

    await database.write(insert)
    await database.close()
    offload.close()


def account(data_dir: Path) -> dict[str, object]:
    """What the daemon's log says of its last start."""
    lines = (data_dir / "logs" / "daemon.log").read_text().splitlines()
    return next(told for line in reversed(lines) if (told := json.loads(line))["event"] == "serving")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        data_dir = Path(directory) / "data"
        daemon, *empty = start(data_dir)
        register(data_dir)
        daemon.terminate()
        daemon.wait(PATIENCE_SECONDS)
        asyncio.run(fill(data_dir, count))
        daemon, *_ = start(data_dir)
        for number in range(1, ROUNDS + 1):
            time.sleep(1)
            os.kill(daemon.pid, signal.SIGKILL)
            daemon.wait()
            daemon, *full = start(data_dir)
            told = account(data_dir)
            assert told["recovered_containers"] == count, told
            print(
                f"round {number}: {count:,} containers resumed {full[0]:.2f} s after the process began"
                f" ({full[1]:.2f} s of a processor), {told['recovery_seconds']:.2f} s of it for them"
            )
        print(f"for comparison, a start without any: {empty[0]:.2f} s ({empty[1]:.2f} s of a processor)")
        daemon.kill()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
