"""The book read back: its entries by filter, its sums by every key, and its chain of balances."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from starfoundry.game.model import CargoItem
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.api.rpc import ENTRIES_MAX, LedgerRpc
from starfoundry.ledger.domain.model import EntryKind, LedgerFilter, Purpose
from starfoundry.ledger.domain.prediction import Comparison, Prediction
from starfoundry.ledger.storage import predictions, store
from starfoundry.ledger.storage.summary import SummaryKey, summarize
from starfoundry.store.tables.schema import ledger, pipelines, players
from starfoundry.wire import daemon_pb2 as wire
from tests.ledger.bank import EPOCH, HOME, IRON, Bank, a_ship
from tests.ledger.desk import PLAYER, at_the_desk
from tests.store.opened import add_container

ONE, TWO = "FOUNDRY-1", "FOUNDRY-2"
BY_CHAIN = Purpose(container_id="mfg-1", pipeline_id="p-1", task_id="t-1")
BY_HAND = Purpose()
BY_LIQUIDATION = Purpose(container_id="mfg-1", pipeline_id="p-2", task_id="t-2")


class OnlyPlayerOne:
    """A gate that knows one player."""

    def sees(self, player_id, context):
        return True

    async def admit(self, player_id, context):
        if player_id != 1:
            raise Missing(f"there is no player {player_id}")
        return PlayerId(player_id)


async def trade(desk) -> None:
    """A chain buys and sells, fuel is filled by hand, an hour later a ship is bought, and 50 credits appear."""
    await desk.database.write(_add_chain)
    gateway, roster, bank = desk.gateway, desk.roster, desk.bank
    await gateway.purchase(roster.get(ONE), IRON, 10, price_seen=120, floor=0, purpose=BY_CHAIN)
    await gateway.sell(roster.get(TWO), IRON, 20, price_seen=126, purpose=BY_CHAIN)
    await gateway.refuel(roster.get(ONE), price_seen=72, floor=0, purpose=BY_HAND)
    await asyncio.sleep(3600)
    await gateway.buy_ship("SHIP_PROBE", HOME, ships_before=2, price_seen=25_000, floor=0, purpose=BY_HAND)
    bank.credits += 50
    await gateway.check()


def _add_chain(connection: sa.Connection) -> None:
    add_container(connection, "mfg-1")
    _add_pipeline(connection, id="p-1", kind="FABRICATION", good="FAB_MATS", factory="X1-AD75-F48")


def _add_pipeline(connection: sa.Connection, **pipeline: str) -> None:
    usual = {"container_id": "mfg-1", "status": "EXECUTING", "sell_market": HOME, "expected_profit": 1, "revision": 1}
    connection.execute(pipelines.insert(), {**usual, **pipeline, "created_at": EPOCH})


def after_the_morning(directory, ask):
    """The result of `ask(desk)` after a morning's trade."""
    bank = Bank(a_ship(ONE), a_ship(TWO, items=(CargoItem(good=IRON, units=20),)))

    async def work(desk):
        await trade(desk)
        return await ask(desk)

    return at_the_desk(directory, bank, work)


def summed(directory, by: SummaryKey, wanted: LedgerFilter | None = None):
    async def ask(desk):
        filtered = LedgerFilter() if wanted is None else wanted
        return await desk.database.read(lambda c: summarize(c, PLAYER, filtered, by))

    return after_the_morning(directory, ask)


def test_profit_is_sales_less_goods_and_fuel_and_ships_are_counted_apart(tmp_path):
    summary = summed(tmp_path, SummaryKey.KIND)

    assert (summary.profit, summary.spent_on_ships, summary.adjustments) == (2_520 - 1_200 - 216, 25_000, 50)
    assert summary.opening == 100_000
    assert summary.closing == 100_000 + summary.profit - 25_000 + 50


@pytest.mark.parametrize(
    ("by", "nets"),
    [
        (
            SummaryKey.KIND,
            {
                "OPENING": 100_000,
                "SALE": 2_520,
                "ADJUSTMENT": 50,
                "REFUEL": -216,
                "PURCHASE": -1_200,
                "SHIP_PURCHASE": -25_000,
            },
        ),
        (SummaryKey.GOOD, {"": 100_050, "IRON": 1_320, "FUEL": -216, "SHIP_PROBE": -25_000}),
        (SummaryKey.CHAIN, {"": 74_834, "FAB_MATS at X1-AD75-F48": 1_320}),
        (SummaryKey.CONTAINER, {"": 74_834, "mfg-1": 1_320}),
        (SummaryKey.SHIP, {"": 75_050, TWO: 2_520, ONE: -1_416}),
    ],
)
def test_the_lines_are_by_the_key_asked_for_best_first_and_add_up_to_the_whole(tmp_path, by, nets):
    lines = summed(tmp_path, by).lines

    assert [(line.key, line.net) for line in lines] == list(nets.items())
    assert sum(line.net for line in lines) == 76_154


