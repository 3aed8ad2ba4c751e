"""Cost of a page in a browser: `python -m benchmarks.page [--ships 20 200] [--entries N] [--seconds 20]`.

In Chromium, for each size of a fleet at work, and each view: the time until the first paint and until the view shows
something, the bytes of the page's files, the bytes of news a minute, the script time of one update on average, and the
longest task.
"""

import argparse
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from starfoundry.dashboard.event_stream import LOOK_SECONDS
from tests.dashboard.browser import Browser, browsing
from tests.dashboard.ready import READY
from tests.stories.programs import Workplace

SERVED = Path(__file__).with_name("served.py")
LONGEST = (
    "window.longest = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) =>"
    " { window.longest = Math.max(window.longest, each.duration); })).observe({type: 'longtask', buffered: false}); 0"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ships", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--entries", type=int, default=0, help="ledger entries of the last two weeks")
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    print("ships view       paint ms  shown ms  files KB  news KB/min  script ms/update  longest task ms  heap MB")
    for ships in given.ships:
        with TemporaryDirectory() as folder, browsing(Path(folder) / "browser") as browser:
            measure(Path(folder) / "data", ships, given.entries, given.seconds, browser)


def measure(directory: Path, ships: int, entries: int, seconds: float, browser: Browser) -> None:
    command = [sys.executable, str(SERVED), str(directory), "--fleet", str(ships), "--entries", str(entries)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        daemon.stdout.readline()
        workplace = Workplace(data_dir=directory)
        try:
            _page, address = workplace.start_dashboard()
            browser.look_like(width=1440)
            for view, ready in READY.items():  # until the fleet has something to show everywhere
                browser.open(f"{address}{view}")
                browser.until(ready)
            for view, ready in READY.items():
                row = costs(browser, address, view, ready, seconds)
                print(f"{ships:5} {view:9} " + "  ".join(f"{value:>{width}}" for value, width in row), flush=True)
        finally:
            workplace.close()
            daemon.terminate()


def costs(browser: Browser, address: str, view: str, ready: str, seconds: float) -> list[tuple[str, int]]:
    browser.call("Performance.enable")
    browser.open("about:blank")
    browser.open(f"{address}{view}")
    browser.until(ready)
    shown = browser.evaluate("performance.now()")
    paint = browser.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
    files = browser.evaluate(
        "performance.getEntriesByType('resource').filter((each) => !each.name.includes('/api/'))"
        ".reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    browser.evaluate(LONGEST)
    before = metrics(browser)
    news = listened(address, view, seconds)
    after = metrics(browser)
    updates = seconds / LOOK_SECONDS
    script = (after["ScriptDuration"] - before["ScriptDuration"]) * 1_000 / updates
    longest = browser.evaluate("window.longest")
    return [
        (f"{paint:.0f}", 8),
        (f"{shown:.0f}", 8),
        (f"{files / 1_000:.0f}", 8),
        (f"{news * 60 / seconds / 1_000:.1f}", 11),
        (f"{script:.1f}", 16),
        (f"{longest:.0f}" if longest else "none over 50", 15),
        (f"{after['JSHeapUsedSize'] / 1e6:.1f}", 7),
    ]


def metrics(browser: Browser) -> dict[str, float]:
    told: list[dict[str, Any]] = browser.call("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in told}


def listened(address: str, view: str, seconds: float) -> int:
    """The bytes of news that come in so many seconds once the first round is over, as another open page is told."""
    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request("GET", f"/api/events?view={view}")
    response = connection.getresponse()
    while not response.readline().startswith(b"event: beat"):
        pass
    until, heard = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        heard += len(response.readline())
    connection.close()
    return heard


if __name__ == "__main__":
    main()
