"""The door to the fleet: ships as they are, purchases that say why not, and one growth at a time."""

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.fleet.api.rpc import FleetRpc
from starfoundry.fleet.api.service import FleetService
from starfoundry.fleet.runtime.growth_runner import GROWTH, GrowthRunner
from starfoundry.game.transport.transport import AnswerLost
from starfoundry.kernel.errors import Missing, Refused, Stale, Unavailable
from starfoundry.kernel.ids import ContainerId, Good
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.api.game_api import Api
from starfoundry.store.tables.schema import intents
from starfoundry.wire import daemon_pb2 as wire
from tests.fleet.harbour import FRIGATE, PROBE, PURPOSE, in_harbour
from tests.fleet.test_quarantine import TROUBLE
from tests.ledger.test_summary import OnlyPlayerOne
from tests.store.opened import add_container


def at_the_door(directory, work):
    """The result of `work(door, harbour)`."""

    async def with_door(harbour):
        logbook = Logbook(harbour.database, harbour.clock)

        async def session_of(_player):
            return harbour.session

        runner = GrowthRunner(logbook=logbook, session_of=session_of)
        supervisor = Supervisor(harbour.database, logbook, harbour.clock, runners={GROWTH: runner})
        service = FleetService(session_of=session_of, supervisor=supervisor, entropy=SeededEntropy(1))
        try:
            return await work(FleetRpc(service, OnlyPlayerOne()), harbour)
        finally:
            await supervisor.shutdown()

    return in_harbour(directory, with_door)


def test_ships_are_listed_as_they_are_with_who_commands_them(tmp_path):
    async def work(door, harbour):
        await harbour.database.write(lambda connection: add_container(connection, "mfg-1"))
        await harbour.session.claims.claim(FRIGATE, ContainerId("mfg-1"), "work")
        flying = asyncio.create_task(harbour.session.pilot.fly(PROBE, harbour.markets()[0], purpose=PURPOSE))
        await asyncio.sleep(10)
        mark = len(harbour.wire.asked)
        listed = await door.ListShips(wire.ListShipsRequest(player_id=1), None)
        asked = len(harbour.wire.asked) - mark
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        return list(listed.ships), asked

    (frigate, probe), asked = at_the_door(tmp_path, work)

    assert asked == 0
    assert (frigate.ship, frigate.claimed_by, frigate.arrives_at, frigate.cargo_capacity) == (FRIGATE, "mfg-1", "", 40)
    assert (probe.ship, probe.claimed_by, probe.status) == (PROBE, "", "IN_TRANSIT")
    assert probe.arrives_at.endswith("Z")


def test_one_ship_is_shown_in_any_letter_case_and_an_unknown_one_is_missing(tmp_path):
    async def work(door, _harbour):
        shown = await door.GetShip(wire.GetShipRequest(player_id=1, ship=FRIGATE.lower()), None)
        with pytest.raises(Missing):
            await door.GetShip(wire.GetShipRequest(player_id=1, ship="FOUNDRY-99"), None)
        return shown.ship

    assert at_the_door(tmp_path, work) == FRIGATE


def test_a_ship_is_bought_where_one_of_ours_is(tmp_path):
    async def work(door, harbour):
        yard = next(yard for yard in harbour.session.yards.yards() if yard.offers)
        offer = min(yard.offers, key=lambda offer: offer.price)
        request = wire.BuyShipRequest(player_id=1, ship_type=offer.type.lower(), maximum_price=offer.price)
        answer = await door.BuyShip(request, None)
        known = [ship.symbol for ship in harbour.session.roster.ships()]
        return answer, offer.price, yard.waypoint, known, await harbour.problems()

    answer, price, waypoint, known, problems = at_the_door(tmp_path, work)

    assert (answer.price, answer.credits, answer.shipyard) == (price, 175_000 - price, waypoint)
    assert answer.ship.ship in known
    assert problems == []


def test_a_ship_that_was_bought_and_cannot_be_seen_is_said_to_be_ours_and_booked(tmp_path):
    """The answer is lost, and from then on the game tells neither of the new ship nor of any list that it is on."""

    async def work(door, harbour):
        def lose(request):
            if (request.method, request.path) == ("POST", "/my/ships"):
                Api(harbour.universe).handle(request)
                raise AnswerLost("a test")
            path = request.path.partition("?")[0]
            return TROUBLE if path in ("/my/ships", "/my/ships/FOUNDRY-3") else None

        yard = next(yard for yard in harbour.session.yards.yards() if yard.offers)
        offer = min(yard.offers, key=lambda offer: offer.price)
        harbour.wire.meddle = lose
        with pytest.raises(Unavailable) as told:
            await door.BuyShip(wire.BuyShipRequest(player_id=1, ship_type=offer.type), None)
        return told.value.message, offer, await harbour.problems()

    message, offer, problems = at_the_door(tmp_path, work)

    assert f"{offer.type} was bought at" in message
    assert f"for {offer.price:,} credits, but the game does not report it" in message
    assert problems == []


