"""Every figure the sandbox promises, in one run: `python benchmarks/sandbox.py [--json]`.

Machines differ, so each figure stands beside its goal as a ratio, and beside a yardstick: how many small JSON documents
this machine decodes and encodes in a second on one core, in plain Python. Where a figure speaks of one core, processor
time is what counts, so that a busy machine measures nearly the same.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.request import Request as UrlRequest
from urllib.request import urlopen

from starfoundry.game.transport.transport import Request
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig

BORN = datetime(2026, 3, 1, tzinfo=UTC)
CONNECTIONS = 8
HTTP_SECONDS = 4.0
DOCUMENT = b'{"data":{"symbol":"FUEL","tradeVolume":180,"purchasePrice":72,"sellPrice":68,"supply":"MODERATE"}}'


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return BORN + timedelta(seconds=self.seconds)

    def elapsed(self) -> float:
        return self.seconds


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise. `is_most` marks a figure that must stay below its goal."""

    name: str
    measured: float
    goal: float
    unit: str
    is_most: bool = False

    @property
    def ratio(self) -> float:
        """1 or more where the promise is kept."""
        return self.goal / self.measured if self.is_most else self.measured / self.goal


def yardstick() -> float:
    """JSON documents decoded and encoded in a second."""
    began, count = time.process_time(), 20_000
    for _ in range(count):
        json.dumps(json.loads(DOCUMENT))
    return count / (time.process_time() - began)


def joined(universe_config: UniverseConfig | None = None) -> tuple[Clock, Universe, Api, dict[str, str], str]:
    """A universe with one player: clock, universe, api, headers, frigate."""
    clock = Clock()
    universe = Universe(1, clock, universe_config=universe_config)
    api = Api(universe)
    headers = {"authorization": f"Bearer {universe.account_token}"}
    body = b'{"symbol":"BENCH","faction":"COSMIC"}'
    answer = api.handle(Request(method="POST", path="/register", headers=headers, body=body, timeout_seconds=1))
    token = json.loads(answer.body)["data"]["token"]
    return clock, universe, api, {"authorization": f"Bearer {token}"}, "BENCH-1"


def mixed(universe: Universe, headers: dict[str, str], ship: str) -> list[Request]:
    """Market reads, purchases and sales, mixed evenly."""
    home_of = universe.galaxy.home_of("COSMIC")
    market = f"/systems/{home_of.symbol}/waypoints/{home_of.headquarters}/market"
    trade = b'{"symbol":"FUEL","units":1}'
    wanted = (
        ("GET", market, None),
        ("POST", f"/my/ships/{ship}/purchase", trade),
        ("GET", market, None),
        ("POST", f"/my/ships/{ship}/sell", trade),
    )
    return [
        Request(method=method, path=path, headers=headers, body=body, timeout_seconds=1)
        for method, path, body in wanted
    ]


def in_process(universe_config: UniverseConfig | None = None, rounds: int = 10_000) -> float:
    """Requests a second through `Api.handle`."""
    clock, universe, api, headers, ship = joined(universe_config)
    requests = mixed(universe, headers, ship)
    began = time.process_time()
    for _ in range(rounds):
        for request in requests:
            clock.seconds += 1
            if api.handle(request).status >= 300:
                raise SystemExit("the bench was refused")
    return 4 * rounds / (time.process_time() - began)


def idle(days: int = 3) -> float:
    """How many times faster than real time an idle home system advances."""
    clock = Clock()
    universe = Universe(1, clock)
    clock.seconds = days * 86_400.0
    began = time.process_time()
    universe.advance(universe.now())
    return days * 86_400.0 / (time.process_time() - began)


def load(systems: int = 1_000) -> float:
    """Seconds until a universe of so many systems can be played."""
    began = time.perf_counter()
    joined(UniverseConfig(systems=systems))
    return time.perf_counter() - began


def megabytes_each(systems: int = 150) -> float:
    """Memory of a running system: its waypoints laid out, every market founded and a day old; the inhabited count."""
    before = resident()
    clock = Clock()
    universe = Universe(1, clock, universe_config=UniverseConfig(systems=systems))
    inhabited = [star.symbol for star in universe.galaxy.stars.values() if star.faction]
    for symbol in inhabited:
        universe.system_state(symbol)
    clock.seconds = 86_400.0
    universe.advance(universe.now())
    return (resident() - before) / len(inhabited)


