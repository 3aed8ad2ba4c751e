"""How fast a changed setting is decided by, beside etcd: `python benchmarks/configuration.py [--etcd PATH]`.

Everything is measured in one run on one disk and printed as ratios. `set` goes through a real socket from another
process, is committed with full durability, and counts until a decision was made with it, or until the answer tells so,
which is later by the decision's own commit and the way back. The yardstick is an etcd `put` until a watcher has the
event, with etcd's default durability.

Debian has etcd in the package etcd-server; `--etcd` names the program where it is not on the PATH.
"""

import argparse
import asyncio
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import etcd_yardstick
import grpc
import served
from grpc_health.v1 import health_pb2, health_pb2_grpc

from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub

CHANGES = 400
WARM_UP = 50


def measured(*changes: Callable[[int], object]) -> list[list[float]]:
    """Milliseconds of each call of `change(number)` after a warm-up; several take turns, in the same weather."""
    took: list[list[float]] = [[] for _ in changes]
    for number in range(WARM_UP + CHANGES):
        for change, its in zip(changes, took, strict=True):
            began = time.perf_counter()
            change(number)
            its.append(1000 * (time.perf_counter() - began))
            time.sleep(0.002)  # one operator's pace, not a flood
    return [its[WARM_UP:] for its in took]