async def with_cargo(harbour, units):
    """The frigate with so much in its hold of something that no market buys."""
    harbour.universe.agents["FOUNDRY"].ships[FRIGATE].cargo[Good("RELIC_TECH")] = units
    await harbour.session.pilot.read_again(FRIGATE)


@pytest.mark.parametrize(("units", "left"), [(0, 0), (3, 9)])
def test_cargo_is_jettisoned_once_and_its_intent_is_on_disk(tmp_path, units, left):
    async def work(door, harbour):
        await with_cargo(harbour, 12)
        request = wire.JettisonCargoRequest(player_id=1, ship=FRIGATE.lower(), good="relic_tech", units=units)
        answer = await door.JettisonCargo(request, None)
        rows = await harbour.database.read(lambda c: list(c.execute(sa.select(intents))))
        kept = [(row.kind, row.units, row.state) for row in rows]
        return answer, kept, harbour.frigate.cargo.units, await harbour.problems()

    answer, kept, aboard, problems = at_the_door(tmp_path, work)

    assert (answer.units, answer.ship.cargo_units, aboard) == (12 - left, left, left)
    assert kept == [("JETTISON", 12 - left, "APPLIED")]
    assert problems == []


def test_a_dry_run_of_a_jettison_asks_the_game_for_nothing(tmp_path):
    async def work(door, harbour):
        await with_cargo(harbour, 12)
        mark = len(harbour.wire.asked)
        request = wire.JettisonCargoRequest(player_id=1, ship=FRIGATE, good="RELIC_TECH", dry_run=True)
        answer = await door.JettisonCargo(request, None)
        return answer.dry_run, answer.units, harbour.frigate.cargo.units, harbour.asked_since(mark)

    assert at_the_door(tmp_path, work) == (True, 12, 12, [])


@pytest.mark.parametrize(
    ("request_", "error", "said"),
    [
        ({"good": "IRON"}, Missing, "holds no IRON; it holds 12 RELIC_TECH"),
        ({"good": "RELIC_TECH", "units": 13}, Refused, "units must be from 1 to the 12 aboard"),
        ({"good": "RELIC_TECH", "units": -1}, Refused, "units must be from 1 to the 12 aboard"),
    ],
)
def test_a_jettison_of_what_is_not_there_is_refused(tmp_path, request_, error, said):
    async def work(door, harbour):
        await with_cargo(harbour, 12)
        with pytest.raises(error) as refusal:
            await door.JettisonCargo(wire.JettisonCargoRequest(player_id=1, ship=FRIGATE, **request_), None)
        return refusal.value.message, harbour.frigate.cargo.units

    message, aboard = at_the_door(tmp_path, work)
    assert said in message
    assert aboard == 12


def test_cargo_of_a_busy_ship_is_jettisoned_between_two_trips_and_nobody_takes_the_ship_before(tmp_path):
    """Once that was refused for ever: a coordinator sent the ship out again the moment it was free."""

    async def work(door, harbour):
        await with_cargo(harbour, 12)
        claims, mine, other = harbour.session.claims, ContainerId("mfg-1"), ContainerId("mfg-2")
        for container_id in (mine, other):
            await harbour.database.write(partial(add_container, container_id=container_id))
        await claims.claim(FRIGATE, mine, "a task")
        request = wire.JettisonCargoRequest(player_id=1, ship=FRIGATE, good="RELIC_TECH", wait_seconds=900)
        ordered = asyncio.create_task(door.JettisonCargo(request, None))
        await asyncio.sleep(60)
        still_aboard = harbour.frigate.cargo.units
        await claims.release(FRIGATE, mine)
        taken = [await claims.claim(FRIGATE, each, "the next task") for each in (mine, other)]
        answer = await ordered
        return still_aboard, taken, answer.units, await claims.claim(FRIGATE, mine, "the next task")

    assert at_the_door(tmp_path, work) == (12, [False, False], 12, True)


def test_a_ship_that_is_busy_all_the_time_keeps_its_cargo_and_its_container_goes_on_with_it(tmp_path):
    async def work(door, harbour):
        await with_cargo(harbour, 12)
        claims, mine = harbour.session.claims, ContainerId("mfg-1")
        await harbour.database.write(partial(add_container, container_id=mine))
        await claims.claim(FRIGATE, mine, "a task")
        request = wire.JettisonCargoRequest(player_id=1, ship=FRIGATE, good="RELIC_TECH", wait_seconds=60)
        with pytest.raises(Unavailable, match="commanded by mfg-1, and was busy for all of the 60 s"):
            await door.JettisonCargo(request, None)
        await claims.release(FRIGATE, mine)
        return await claims.claim(FRIGATE, mine, "the next task"), harbour.frigate.cargo.units

    assert at_the_door(tmp_path, work) == (True, 12)


