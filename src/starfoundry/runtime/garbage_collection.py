"""Garbage collection of a process that runs for weeks and must not stand still meanwhile."""

import gc

FULL_AFTER = 100
"""Young collections of the second kind between two that look at everything, ten times Python's own.

What a full one looks at grows with the watchers: with ten thousand of them it stops everything for half a second or
more, and their coming alone brings one about every two seconds.
"""


def settle() -> None:
    """To be called once all is there that stays: what is there now is never looked at again.

    What becomes garbage without a cycle is freed at once as ever; so is nearly all of it.
    """
    gc.collect()
    gc.freeze()
    first, second, _ = gc.get_threshold()
    gc.set_threshold(first, second, FULL_AFTER)