def spread(milliseconds: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile."""
    return statistics.median(milliseconds), statistics.quantiles(milliseconds, n=100)[98]


@contextmanager
def serving(directory: Path, *arguments: str) -> Iterator[tuple[dict[str, Any], dict[str, float]]]:
    """A daemon of `served.py` in another process: what it says of itself, and once it is over when it decided."""
    command = [sys.executable, served.__file__, str(directory), *arguments]
    decided_at: dict[str, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), decided_at
        finally:
            process.terminate()
            decided_at.update(json.loads(process.stdout.readline() or "{}"))
            process.wait(timeout=60)


@dataclass(frozen=True)
class Coordinator:
    """One that is changed through the socket of its daemon, and what the daemon tells of itself."""

    daemon: Any
    ready: dict[str, Any]
    decided_at: dict[str, float]
    sent_at: list[tuple[int, float]] = field(default_factory=list)

    def change(self, number: int) -> None:
        """Set a value and wait for the coordinator's answer."""
        request = wire.UpdateManufacturingConfigRequest(
            container_id=self.ready["container_id"],
            player_id=self.ready["player_id"],
            min_purchase_price=1001 + number,
            wait_milliseconds=10_000,
        )
        began = time.monotonic()
        answer = self.daemon.UpdateManufacturingConfig(request)
        assert answer.state == "APPLIED", answer
        self.sent_at.append((answer.revision, began))

    def wait_until_decided(self) -> tuple[float, float]:
        """Set -> decision, which the daemon tells when it is over."""
        return spread([1000 * (self.decided_at[str(revision)] - began) for revision, began in self.sent_at[WARM_UP:]])


@contextmanager
def coordinator(directory: Path, *arguments: str) -> Iterator[Coordinator]:
    """A coordinator of a daemon of its own; when it decided is known once that has ended."""
    with (
        serving(directory, *arguments) as (ready, decided_at),
        grpc.insecure_channel(f"unix:{ready['socket']}") as channel,
    ):
        yield Coordinator(DaemonServiceStub(channel), ready, decided_at)


def line(name: str, figure: tuple[float, float], yardstick: tuple[float, float] | None = None) -> None:
    """One row: median and p99, and how they stand to the yardstick."""
    ratio = ""
    if yardstick is not None:
        ratio = f"   {figure[0] / yardstick[0]:5.2f} x median, {figure[1] / yardstick[1]:5.2f} x p99"
    print(f"{name:<58} {figure[0]:8.2f} ms  p99 {figure[1]:8.2f} ms{ratio}", flush=True)


def of_parts(directory: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """What the parts take by themselves: an empty call over such a socket, and rows as a change writes them."""
    with serving(directory, "--coordinators", "1") as (ready, _):
        channel = grpc.insecure_channel(f"unix:{ready['socket']}")
        health = health_pb2_grpc.HealthStub(channel)
        (took,) = measured(lambda _number: health.Check(health_pb2.HealthCheckRequest()))
        channel.close()
    with closing(sqlite3.connect(directory / "rows.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE present (id INTEGER PRIMARY KEY, config TEXT)")
        connection.execute("CREATE TABLE history (revision INTEGER PRIMARY KEY, config TEXT)")
        connection.execute("INSERT INTO present VALUES (1, '')")

        def commit(number: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE present SET config = ? WHERE id = 1", (f"{number:500}",))
            connection.execute("INSERT INTO history VALUES (?, ?)", (number, f"{number:500}"))
            connection.execute("COMMIT")

        return spread(took), spread(*measured(commit))


def latencies(work: Path, etcd: str | None) -> None:
    """Set -> decision with a busy fleet, beside etcd, and with a thousand coordinators."""
    yardstick = None
    if etcd is None:
        print("etcd is not here (Debian: etcd-server); no yardstick")
    else:
        yardstick = spread(*etcd_yardstick.put_to_watch(etcd, work / "etcd", measured))
        line("etcd put -> watch", yardstick)
    called, committed = of_parts(work / "parts")
    line("for comparison: an empty call and its answer", called, yardstick)
    line("for comparison: two rows committed by SQLite alone", committed, yardstick)
    with coordinator(work / "busy", "--fleet", "50") as busy:
        (answered,) = measured(busy.change)
    line(f"set -> decision, {busy.ready['busy']} ships busy", busy.wait_until_decided(), yardstick)
    line("set -> answer", spread(answered), yardstick)
    with (
        coordinator(work / "one", "--coordinators", "1") as one,
        coordinator(work / "thousand", "--coordinators", "1000") as thousand,
    ):
        measured(one.change, thousand.change)
    line("set -> decision, 1 light coordinator", one.wait_until_decided(), yardstick)
    line("set -> decision, 1,000 of them (ratio: to one)", thousand.wait_until_decided(), one.wait_until_decided())


async def watching(work: Path) -> None:
    """Ten thousand watchers of one coordinator, a hundred changes."""
    async with served.light_floor(work / "watch", coordinators=1) as floor:
        newest = [0] * 10_000
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        async def follow(place: int) -> None:
            async for event in floor.watch():
                newest[place] = event.revision

        followers = [asyncio.create_task(follow(place)) for place in range(len(newest))]
        while min(newest) < 1:
            await asyncio.sleep(0.1)
        began = time.perf_counter()
        revisions = await asyncio.gather(*(floor.set(min_purchase_price=2000 + number) for number in range(100)))
        committed_at = time.perf_counter()
        while min(newest) < max(revisions):
            await asyncio.sleep(0.005)
        all_at = time.perf_counter()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"10,000 watchers, 100 changes at once: the last is answered after {committed_at - began:.2f} s,"
            f" all have it {all_at - committed_at:.2f} s later, {grown:.0f} MiB more",
            flush=True,
        )
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)


async def long_history(work: Path) -> None:
    """Showing and paging with a hundred thousand revisions, beside a hundred."""
    figures: dict[int, dict[str, float]] = {}
    for revisions in (100, 100_000):
        async with served.light_floor(work / f"history-{revisions}", coordinators=1) as floor:
            await floor.lengthen_history(revisions)
            figures[revisions] = {}
            for name, call in (("show", floor.show), ("history", floor.page), ("an old page", floor.old_page)):
                took = []
                for _ in range(100):
                    began = time.perf_counter()
                    await call()
                    took.append(1000 * (time.perf_counter() - began))
                figures[revisions][name] = statistics.median(took)
    for name, long in figures[100_000].items():
        short = figures[100][name]
        print(f"{name} with 100,000 revisions: {long:.2f} ms, {long / short:.2f} x that with 100", flush=True)


def main() -> None:
    """Everything, in one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--etcd", default=shutil.which("etcd"), help="the etcd program")
    parser.add_argument("--directory", help="where to work: the disk that is measured")
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="configuration-", dir=given.directory))
    try:
        latencies(work, given.etcd)
        for measure in (watching, long_history):
            asyncio.run(measure(work))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
