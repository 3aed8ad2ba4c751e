"""Very many watchers on one daemon's socket: `python benchmarks/watchers.py [--watchers N] [--processes N]`.

The watchers are streams over real connections from a few client processes, which share the machine with the daemon. It
tells how long after the last of a hundred changes was answered every stream had it, and what the daemon's memory grew
by, both beside a bare gRPC server that tells as many streams one message. `--watch` is such a client, begun by this
program itself.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import stream_yardstick
from configuration import serving

from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub

CHANGES = 100
STREAMS_OF_A_CONNECTION = 500
JOINING_AT_ONCE = 100
"""Of one process; gRPC turns away some of those that come where a thousand wait to be let in."""


async def watch(socket: str, watchers: int, last: int) -> None:
    """Hold so many streams; say when all have their snapshot, and when all have the last revision."""
    has_snapshot, has_last = asyncio.Event(), asyncio.Event()
    begun, done = set[int](), set[int]()
    events = missed = 0
    joining = asyncio.Semaphore(JOINING_AT_ONCE)
    options = [("grpc.use_local_subchannel_pool", 1)]  # else all channels of a process are one connection
    connections = -(-watchers // STREAMS_OF_A_CONNECTION)
    channels = [grpc.aio.insecure_channel(f"unix:{socket}", options=options) for _ in range(connections)]

    async def follow(number: int) -> None:
        nonlocal events, missed
        daemon: Any = DaemonServiceStub(channels[number % connections])
        await joining.acquire()
        async for event in daemon.WatchConfig(wire.WatchConfigRequest(container_id="coordinator-0", player_id=1)):
            if number not in begun:
                joining.release()
            events += 1
            missed += event.missed
            begun.add(number)
            if len(begun) == watchers:
                has_snapshot.set()
            if event.revision >= last:
                done.add(number)
                if len(done) == watchers:
                    has_last.set()

    followers = [asyncio.create_task(follow(number)) for number in range(watchers)]
    await has_snapshot.wait()
    print(json.dumps({"ready": watchers}), flush=True)
    await has_last.wait()
    at = time.monotonic()
    print(json.dumps({"at": at, "events": events, "missed": missed}), flush=True)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)


def resident_mib(pid: int) -> float:
    """The memory a process has in use."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def bare(directory: Path) -> Iterator[dict[str, Any]]:
    """The yardstick's server in another process, and what it says of itself."""
    directory.mkdir()
    command = [sys.executable, stream_yardstick.__file__, str(directory / "bare.sock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(timeout=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One run. Seconds until the watchers were there, until the changes were answered, and from then until all know."""

    joined: float
    answered: float
    delay: float
    events: int
    missed: int
    grown_mib: float


def told(ready: dict[str, Any], watchers: int, processes: int, changes: range) -> Told:
    """Let so many watch, make all the changes at once, and wait until each watcher has the last of them."""
    before = resident_mib(ready["pid"])
    last = str(changes.stop - 1)
    command = [sys.executable, __file__, "--watch", ready["socket"], "--watchers", str(watchers // processes)]
    clients = [
        subprocess.Popen([*command, "--last", last], stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    try:
        began = time.monotonic()
        for client in clients:
            assert client.stdout is not None
            client.stdout.readline()
        joined = time.monotonic() - began
        with grpc.insecure_channel(f"unix:{ready['socket']}") as channel:
            daemon = DaemonServiceStub(channel)
            began = time.monotonic()
            request = wire.UpdateManufacturingConfigRequest
            ours = {"container_id": "coordinator-0", "player_id": 1}
            calls = [
                daemon.UpdateManufacturingConfig.future(request(**ours, min_purchase_price=number))
                for number in changes
            ]
            for call in calls:
                call.result()
            answered = time.monotonic()
            heard = [json.loads(client.stdout.readline()) for client in clients if client.stdout is not None]
        grown = resident_mib(ready["pid"]) - before
    finally:
        for client in clients:
            client.terminate()
            client.wait(timeout=60)
    return Told(
        joined=joined,
        answered=answered - began,
        delay=max(each["at"] for each in heard) - answered,
        events=sum(each["events"] for each in heard),
        missed=sum(each["missed"] for each in heard),
        grown_mib=grown,
    )


def measure(work: Path, watchers: int, processes: int) -> None:
    """The yardstick and ours, on a line each."""
    with bare(work / "bare") as ready:
        least = told(ready, watchers, processes, range(1 + CHANGES, 2 + CHANGES))
    print(
        f"bare gRPC, one message to each of {watchers:,} streams: all have it {least.delay:.2f} s after the answer,"
        f" {least.grown_mib:.0f} MiB more",
        flush=True,
    )
    with serving(work / "served") as (ready, _):
        ours = told(ready, watchers, processes, range(2, 2 + CHANGES))
    print(
        f"{watchers:,} watchers on the socket, there after {ours.joined:.0f} s; {CHANGES} changes at once: the last is"
        f" answered after {ours.answered:.2f} s, all have it {ours.delay:.2f} s later, {ours.delay / least.delay:.2f} x"
        f" bare gRPC ({ours.events:,} events sent, {ours.missed:,} revisions told as missed),"
        f" {ours.grown_mib:.0f} MiB more, {ours.grown_mib / least.grown_mib:.2f} x",
        flush=True,
    )


def main() -> None:
    """Measure, or be one of the clients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    parser.add_argument("--last", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.watch:
        asyncio.run(watch(given.watch, given.watchers, given.last))
        return
    work = Path(tempfile.mkdtemp(prefix="watchers-"))
    try:
        measure(work, given.watchers, given.processes)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
