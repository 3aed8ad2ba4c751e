"""The sizes in which stocks move by themselves, as read from the live server's markets.

For each activity a few anchors (trade volume, smallest step, largest step) in units; between them sizes run straight,
beyond them they keep their share of the volume. Rows marked A were not seen.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from starfoundry.kernel.supply import Activity

Anchors = tuple[tuple[int, int, int], ...]
StepTable = Mapping[Activity, Anchors]

EXPORT_LEAVES: StepTable = {
    Activity.RESTRICTED: ((6, 2, 2), (10, 4, 4), (20, 9, 9), (39, 17, 17), (60, 26, 26)),
    Activity.WEAK: ((6, 4, 4), (20, 13, 13), (60, 27, 27)),
    Activity.GROWING: ((6, 3, 3), (20, 12, 12), (39, 24, 24), (60, 37, 37)),
    Activity.STRONG: ((20, 20, 20),),
}
EXPORT_ARRIVES: StepTable = {
    Activity.RESTRICTED: ((20, 4, 4), (39, 7, 7), (60, 5, 5)),
    Activity.WEAK: ((20, 8, 16),),
    Activity.GROWING: ((6, 5, 5), (20, 10, 18), (39, 39, 39), (60, 43, 43)),
    Activity.STRONG: ((20, 20, 20),),
}
IMPORT_USED: StepTable = {
    Activity.RESTRICTED: ((20, 4, 4),),  # A
    Activity.WEAK: ((20, 4, 4),),
    Activity.GROWING: ((6, 3, 6),),
    Activity.STRONG: ((20, 12, 20),),  # A
}
IMPORT_ARRIVES: StepTable = {  # A: what comes when it is not a player's delivery
    Activity.RESTRICTED: ((20, 4, 4),),
    Activity.WEAK: ((20, 4, 8),),
    Activity.GROWING: ((20, 4, 10),),
    Activity.STRONG: ((20, 8, 12),),
}


def span(table: StepTable, activity: Activity, volume: int) -> tuple[int, int]:
    """The smallest and the largest step, in units, at a trade volume; at least 1."""
    return _span(table[activity], volume)


@lru_cache(maxsize=4_096)
def _span(anchors: Anchors, volume: int) -> tuple[int, int]:
    low, high = (_interpolated(tuple((anchor[0], anchor[part]) for anchor in anchors), volume) for part in (1, 2))
    return max(1, low), max(1, high)


def _interpolated(points: tuple[tuple[int, int], ...], volume: int) -> int:
    first, last = points[0], points[-1]
    if volume <= first[0]:
        return round(first[1] * volume / first[0])
    for (left, left_size), (right, right_size) in pairwise(points):
        if volume <= right:
            return round(left_size + (right_size - left_size) * (volume - left) / (right - left))
    return round(last[1] * volume / last[0])
