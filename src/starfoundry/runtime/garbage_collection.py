"""Garbage collection settings of a long-running process that must not pause."""

import gc

FULL_AFTER = 100
"""Collections of the second generation between two full ones, ten times Python's default.

A full collection grows with the watchers: with ten thousand of them it pauses everything for half a second or more, and
their arrival alone causes one about every two seconds.
"""


def exclude_present_objects() -> None:
    """Exclude all present objects from collection. Call once after start-up.

    Objects without reference cycles, which are nearly all, are still freed at once.
    """
    gc.collect()
    gc.freeze()
    first, second, _ = gc.get_threshold()
    gc.set_threshold(first, second, FULL_AFTER)
