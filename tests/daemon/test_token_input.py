"""A token is taken as people hand it over, and never repeated."""

import pytest

from starfoundry.daemon.token_input import stripped_token
from starfoundry.kernel.errors import Refused


@pytest.mark.parametrize("given", ["eyJ.a-b_c", "eyJ.a-b_c\n", "  eyJ.a-b_c\r\n", "\teyJ.a-b_c\f"], ids=repr)
def test_white_space_around_a_token_does_not_belong_to_it(given: str):
    assert stripped_token("api.account_token", given) == "eyJ.a-b_c"


@pytest.mark.parametrize("given", ["a b", "a\nb", "a\0", "é", "\u200beyJ", "a\u2028b"], ids=repr)
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(given: str):
    with pytest.raises(Refused) as caught:
        stripped_token("api.account_token", given)

    assert [(each.field, each.given) for each in caught.value.fields] == [("api.account_token", "(not shown)")]
    assert given not in caught.value.message
