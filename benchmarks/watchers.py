"""Very many watchers on one daemon's socket: `python benchmarks/watchers.py [--watchers N] [--processes N]`.

The watchers are streams over real connections from a few client processes, which share the machine with the daemon. It
tells how long after the last of a hundred changes was answered every stream had it, and what the daemon's memory grew
by. `--watch` is such a client, begun by this program itself.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import grpc
from configuration import serving

from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub

CHANGES = 100
STREAMS_OF_A_CONNECTION = 500
JOINING_AT_ONCE = 100
"""Of one process; gRPC turns away some of those that come where a thousand wait to be let in."""


async def watch(socket: str, watchers: int) -> None:
    """Hold so many streams; say when all have their snapshot, and when all have the last revision."""
    last = 1 + CHANGES
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


def measure(work: Path, watchers: int, processes: int) -> None:
    """One run, on one line."""
    with serving(work / f"watchers-{watchers}") as (ready, _):
        before = resident_mib(ready["pid"])
        command = [sys.executable, __file__, "--watch", ready["socket"], "--watchers", str(watchers // processes)]
        clients = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
        try:
            began = time.monotonic()
            for client in clients:
                assert client.stdout is not None
                client.stdout.readline()
            joined = time.monotonic() - began
            channel = grpc.insecure_channel(f"unix:{ready['socket']}")
            daemon = DaemonServiceStub(channel)
            began = time.monotonic()
            change = wire.UpdateManufacturingConfigRequest
            ours = {"container_id": "coordinator-0", "player_id": 1}
            calls = [
                daemon.UpdateManufacturingConfig.future(change(**ours, min_purchase_price=2000 + number))
                for number in range(CHANGES)
            ]
            for call in calls:
                call.result()
            answered = time.monotonic()
            told = [json.loads(client.stdout.readline()) for client in clients if client.stdout is not None]
            grown = resident_mib(ready["pid"]) - before
            channel.close()
        finally:
            for client in clients:
                client.terminate()
                client.wait(timeout=60)
    events, missed = (sum(each[name] for each in told) for name in ("events", "missed"))
    delay = max(each["at"] for each in told) - answered
    print(
        f"{watchers:,} watchers on the socket, there after {joined:.0f} s; {CHANGES} changes at once: the last is"
        f" answered after {answered - began:.2f} s, all have it {delay:.2f} s later ({events:,} events sent,"
        f" {missed:,} revisions told as missed), {grown:.0f} MiB more",
        flush=True,
    )


def main() -> None:
    """Measure, or be one of the clients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--watch", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.watch:
        asyncio.run(watch(given.watch, given.watchers))
        return
    work = Path(tempfile.mkdtemp(prefix="watchers-"))
    try:
        measure(work, given.watchers, given.processes)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
