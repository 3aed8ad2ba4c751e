"""Figures as a row of bars, one character each."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
BARS_MAX = 24


def bars(values: Sequence[int]) -> str:
    """The newest values as a row of bars; the highest fills its line, what is not above zero shows the lowest."""
    shown = values[-BARS_MAX:]
    highest = max((*shown, 1))
    return "".join(BARS[max(0, min(len(BARS) - 1, value * len(BARS) // (highest + 1)))] for value in shown)