def test_cargo_of_an_interrupted_trip_is_sold_for_the_chain_that_bought_it(tmp_path):
    """A liquidation is no chain of its own: the one that paid for the cargo would seem to have lost the price."""

    async def ask(desk):
        gateway, roster = desk.gateway, desk.roster
        await desk.database.write(
            lambda c: _add_pipeline(c, id="p-2", kind="LIQUIDATION", good="IRON", factory=HOME),
        )
        await gateway.sell(roster.get(ONE), IRON, 10, price_seen=126, purpose=BY_LIQUIDATION)
        summary = await desk.database.read(lambda c: summarize(c, PLAYER, LedgerFilter(), SummaryKey.CHAIN))
        return {line.key: (line.income, line.expense) for line in summary.lines if line.key}

    assert after_the_morning(tmp_path, ask) == {"FAB_MATS at X1-AD75-F48": (2_520 + 1_200, 1_200)}


def test_a_line_tells_income_expense_units_and_how_many_entries(tmp_path):
    iron = next(line for line in summed(tmp_path, SummaryKey.GOOD).lines if line.key == "IRON")

    assert (iron.income, iron.expense, iron.entries, iron.units) == (2_520, 1_200, 2, 30)


def test_a_stretch_opens_with_what_there_was_before_it(tmp_path):
    summary = summed(tmp_path, SummaryKey.KIND, LedgerFilter(since=EPOCH + timedelta(minutes=30)))

    assert (summary.opening, summary.profit, summary.spent_on_ships) == (101_104, 0, 25_000)
    assert summary.closing == 76_154


def test_a_containers_part_of_the_book_has_no_opening(tmp_path):
    summary = summed(tmp_path, SummaryKey.KIND, LedgerFilter(container_id="mfg-1"))

    assert (summary.opening, summary.profit, summary.closing) == (0, 1_320, 1_320)


@pytest.mark.parametrize(
    ("wanted", "amounts"),
    [
        (LedgerFilter(), [50, -25_000, -216, 2_520, -1_200, 100_000]),
        (LedgerFilter(kind=EntryKind.SALE), [2_520]),
        (LedgerFilter(good="IRON"), [2_520, -1_200]),
        (LedgerFilter(container_id="mfg-1"), [2_520, -1_200]),
        (LedgerFilter(since=EPOCH + timedelta(minutes=30)), [50, -25_000]),
        (LedgerFilter(until=EPOCH + timedelta(minutes=30), ship="FOUNDRY-1"), [-216, -1_200]),
        (LedgerFilter(before=3), [-1_200, 100_000]),
    ],
)
def test_entries_are_listed_newest_first_by_any_filter(tmp_path, wanted, amounts):
    async def ask(desk):
        return await desk.database.read(lambda c: store.entries(c, PLAYER, wanted))

    assert [entry.amount for entry in after_the_morning(tmp_path, ask)] == amounts


def test_a_book_that_was_tampered_with_is_found_out(tmp_path):
    async def ask(desk):
        await desk.database.write(
            lambda c: c.execute(sa.update(ledger).where(ledger.c.kind == "SALE").values(amount=9_999))
        )
        await desk.database.write(lambda c: c.execute(sa.update(players).values(credits=1)))
        return await desk.database.read(lambda c: store.verify(c, PLAYER))

    assert after_the_morning(tmp_path, ask) == [
        "entry 3 should leave 108,799, it says 101,320",
        "the ledger ends at 76,154, the player has 1",
    ]


def test_by_hour_every_hour_has_a_line_up_to_now(tmp_path):
    async def ask(desk):
        now = EPOCH + timedelta(hours=3, minutes=1)
        return await desk.database.read(lambda c: summarize(c, PLAYER, LedgerFilter(), SummaryKey.HOUR, now=now))

    lines = after_the_morning(tmp_path, ask).lines

    assert [(line.key[11:16], line.net, line.entries) for line in lines] == [
        ("00:00", 101_104, 4),
        ("01:00", -24_950, 2),
        ("02:00", 0, 0),
        ("03:00", 0, 0),
    ]


def test_the_profit_of_the_hours_is_that_of_the_whole_without_ships_and_what_the_book_opened_with(tmp_path):
    async def ask(desk):
        return await desk.database.read(lambda c: summarize(c, PLAYER, LedgerFilter(), SummaryKey.HOUR))

    summary = after_the_morning(tmp_path, ask)

    assert sum(line.profit for line in summary.lines) == summary.profit
    assert summary.lines[1].profit == 0, "a ship was bought and credits appeared"


def test_by_hour_there_is_no_line_for_the_hour_that_begins_where_the_stretch_ends(tmp_path):
    wanted = LedgerFilter(until=EPOCH + timedelta(hours=1))

    assert [line.key for line in summed(tmp_path, SummaryKey.HOUR, wanted).lines] == ["2026-03-01T00:00:00Z"]


def test_stretches_that_follow_one_another_add_up_to_the_whole(tmp_path):
    noon = EPOCH + timedelta(minutes=30)
    stretches = (LedgerFilter(until=noon), LedgerFilter(since=noon), LedgerFilter())

    async def ask(desk):
        read = desk.database.read
        return [await read(lambda c, w=wanted: summarize(c, PLAYER, w, SummaryKey.KIND)) for wanted in stretches]

    morning, rest, whole = after_the_morning(tmp_path, ask)

    assert (morning.closing, rest.closing) == (rest.opening, whole.closing)
    assert morning.profit + rest.profit == whole.profit


