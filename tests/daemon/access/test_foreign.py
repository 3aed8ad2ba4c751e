"""What is another player's looks like what is not there, for every method of the contract, in the same words."""

import pytest

from starfoundry.daemon.access.caller import CALLER
from starfoundry.daemon.access.model import Principal, Role
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, StarFoundryError, Unauthenticated
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.status import InProcessContext

METHODS = list(wire.DESCRIPTOR.services_by_name["DaemonService"].methods)
OF_A_PLAYER = [method for method in METHODS if "player_id" in method.input_type.fields_by_name]
OURS, THEIRS, NOBODYS = 1, 2, 3


class Context:
    """A call's context as gRPC's is: it tells nothing of who calls."""

    def __init__(self):
        self._inner = InProcessContext()

    async def abort_with_status(self, status):
        await self._inner.abort_with_status(status)

    def invocation_metadata(self):
        return ()


async def ended(servicer, method, **fields):
    """How a call ends: its answer, or the error."""
    request = getattr(wire, method.input_type.name)(**fields)
    try:
        answer = getattr(servicer, method.name)(request, Context())
        return await anext(answer) if method.server_streaming else await answer
    except StarFoundryError as error:
        return error


def told(end):
    """An error's words; of an answer, which tells the time, only its size."""
    return str(end) if isinstance(end, StarFoundryError) else f"{type(end).__name__} of {len(end.ListFields())} fields"


@pytest.fixture
def with_two_players(tmp_path):
    """Runs `body(servicer, their_container)` as an admin of the first of two players."""

    def start(body):
        async def main():
            async with machine(new_universe(1), tmp_path) as running:
                await open_scene(running.operator)
                await running.operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent="RIVAL"))
                started = await running.operator.call(
                    "StartManufacturing", wire.StartManufacturingRequest(player_id=THEIRS)
                )
                CALLER.set(Principal(name="ours", role=Role.ADMIN, origin="a test", players=frozenset({OURS, NOBODYS})))
                return await body(running.daemon.servicer, started.container_id)

        return run(main())

    return start


def test_another_player_is_one_that_is_not_there(with_two_players):
    async def body(servicer, _container):
        return {
            method.name: [await ended(servicer, method, player_id=number) for number in (THEIRS, NOBODYS)]
            for method in OF_A_PLAYER
        }

    ends = with_two_players(body)

    assert {name for name, (foreign, _) in ends.items() if not isinstance(foreign, Missing)} == set()
    different = {
        name: (str(foreign), str(absent))
        for name, (foreign, absent) in ends.items()
        if str(foreign).replace(f"player {THEIRS}", f"player {NOBODYS}") != str(absent)
    }
    assert different == {}


def test_another_players_container_is_one_that_is_not_there(with_two_players):
    """Asked for under a player of the caller's own, and in a call that may name no player."""
    named = [method for method in METHODS if "container_id" in method.input_type.fields_by_name]
    # For these it is a filter, or something else is wrong with the request first.
    otherwise = {
        "ListLedger",
        "SummarizeLedger",
        "ListPipelines",
        "ListTasks",
        "SaveConfigPreset",
        "MarkConfigRevision",
    }

    async def body(servicer, container):
        found = {}
        for method in named:
            ask = {} if method.name in ("AwaitHalt", "SetHalt") else {"player_id": OURS}
            absent_name = container[:-1] + ("0" if container[-1] != "0" else "1")
            foreign = await ended(servicer, method, container_id=container, **ask)
            absent = await ended(servicer, method, container_id=absent_name, **ask)
            found[method.name] = (told(foreign).replace(container, absent_name), told(absent), type(foreign).__name__)
        return found

    ends = with_two_players(body)

    assert {name: end for name, end in ends.items() if end[0] != end[1]} == {}
    assert {name for name, end in ends.items() if end[2] != "Missing"} <= otherwise


def test_lists_of_everybody_hold_only_what_is_the_callers(with_two_players):
    async def body(servicer, container):
        containers = await servicer.ListContainers(wire.ListContainersRequest(), Context())
        players = await servicer.ListPlayers(wire.ListPlayersRequest(), Context())
        health = await servicer.GetHealth(wire.GetHealthRequest(), Context())
        return str(containers), str(players), str(health), container

    containers, players, health, theirs = with_two_players(body)

    assert theirs not in containers
    assert "RIVAL" not in players
    assert theirs not in health


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_without_a_caller_nothing_is_answered(tmp_path, method):
    async def main():
        async with machine(new_universe(1), tmp_path) as running:
            CALLER.set(None)
            return await ended(running.daemon.servicer, method)

    assert isinstance(run(main()), Unauthenticated)
