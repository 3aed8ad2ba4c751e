"""The door to containers."""

import asyncio
import json

import pytest

from starfoundry.containers.api.rpc import ENTRIES_MAX, ContainersRpc
from starfoundry.containers.runtime.logbook import LogLevel
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.wire import daemon_pb2 as wire
from tests.containers.test_supervisor import PLAYER, House, until_asked
from tests.store.opened import add_player, opened


class TwoPlayers:
    """A gate that knows two players."""

    def sees(self, player_id, context):
        return True

    async def admit(self, player_id, context):
        if player_id not in (1, 2):
            raise Missing(f"there is no player {player_id}")
        return PlayerId(player_id)


def through_the_door(tmp_path, body):
    """Runs `body(door, house)` with one running container, c, of player 1."""

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            house = House(database)
            supervisor = house.supervisor(until_asked)
            door = ContainersRpc(database=database, supervisor=supervisor, logbook=house.logbook, gate=TwoPlayers())
            await supervisor.create(PLAYER, "work", {"min_price": 7, "mode": "x"}, "c")
            try:
                return await body(door, house)
            finally:
                await supervisor.shutdown()

    from starfoundry.drill.virtual_time.loop import run

    return run(main())


def test_containers_are_listed_of_all_players_or_of_one_and_by_status(tmp_path):
    async def body(door, _house):
        ask = lambda **given: door.ListContainers(wire.ListContainersRequest(**given), None)  # noqa: E731
        answers = [await ask(), await ask(player_id=1), await ask(player_id=2), await ask(statuses=["stopped"])]
        return [[each.container_id for each in answer.containers] for answer in answers]

    assert through_the_door(tmp_path, body) == [["c"], ["c"], [], []]


def test_a_container_is_shown_with_its_stored_configuration(tmp_path):
    async def body(door, _house):
        return await door.GetContainer(wire.GetContainerRequest(container_id="c", player_id=1), None)

    found = through_the_door(tmp_path, body)

    assert (found.container_id, found.player_id, found.type, found.status) == ("c", 1, "work", "RUNNING")
    assert json.loads(found.config_json) == {"min_price": 7, "mode": "x"}
    assert found.started_at.endswith("+00:00")


@pytest.mark.parametrize(
    ("method", "request_of"),
    [
        ("GetContainer", wire.GetContainerRequest),
        ("GetContainerLogs", wire.GetContainerLogsRequest),
        ("StartContainer", wire.StartContainerRequest),
        ("StopContainer", wire.StopContainerRequest),
    ],
)
def test_another_players_container_and_an_absent_one_are_missing_in_the_same_words(tmp_path, method, request_of):
    async def body(door, _house):
        words = []
        for container_id, player_id in (("c", 2), ("nope", 2)):
            with pytest.raises(Missing) as missing:
                await getattr(door, method)(request_of(container_id=container_id, player_id=player_id), None)
            words.append(missing.value.message.replace(repr(container_id), "ID"))
        return words

    foreign, absent = through_the_door(tmp_path, body)
    assert foreign == absent


def test_logs_come_oldest_first_with_their_fields_and_can_be_followed(tmp_path):
    async def body(door, house):
        for number in range(3):
            house.logbook.log("c", LogLevel.INFO, "sold", units=number)
        ask = lambda **given: door.GetContainerLogs(  # noqa: E731
            wire.GetContainerLogsRequest(container_id="c", player_id=1, **given), None
        )
        newest = (await ask(limit=2)).logs
        house.logbook.log("c", LogLevel.DEBUG, "quiet")
        house.logbook.log("c", LogLevel.WARNING, "loud")
        after = (await ask(after_id=newest[-1].id)).logs
        return newest, after

    newest, after = through_the_door(tmp_path, body)

    assert [json.loads(entry.fields_json) for entry in newest] == [{"units": 1}, {"units": 2}]
    assert [(entry.level, entry.message) for entry in after] == [("WARNING", "loud")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": ENTRIES_MAX + 1}, "limit"),
        ({"minimum_level": "LOUD"}, "minimum_level"),
    ],
)
def test_what_no_log_can_be_asked_for_is_refused_by_name(tmp_path, given, field):
    async def body(door, _house):
        with pytest.raises(Refused) as refusal:
            await door.GetContainerLogs(wire.GetContainerLogsRequest(container_id="c", player_id=1, **given), None)
        return refusal.value.fields[0].field

    assert through_the_door(tmp_path, body) == field


def test_an_unknown_status_is_refused_with_the_known_ones(tmp_path):
    async def body(door, _house):
        with pytest.raises(Refused, match="RUNNING"):
            await door.ListContainers(wire.ListContainersRequest(statuses=["BUSY"]), None)

    through_the_door(tmp_path, body)


def test_stopping_answers_with_the_end_and_twice_is_no_error(tmp_path):
    async def body(door, _house):
        request = wire.StopContainerRequest(container_id="c", player_id=1)
        return [(await door.StopContainer(request, None)).status for _ in range(2)]

    assert through_the_door(tmp_path, body) == ["STOPPED", "STOPPED"]


def test_stopping_one_that_takes_long_answers_before_it_ends(tmp_path):
    async def slow(_container, stop):
        await stop.wait()
        await asyncio.sleep(100)

    async def body(_door, house):
        supervisor = house.supervisor(slow)
        door = ContainersRpc(database=house.database, supervisor=supervisor, logbook=house.logbook, gate=TwoPlayers())
        await supervisor.create(PLAYER, "work", {}, "slow")
        started = house.clock.elapsed()
        answer = await door.StopContainer(wire.StopContainerRequest(container_id="slow", player_id=1), None)
        return answer.status, house.clock.elapsed() - started

    status, seconds = through_the_door(tmp_path, body)
    assert status == "STOPPING"
    assert seconds < 10


def test_a_stopped_container_runs_again_when_it_is_started(tmp_path):
    async def body(door, _house):
        stop = wire.StopContainerRequest(container_id="c", player_id=1)
        start = wire.StartContainerRequest(container_id="c", player_id=1)
        return [
            (await door.StopContainer(stop, None)).status,
            (await door.StartContainer(start, None)).status,
            (await door.StartContainer(start, None)).status,
        ]

    assert through_the_door(tmp_path, body) == ["STOPPED", "RUNNING", "RUNNING"]
