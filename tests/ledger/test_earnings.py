"""Profit of the last closed hour, of the last 24 hours and of the whole, each over what it says it is."""

from datetime import UTC, datetime, timedelta

import pytest

from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind, LedgerEntry, Purpose
from starfoundry.ledger.storage import store
from starfoundry.ledger.storage.earnings import earnings, opened_at
from tests.store.opened import add_player, opened

PLAYER = PlayerId(1)
START = datetime(2026, 3, 1, 9, 20, tzinfo=UTC)
DEALS = (  # minutes after the start, kind, credits
    (0, EntryKind.OPENING, 100_000),
    (10, EntryKind.PURCHASE, -1_000),
    (30, EntryKind.SALE, 5_000),  # 09:50
    (50, EntryKind.SALE, 700),  # 10:10
    (60, EntryKind.SHIP_PURCHASE, -40_000),
    (70, EntryKind.REFUEL, -72),  # 10:30
    (110, EntryKind.SALE, 9_000),  # 11:10
)


def earned(directory, now, *, deals=DEALS, **which):
    """The earnings of the deals at a moment."""

    async def work():
        async with opened(directory) as database:
            await database.write(lambda c: _ledger(c, deals))
            return await database.read(lambda c: earnings(c, PLAYER, since=START, now=now, **which))

    return run(work(), seed=1)


def _ledger(connection, deals):
    add_player(connection)
    balance = 0
    for minutes, kind, amount in deals:
        balance += amount
        at = START + timedelta(minutes=minutes)
        purpose = Purpose(container_id="mfg-1" if amount > 1_000 else "mfg-2")
        entry = LedgerEntry(player_id=PLAYER, at=at, kind=kind, amount=amount, balance_after=balance, purpose=purpose)
        store.append_entry(connection, entry)
    assert opened_at(connection, PLAYER) == (START if deals else None)


def test_profit_is_of_trade_alone_and_each_span_says_over_what_it_is(tmp_path):
    found = earned(tmp_path, START + timedelta(hours=2))

    assert (found.total, found.seconds, found.total_per_hour) == (13_628, 7_200, 6_814)
    assert (found.hour, found.hour_from) == (628, datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert (found.day, found.day_seconds) == (13_628, 7_200)


def test_of_the_last_24_hours_nothing_older_counts(tmp_path):
    found = earned(tmp_path, START + timedelta(hours=25))

    assert (found.day, found.day_seconds) == (9_000 - 72, 86_400)
    assert (found.hour, found.total) == (0, 13_628)


@pytest.mark.parametrize(("minutes", "hour"), [(20, None), (39, None), (40, 4_000)])
def test_the_first_hour_is_that_part_of_it_that_there_was(tmp_path, minutes, hour):
    found = earned(tmp_path, START + timedelta(minutes=minutes))

    assert found.hour == hour
    assert found.hour_from == (None if hour is None else START)


def test_a_containers_earnings_are_its_own_and_end_with_it_but_for_the_hour_and_the_day(tmp_path):
    stopped = START + timedelta(hours=1)

    found = earned(tmp_path, START + timedelta(hours=2), container_id="mfg-1", until=stopped)

    assert (found.total, found.seconds) == (14_000, 3_600)
    assert (found.hour, found.day_seconds) == (0, 7_200)


def test_a_book_without_deals_has_earned_nothing(tmp_path):
    found = earned(tmp_path, START + timedelta(hours=2), deals=())

    assert (found.total, found.hour, found.day) == (0, 0, 0)
