"""The disk stops taking anything at a place that writes: nothing false is said, nothing bought, all goes on later."""

import tempfile
from pathlib import Path

import pytest

from starfoundry.drill.campaign import fast_directory
from tests.drill.outages import play

SITES = (
    "containers.runtime.logbook:Logbook._write.<locals>.work",
    "fleet.registry.claims:Claims._forget.<locals>.<lambda>",
    "fleet.registry.claims:Claims._store.<locals>.<lambda>",
    "fleet.storage.known_places:KnownPlaces.keep.<locals>.<lambda>",
    "ledger.runtime.ledger:Ledger._end.<locals>.write",
    "ledger.runtime.ledger:Ledger.intend.<locals>.<lambda>",
    "manufacturing.runtime.work_state:WorkState.apply.<locals>.commit",
    "manufacturing.runtime.work_state:WorkState.change_task.<locals>.commit",
    "manufacturing.runtime.work_state:WorkState.keep_factories.<locals>.commit",
    "market.runtime.market_book:MarketBook.flush.<locals>.write",
)
"""Every place that writes while a fleet is at work."""

TIDYING = ("daemon.retention:Retention._bite.<locals>.<lambda>",)
"""Passed once an hour, while no test of these looks; what the disk refuses it leaves to the next hour."""
ENDING = ("containers.storage.transitions:end", "containers.storage.transitions:stop")

NAME = "outages of the disk under a whole daemon, no promise broken"
SHORT = (
    ("ledger.runtime.ledger:Ledger.intend.<locals>.<lambda>", False),
    ("ledger.runtime.ledger:Ledger._end.<locals>.write", True),
    ("manufacturing.runtime.work_state:WorkState.apply.<locals>.commit", True),
)


def problems(at: tuple[str, int] | None, *, stops: bool) -> tuple[set[str], list[str]]:
    """The sites that a run passed, and what broke a promise in it."""
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        disk, found = play(Path(directory), at, stops=stops)
        return set(disk.passed), found


@pytest.mark.parametrize(("site", "stops"), SHORT)
def test_a_disk_that_refuses_from_a_write_on_breaks_no_promise(site, stops, figure):
    found = problems((site, 1), stops=stops)[1]
    figure(NAME, 1, len(found))

    assert found == []


@pytest.mark.campaign
def test_these_are_all_places_that_write():
    assert problems(None, stops=False) == ({*SITES, *TIDYING, *ENDING}, [])


@pytest.mark.campaign
@pytest.mark.parametrize("stops", [False, True])
@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("site", SITES)
def test_wherever_the_disk_stops_taking_anything_no_promise_is_broken(site, number, stops, figure):
    found = problems((site, number), stops=stops)[1]
    figure(NAME, 1, len(found))

    assert found == []
