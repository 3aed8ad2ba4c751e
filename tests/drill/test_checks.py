"""The checks find what differs, and find nothing where nothing does."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from starfoundry.drill.deal_comparison import journal_digest, money_differences
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.sandbox.core.event_log import EventKind, EventLog
from starfoundry.store.engine import Database
from starfoundry.store.tables import schema

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
DEALS = [
    (EventKind.PURCHASE, "PURCHASE", "IRON", 40, -1_200),
    (EventKind.REFUEL, "REFUEL", "FUEL", 1, -72),
    (EventKind.SELL, "SALE", "IRON", 40, 2_000),
    (EventKind.BUY_SHIP, "SHIP_PURCHASE", "SHIP_PROBE", 1, -25_000),
]


def oracle_of(deals) -> EventLog:
    """The sandbox's record of these deals of FOUNDRY."""
    event_log = EventLog()
    for number, (event_kind, _kind, subject, units, amount) in enumerate(deals):
        event_log.note(
            event_kind,
            at=number,
            agent="FOUNDRY",
            ship=ShipSymbol("FOUNDRY-1"),
            waypoint=WaypointSymbol("X1-A1"),
            subject=subject,
            units=units,
            credit_change=amount,
            credits_after=0,
        )
    return event_log


def book(connection: sa.Connection, deals) -> None:
    """Book these deals of player 1."""
    connection.execute(
        sa.insert(schema.players).values(
            id=1,
            agent="FOUNDRY",
            universe="u",
            headquarters="h",
            system="s",
            token_sealed=b"",
            credits=0,
            created_at=EPOCH,
        )
    )
    for number, (_event_kind, kind, good, units, amount) in enumerate(deals):
        connection.execute(
            sa.insert(schema.ledger).values(
                player_id=1,
                at=EPOCH + timedelta(seconds=number),
                kind=kind,
                amount=amount,
                balance_after=0,
                ship="FOUNDRY-1",
                good=good,
                units=units,
            )
        )


@pytest.fixture
def check(tmp_path):
    """Runs one check on a database in which the given deals are booked."""
    made = 0

    def run_check(booked, question):
        nonlocal made
        made += 1

        async def ask():
            database = await Database.open(f"sqlite:///{tmp_path}/{made}.db", SingleThread("checks"))
            await database.write(lambda connection: book(connection, booked))
            try:
                return await question(database)
            finally:
                await database.close()

        return run(ask())

    return run_check


def test_a_true_book_has_no_differences(check):
    assert check(DEALS, lambda database: money_differences(database, oracle_of(DEALS), "FOUNDRY")) == []


def test_a_credit_too_many_is_found(check):
    wrong = [*DEALS[:2], (EventKind.SELL, "SALE", "IRON", 40, 2_001), *DEALS[3:]]

    (difference,) = check(wrong, lambda database: money_differences(database, oracle_of(DEALS), "FOUNDRY"))

    assert difference.startswith("deal 3: booked")


def test_a_deal_that_was_not_booked_is_found(check):
    differences = check(DEALS[:-1], lambda database: money_differences(database, oracle_of(DEALS), "FOUNDRY"))

    assert differences == ["3 deals booked, 4 happened"]


def test_the_digest_is_that_of_the_same_run(check):
    digests = {check(DEALS, lambda database: journal_digest(database, oracle_of(DEALS))) for _ in range(2)}

    assert len(digests) == 1


@pytest.mark.parametrize(("booked", "happened"), [(DEALS[:-1], DEALS), (DEALS, DEALS[:-1])])
def test_the_digest_covers_the_book_and_what_happened(check, booked, happened):
    same = check(DEALS, lambda database: journal_digest(database, oracle_of(DEALS)))

    assert check(booked, lambda database: journal_digest(database, oracle_of(happened))) != same