def resident() -> float:
    """Megabytes of memory in use by this process."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def over_http() -> tuple[float, float]:
    """Requests a second over HTTP, and a second of the server's own processor time."""
    command = [sys.executable, "-m", "starfoundry", "sandbox", "serve", "--port", "0", "--speed", "10000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            said = json.loads(program.stdout.readline())
            return asyncio.run(_storm(said, program.pid))
        finally:
            program.terminate()


async def _storm(said: dict[str, str], pid: int) -> tuple[float, float]:
    base = said["base_url"]
    join = UrlRequest(f"{base}/register", data=b'{"symbol":"BENCH","faction":"COSMIC"}')
    join.add_header("authorization", f"Bearer {said['account_token']}")
    data = json.loads(urlopen(join).read())["data"]  # noqa: ASYNC210  (before the storm)
    here = data["agent"]["headquarters"]
    market = f"/v2/systems/{here.rsplit('-', 1)[0]}/waypoints/{here}/market"
    trade = '{"symbol":"FUEL","units":1}'
    ship = data["ships"][0]["symbol"]
    head = f"Host: bench\r\nAuthorization: Bearer {data['token']}\r\nContent-Type: application/json\r\n"
    texts = [
        f"GET {market} HTTP/1.1\r\n{head}\r\n",
        f"POST /v2/my/ships/{ship}/purchase HTTP/1.1\r\n{head}Content-Length: {len(trade)}\r\n\r\n{trade}",
        f"GET {market} HTTP/1.1\r\n{head}\r\n",
        f"POST /v2/my/ships/{ship}/sell HTTP/1.1\r\n{head}Content-Length: {len(trade)}\r\n\r\n{trade}",
    ]
    wanted = [text.encode() for text in texts]
    port = int(base.split(":")[2].split("/")[0])
    cpu, began = _processor_seconds(pid), time.perf_counter()
    counts = await asyncio.gather(*[_client(port, wanted, began + HTTP_SECONDS) for _ in range(CONNECTIONS)])
    passed = time.perf_counter() - began
    return sum(counts) / passed, sum(counts) / max(0.01, _processor_seconds(pid) - cpu)


async def _client(port: int, wanted: list[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < until:
        for request in wanted:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 20"):
                raise SystemExit(f"the bench was refused: {head!r}")
            start = head.index(b"content-length: ") + 16
            await reader.readexactly(int(head[start : head.index(b"\r", start)]))
            count += 1
    writer.close()
    return count


def _processor_seconds(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            words = file.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / 100
    except OSError:
        return 0.0


def best(measure: Callable[[], float], times: int = 3) -> float:
    """The best of some runs: what the machine can do when nobody else uses it."""
    return max(measure() for _ in range(times))


def figures() -> Iterator[Figure]:
    """Every promise, measured."""
    memory = megabytes_each()  # first, while this process holds nothing else
    by_wall, by_core = max((over_http() for _ in range(2)), key=lambda pair: pair[1])
    yield Figure("HTTP requests a second of one core (reads and trades mixed)", by_core, 3_000, "/s")
    yield Figure("  the same by the clock, with whatever else this machine does", by_wall, 3_000, "/s")
    alone = best(in_process)
    yield Figure("requests a second in process (reads and trades mixed)", alone, 20_000, "/s")
    yield Figure("an idle home system, times real time", best(idle), 100_000, "x")
    yield Figure("1,000 systems loaded", min(load() for _ in range(3)), 2.0, "s", is_most=True)
    yield Figure("a running system", memory, 2.0, "MB", is_most=True)
    crowded = best(lambda: in_process(UniverseConfig(systems=1_000)))
    yield Figure("cost of a request among 1,000 systems, against one", alone / crowded, 1.5, "x", is_most=True)


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    pace = yardstick()
    found = list(figures())
    if as_json:
        rows = [
            {"name": each.name.strip(), "measured": each.measured, "goal": each.goal, "ratio": each.ratio}
            for each in found
        ]
        print(json.dumps({"yardstick": pace, "figures": rows}, indent=2))
    else:
        print(f"yardstick: {pace:,.0f} small JSON documents decoded and encoded a second\n")
        for each in found:
            sign = "at most" if each.is_most else "at least"
            goal = f"goal {sign} {each.goal:>10,.2f}"
            print(f"{each.name:62} {each.measured:>12,.2f} {each.unit:3} {goal}  ratio {each.ratio:6.2f}")
    if any(each.ratio < 1 for each in found):
        sys.exit(1)


if __name__ == "__main__":
    main()
