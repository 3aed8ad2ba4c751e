"""Supply levels are ordered, and their names are read strictly."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel

IN_ORDER = ("SCARCE", "LIMITED", "MODERATE", "HIGH", "ABUNDANT")


def test_levels_are_ordered_from_scarce_to_abundant():
    assert tuple(level.name for level in sorted(SupplyLevel)) == IN_ORDER


@pytest.mark.parametrize(("level", "minimum"), list(itertools.product(SupplyLevel, repeat=2)))
def test_a_level_meets_every_minimum_that_is_not_above_it(level, minimum):
    assert level.meets_or_exceeds(minimum) == (IN_ORDER.index(level.name) >= IN_ORDER.index(minimum.name))


@given(st.sampled_from(list(SupplyLevel)), st.sampled_from([str.lower, str.upper, str.title]))
def test_a_level_is_read_in_any_letter_case(level, written):
    assert SupplyLevel.parse(f" {written(level.name)} ") is level


@given(st.text().filter(lambda text: text.strip().upper() not in IN_ORDER))
def test_anything_else_is_refused_with_the_choices(text):
    with pytest.raises(Refused) as caught:
        SupplyLevel.parse(text, field="collect_min_start_supply")

    (problem,) = caught.value.fields
    assert problem.field == "collect_min_start_supply"
    assert all(name in problem.allowed for name in IN_ORDER)
