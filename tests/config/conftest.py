"""Floors, hands and a terminal, for every test of this room that has none of its own."""

import asyncio

import click
import pytest

from starfoundry.config.commands.group import config_group
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import Revision
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from tests.config.doors import doors
from tests.config.floor import ID, floor
from tests.config.hands import SECOND, Hands


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor)` in virtual time with one coordinator's container there, and a coordinator if asked for."""

    def start(body, *, seed=0, is_running=False):
        async def main():
            directory = tmp_path / str(seed)
            directory.mkdir()
            async with floor(directory) as built:
                await built.add()
                if is_running:
                    built.start()
                    await asyncio.sleep(1)
                return await body(built)

        return run(main(), seed=seed)

    return start


@pytest.fixture
def with_hands(tmp_path):
    """Runs `body(hands)` in virtual time."""

    def start(body, *, seed=0):
        async def main():
            directory = tmp_path / str(seed)
            directory.mkdir()
            async with floor(directory) as built:
                await built.add()
                await built.add(SECOND)
                return await body(Hands(built))

        return run(main(), seed=seed)

    return start


@pytest.fixture
def spacetraders(tmp_path, monkeypatch, capsys):
    """Types one command after another; `is_running` says whether the coordinator runs meanwhile.

    Each call of a command is answered in process by the daemon's own code on the same database.
    """
    is_prepared = False

    def type_(*words, is_running=True, status="RUNNING", prepare=None):
        async def answer(method, request):
            nonlocal is_prepared
            async with floor(tmp_path, is_new=not is_prepared) as built:
                if not is_prepared:
                    is_prepared = True
                    await built.add()
                if prepare is not None:
                    await prepare(built)
                if status != "RUNNING":
                    await built.becomes(status)
                if is_running:
                    built.start()
                    await built.bus.wait_until_decided(ID, Revision((await built.stored())[0]))
                door = next(each for each in doors(built) if hasattr(each, method))
                try:
                    return await getattr(door, method)(request, object())
                finally:
                    await built.stop()

        def call(_terminal, method, request, *, timeout_seconds=10.0):
            assert timeout_seconds >= 10
            return asyncio.run(answer(method, request))

        monkeypatch.setattr(Terminal, "call", call)
        root = click.Group("spacetraders", commands=[config_group])
        code = exits.run(root, ["config", *words])
        out, err = capsys.readouterr()
        return code, out, err

    return type_
