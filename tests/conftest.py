"""What holds for every test: its processes end with it, no clock decides it, and what it measures is printed.

Its files are in memory where there is room: a commit that waits for the disk takes longer than most of these tests.

Figures of one name are added up over all tests and workers.
"""

import os
import shutil
import sys
from pathlib import Path

import hypothesis
import pytest

from tests import processes

FIGURE = "figure"
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4_000_000_000  # a run leaves a tenth of it behind; the memory of a container may be small
LONGEST = [
    Path(__file__).with_name(room)
    for room in (
        "drill",
        "manufacturing",
        "demo",
        "tuning",
        "dashboard",
        "stories",
        "simulation",
        "benchmarks",
        "forecast",
    )
]
"""Rooms whose files take longest. They begin first, so that at the end no worker is left with half a minute alone."""


hypothesis.settings.register_profile("ours", deadline=None)  # a busy machine is no counterexample
hypothesis.settings.load_profile("ours")
processes.keep_account()
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # pytest's own name for where `tmp_path` is
sys.dont_write_bytecode = False  # where it is True by the environment, every program would compile all modules anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """Three workers for each processor: with two, a third of the time goes into waiting for other processes."""
    return 3 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items):
    """Put the longest rooms first; all else stays in its order."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(room) for room in LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Fail the last test of a file whose tests have left a process behind; the next file would suffer from it."""
    result = yield
    if nextitem is None or nextitem.path != item.path:
        left = processes.left_behind()
        assert not left, f"left running by the tests of {item.path.name}: {left}"
    return result


@pytest.fixture
def figure(record_property):
    """Notes a figure: how much of something was done, and how often what was promised did not hold."""

    def note(name: str, amount: int, broken: int = 0) -> None:
        record_property(FIGURE, [name, amount, broken])

    return note


def pytest_terminal_summary(terminalreporter):
    """Print the figures."""
    totals: dict[str, tuple[int, int]] = {}
    for report in (each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, ())):
        for name, amount, broken in (value for key, value in report.user_properties if key == FIGURE):
            done, not_held = totals.get(name, (0, 0))
            totals[name] = (done + amount, not_held + broken)
    if totals:
        terminalreporter.section("figures")
    for name, (amount, broken) in sorted(totals.items()):
        terminalreporter.write_line(f"{name}: {amount:,}" + (f"; NOT HELD: {broken:,}" if broken else ""))
