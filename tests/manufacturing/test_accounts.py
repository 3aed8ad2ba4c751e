"""What a task says it cost and brought is what the book says, also when the book learns of a call late."""

import asyncio

import sqlalchemy as sa

from starfoundry.daemon.audit.report import audit
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import Applied, Purpose
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.store.tables.schema import tasks
from tests.manufacturing.plant import run_plant

SHIP = ShipSymbol("FOUNDRY-1")


def completed(running):
    """Every task that is completed, oldest first."""
    return running.rows(sa.select(tasks).where(tasks.c.status == "COMPLETED").order_by(tasks.c.ended_at))


def accounts(connection):
    """Whether what tasks say is what the book says."""
    return next(verdict for verdict in audit(connection) if verdict.promise.name == "accounts")


def test_a_call_in_doubt_that_is_booked_after_its_task_was_completed_is_in_the_account_of_the_task(tmp_path):
    async def work(running):
        making = await running.start()
        await asyncio.sleep(3_600)
        await running.stop(making)
        session = await running.daemon.sessions.get(running.player_id)
        before = (await completed(running))[-1]
        await session.pilot.fly(SHIP, before.source, purpose=Purpose(container_id=making))
        await session.pilot.dock(SHIP)
        await session.trader.look(SHIP)
        price = session.book.sighting(before.source, before.good).quote.ask
        purpose = Purpose(container_id=making, pipeline_id=before.pipeline_id, task_id=before.id)
        lost = Fault(kind=FaultKind.LOST, path=f"/my/ships/{SHIP}/purchase", times=1)
        running.daemon.ports.transport.api.faults.add(lost)
        ship = session.roster.get(SHIP)
        end = await session.gateway.purchase(ship, before.good, 1, price_seen=price, floor=0, purpose=purpose)

        assert isinstance(end, Applied)
        after = next(each for each in await completed(running) if each.id == before.id)
        assert (after.cost, after.units_bought) == (before.cost + end.total, before.units_bought + 1)
        assert (await running.daemon.database.read(accounts)).is_kept

    run_plant(work, tmp_path)
