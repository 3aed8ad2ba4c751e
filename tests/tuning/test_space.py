"""What a study may vary, and the settings at a point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import read_values
from starfoundry.kernel.errors import Refused
from starfoundry.tuning.domain.space import space_of, values_at

NOW = ManufacturingConfig()
PAIR = ("collect_min_start_supply", "collect_min_execute_supply")


def test_a_number_without_bounds_is_tried_around_what_it_is_now():
    (margin,) = space_of(["trade_min_margin"], NOW)

    assert (margin.low, margin.high) == (10, 160)


def test_bounds_may_be_given():
    (workers,) = space_of([" max_workers = 2..30"], NOW)

    assert (workers.name, workers.low, workers.high) == ("max_workers", 2, 30)


def test_levels_are_tried_by_their_names():
    (level,) = space_of(["collect_min_start_supply"], NOW)

    assert [level.value(point) for point in range(level.low, level.high + 1)] == [
        *("SCARCE", "LIMITED", "MODERATE", "HIGH", "ABUNDANT")
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "names of settings"),
        (["no_such"], "no_such"),
        (["blocked_goods"], "lists cannot be varied"),
        (["max_workers=30..2"], "LOW..HIGH"),
        (["max_workers=many"], "LOW..HIGH"),
        (["trade_min_margin=0..5000"], "LOW..HIGH"),
        (["collect_min_start_supply=1..2"], "without bounds"),
        (["max_workers", "max_workers"], "named once"),
    ],
)
def test_what_cannot_be_varied_is_refused(words, told):
    with pytest.raises(Refused, match=told):
        space_of(words, NOW)


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_pair_of_levels_never_contradicts_itself(start, execute):
    space = space_of(PAIR, NOW)
    values = values_at(space, dict(zip(PAIR, (start, execute), strict=True)))

    assert values[PAIR[0]] == space[0].value(start)
    ManufacturingConfig(**read_values(values))
