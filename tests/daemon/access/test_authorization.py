"""Every method has its rule, and a method without one cannot be called at all."""

import pytest

from starfoundry.daemon.access.authorization import NEEDS, authorize
from starfoundry.daemon.access.model import PROCESS, Principal, Role
from starfoundry.daemon.composition.servicer import METHODS
from starfoundry.kernel.errors import NotPermitted, Refused
from starfoundry.wire.methods import can_change

LOOKS = ("Await", "DryRun", "Examine", "Explain", "Export", "Forecast", "Get", "List", "Scan", "Summarize", "Watch")


def somebody(role):
    return Principal(name="somebody", role=role, origin="a test")


def test_the_table_names_every_method_of_the_contract_and_no_other():
    assert set(NEEDS) == set(METHODS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("method", METHODS)
def test_a_role_may_call_what_needs_no_more(role, method):
    if role >= NEEDS[method]:
        authorize(somebody(role), method)
    else:
        with pytest.raises(NotPermitted, match=f"{method} needs an"):
            authorize(somebody(role), method)


@pytest.mark.parametrize("method", METHODS)
def test_a_viewer_changes_nothing(method):
    """What a method is called tells whether it changes anything; the table must not say less."""
    if not method.startswith(LOOKS):
        assert NEEDS[method] > Role.VIEWER


def test_a_method_without_a_rule_may_be_called_by_nobody():
    with pytest.raises(NotPermitted, match="cannot be called by anyone"):
        authorize(PROCESS, "NewMethod")
    assert can_change("NewMethod")


def test_an_unknown_role_is_refused_with_the_choices():
    with pytest.raises(Refused, match="viewer, operator, admin"):
        Role.parse("root")
