"""Names that were probably meant."""

import pytest

from starfoundry.kernel.nearest import did_you_mean, nearest, whole_name


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("FULE", ("IRON", "FUEL", "FUSION"), "FUEL"),
        ("jsn", ("table", "json", "yaml"), "json"),
        ("hgh", ("SCARCE", "HIGH"), "HIGH"),
        ("min-start-collect", ("max-workers", "collect-min-start-supply"), "collect-min-start-supply"),
        ("collect-min-start-supply", ("acquire-start-supply", "collect-start-supply"), "collect-start-supply"),
        ("manuf", ("market", "manufacturing"), "manufacturing"),
    ],
)
def test_the_most_alike_comes_first(name, known, meant):
    assert nearest(name, known)[0] == meant


def test_a_name_like_no_other_is_answered_with_nothing():
    assert nearest("xyzzy", ("IRON", "FUEL")) == []
    assert did_you_mean("xyzzy", ("IRON", "FUEL")) == ""


def test_several_that_are_near_are_offered_as_a_question():
    assert did_you_mean("FOUNDRY-11", ("FOUNDRY-1", "FOUNDRY-12", "HAULER")) == (
        "did you mean FOUNDRY-1 or FOUNDRY-12?"
    )


PLACES = ["X1-AD75-A2", "X1-AD75-A22", "X1-CD-B7", "X1-AD75-B7"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("x1-ad75-a2", "X1-AD75-A2"), ("a2", "X1-AD75-A2"), ("B7", None), ("2", None), ("", None)]
)
def test_the_last_part_of_a_name_is_enough_where_one_alone_ends_so(typed, meant):
    assert whole_name(typed, PLACES) == meant
