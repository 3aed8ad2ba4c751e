"""The pager at work in a whole daemon: it calls, and whatever goes wrong with it, the fleet goes on."""

import asyncio
import os
from datetime import timedelta

import pytest
import sqlalchemy as sa

from starfoundry.daemon.alerts.facts import stored_facts
from starfoundry.daemon.alerts.facts.replay import past_of
from starfoundry.daemon.halt.halt_files import HaltScope
from starfoundry.daemon.messenger import Undelivered
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.store.tables.schema import containers, ledger
from starfoundry.wire import daemon_pb2 as wire
from tests.daemon.daemons import daemon_in, run

URL = "https://hooks.example/secret-path"
ONE = PlayerId(1)


class Postman:
    """Keeps every letter; fails as often as it is told to."""

    def __init__(self):
        self.letters = []
        self.fails = 0

    async def deliver(self, url, letter):
        if self.fails:
            self.fails -= 1
            raise Undelivered("HTTP 500")
        self.letters.append((url, letter))

    async def close(self):
        """There is nothing to let go of."""


class Held(Postman):
    """Never ends a delivery."""

    async def deliver(self, url, letter):
        await asyncio.Event().wait()


@pytest.fixture
def paged(tmp_path):
    """Runs a story with a daemon, an operator and the postman; the player has one target."""

    def play(story, postman=None):
        carrier = postman or Postman()

        async def whole():
            async with daemon_in(tmp_path, messenger=carrier) as (daemon, operator):
                if not (await operator.call("ListPlayers", wire.ListPlayersRequest())).players:
                    await operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent="FOUNDRY"))
                    await operator.call(
                        "AddAlertTarget", wire.AddAlertTargetRequest(player_id=1, name="hook", secret=URL)
                    )
                return await story(daemon, operator, carrier)

        return run(whole())

    return play


async def fail_container(daemon, name="bad"):
    row = {
        "id": name,
        "player_id": 1,
        "type": "t",
        "status": "FAILED",
        "config": {},
        "exit_reason": "bug",
        "created_at": daemon.ports.clock.now(),
    }
    await daemon.database.write(lambda c: c.execute(sa.insert(containers), [row]))


async def told(postman, count):
    """The letters, once there are so many."""
    for _second in range(3_600):
        if len(postman.letters) >= count:
            return [letter for _url, letter in postman.letters]
        await asyncio.sleep(1)
    raise AssertionError(f"only {len(postman.letters)} letters came within an hour")


def listed(operator):
    return operator.call("ListAlerts", wire.ListAlertsRequest(player_id=1))


async def problems(operator):
    health = await operator.call("GetHealth", wire.GetHealthRequest())
    return {each.kind: each.reason for each in health.conditions}


def test_a_failed_container_calls_within_a_look_and_its_end_is_told(paged):
    async def story(daemon, operator, postman):
        began = daemon.ports.clock.elapsed()
        await fail_container(daemon)
        await told(postman, 1)
        took = daemon.ports.clock.elapsed() - began
        repaired = sa.update(containers).values(status="STOPPED")
        await daemon.database.write(lambda c: c.execute(repaired))
        letters = await told(postman, 2)
        history = await operator.call("ListAlertHistory", wire.ListAlertHistoryRequest(player_id=1))
        return took, letters, history

    took, letters, history = paged(story)

    assert took <= 20
    assert letters[0].title == "StarFoundry FOUNDRY: coordinator-failed"
    assert letters[0].body == "NEW coordinator-failed: bad has failed: bug | spacetraders container logs bad"
    assert letters[1].body == "OVER coordinator-failed: bad has failed: bug"
    assert letters[0].facts[0]["rule"] == "coordinator-failed"
    (alert,) = history.alerts
    assert alert.closed_at > alert.told_at >= alert.opened_at
    assert [each.problem for each in history.deliveries] == ["", ""]


def test_a_loss_within_the_window_calls_and_is_over_when_the_window_has_passed(paged):
    async def story(daemon, operator, postman):
        await operator.call(
            "SetAlertRule", wire.SetAlertRuleRequest(player_id=1, kind="loss", above=500, within_seconds=600)
        )
        await operator.call("SetAlertRule", wire.SetAlertRuleRequest(player_id=1, kind="incident", is_on=False))
        row = {
            "player_id": 1,
            "at": daemon.ports.clock.now(),
            "kind": EntryKind.PURCHASE.value,
            "amount": -501,
            "balance_after": 0,
        }
        await daemon.database.write(lambda c: c.execute(sa.insert(ledger), [row]))
        return [letter.body.split(":")[0] for letter in await told(postman, 2)]

    assert paged(story) == ["NEW loss", "OVER loss"]