# The door


def asked_at_the_door(directory, method: str, request):
    async def ask(desk):
        return await getattr(LedgerRpc(database=desk.database, gate=OnlyPlayerOne(), clock=desk.clock), method)(
            request, None
        )

    return after_the_morning(directory, ask)


def test_the_door_lists_entries_with_all_they_say(tmp_path):
    request = wire.ListLedgerRequest(player_id=1, kind="purchase", good="iron", limit=5)

    (entry,) = asked_at_the_door(tmp_path, "ListLedger", request).entries

    assert (entry.kind, entry.amount, entry.balance_after, entry.units) == ("PURCHASE", -1_200, 98_800, 10)
    assert (entry.ship, entry.waypoint, entry.good) == (ONE, HOME, IRON)
    assert (entry.container_id, entry.pipeline_id, entry.task_id) == ("mfg-1", "p-1", "t-1")
    assert entry.at.endswith("Z")


def test_a_deal_tells_the_price_that_its_trip_was_expected_to_have_and_others_tell_none(tmp_path):
    expected = Prediction(
        task_id="t-1",
        container_id="mfg-1",
        pipeline_id="p-1",
        ship=ONE,
        good=IRON,
        revision=1,
        decided_at=EPOCH,
        units=10,
        cost=1_150,
        revenue=2_600,
        fuel=9,
        worth=0,
        seconds=60.0,
    )

    async def ask(desk):
        await desk.database.write(lambda connection: predictions.record(connection, expected))
        door = LedgerRpc(database=desk.database, gate=OnlyPlayerOne(), clock=desk.clock)
        return (await door.ListLedger(wire.ListLedgerRequest(player_id=1), None)).entries

    entries = after_the_morning(tmp_path, ask)

    told = {each.kind: each.predicted_price for each in entries if each.HasField("predicted_price")}
    assert told == {"PURCHASE": 115.0, "SALE": 260.0}


def test_the_door_adds_up_by_kind_unless_told_otherwise(tmp_path):
    answer = asked_at_the_door(tmp_path, "SummarizeLedger", wire.SummarizeLedgerRequest(player_id=1))

    assert (answer.profit, answer.spent_on_ships, answer.opening) == (1_104, 25_000, 100_000)
    assert answer.lines[1].key == "SALE"


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("ListLedger", wire.ListLedgerRequest(player_id=1, kind="GIFT"), "kind"),
        ("ListLedger", wire.ListLedgerRequest(player_id=1, limit=-1), "limit"),
        ("ListLedger", wire.ListLedgerRequest(player_id=1, limit=ENTRIES_MAX + 1), "limit"),
        ("ListLedger", wire.ListLedgerRequest(player_id=1, since="tomorrow"), "since"),
        ("ListLedger", wire.ListLedgerRequest(player_id=1, before_sequence=-1), "before_sequence"),
        ("ListLedger", wire.ListLedgerRequest(player_id=1, since="8h", until="8h"), "until"),
        ("SummarizeLedger", wire.SummarizeLedgerRequest(player_id=1, until="soon"), "until"),
        ("SummarizeLedger", wire.SummarizeLedgerRequest(player_id=1, by="moon"), "by"),
    ],
)
def test_the_door_refuses_what_it_does_not_understand_by_name(tmp_path, method, request_, field):
    with pytest.raises(Refused) as refusal:
        asked_at_the_door(tmp_path, method, request_)

    assert [problem.field for problem in refusal.value.fields] == [field]


@pytest.mark.parametrize("method", ["ListLedger", "SummarizeLedger"])
def test_the_door_knows_no_other_player(tmp_path, method):
    request = getattr(wire, f"{method}Request")(player_id=2)

    with pytest.raises(Missing):
        asked_at_the_door(tmp_path, method, request)


def test_pages_follow_one_another_without_a_gap(tmp_path):
    async def ask(desk):
        door = LedgerRpc(database=desk.database, gate=OnlyPlayerOne(), clock=desk.clock)
        pages, before = [], 0
        while True:
            request = wire.ListLedgerRequest(player_id=1, limit=2, before_sequence=before)
            page = await door.ListLedger(request, None)
            pages.append([entry.amount for entry in page.entries])
            before = page.entries[-1].sequence
            if not page.has_more:
                return pages

    assert after_the_morning(tmp_path, ask) == [[50, -25_000], [-216, 2_520], [-1_200, 100_000]]


@pytest.mark.parametrize("since", ["2026-03-01T00:30:00", "30m"])
def test_a_time_is_utc_unless_told_otherwise_and_a_duration_is_back_from_the_daemons_own_now(tmp_path, since):
    request = wire.ListLedgerRequest(player_id=1, since=since)

    assert [entry.amount for entry in asked_at_the_door(tmp_path, "ListLedger", request).entries] == [50, -25_000]


def test_comparisons_add_up_promise_by_promise_and_result_by_result():
    assert Comparison(1, 100, 90) + Comparison(2, 50, 70) == Comparison(3, 150, 160)
