"""A house for every test of containers."""

import pytest

from starfoundry.drill.virtual_time.loop import run
from tests.containers.test_supervisor import House
from tests.store.opened import add_player, opened


@pytest.fixture
def in_house(tmp_path):
    """Runs `body(house)` in virtual time."""

    def start(body, *, seed=0):
        async def main():
            directory = tmp_path / str(seed)
            directory.mkdir()
            async with opened(directory) as database:
                await database.write(add_player)
                return await body(House(database))

        return run(main(), seed=seed)

    return start
