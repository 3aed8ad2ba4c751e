"""A database of version 0.1 (schema 0018), written by its daemon and command line, reads the same after the upgrade."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from starfoundry.config.commands.group import config_group
from starfoundry.store import migrate
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from tests.config.doors import doors
from tests.config.floor import floor
from tests.store.opened import opened

LANDED = Path(__file__).parent / "landed_0018"
ANSWERS = json.loads((LANDED / "answers.json").read_text())
SHOWN = ("revisions", "config", "preset", "provenance", "defaults", "presets")
SINCE = ("revision", "author", "at")


@pytest.fixture
def upgraded(tmp_path, monkeypatch, capsys):
    """Types a command at the database that was upgraded; returns its answer."""

    async def create():
        async with opened(tmp_path, is_migrated=True):
            pass

    async def upgrade():
        async with floor(tmp_path, is_new=False):
            pass

    with monkeypatch.context() as old:
        old.setattr(migrate, "HEAD", "0018")
        asyncio.run(create())
    with closing(sqlite3.connect(tmp_path / "test.db")) as connection:
        connection.executescript((LANDED / "rows.sql").read_text())
        connection.commit()
    asyncio.run(upgrade())

    async def answer(method, request):
        async with floor(tmp_path, is_new=False) as built:
            door = next(each for each in doors(built) if hasattr(each, method))
            return await getattr(door, method)(request, object())

    def call(_terminal, method, request, *, timeout_seconds=10.0):
        return asyncio.run(answer(method, request))

    def type_(*words):
        monkeypatch.setattr(Terminal, "call", call)
        root = click.Group("spacetraders", commands=[config_group])
        code = exits.run(root, ["config", *words, "--output", "json"])
        out, err = capsys.readouterr()
        assert code == 0, err
        return json.loads(out)

    return type_


def read_back(answer, expected):
    """What the older version showed of it.

    Of an override made under the first revision it did not know the author; now it is that revision's.
    """
    shown = {name: answer[name] for name in SHOWN if name in expected}
    if "provenance" in shown:
        before = expected["provenance"]
        unknown = {name: dict.fromkeys(SINCE) | {"revision": 0} for name in before if before[name]["author"] is None}
        shown["provenance"] = {
            name: one | unknown.get(name, {}) for name, one in shown["provenance"].items() if one["layer"] != "built-in"
        }
    if "presets" in shown:
        shown["presets"] = [each for each in shown["presets"] if not each["built_in"]]
    return shown


@pytest.mark.parametrize("recorded", ANSWERS, ids=lambda each: " ".join(each["command"]))
def test_history_and_earlier_settings_read_as_before(upgraded, recorded):
    expected = recorded["answer"]
    assert read_back(upgraded(*recorded["command"]), expected) == expected


def test_overrides_without_a_change_of_value_are_restored_with_their_revision(upgraded):
    upgraded("unset", "max_workers", "min_purchase_price")
    back = upgraded("rollback", "--to", "2")
    layers = {name: one["layer"] for name, one in upgraded("show", "--provenance")["provenance"].items()}

    assert back["changes"]["max_workers"] == {"before": 5, "after": 5, "how": "own"}
    assert {name for name, layer in layers.items() if layer == "container"} >= {
        "max_pipelines",
        "max_workers",
        "min_purchase_price",
        "strategy",
    }
