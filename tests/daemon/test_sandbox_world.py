"""The universe behind --sandbox outlives the daemon, however that ends."""

import asyncio
import json
import os
from datetime import timedelta
from unittest.mock import patch

import pytest

from starfoundry.daemon.sandbox_world import journal
from starfoundry.daemon.sandbox_world.journal import JOURNAL_FILE, SteppedClock
from starfoundry.daemon.sandbox_world.open_world import (
    HEARTBEAT_SECONDS,
    SNAPSHOT_EVERY_CALLS,
    SandboxWorld,
    open_world,
)
from starfoundry.daemon.sandbox_world.snapshot import SNAPSHOT_FILE, UniverseLost
from starfoundry.game.transport.transport import Request
from starfoundry.kernel.errors import Refused, StarFoundryError
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.sandbox.control.world_sources import universe_config_of


class Visit:
    """One process's life with the universe of a directory, in virtual time. Leaving it is a kill: nothing is closed."""

    def __init__(self, directory, *, seed=None, scenario=None):
        self.loop = new_event_loop(0)
        try:
            self.world: SandboxWorld = open_world(
                directory, seed=seed, loop=self.loop, universe_config=scenario and universe_config_of(scenario, None)
            )
        except StarFoundryError:
            self.loop.close()
            raise
        self.token = self.world.account_token
        self.bought = ""

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.loop.close()

    def ask(self, method, path, **body):
        request = Request(
            method=method,
            path=path,
            headers={"Authorization": f"Bearer {self.token}"},
            body=json.dumps(body).encode() if body else None,
            timeout_seconds=10,
        )
        answer = self.loop.run_until_complete(self.world.transport.send(request))
        return answer.status, json.loads(answer.body).get("data")

    def wait(self, seconds):
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def register(self):
        _status, data = self.ask("POST", "/register", symbol="FOUNDRY", faction="COSMIC")
        self.token = data["token"]
        return data["token"]

    def everything(self):
        system = self.ask("GET", "/my/agent")[1]["headquarters"].rpartition("-")[0]
        here = self.ask("GET", "/my/agent")[1]["headquarters"]
        return [
            self.ask("GET", "/my/agent")[1],
            self.ask("GET", "/my/ships")[1],
            self.ask("GET", f"/systems/{system}/waypoints/{here}/market")[1],
        ]


def trade(visit):
    """Buy something where the frigate is; the credits left."""
    here = visit.ask("GET", "/my/agent")[1]["headquarters"]
    visit.ask("POST", "/my/ships/FOUNDRY-1/dock")
    status, market = visit.ask("GET", f"/systems/{here.rpartition('-')[0]}/waypoints/{here}/market")
    assert status == 200
    good = next(each for each in market["tradeGoods"] if each["type"] == "EXCHANGE")
    status, data = visit.ask("POST", "/my/ships/FOUNDRY-1/purchase", symbol=good["symbol"], units=2)
    assert status == 201
    visit.bought = good["symbol"]
    return data["agent"]["credits"]


def test_after_a_kill_agents_ships_cargo_credits_and_prices_are_as_they_were(tmp_path):
    with Visit(tmp_path) as first:
        token = first.register()
        left = trade(first)
        before = first.everything()

    with Visit(tmp_path) as second:
        second.token = token
        after = second.everything()

    assert after[0]["credits"] == left
    assert after == before


def test_a_universe_goes_on_as_if_it_had_never_been_interrupted(tmp_path):
    """What happens next is the same, too: chance goes on where it stood, whether from a snapshot or from a replay."""

    def history(directory, *, is_interrupted):
        directory.mkdir()
        with Visit(directory, seed=5) as visit:
            token = visit.register()
            for _ in range(8):
                trade(visit)
                visit.ask("POST", "/my/ships/FOUNDRY-1/jettison", symbol=visit.bought, units=2)
                visit.wait(10)
            if not is_interrupted:
                return tomorrow(visit)
        with Visit(directory) as visit:
            visit.token = token
            return tomorrow(visit)

    def tomorrow(visit):
        """The prices a day after the universe was born, whatever the clock of this process says."""
        api = visit.world.transport.api
        api._live = SteppedClock(api.universe.born_at + 86_400_000)
        return visit.everything()[2]["tradeGoods"]

    assert history(tmp_path / "a", is_interrupted=False) == history(tmp_path / "b", is_interrupted=True)


def test_time_never_goes_back_for_whoever_saw_it(tmp_path):
    with Visit(tmp_path) as first:
        first.register()
        first.wait(100_000)
        first.ask("GET", "/my/agent")
        first.wait(HEARTBEAT_SECONDS - 1)
        last_seen = first.world.clock.now()

    with Visit(tmp_path) as second:
        assert second.world.clock.now() > last_seen
        assert second.world.clock.now() < last_seen + timedelta(seconds=2 * HEARTBEAT_SECONDS)


