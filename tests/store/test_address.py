"""A path is a path, whatever letters it has."""

import asyncio
from pathlib import Path

import pytest

from starfoundry.kernel.errors import Refused
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store import sqlite
from starfoundry.store.address import file_of, url_of
from starfoundry.store.engine import Database

ODD = ["odd?mode=memory", "odd%41", "odd#x", "odd x", "ödd", "file:odd", "odd&cache=shared"]


@pytest.mark.parametrize("name", ODD)
def test_a_database_lies_where_its_path_says(tmp_path, name):
    async def main():
        offload = SingleThread("database")
        await (await Database.open(url_of(tmp_path / name), offload)).close()
        offload.close()

    asyncio.run(main())

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert file_of(url_of(tmp_path / name)) == tmp_path / name


@pytest.mark.parametrize("name", ODD)
def test_a_copy_lies_where_its_path_says_and_can_be_read(tmp_path, name, monkeypatch):
    async def main():
        offload = SingleThread("database")
        await (await Database.open(url_of(tmp_path / "a.db"), offload)).close()
        offload.close()

    asyncio.run(main())
    monkeypatch.chdir(tmp_path)
    sqlite.copy_database(Path("a.db"), Path(name))

    with sqlite.open_read_only(Path(name)) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM players").scalar_one() == 0
    assert {file.name for file in tmp_path.iterdir() if not file.name.startswith("a.db")} == {name}


def test_options_of_the_driver_are_refused():
    with pytest.raises(Refused, match="without options"):
        file_of("sqlite:////x/a.db?mode=memory&uri=true")
