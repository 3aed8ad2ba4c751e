"""Names that were probably meant."""

import pytest

from starfoundry.kernel.nearest import did_you_mean, nearest


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
