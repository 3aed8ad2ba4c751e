"""One service out of many doors."""

import asyncio

import pytest

from starfoundry.daemon.composition.servicer import METHODS, CallLimit, compose
from starfoundry.drill.operator import Operator
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.wire.daemon_pb2 import GetHealthRequest, GetShipRequest, Health


class HealthDoor:
    """Answers one method."""

    async def GetHealth(self, request, context):  # noqa: N802
        return Health(status="ok")


class BrokenDoor:
    """Raises in one method."""

    async def GetShip(self, request, context):  # noqa: N802
        raise Missing("no such ship")


def everything_but(*names):
    """A door for the rest of the contract."""

    async def unanswered(self, request, context):
        raise AssertionError

    return type("Rest", (), {name: unanswered for name in METHODS if name not in names})()


def ask(method, request, *doors):
    return asyncio.run(Operator(compose(*doors, everything_but("GetHealth", "GetShip"))).call(method, request))


def test_each_call_reaches_the_door_that_has_it():
    assert ask("GetHealth", GetHealthRequest(), BrokenDoor(), HealthDoor()).status == "ok"


def test_what_a_door_raises_reaches_the_caller_without_the_door_knowing_how():
    with pytest.raises(Missing, match="no such ship"):
        ask("GetShip", GetShipRequest(), BrokenDoor(), HealthDoor())


def test_two_doors_with_the_same_method_are_a_mistake():
    with pytest.raises(AssertionError, match="GetHealth belongs to one door"):
        compose(HealthDoor(), HealthDoor(), everything_but("GetHealth"))


def test_a_method_that_no_door_has_is_a_mistake():
    with pytest.raises(AssertionError, match="GetShip belongs to one door"):
        compose(HealthDoor(), everything_but("GetHealth", "GetShip"))


def test_the_contract_names_its_methods():
    assert {"GetManufacturingConfig", "UpdateManufacturingConfig", "ListContainers"} <= set(METHODS)


def test_one_call_more_than_may_be_under_way_is_turned_away_and_let_in_when_one_has_ended():
    limit = CallLimit(1)

    with limit, pytest.raises(Unavailable, match="1 calls are under way"), limit:
        pass
    with limit:
        pass
