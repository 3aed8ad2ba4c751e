"""Bar charts of one line, one character for each value."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
BARS_MAX = 24


def bars(values: Sequence[int]) -> str:
    """The newest values as a row of bars, scaled to the highest; values of zero or less show the lowest bar."""
    shown = values[-BARS_MAX:]
    highest = max((*shown, 1))
    return "".join(BARS[max(0, min(len(BARS) - 1, value * len(BARS) // (highest + 1)))] for value in shown)
