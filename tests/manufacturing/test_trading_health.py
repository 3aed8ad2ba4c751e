"""When a coordinator that does not trade is in trouble, and when it has only nothing to do."""

from dataclasses import replace

import pytest

from starfoundry.manufacturing.domain.trading_health import PlannedTrip, Progress, standstill

TRIP = PlannedTrip(ship="FOUNDRY-3", words="COLLECT_SELL IRON", planned_seconds=1200, passed_seconds=1300)
LATE = replace(TRIP, passed_seconds=2500)
QUIET = Progress(
    quiet_seconds=2400, trips=(), carriers=3, free=2, elsewhere=0, scouts=0, markets=20, fresh=12, reason=""
)


def test_one_that_traded_lately_is_well_whatever_its_trips_look_like():
    assert standstill(replace(QUIET, quiet_seconds=600, trips=(LATE,))) is None


def test_one_whose_trips_are_within_their_time_is_well():
    assert standstill(replace(QUIET, trips=(TRIP, LATE))) is None


def test_a_long_trip_may_take_long():
    long = replace(TRIP, planned_seconds=9000, passed_seconds=9500)

    assert standstill(replace(QUIET, quiet_seconds=9500, trips=(long,))) is None


def test_one_whose_every_trip_is_late_has_stalled_and_the_worst_is_named():
    found = standstill(replace(QUIET, trips=(LATE, replace(LATE, ship="FOUNDRY-4", passed_seconds=6000))))

    assert found is not None
    assert (found.kind, found.degrades) == ("coordinator-stalled", True)
    assert "all 2 trips under way are late, FOUNDRY-4 COLLECT_SELL IRON (1.7 h for 20 min)" in found.reason


@pytest.mark.parametrize(
    ("seen", "kind", "degrades"),
    [
        (replace(QUIET, fresh=0), "no-prices", True),
        (replace(QUIET, free=0), "no-ship", True),
        (replace(QUIET, free=0, carriers=0), "no-ship", True),
        (replace(QUIET, free=0, elsewhere=2), "no-ship", True),
        (replace(QUIET, free=0, elsewhere=3), "no-ship", False),
        (replace(QUIET, free=0, fresh=0, scouts=1), "no-opportunity", False),
        (QUIET, "no-opportunity", False),
    ],
)
def test_without_a_trip_it_is_said_what_is_missing(seen, kind, degrades):
    found = standstill(seen)

    assert found is not None
    assert (found.kind, found.degrades) == (kind, degrades)


def test_nothing_to_do_is_told_with_what_holds_the_best_chance_back():
    found = standstill(replace(QUIET, reason="IRON at X1-A: it does not pay"))

    assert found is not None
    assert found.reason == "no deal for 40 min, since there is nothing to do: IRON at X1-A: it does not pay"
