"""Where a daemon waits for the disk: everywhere but in virtual time."""

import asyncio
from dataclasses import replace

import pytest

from starfoundry.daemon.messenger import NoMessenger
from starfoundry.daemon.program import _ports
from starfoundry.drill.machine import machine, new_universe, sandbox_settings
from starfoundry.drill.virtual_time import loop
from starfoundry.runtime.concurrency.offload import SingleThread
from tests.house.source import modules


async def synchronous(daemon):
    """SQLite's own word for it: 0 is OFF, 2 is FULL."""
    return await daemon.database.write(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar())


def test_in_virtual_time_nothing_waits_for_the_disk(tmp_path):
    async def main():
        async with machine(new_universe(1), tmp_path) as running:
            return await synchronous(running.daemon)

    assert loop.run(main()) == 0


@pytest.mark.parametrize("is_sandbox", [True, False])
def test_the_daemon_waits_for_the_disk_whatever_it_plays_on(tmp_path, is_sandbox):
    async def main():
        settings = sandbox_settings(tmp_path, seed=1, speed=1, account_token="none")
        settings = replace(settings, sandbox=replace(settings.sandbox, enabled=is_sandbox))
        offload = SingleThread("database")
        try:
            ports, _settings = _ports(settings, offload, NoMessenger())
            return ports.waits_for_disk
        finally:
            offload.close()

    assert asyncio.run(main())


def test_nothing_else_does_without_the_disk():
    """A drill and a simulation are played again, never resumed; the empty file is read and thrown away."""
    without = [module.path for module in modules() if "waits_for_disk=False" in module.text]

    assert without == ["drill/machine.py", "simulation/resumed.py", "store/engine.py"]
