"""The daily summary: when it is due, and a whole daemon that sends it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from starfoundry.daemon.alerts import pager
from starfoundry.daemon.alerts.domain.model import Paging
from starfoundry.daemon.alerts.domain.summary_time import summary_is_due
from starfoundry.daemon.messenger import Undelivered
from starfoundry.store.tables.schema import ledger, players
from starfoundry.wire import daemon_pb2 as wire
from tests.daemon.daemons import daemon_in, run

LOOK_SECONDS = 900.0
DAY = datetime(2026, 3, 28, tzinfo=UTC)


def at(hour, minute=0, *, day=0):
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


AT_EIGHT = Paging(summary_at=8 * 60)


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (at(7), at(7, 59), False),
        (at(7), at(8), True),
        (at(8), at(8, 1), False),
        (at(8), at(7, 59, day=1), False),
        (at(8), at(8, day=1), True),
        (at(9), at(23), False),
        (at(7), at(23), True),
        (at(8, day=-3), at(3), True),
    ],
)
def test_a_summary_is_due_once_a_day_from_its_hour_on(last, now, is_due):
    assert summary_is_due(AT_EIGHT, last, now) is is_due


def test_without_an_hour_no_summary_is_due():
    assert not summary_is_due(Paging(), None, at(8))


def test_the_hour_is_that_of_the_zone_also_after_its_clocks_have_changed():
    berlin = Paging(summary_at=8 * 60, zone="Europe/Berlin")  # an hour ahead; two from 29 March on

    assert not summary_is_due(berlin, at(0), at(6, 59))
    assert summary_is_due(berlin, at(0), at(7))
    assert not summary_is_due(berlin, at(7), at(5, 59, day=1))
    assert summary_is_due(berlin, at(7), at(6, day=1))


class Postman:
    """Keeps every message with the time at which it came; refuses as often as `refuses` says."""

    def __init__(self, refuses=0):
        self.received = []
        self.refuses = refuses

    async def deliver(self, url, letter):
        if self.refuses:
            self.refuses -= 1
            raise Undelivered("HTTP 500")
        self.received.append((asyncio.get_running_loop().time(), letter))

    async def close(self):
        """There is nothing to close."""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Evaluations are rare, so that days pass quickly."""
    monkeypatch.setattr(pager, "LOOK_SECONDS", LOOK_SECONDS)


def played(tmp_path, story, postman):
    async def whole():
        async with daemon_in(tmp_path, messenger=postman) as (daemon, operator):
            await operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent="FOUNDRY"))
            target = wire.AddAlertTargetRequest(player_id=1, name="hook", secret="https://hooks.example/x")
            await operator.call("AddAlertTarget", target)
            return await story(daemon, operator)

    return run(whole())


async def hours(count):
    await asyncio.sleep(count * 3_600)


def in_hours(daemon, count):
    """The time of day so many hours from now."""
    return f"{(daemon.ports.clock.now() + timedelta(hours=count)):%H:%M}"


async def summarise_at(operator, time):
    return await operator.call("SetAlertPaging", wire.SetAlertPagingRequest(player_id=1, summary_at=time))


def summaries(postman):
    return [(when, letter) for when, letter in postman.received if letter.title.endswith("daily summary")]


def test_the_summary_is_the_report_of_a_day_and_comes_once_each_day(tmp_path):
    postman = Postman()

    async def story(daemon, operator):
        row = {"player_id": 1, "at": daemon.ports.clock.now(), "kind": "SALE", "amount": 777, "balance_after": 0}
        await daemon.database.write(lambda c: c.execute(sa.insert(ledger), [row]))
        began = asyncio.get_running_loop().time()
        await summarise_at(operator, in_hours(daemon, 2))
        await hours(49)
        return began

    began = played(tmp_path, story, postman)
    found = summaries(postman)

    late = [(when - began) / 3_600 - planned for (when, _letter), planned in zip(found, (2, 26), strict=True)]
    assert all(-60 <= each * 3_600 <= LOOK_SECONDS for each in late)
    assert found[0][1].title == "StarFoundry FOUNDRY: daily summary"
    assert "Profit" in found[0][1].body
    assert "+777" in found[0][1].body
    assert "no coordinator is running" in found[0][1].body


def test_turning_it_on_sends_nothing_at_once_and_off_nothing_at_all(tmp_path):
    postman = Postman()

    async def story(daemon, operator):
        await summarise_at(operator, in_hours(daemon, -1))
        await hours(2)
        await summarise_at(operator, "")
        await hours(48)

    played(tmp_path, story, postman)

    assert summaries(postman) == []


def test_a_summary_that_reached_nobody_is_sent_again(tmp_path):
    postman = Postman(refuses=3)

    async def refused(daemon, operator):
        await summarise_at(operator, in_hours(daemon, 1))
        await asyncio.sleep(3_600 + LOOK_SECONDS / 2)
        early = len(summaries(postman))
        await hours(1)
        return early, len(summaries(postman))

    assert played(tmp_path, refused, postman) == (0, 1)


def test_a_player_whose_universe_has_ended_gets_no_summary(tmp_path):
    postman = Postman()

    async def story(daemon, operator):
        await summarise_at(operator, in_hours(daemon, 1))
        ended = sa.update(players).values(ended_at=daemon.ports.clock.now())
        await daemon.database.write(lambda c: c.execute(ended))
        await hours(30)

    played(tmp_path, story, postman)

    assert summaries(postman) == []