def test_net_worth_counts_all_but_what_ships_cost(paged):
    amounts = {"OPENING": 1_000_000, "PURCHASE": -300, "SALE": 500, "REFUEL": -20, "SHIP_PURCHASE": -9_000}

    async def story(daemon, _operator, _postman):
        now = daemon.ports.clock.now()
        rows = [
            {"player_id": 1, "at": now, "kind": kind, "amount": amount, "balance_after": 0}
            for kind, amount in (amounts | {"ADJUSTMENT": -7}).items()
        ]
        rows.append(rows[1] | {"at": now - timedelta(hours=2)})
        await daemon.database.write(lambda c: c.execute(sa.insert(ledger), rows))
        since = now - timedelta(hours=1)
        worth = await daemon.database.read(lambda c: stored_facts.worth_change(c, ONE, since))
        past = await daemon.database.read(lambda c: past_of(c, ONE, since, now + timedelta(hours=1)))
        return worth, [amount for _at, amount in past.adjustments]

    assert paged(story) == (-300 + 500 - 20 - 7, [-7])


def test_a_delivery_that_fails_is_tried_again_told_by_health_and_made_good_later(paged):
    postman = Postman()

    async def story(daemon, operator, _postman):
        postman.fails = 3
        await fail_container(daemon)
        await asyncio.sleep(30)
        found = await problems(operator)
        letters = await told(postman, 1)
        return found, len(letters), await problems(operator)

    found, count, later = paged(story, postman)

    assert found["alert-undelivered"] == "an alert could not be delivered to hook: HTTP 500"
    assert count == 1
    assert "alert-undelivered" not in later


def test_a_delivery_that_never_ends_holds_up_nothing_and_does_not_keep_the_daemon_from_stopping(paged):
    async def story(daemon, operator, _postman):
        await fail_container(daemon)
        await asyncio.sleep(600)
        await fail_container(daemon, "worse")
        await asyncio.sleep(600)
        return [each.subject for each in (await listed(operator)).alerts]

    assert paged(story, Held()) == ["bad", "worse"]


def test_a_rule_that_cannot_be_evaluated_says_so_in_health_and_the_others_go_on(paged, monkeypatch):
    def fails(*_arguments):
        raise Unavailable("the ledger is out")

    async def story(daemon, operator, postman):
        monkeypatch.setattr(stored_facts, "traded_since", fails)
        await fail_container(daemon)
        await told(postman, 1)
        blind = await problems(operator)
        monkeypatch.undo()
        await asyncio.sleep(60)
        return blind, await problems(operator), (await operator.call("GetHealth", wire.GetHealthRequest())).status

    blind, later, _status = paged(story)

    assert blind["alert-rule-blind"] == "the alert rule loss cannot be evaluated: the ledger is out"
    assert "alert-rule-blind" not in later


def test_after_a_restart_what_was_told_is_not_told_again_and_what_was_not_is(paged):
    async def before(daemon, _operator, postman):
        await fail_container(daemon)
        await told(postman, 1)

    async def after(daemon, _operator, postman):
        await asyncio.sleep(600)
        await fail_container(daemon, "worse")
        letters = await told(postman, 1)
        return [fact["subject"] for letter in letters for fact in letter.facts]

    paged(before)

    assert paged(after) == ["worse"]


def test_an_acknowledged_alert_is_told_no_more_and_one_that_does_not_exist_is_missing(paged):
    async def story(daemon, operator, postman):
        await operator.call("SetAlertPaging", wire.SetAlertPagingRequest(player_id=1, remind_seconds=600))
        await fail_container(daemon)
        await told(postman, 1)
        (alert,) = (await listed(operator)).alerts
        acked = await operator.call(
            "AcknowledgeAlert", wire.AcknowledgeAlertRequest(player_id=1, alert_id=alert.alert_id)
        )
        await asyncio.sleep(timedelta(hours=1).total_seconds())
        return acked.alerts[0].acked_by, len(postman.letters)

    assert paged(story) == ("daemon", 1)


def test_a_halt_that_lasts_calls(paged):
    async def story(daemon, operator, postman):
        await operator.call("SetAlertRule", wire.SetAlertRuleRequest(player_id=1, kind="halted", within_seconds=60))
        await asyncio.sleep(1)
        halt_files, long_ago = daemon.pager._looking.halt_files, daemon.ports.clock.now() - timedelta(hours=2)
        halt_files.halt(HaltScope())
        os.utime(halt_files.file(HaltScope()), (long_ago.timestamp(), long_ago.timestamp()))
        return (await told(postman, 1))[0].title

    assert paged(story).endswith("halted")


def test_the_url_of_a_target_is_sealed_for_its_player_and_name(paged, tmp_path):
    async def story(daemon, _operator, postman):
        await fail_container(daemon)
        await told(postman, 1)
        return postman.letters[0][0]

    assert paged(story) == URL
    assert b"secret-path" not in b"".join(
        file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and file.name != "token.key"
    )


def test_without_a_target_nobody_looks(tmp_path):
    async def whole():
        postman = Postman()
        async with daemon_in(tmp_path, messenger=postman) as (daemon, operator):
            await operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent="FOUNDRY"))
            await fail_container(daemon)
            await asyncio.sleep(600)
            return len((await listed(operator)).alerts), [task.get_name() for task in asyncio.all_tasks()]

    alerts, tasks = run(whole())

    assert alerts == 0
    assert "pager" not in tasks