def test_cargo_of_a_ship_that_a_container_commands_is_left_alone(tmp_path):
    async def work(door, harbour):
        await with_cargo(harbour, 12)
        await harbour.database.write(lambda connection: add_container(connection, ContainerId("mfg-1")))
        await harbour.session.claims.claim(FRIGATE, ContainerId("mfg-1"), "a task")
        request = wire.JettisonCargoRequest(player_id=1, ship=FRIGATE, good="RELIC_TECH")
        with pytest.raises(Refused, match="is commanded by mfg-1"):
            await door.JettisonCargo(request, None)
        return harbour.frigate.cargo.units

    assert at_the_door(tmp_path, work) == 12


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"ship_type": "SHIP_OF_DREAMS"}, "ship_type must be one of SHIP_"),
        ({"ship_type": "SHIP_LIGHT_HAULER"}, "one of your ships must be at the shipyard: send one to X1-"),
        ({"ship_type": "SHIP_PROBE", "shipyard": "X1-NOWHERE-A1"}, "shipyard must be a shipyard that sells SHIP_PROBE"),
        ({"ship_type": "SHIP_MINING_DRONE", "maximum_price": 1}, "maximum_price must be at least the price at X1-"),
        ({"ship_type": "SHIP_MINING_DRONE", "maximum_price": -1}, "maximum_price must be a number of credits"),
    ],
)
def test_what_cannot_be_bought_is_refused_with_what_to_do(tmp_path, request_, said):
    async def work(door, harbour):
        with pytest.raises(Refused) as refusal:
            await door.BuyShip(wire.BuyShipRequest(player_id=1, **request_), None)
        return refusal.value.message, harbour.session.gateway.credits

    message, credits_now = at_the_door(tmp_path, work)

    assert message.startswith(said)
    assert credits_now == 175_000


def test_a_ship_that_cannot_be_paid_is_refused_with_the_numbers(tmp_path):
    async def work(door, harbour):
        yard = next(yard for yard in harbour.session.yards.yards() if "SHIP_LIGHT_HAULER" in yard.ship_types)
        await harbour.session.pilot.fly(PROBE, yard.waypoint, purpose=PURPOSE)
        with pytest.raises(Refused) as refusal:
            await door.BuyShip(wire.BuyShipRequest(player_id=1, ship_type="SHIP_LIGHT_HAULER"), None)
        return refusal.value.message

    assert "of 175,000 credits 0 must remain" in at_the_door(tmp_path, work)


def growth(**limits: int) -> wire.StartFleetGrowthRequest:
    return wire.StartFleetGrowthRequest(player_id=1, **limits)


def test_a_growth_starts_with_its_limits_and_a_second_one_is_a_conflict(tmp_path):
    """Two would spend the same credits."""

    async def work(door, _harbour):
        limits = {"max_haulers": 2, "max_probes": 3, "reserve": 170_000}
        both = await asyncio.gather(
            door.StartFleetGrowth(growth(**limits), None),
            door.StartFleetGrowth(growth(**limits), None),
            return_exceptions=True,
        )
        started = [answer for answer in both if isinstance(answer, wire.StartContainerResponse)]
        return started, [answer for answer in both if isinstance(answer, Stale)]

    started, refused = at_the_door(tmp_path, work)

    assert [answer.status for answer in started] == ["RUNNING"]
    assert started[0].message == "the fleet may grow to 2 haulers and 3 probes, 170,000 credits are kept"
    assert started[0].container_id in refused[0].message


def test_a_growth_that_was_stopped_makes_room_for_another(tmp_path):
    async def work(door, harbour):
        first = await door.StartFleetGrowth(growth(reserve=170_000), None)
        await door._service._supervisor.stop(ContainerId(first.container_id))
        second = await door.StartFleetGrowth(growth(reserve=170_000), None)
        return first.container_id != second.container_id, harbour.session.claims.of(ContainerId(first.container_id))

    assert at_the_door(tmp_path, work) == (True, ())


@pytest.mark.parametrize("limits", [{"max_haulers": -1}, {"max_probes": -1}, {"reserve": -1}])
def test_a_limit_below_nothing_is_refused_by_name(tmp_path, limits):
    async def work(door, _harbour):
        with pytest.raises(Refused) as refusal:
            await door.StartFleetGrowth(growth(**limits), None)
        return refusal.value.fields[0].field

    assert at_the_door(tmp_path, work) == next(iter(limits))


@pytest.mark.parametrize("method", ["ListShips", "GetShip", "BuyShip", "StartFleetGrowth"])
def test_the_door_knows_no_other_player(tmp_path, method):
    async def work(door, _harbour):
        with pytest.raises(Missing):
            await getattr(door, method)(getattr(wire, f"{method}Request")(player_id=2), None)

    at_the_door(tmp_path, work)
