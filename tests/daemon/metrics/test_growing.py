"""Sums that read only what came since the last look."""

import pytest
import sqlalchemy as sa

from starfoundry.daemon.metrics.growing import IncidentCounts, LedgerSums
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.store.tables.schema import container_logs, containers, ledger
from starfoundry.wire.daemon_pb2 import RegisterPlayerRequest
from tests.daemon.daemons import daemon_in, run
from tests.daemon.test_health import NOW


@pytest.fixture
def played(tmp_path):
    """Runs a story on the database of a daemon with one player, whose container is `c`."""

    def play(story):
        async def whole():
            async with daemon_in(tmp_path) as (daemon, operator):
                await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
                row = {"id": "c", "player_id": 1, "type": "t", "status": "STOPPED", "config": {}, "created_at": NOW}
                await daemon.database.write(lambda c: c.execute(sa.insert(containers), [row]))
                return await story(daemon.database)

        return run(whole())

    return play


async def book(database, kind, *amounts):
    rows = [
        {"player_id": 1, "at": NOW, "kind": kind.value, "amount": each, "balance_after": 0, "container_id": "c"}
        for each in amounts
    ]
    await database.write(lambda connection: connection.execute(sa.insert(ledger), rows))


async def say(database, *levels):
    rows = [{"container_id": "c", "at": NOW, "level": each, "message": "m", "fields": {}} for each in levels]
    await database.write(lambda connection: connection.execute(sa.insert(container_logs), rows))


def test_entries_count_once_however_often_it_is_looked_and_in_however_many_pieces(played):
    async def story(database):
        sums = LedgerSums(database, rows_at_once=2)
        await book(database, EntryKind.SALE, 10, 20, 30)
        await sums.catch_up()
        await sums.catch_up()
        await book(database, EntryKind.SALE, 5)
        await book(database, EntryKind.REFUEL, -7)
        await sums.catch_up()
        return {kind: amount for (_player, container, kind), amount in sums.by_kind.items() if container == "c"}

    assert played(story) == {EntryKind.SALE: 65, EntryKind.REFUEL: -7}


def test_warnings_and_errors_count_from_the_first_look_on(played):
    async def story(database):
        counts = IncidentCounts(database)
        await say(database, "ERROR")
        await counts.catch_up()
        await say(database, "ERROR", "WARNING", "INFO", "ERROR")
        await counts.catch_up()
        await counts.catch_up()
        return {level: count for (_player, level), count in counts.by_level.items()}

    assert played(story) == {"ERROR": 2, "WARNING": 1}
