"""Ships sent by hand: what it takes, who may, and that the container commands the ship until it has arrived."""

import asyncio

import pytest

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.fleet.api.flight_rpc import FlightRpc
from starfoundry.fleet.api.flight_service import FlightService
from starfoundry.fleet.runtime.flight_runner import FLIGHT, FlightRunner
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.wire import daemon_pb2 as wire
from tests.fleet.harbour import FRIGATE, PLAYER, a_hop, in_harbour
from tests.ledger.test_summary import OnlyPlayerOne
from tests.store.opened import add_container


class Tower:
    """The door, and what stands behind it."""

    def __init__(self, harbour):
        self.harbour = harbour
        logbook = Logbook(harbour.database, harbour.clock)

        async def session_of(_player):
            return harbour.session

        runner = FlightRunner(logbook=logbook, session_of=session_of)
        self.supervisor = Supervisor(harbour.database, logbook, harbour.clock, runners={FLIGHT: runner})
        service = FlightService(
            session_of=session_of, supervisor=self.supervisor, clock=harbour.clock, entropy=SeededEntropy(1)
        )
        self.door = FlightRpc(service, OnlyPlayerOne())

    async def send(self, waypoint, *, dry_run=False, when_free=False):
        request = wire.SendShipRequest(
            player_id=PLAYER, ship=FRIGATE, waypoint=waypoint, dry_run=dry_run, when_free=when_free
        )
        return await self.door.SendShip(request, None)

    @property
    def owner(self):
        return self.harbour.session.claims.owner(FRIGATE)


@pytest.fixture
def at_the_tower(tmp_path):
    """The result of `work(tower, goal)`; `goal` is a market elsewhere that one tank reaches."""

    def start(work):
        async def with_tower(harbour):
            tower = Tower(harbour)
            try:
                return await work(tower, a_hop(harbour))
            finally:
                await tower.supervisor.shutdown()

        return in_harbour(tmp_path, with_tower)

    return start


def test_a_ship_flies_there_commanded_by_a_container_of_its_own_and_is_free_then(at_the_tower):
    async def work(tower, goal):
        answer = await tower.send(goal)
        await asyncio.sleep(1)
        owner = tower.owner
        await asyncio.sleep(answer.seconds + 60)
        return answer.container_id, owner, tower.owner, tower.harbour.frigate.nav.waypoint == goal

    container_id, owner, owner_then, is_there = at_the_tower(work)
    assert container_id.startswith("flight-foundry-1-")
    assert (owner, owner_then, is_there) == (container_id, None, True)


def test_the_estimate_of_a_dry_run_is_what_the_flight_takes_and_it_moves_nothing(at_the_tower):
    async def work(tower, goal):
        start, fuel = tower.harbour.frigate.nav.waypoint, tower.harbour.frigate.fuel.current
        dry = await tower.send(goal, dry_run=True)
        await asyncio.sleep(600)
        assert (tower.harbour.frigate.nav.waypoint, tower.owner) == (start, None)
        await tower.send(goal)
        await asyncio.sleep(dry.seconds - 10)
        still_flying = tower.owner is not None
        await asyncio.sleep(20)
        return dry, still_flying, tower.owner is None, fuel - tower.harbour.frigate.fuel.current

    dry, still_flying, has_arrived, burnt = at_the_tower(work)
    assert (dry.container_id, dry.fuel) == ("", burnt)
    assert still_flying
    assert has_arrived


def test_a_ship_that_a_container_commands_is_refused_and_the_container_named(at_the_tower):
    async def work(tower, goal):
        await tower.harbour.database.write(lambda connection: add_container(connection, "c-1"))
        await tower.harbour.session.claims.claim(FRIGATE, ContainerId("c-1"), "trading")
        with pytest.raises(Refused, match="FOUNDRY-1 is commanded by c-1: pause or stop that container first") as told:
            await tower.send(goal)
        assert told.value.message.endswith(f"spacetraders ship send FOUNDRY-1 {goal} --when-free")
        with pytest.raises(Refused, match="commanded by c-1"):
            await tower.send(goal, dry_run=True)

    at_the_tower(work)


