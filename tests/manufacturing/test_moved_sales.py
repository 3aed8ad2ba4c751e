"""Sales that are moved to another market, because the planned one pays less than was expected."""

import asyncio
from collections import Counter

import sqlalchemy as sa

from starfoundry.manufacturing.planner.trips import spot
from starfoundry.store.tables.schema import decisions
from tests.manufacturing.plant import run_plant


def test_a_ship_returns_to_no_market_it_has_left(tmp_path, monkeypatch):
    """If the other market always promises more, the cargo is sold all the same; once a ship flew on for an hour."""
    found = spot.SpotDecision._worth
    monkeypatch.setattr(
        spot.SpotDecision,
        "_worth",
        lambda self, sink, units: found(self, sink, units) * (1 if sink.waypoint == self.hull.waypoint else 9),
    )

    async def story(plant):
        container = await plant.start()
        await asyncio.sleep(2 * 3_600)
        moved = sa.select(decisions.c.subject, decisions.c.facts).where(decisions.c.kind == "sale moved")
        visits = Counter((row.subject, row.facts["target"]) for row in await plant.rows(moved))
        assert set(visits.values()) == {1}
        assert any(task.status == "COMPLETED" for task in await plant.tasks(container))

    run_plant(story, tmp_path)
