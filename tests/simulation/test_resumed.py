"""The database that a simulated daemon goes on from."""

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Arm
from starfoundry.forecast.runtime.observation import observe
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.simulation.resumed import DATABASE_FILE, write_database
from tests.forecast.games import game


def test_settings_that_are_refused_leave_no_database_open(tmp_path):
    (tmp_path / "game").mkdir()

    async def body():
        async with game(tmp_path / "game", hours=0.0) as begun:
            session = await begun.running.daemon.sessions.get(begun.scene.player_id)
            container, now = ContainerId(begun.scene.manufacturing_id), begun.running.clock.now()
            situation = await observe(session, begun.running.daemon.database, container, now)
            with pytest.raises(Refused, match="max_workers"):
                await write_database(situation, Arm(name="a", settings={"max_workers": "many"}), "token", tmp_path)

    loop.run(body(), seed=1)

    assert not (tmp_path / DATABASE_FILE).exists()
