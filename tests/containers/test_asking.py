"""Which container is meant by what was typed."""

from dataclasses import dataclass

import pytest

from starfoundry.containers.commands.container_argument import Ambiguous, named_one
from starfoundry.kernel.errors import Missing


@dataclass(frozen=True)
class Found:
    """A container as far as its name goes."""

    container_id: str
    status: str = "RUNNING"


ENDED = Found("parallel-mfg-X1-AB-2225b0", "STOPPED")
LIVE = Found("parallel-mfg-X1-AB-22f9a1")
OTHER = Found("parallel-mfg-X1-CD-0cafe0", "STOPPED")
GROWTH = Found("fleet-growth-X1-CD-b9f425")
ALL = [ENDED, LIVE, OTHER, GROWTH]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("parallel-mfg-X1-AB-2225b0", ENDED),
        ("2225b0", ENDED),
        ("222", ENDED),
        ("5b0", ENDED),
        ("B9F4", GROWTH),
        ("fleet", GROWTH),
        ("X1-AB", LIVE),
        ("ab", LIVE),
    ],
)
def test_a_part_that_fits_one_container_is_enough(typed, meant):
    assert named_one(typed, ALL) is meant


@pytest.mark.parametrize("typed", ["parallel", "parallel-mfg-X1-AB-2"])
def test_a_part_that_fits_several_names_them_and_takes_none_though_one_alone_goes_on(typed):
    with pytest.raises(Ambiguous, match=r"2225b0 \(STOPPED\), parallel-mfg-X1-AB-22f9a1 \(RUNNING\)"):
        named_one(typed, ALL)


def test_a_system_where_several_go_on_names_them():
    with pytest.raises(Ambiguous, match="matches them all"):
        named_one("X1-AB", [LIVE, Found("parallel-mfg-X1-AB-123456")])


@pytest.mark.parametrize("typed", ["f", "22", "no-such"])
def test_less_than_three_letters_of_an_id_or_what_fits_none_is_missing(typed):
    with pytest.raises(Missing, match="there are: parallel"):
        named_one(typed, ALL)


def test_a_misspelt_part_is_told_with_the_container_that_was_meant():
    with pytest.raises(Missing, match=r"no container 0caff0; did you mean 0cafe0\? there are: parallel"):
        named_one("0caff0", ALL)
