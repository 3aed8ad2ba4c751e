"""Errors tell what is wrong, what was given and what is allowed."""

import pytest

from starfoundry.kernel.errors import (
    FieldProblem,
    InDoubt,
    Missing,
    NotPermitted,
    Refused,
    Stale,
    StarFoundryError,
    Unavailable,
)


def test_a_refused_field_says_its_name_what_was_given_and_what_is_allowed():
    error = Refused.of("max_pipelines", -1, "0 to 100")

    assert str(error) == "max_pipelines must be 0 to 100, was -1"
    assert error.fields == (FieldProblem(field="max_pipelines", given="-1", allowed="0 to 100"),)


def test_a_kind_of_refusal_made_from_a_field_is_of_that_kind():
    class RefusedByTheGame(Refused):
        """A refusal of a more specific kind."""

    assert type(RefusedByTheGame.of("units", 0, "1 or more")) is RefusedByTheGame


@pytest.mark.parametrize("family", [Refused, Missing, Stale, NotPermitted, Unavailable, InDoubt])
def test_every_family_is_an_error_of_ours_and_none_is_another(family):
    others = {Refused, Missing, Stale, NotPermitted, Unavailable, InDoubt} - {family}

    assert issubclass(family, StarFoundryError)
    assert not any(issubclass(family, other) for other in others)
    assert family("why").message == "why"
    assert family("why").fields == ()
