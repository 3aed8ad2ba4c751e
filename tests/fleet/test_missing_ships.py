"""The list of ships is held against the agent's own count; who is missing is asked for, told, and asked for again."""

import asyncio
import json

import pytest

from starfoundry.game.transport.transport import Response
from starfoundry.runtime.condition_registry import ConditionRegistry
from tests.fleet.harbour import FRIGATE, PROBE, in_harbour

HOUR = 3_600.0


def changed(path, change):
    """A server whose answers to exactly this path are changed."""

    def spoil(request, answer):
        if request.path.partition("?")[0] != path:
            return answer
        return Response(status=200, headers={}, body=json.dumps(change(json.loads(answer.body))).encode())

    return spoil


def without_probe(answer):
    """The list cut short, and sure of itself."""
    return {"data": [ship for ship in answer["data"] if ship["symbol"] != PROBE], "meta": {"total": 1}}


def twice_the_frigate(answer):
    """A list as long as it should be, of one ship."""
    return answer | {"data": answer["data"][:1] * 2}


def probe_without_speed(answer):
    """The list with a ship that cannot be reckoned with."""
    for ship in answer["data"]:
        ship["engine"]["speed"] = 0 if ship["symbol"] == PROBE else ship["engine"]["speed"]
    return answer


@pytest.mark.parametrize("change", [without_probe, twice_the_frigate, probe_without_speed, lambda _: {"data": None}])
def test_ships_that_the_list_lacks_are_asked_for_one_by_one(tmp_path, change):
    async def work(harbour):
        await harbour.session.close()
        harbour.wire.spoil = changed("/my/ships", change)
        again = await harbour.reopened()
        await again.close()
        return [ship.symbol for ship in again.roster.ships()], again.fleet_size(), again.quarantine.ships()

    assert in_harbour(tmp_path, work) == ([FRIGATE, PROBE], 2, ())


def test_ships_that_are_counted_and_not_told_of_are_reported_and_asked_for_again(tmp_path):
    async def work(harbour):
        await harbour.session.close()
        conditions = ConditionRegistry(harbour.clock)
        harbour.wire.spoil = changed("/my/agent", lambda answer: {"data": answer["data"] | {"shipCount": 3}})
        again = await harbour.reopened(conditions.daemon)
        before, size = conditions.current(), again.fleet_size()
        mark = len(harbour.wire.asked)
        await asyncio.sleep(HOUR)
        asked = len(harbour.wire.asked) - mark
        harbour.wire.spoil = lambda _request, answer: answer
        await asyncio.sleep(HOUR)
        after = conditions.current(), again.fleet_size()
        await again.close()
        return before, size, asked, after

    before, size, asked, after = in_harbour(tmp_path, work)

    assert [each.reason for each in before] == ["the game counts 1 ships more of agent FOUNDRY than the 2 it reports"]
    assert size == 3
    assert 18 <= asked <= 7 * 18
    assert after == ((), 2)


def test_a_ship_that_cannot_be_reckoned_with_is_left_alone_and_named(tmp_path):
    async def work(harbour):
        await harbour.session.close()

        def spoil(request, answer):
            return listed(request, single(request, answer))

        listed = changed("/my/ships", probe_without_speed)
        single = changed(f"/my/ships/{PROBE}", lambda answer: {"data": answer["data"] | {"engine": {"speed": 0}}})
        harbour.wire.spoil = spoil
        again = await harbour.reopened()
        await again.close()
        return [ship.symbol for ship in again.roster.ships()], again.quarantine.ships(), again.fleet_size()

    ships, skipped, size = in_harbour(tmp_path, work)

    assert (ships, size) == ([FRIGATE], 2)
    (probe,) = skipped
    assert probe.ship == PROBE
    assert "engine.speed is 0" in probe.reason
