"""The operator gets what a client behind a socket would get, errors included."""

import pytest

from starfoundry.drill.operator import Operator
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.wire import daemon_pb2
from starfoundry.wire.status import answering


class Servicer:
    """A servicer with one method that answers and two that refuse."""

    @answering
    async def GetShip(self, request, context):  # noqa: N802
        self.heard = request
        return daemon_pb2.Ship(ship=request.ship, fuel=7)

    @answering
    async def GetMarket(self, request, context):  # noqa: N802
        raise Missing(f"no market at {request.waypoint}")

    @answering
    async def BuyShip(self, request, context):  # noqa: N802
        raise Refused.of("ship_type", request.ship_type, "a type that is for sale")


def test_an_answer_is_a_copy_as_if_it_had_travelled():
    servicer, request = Servicer(), daemon_pb2.GetShipRequest(ship="FOUNDRY-1")

    answer = run(Operator(servicer).call("GetShip", request))

    assert answer == daemon_pb2.Ship(ship="FOUNDRY-1", fuel=7)
    assert servicer.heard == request
    assert servicer.heard is not request


def test_a_refusal_comes_back_as_its_family():
    with pytest.raises(Missing, match="no market at X1-A1"):
        run(Operator(Servicer()).call("GetMarket", daemon_pb2.GetMarketRequest(waypoint="X1-A1")))


def test_a_refusal_keeps_its_fields():
    with pytest.raises(Refused) as caught:
        run(Operator(Servicer()).call("BuyShip", daemon_pb2.BuyShipRequest(ship_type="SHIP_OF_DREAMS")))

    assert [(problem.field, problem.given) for problem in caught.value.fields] == [("ship_type", "SHIP_OF_DREAMS")]