def test_a_place_that_is_not_known_is_refused(at_the_tower):
    async def work(tower, _goal):
        with pytest.raises(Missing, match="X1-NO-WHERE"):
            await tower.send("X1-NO-WHERE")

    at_the_tower(work)


def test_a_flight_that_is_stopped_lets_go_of_the_ship(at_the_tower):
    async def work(tower, goal):
        answer = await tower.send(goal)
        await asyncio.sleep(5)
        await tower.supervisor.stop(ContainerId(answer.container_id), ending=Ending.NOW)
        await asyncio.sleep(5)
        return tower.owner

    assert at_the_tower(work) is None


def test_a_flight_goes_on_after_a_restart_of_the_daemon(at_the_tower):
    async def work(tower, goal):
        answer = await tower.send(goal)
        await asyncio.sleep(5)
        await tower.supervisor.shutdown()
        owner = tower.owner
        again = Tower(tower.harbour)
        await again.supervisor.recover()
        await asyncio.sleep(answer.seconds + 60)
        found = tower.harbour.frigate.nav.waypoint == goal, again.owner
        await again.supervisor.shutdown()
        return owner == answer.container_id, found

    assert at_the_tower(work) == (True, (True, None))


def test_a_place_is_named_by_its_last_part(at_the_tower):
    async def work(tower, goal):
        answer = await tower.send(goal.rpartition("-")[2].lower())
        await asyncio.sleep(answer.seconds + 60)
        return answer.waypoint == goal, tower.harbour.frigate.nav.waypoint == goal

    assert at_the_tower(work) == (True, True)


def test_a_ship_at_work_flies_once_it_is_let_go_before_anybody_else_has_it(at_the_tower):
    async def work(tower, goal):
        claims, making = tower.harbour.session.claims, ContainerId("c-1")
        await tower.harbour.database.write(lambda connection: add_container(connection, "c-1"))
        await claims.claim(FRIGATE, making, "trading")
        answer = await tower.send(goal, when_free=True)
        await asyncio.sleep(600)
        waiting = tower.owner
        await claims.release(FRIGATE, making)
        is_taken_back = await claims.claim(FRIGATE, making, "trading")
        await asyncio.sleep(answer.seconds + 60)
        return answer.commanded_by, waiting, is_taken_back, tower.harbour.frigate.nav.waypoint == goal, tower.owner

    assert at_the_tower(work) == ("c-1", "c-1", False, True, None)


def test_a_flight_that_waits_is_stopped_and_leaves_the_ship_at_work(at_the_tower):
    async def work(tower, goal):
        claims, making = tower.harbour.session.claims, ContainerId("c-1")
        await tower.harbour.database.write(lambda connection: add_container(connection, "c-1"))
        await claims.claim(FRIGATE, making, "trading")
        answer = await tower.send(goal, when_free=True)
        await asyncio.sleep(60)
        await tower.supervisor.stop(ContainerId(answer.container_id), ending=Ending.NOW)
        await asyncio.sleep(60)
        await claims.release(FRIGATE, making)
        return await claims.claim(FRIGATE, making, "trading")

    assert at_the_tower(work)


def test_a_flight_that_waits_goes_on_waiting_after_a_restart_of_the_daemon(at_the_tower):
    async def work(tower, goal):
        claims, making = tower.harbour.session.claims, ContainerId("c-1")
        await tower.harbour.database.write(lambda connection: add_container(connection, "c-1"))
        await claims.claim(FRIGATE, making, "trading")
        answer = await tower.send(goal, when_free=True)
        await asyncio.sleep(60)
        await tower.supervisor.shutdown()
        again = Tower(tower.harbour)
        await again.supervisor.recover()
        await asyncio.sleep(60)
        await claims.release(FRIGATE, making)
        await asyncio.sleep(answer.seconds + 60)
        found = tower.harbour.frigate.nav.waypoint == goal, again.owner
        await again.supervisor.shutdown()
        return found

    assert at_the_tower(work) == (True, None)
