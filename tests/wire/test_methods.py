"""Methods of the contract by what they do."""

import pytest

from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.methods import LOOKS, LOOKS_AT_OTHERS, can_change, is_change, is_dry_run

METHODS = wire.DESCRIPTOR.services_by_name["DaemonService"].methods_by_name


def test_every_look_is_a_method_of_the_contract():
    assert set(METHODS) >= {*LOOKS, *LOOKS_AT_OTHERS}


@pytest.mark.parametrize("method", ["ForecastMarket", "AwaitHalt", "ListTokens", "SummarizeLedger"])
def test_a_look_is_no_change(method):
    assert not can_change(method)


@pytest.mark.parametrize("method", ["BuyShip", "ReviseConfig", "AMethodOfALaterVersion"])
def test_what_is_not_known_to_look_is_a_change(method):
    assert can_change(method)


def test_a_request_that_only_tries_is_known_by_either_of_its_fields():
    tried = wire.ReviseConfigRequest(terms=wire.ChangeTerms(validate_only=True))

    assert is_dry_run(tried)
    assert is_dry_run(wire.StartManufacturingRequest(dry_run=True))
    assert not is_dry_run(wire.ReviseConfigRequest())


def test_a_dry_run_is_no_change():
    assert is_change("ReviseConfig", wire.ReviseConfigRequest())
    assert not is_change("ReviseConfig", wire.ReviseConfigRequest(terms=wire.ChangeTerms(validate_only=True)))
    assert not is_change("StartManufacturing", wire.StartManufacturingRequest(dry_run=True))
    assert not is_change("ListShips", wire.ListShipsRequest())
