"""Figures that tests measure are printed at the end of a run, those of one name added up over all tests and workers."""

import pytest

FIGURE = "figure"


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
