"""A database after its histories were pruned tells of money and work what it told before, and play goes on in it."""

import asyncio
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from starfoundry.config.storage import history
from starfoundry.config.storage.revision_effect import effect
from starfoundry.daemon.audit.report import audit
from starfoundry.daemon.retention import Retention
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import LedgerFilter
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.ledger.storage.summary import SummaryKey, summarize
from starfoundry.manufacturing.storage import accounts
from starfoundry.manufacturing.storage import store as work_store
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import Database
from starfoundry.store.pruning import Bounds
from starfoundry.store.tables import schema

PLAYER = PlayerId(1)
HALF_AN_HOUR = 1_800
NEXT_TO_NOTHING = Bounds(days=30, rows=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a database says: sums of every kind, rows of each table, pipelines by name, promises that are not kept."""

    sums: dict[str, object]
    rows: dict[str, int]
    pipelines: frozenset[str]
    broken: tuple[str, ...]


def tell(connection, container):
    """Everything an operator may ask of money and work that is over."""
    sums: dict[str, object] = {by.name: summarize(connection, PLAYER, LedgerFilter(), by) for by in SummaryKey}
    book = ledger_store.entries(connection, PLAYER, LedgerFilter(), limit=1_000_000)
    chains = {entry.purpose.pipeline_id for entry in book} - {""}
    sums["pipelines"] = {each: accounts.money_of(connection, "pipeline_id", each) for each in sorted(chains)}
    sums["container"] = accounts.money_of(connection, "container_id", container)
    sums["revisions"] = [
        effect(connection, container, each.revision, 0).profit
        for each in history.page(connection, container, limit=100)
    ]
    sums["completed"] = work_store.count_completed(connection, container)
    sums["opened"] = work_store.count_pipelines(connection, container)
    sums["book"] = book
    counted = {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in (schema.intents, schema.pipelines, schema.tasks, schema.decisions)
    }
    return Told(
        sums=sums,
        rows=counted,
        pipelines=frozenset(connection.execute(sa.select(schema.pipelines.c.id)).scalars()),
        broken=tuple(
            finding.text for verdict in audit(connection) if not verdict.is_kept for finding in verdict.findings
        ),
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Half an hour of play, a pruning of nearly everything, and another half hour by a daemon started on what is left.

    What the database says after each of the three.
    """
    directory = tmp_path_factory.mktemp("pruned")

    async def asked(universe, container, bounds=None):
        offload = SingleThread("asking")
        database = await Database.open(f"sqlite:///{directory / 'sandbox.db'}", offload)
        if bounds is not None:
            await Retention(database, universe.clock, bounds).sweep()
        answer = await database.read(lambda connection: tell(connection, container))
        await database.close()
        offload.close()
        return answer

    async def main():
        universe = new_universe(8)
        async with machine(universe, directory) as running:
            scene = await open_scene(running.operator)
            await asyncio.sleep(HALF_AN_HOUR)
        before = await asked(universe, scene.manufacturing_id)
        after = await asked(universe, scene.manufacturing_id, NEXT_TO_NOTHING)
        async with machine(universe, directory):
            await asyncio.sleep(HALF_AN_HOUR)
        return before, after, await asked(universe, scene.manufacturing_id)

    return run(main(), seed=8)


def test_there_was_something_to_prune(told):
    before, after, _later = told

    assert before.rows["intents"] > 20
    assert after.rows["intents"] == after.rows["decisions"] == 1
    assert {name: count for name, count in after.rows.items() if count >= before.rows[name]} == {}


def test_the_book_and_every_profit_are_what_they_were(told):
    before, after, _later = told

    assert len(before.sums["CHAIN"].lines) > 1
    assert len([each for each in before.sums["pipelines"] if each not in after.pipelines]) > 1
    assert before.sums["completed"] > 1
    assert after.sums == before.sums


def test_every_promise_is_kept_before_pruning_after_it_and_later(told):
    assert [each.broken for each in told] == [(), (), ()]


def test_no_name_of_a_pipeline_is_ever_given_again(told):
    before, after, later = told

    assert later.pipelines - after.pipelines
    assert not (later.pipelines - after.pipelines) & before.pipelines
    assert later.sums["opened"] == after.sums["opened"] + len(later.pipelines - after.pipelines)
