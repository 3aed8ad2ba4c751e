"""What holds for every test: its processes end with it, no clock decides it, and what it measures is printed.

Figures of one name are added up over all tests and workers.
"""

import os

import hypothesis
import pytest

from tests import processes

FIGURE = "figure"


hypothesis.settings.register_profile("ours", deadline=None)  # a busy machine is no counterexample
hypothesis.settings.load_profile("ours")
processes.keep_account()


def pytest_xdist_auto_num_workers() -> int:
    """Two workers for each processor: half of the time of `-n auto` went into waiting for other processes."""
    return 2 * (os.cpu_count() or 1)


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