def test_the_journal_stays_short_because_snapshots_take_its_place(tmp_path):
    with Visit(tmp_path) as first:
        token = first.register()
        for number in range(SNAPSHOT_EVERY_CALLS + 5):
            first.ask("POST", f"/my/ships/FOUNDRY-1/{'dock' if number % 2 else 'orbit'}")
            first.wait(1)
        assert len(first.world.transport.api.universe.event_log.entries) < 10
    assert len((tmp_path / JOURNAL_FILE).read_bytes().splitlines()) < 10

    with Visit(tmp_path) as second:
        second.token = token
        assert second.ask("GET", "/my/ships/FOUNDRY-1")[0] == 200


def test_half_a_line_at_the_end_of_the_journal_is_a_call_that_was_never_answered(tmp_path):
    with Visit(tmp_path) as first:
        first.register()
    with (tmp_path / JOURNAL_FILE).open("ab") as journal:
        journal.write(b'{"at":1,"agent":"FOUN')

    with Visit(tmp_path):
        pass


def test_no_token_is_written_into_the_journal(tmp_path):
    with Visit(tmp_path) as first:
        token = first.register()
        trade(first)

    written = (tmp_path / JOURNAL_FILE).read_text()
    assert token not in written
    assert first.world.account_token not in written


def test_another_seed_for_a_universe_that_exists_is_refused(tmp_path):
    with Visit(tmp_path, seed=3):
        pass

    with pytest.raises(Refused, match=r"sandbox\.seed must be 3"):
        Visit(tmp_path, seed=4)


def test_a_universe_of_a_scenario_goes_on_as_one(tmp_path):
    with Visit(tmp_path, seed=3, scenario="poor") as first:
        first.register()
    with Visit(tmp_path, scenario="poor") as again:
        again.token = first.token

        assert again.ask("GET", "/my/agent")[1]["credits"] == 40_000


def test_another_scenario_for_a_universe_that_exists_is_refused(tmp_path):
    with Visit(tmp_path, seed=3, scenario="poor"):
        pass

    with pytest.raises(Refused, match=r"scenario must be poor"):
        Visit(tmp_path, scenario="rich")


@pytest.mark.parametrize("content", [b"", b"no snapshot", b"\x80\x05cos\nsystem\n."])
def test_a_damaged_universe_is_told_and_never_replaced(tmp_path, content):
    with Visit(tmp_path):
        pass
    (tmp_path / SNAPSHOT_FILE).write_bytes(content)

    with pytest.raises(UniverseLost, match="cannot be read"):
        Visit(tmp_path)
    assert (tmp_path / SNAPSHOT_FILE).read_bytes() == content


def test_what_a_full_disk_does_not_take_is_not_told_and_the_universe_is_the_same_after_a_kill(tmp_path):
    """Half a line reaches the disk; then no call is applied until the first one is written down whole."""
    write = os.write
    with Visit(tmp_path) as visit:
        visit.register()
        before = trade(visit)
        with patch(
            "starfoundry.daemon.sandbox_world.journal.os.write", lambda file, line: write(file, line[: len(line) // 2])
        ):
            refused = visit.ask("POST", "/my/ships/FOUNDRY-1/orbit")
            looked = visit.ask("GET", "/my/agent")
        orbiting = visit.ask("GET", "/my/ships/FOUNDRY-1")[1]["nav"]["status"]
        token = visit.token
    with Visit(tmp_path) as later:
        later.token = token

        assert (refused[0], looked[0]) == (503, 503)
        assert orbiting == later.ask("GET", "/my/ships/FOUNDRY-1")[1]["nav"]["status"] == "IN_ORBIT"
        assert later.ask("GET", "/my/agent")[1]["credits"] == before


def test_a_snapshot_that_finds_no_room_leaves_the_last_one_in_force(tmp_path):
    with Visit(tmp_path) as visit:
        token = visit.register()
        with patch("starfoundry.daemon.sandbox_world.open_world.SNAPSHOT_EVERY_CALLS", 1):
            with patch.object(journal, "replace", side_effect=OSError(28, "No space left on device")):
                refused = visit.ask("POST", "/my/ships/FOUNDRY-1/orbit")[0]
            visit.ask("POST", "/my/ships/FOUNDRY-1/dock")
        visit.ask("POST", "/my/ships/FOUNDRY-1/orbit")
    with Visit(tmp_path) as later:
        later.token = token

        assert refused == 503
        assert later.ask("GET", "/my/ships/FOUNDRY-1")[1]["nav"]["status"] == "IN_ORBIT"
