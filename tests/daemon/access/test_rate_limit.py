"""Changes may come in a burst, not without end."""

import pytest

from starfoundry.daemon.access.rate_limit import AT_ONCE, CHANGES_A_SECOND, RateLimit
from starfoundry.kernel.errors import Unavailable


def test_a_burst_is_taken_then_so_many_a_second_for_each_thing_by_itself():
    now = [0.0]
    pace = RateLimit(lambda: now[0])
    for _ in range(int(AT_ONCE)):
        pace.take("user 0", "player 1", "C")

    with pytest.raises(Unavailable, match="more than 10 changes a second of user 0 player 1 C; nothing was done"):
        pace.take("user 0", "player 1", "C")
    pace.take("user 0", "player 1", "D")
    now[0] += 1
    for _ in range(int(CHANGES_A_SECOND)):
        pace.take("user 0", "player 1", "C")
    with pytest.raises(Unavailable):
        pace.take("user 0", "player 1", "C")
