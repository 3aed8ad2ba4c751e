"""The database that a simulated daemon goes on from."""

import msgspec
import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.forecast.domain.situation import Situation, encode
from starfoundry.forecast.runtime.observation import observe
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.storage.store import load_active
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.simulation.resumed import DATABASE_FILE, write_database
from starfoundry.simulation.worker import answer
from starfoundry.store.address import url_of
from starfoundry.store.engine import Database
from tests.forecast.games import Game, game


async def known(begun: Game) -> Situation:
    """What the daemon of a game knows now."""
    session = await begun.running.daemon.sessions.get(begun.scene.player_id)
    container, now = ContainerId(begun.scene.manufacturing_id), begun.running.clock.now()
    return await observe(session, begun.running.daemon.database, container, now)


def test_settings_that_are_refused_leave_no_database_open(tmp_path):
    (tmp_path / "game").mkdir()

    async def body():
        async with game(tmp_path / "game", hours=0.0) as begun:
            situation = await known(begun)
            with pytest.raises(Refused, match="max_workers"):
                await write_database(situation, Arm(name="a", settings={"max_workers": "many"}), "token", tmp_path)

    loop.run(body(), seed=1)

    assert not (tmp_path / DATABASE_FILE).exists()


def test_a_coordinator_goes_on_with_every_task_of_its_open_pipelines(tmp_path):
    """The next task is numbered after them: without those that are over, a number was given twice and it failed."""
    (tmp_path / "game").mkdir()
    (tmp_path / "simulation").mkdir()

    async def body():
        async with game(tmp_path / "game", hours=1.0) as begun:
            container = ContainerId(begun.scene.manufacturing_id)
            await write_database(await known(begun), Arm(name="a"), "token", tmp_path / "simulation")
            before = await begun.running.daemon.database.read(lambda connection: load_active(connection, container))
        offload = SingleThread("database")
        resumed = await Database.open(url_of(tmp_path / "simulation" / DATABASE_FILE), offload)
        after = await resumed.read(lambda connection: load_active(connection, container))
        await resumed.close()
        offload.close()
        return before, after

    before, after = loop.run(body(), seed=1)

    assert any(task.status.is_over for task in before[1])
    assert before == after


def test_a_run_in_which_a_coordinator_fails_has_no_result(tmp_path):
    """Nothing would be earned after the failure, and a forecast must not call that the result of its settings."""

    async def body():
        async with game(tmp_path, hours=1.0) as begun:
            return await known(begun)

    situation = loop.run(body(), seed=1)
    broken = [row for row in situation.rows["tasks"] if row["ended_at"] is None]
    file = tmp_path / "situation"
    file.write_bytes(encode(msgspec.structs.replace(situation, rows={**situation.rows, "tasks": broken})))

    run = Run(world=World(seed=1, situation=str(file)), arm=Arm(name="a"), hours=2.0)
    problem = answer(run).problem

    assert problem is not None
    assert not problem.is_callers
    assert "crashed 4 times within an hour" in problem.message
