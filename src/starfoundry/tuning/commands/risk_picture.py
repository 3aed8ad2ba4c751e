"""A text chart of profit and risk: trials by drawdown and value."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 48, 12

TODAY, BEST, EFFICIENT, OTHER = "T", "B", "*", "o"
LEGEND = f"{TODAY} current, {BEST} best, {EFFICIENT} no trial is better in both, {OTHER} others"

_RANK = f"{OTHER}{EFFICIENT}{TODAY}{BEST}"


@dataclass(frozen=True, slots=True)
class Point:
    """A trial: its drawdown, its value, and its mark."""

    drawdown: float
    value: float
    mark: str


def risk_picture(points: Sequence[Point], objective: str) -> str:
    """The points with value upwards and drawdown to the right.

    Of two points at the same place the more important mark is shown. Empty for fewer than two points.
    """
    if len(points) < 2:
        return ""
    left, right = min(each.drawdown for each in points), max(each.drawdown for each in points)
    low, high = min(each.value for each in points), max(each.value for each in points)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]
    for each in sorted(points, key=lambda one: _RANK.index(one.mark)):
        column = _place(each.drawdown, left, right, WIDTH)
        row = HEIGHT - 1 - _place(each.value, low, high, HEIGHT)
        grid[row][column] = each.mark
    top, bottom = f"{high:,.1f}", f"{low:,.1f}"
    margin = max(len(top), len(bottom))
    names = [top, *[""] * (HEIGHT - 2), bottom]
    rows = [f"{name:>{margin}} |{''.join(cells).rstrip()}" for name, cells in zip(names, grid, strict=True)]
    ends = f"{left:,.0f}", f"{right:,.0f}"
    axis = f"{ends[0]}{ends[1]:>{WIDTH - len(ends[0])}}"
    return "\n".join(
        [
            f"{objective} (vertical), drawdown (horizontal): {LEGEND}",
            *rows,
            f"{'':>{margin}} +{'-' * WIDTH}",
            f"{'':>{margin}}  {axis}",
        ]
    )


def _place(value: float, low: float, high: float, count: int) -> int:
    return 0 if high <= low else min(count - 1, int((value - low) / (high - low) * count))
