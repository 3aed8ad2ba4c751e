"""The network knows whose order each is, and the judge sees when two command one ship."""

import asyncio

from starfoundry.drill.campaign import play
from starfoundry.drill.faults.fault import DrillFaults
from starfoundry.drill.ship_commands import Order, Orders, one_owner_at_a_time
from starfoundry.drill.virtual_time.loop import run
from starfoundry.game.transport.transport import Request, Response
from tests.drill.planted import claims_are_forgotten


def request(path: str, method: str = "POST") -> Request:
    return Request(method=method, path=path, headers={}, body=None, timeout_seconds=10.0)


def orders_by(*masters: str) -> list[Order]:
    """Orders to one ship, one a second."""
    return [
        Order(at=float(second), ship="FOUNDRY-1", path="/my/ships/FOUNDRY-1/orbit", owner=owner)
        for second, owner in enumerate(masters)
    ]


def masters_of(*requests: Request) -> list[tuple[str, str]]:
    """Whose these are when a worker sends them through a child of its own, as the money lane does."""
    orders = Orders()

    async def send():
        for each in requests:
            orders.note(each)

    async def work():
        await asyncio.create_task(send(), name="PURCHASE FOUNDRY-1")

    async def coordinate():
        async with asyncio.TaskGroup() as group:
            group.create_task(work(), name="worker task-1")

    async def container():
        await asyncio.create_task(coordinate(), name="container making")

    run(container())
    return [(order.ship, order.owner.partition(" #")[0]) for order in orders.given]


def test_a_ship_that_is_handed_on_has_one_master_at_a_time():
    assert list(one_owner_at_a_time(orders_by("a", "a", "b", "c", "c"))) == []


def test_a_former_master_who_commands_again_is_one_of_two():
    (told,) = one_owner_at_a_time(orders_by("a", "b", "a"))

    assert told.startswith("FOUNDRY-1 had two owners at 2 s: b, and a")


def test_one_master_may_have_many_ships():
    first, second = orders_by("a", "a")
    other = Order(at=0.5, ship="FOUNDRY-2", path="/my/ships/FOUNDRY-2/orbit", owner="b")

    assert list(one_owner_at_a_time([first, other, second])) == []


def test_an_order_is_the_workers_whoever_sends_it_for_him():
    assert masters_of(request("/my/ships/FOUNDRY-1/purchase")) == [("FOUNDRY-1", "worker task-1")]


def test_reading_a_ship_and_buying_one_are_no_orders():
    assert masters_of(request("/my/ships/FOUNDRY-1/cargo", "GET"), request("/my/ships")) == []


def test_only_what_a_ship_is_refused_counts_as_refused():
    orders = Orders()
    for status, code in ((400, 4214), (429, 429), (401, 4113), (500, 3000)):
        body = b'{"error":{"message":"no","code":%d}}' % code
        orders.hear(request("/my/ships/FOUNDRY-1/dock"), Response(status=status, headers={}, body=body))

    assert orders.refused == ["POST /my/ships/FOUNDRY-1/dock was refused: no"]


def test_a_forgotten_claim_is_told_as_what_it_is():
    with claims_are_forgotten():
        problems = play(1, faults=DrillFaults(), storm_seconds=600).problems

    assert any("had two owners" in each for each in problems)
    assert any("was refused" in each for each in problems)


def test_in_calm_weather_with_power_cuts_nobody_is_refused_anything():
    assert play(1, faults=DrillFaults(crashes=2), storm_seconds=1_800).problems == ()
