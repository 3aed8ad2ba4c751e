"""The weekly reset: noticed by the refused token and the server's date, told honestly, and survived."""

import asyncio

import pytest
import sqlalchemy as sa

from starfoundry.daemon.audit.report import audit
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Missing, Refused, Stale
from starfoundry.kernel.ids import ContainerId
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.store.tables.schema import config_revisions, containers, intents, ledger, players, ship_claims, tasks
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import plant, run_plant

HALF_AN_HOUR = 1_800.0
NEXT = "spacetraders player register --agent FOUNDRY --renew"


def api_of(running) -> Api:
    """The server of the daemon's universe, before and after a reset."""
    transport = running.daemon.ports.transport
    assert isinstance(transport, SandboxTransport)
    return transport.api


def reset(running):
    """Reset the universe under the daemon; the new one."""
    api_of(running).reset()
    return api_of(running).universe


async def containers_of(running, player_id=1):
    request = wire.ListContainersRequest(player_id=player_id)
    return {each.container_id: each for each in (await running.operator.call("ListContainers", request)).containers}


async def renew(running, agent=""):
    return await running.operator.call("RegisterPlayer", wire.RegisterPlayerRequest(agent=agent, renew=True))


async def broken_promises(running):
    return [each for each in await running.daemon.database.read(audit) if not each.is_kept]


async def book_of(running, player_id):
    """The kinds of a book's entries, its last balance, and when that was."""
    entries = await running.rows(sa.select(ledger).where(ledger.c.player_id == player_id).order_by(ledger.c.sequence))
    return [entry.kind for entry in entries], entries[-1].balance_after, entries[-1].at


def test_after_a_reset_everything_of_the_old_universe_is_abandoned_and_nothing_more_is_sent(tmp_path):
    async def work(running):
        making = await running.start()
        await running.grow(haulers=2, probes=2)
        await asyncio.sleep(HALF_AN_HOUR)
        reset(running)
        await asyncio.sleep(120)
        before = (await running.operator.call("GetHealth", wire.GetHealthRequest())).requests
        await asyncio.sleep(HALF_AN_HOUR)

        health = await running.operator.call("GetHealth", wire.GetHealthRequest())
        found = await containers_of(running)
        assert {each.status for each in found.values()} == {"ABANDONED"}
        assert NEXT in found[making].exit_reason
        assert "2026-01-01 was reset, it is now that of 2026-01-02" in found[making].exit_reason
        assert health.requests == before
        assert any(NEXT in problem for problem in health.problems)
        assert await running.rows(sa.select(ship_claims)) == []
        assert await running.rows(sa.select(tasks).where(tasks.c.ended_at.is_(None))) == []
        assert await broken_promises(running) == []
        with pytest.raises(Refused, match="ABANDONED and cannot be started"):
            await running.operator.call("StartContainer", wire.StartContainerRequest(container_id=making, player_id=1))
        with pytest.raises(Stale, match=NEXT):
            await running.start()

    run_plant(work, tmp_path)


def test_a_renewed_player_begins_a_book_of_its_own_and_the_old_one_stays_readable(tmp_path):
    async def work(running):
        making = await running.start()
        await asyncio.sleep(HALF_AN_HOUR)
        reset(running)
        await asyncio.sleep(120)
        old_book = await book_of(running, 1)

        renewed = await renew(running)
        start = wire.StartManufacturingRequest(player_id=renewed.player_id)
        await running.operator.call("StartManufacturing", start)
        await asyncio.sleep(HALF_AN_HOUR)

        universe = api_of(running).universe
        kinds, balance, _ = await book_of(running, 2)
        assert (renewed.player_id, renewed.agent, renewed.universe) == (2, "FOUNDRY", "2026-01-02")
        assert kinds[0] == "OPENING"
        assert "SALE" in kinds
        assert balance == universe.agents["FOUNDRY"].credits
        assert await book_of(running, 1) == old_book
        told = await running.operator.call("SummarizeLedger", wire.SummarizeLedgerRequest(player_id=1))
        listed = await running.operator.call("ListLedger", wire.ListLedgerRequest(player_id=2))
        assert (told.agent, told.universe, told.closing) == ("FOUNDRY", "2026-01-01", old_book[1])
        assert (listed.agent, listed.universe) == ("FOUNDRY", "2026-01-02")
        assert (await running.status(making)).credits == old_book[1]
        assert (await running.operator.call("ListMarkets", wire.ListMarketsRequest(player_id=1))).markets
        assert await broken_promises(running) == []

    run_plant(work, tmp_path)


def test_a_call_in_doubt_at_the_reset_is_never_settled_and_never_booked(tmp_path):
    async def work(running):
        await running.start()
        api = api_of(running)
        api.faults.add(Fault(kind=FaultKind.LOST, path="/my/ships/*/purchase"))
        while not await running.rows(sa.select(intents).where(intents.c.state == "IN_DOUBT")):  # noqa: ASYNC110  (a row, not an event)
            await asyncio.sleep(1)
        api.faults.clear()
        api.reset()
        await asyncio.sleep(HALF_AN_HOUR)
        await renew(running)
        await asyncio.sleep(HALF_AN_HOUR)

        doubt, *_ = await running.rows(sa.select(intents).where(intents.c.state == "ABANDONED"))
        (old,) = await running.rows(sa.select(players).where(players.c.id == 1))
        assert doubt.kind == "PURCHASE"
        assert "universe was over" in doubt.reason
        assert await running.rows(sa.select(ledger).where(ledger.c.intent_id == doubt.id)) == []
        assert (await book_of(running, 1))[2] <= old.ended_at
        assert await broken_promises(running) == []

    run_plant(work, tmp_path)


def test_defaults_and_presets_survive_and_revisions_stay_with_the_container_they_are_of(tmp_path):
    async def work(running):
        old = await running.start()
        await running.set(old, max_workers=3)
        texts = {"max_pipelines": "2", "min_balance": "5000"}
        for method, request in (
            ("ReviseConfigDefaults", wire.ReviseConfigDefaultsRequest(player_id=1, texts=texts)),
            ("SaveConfigPreset", wire.SaveConfigPresetRequest(player_id=1, name="mine", texts={"max_workers": "4"})),
        ):
            await running.operator.call(method, request)
        reset(running)
        await asyncio.sleep(120)
        await renew(running)

        start = wire.StartManufacturingRequest(player_id=2, preset="mine")
        new = (await running.operator.call("StartManufacturing", start)).container_id
        config = (await running.operator.call("GetManufacturingStatus", _status(new))).config

        history = await running.rows(sa.select(config_revisions).order_by(config_revisions.c.revision))
        assert (config.max_pipelines, config.min_balance, config.max_workers) == (2, 5_000, 4)
        assert [row.revision for row in history if row.container_id == new] == [1]
        assert [row.revision for row in history if row.container_id == old] == [1, 2, 3]

    run_plant(work, tmp_path)


def _status(container_id):
    return wire.GetManufacturingStatusRequest(player_id=2, container_id=container_id)


def test_a_restart_leaves_what_is_abandoned_alone(tmp_path):
    async def whole():
        async with plant(tmp_path, new_universe(1)) as running:
            container_id = await running.start()
            await asyncio.sleep(HALF_AN_HOUR)
            universe = reset(running)
            await asyncio.sleep(120)

        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(HALF_AN_HOUR)

            assert (await containers_of(running))[container_id].status == "ABANDONED"
            assert not running.daemon.supervisor.is_running(ContainerId(container_id))
            assert await running.rows(sa.select(containers).where(containers.c.restart_count > 0)) == []

    loop.run(whole(), seed=1)


def test_a_reset_while_the_daemon_was_down_is_noticed_at_its_start(tmp_path):
    async def whole():
        async with plant(tmp_path, new_universe(1)) as running:
            container_id = await running.start()
            await asyncio.sleep(HALF_AN_HOUR)
            universe = running.universe.successor()

        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(30)

            assert (await containers_of(running))[container_id].status == "ABANDONED"
            assert not [said for said in await running.logs(container_id) if said.startswith("Crashed")]
            assert (await running.logs(container_id))[-1].startswith("Abandoned: the universe of 2026-01-01 was reset")

    loop.run(whole(), seed=1)


def test_a_refused_token_alone_is_no_reset(tmp_path):
    """The server's date has not changed, so the containers fail with the game's own words and can be started again."""

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        running.universe.agents_by_token.clear()
        await asyncio.sleep(3 * HALF_AN_HOUR)

        assert (await containers_of(running))[container_id].status in ("RUNNING", "FAILED")
        assert (await running.rows(sa.select(players)))[0].ended_at is None

    run_plant(work, tmp_path)


def test_there_is_nothing_to_renew_while_the_universe_goes_on(tmp_path):
    async def work(running):
        with pytest.raises(Stale, match="is already here"):
            await renew(running, "FOUNDRY")
        with pytest.raises(Missing, match="is not known here"):
            await renew(running, "STRANGER")
        with pytest.raises(Refused, match="none: no universe"):
            await renew(running)

    run_plant(work, tmp_path)


def test_a_renewal_notices_the_reset_itself(tmp_path):
    """Nothing of the player runs, so nothing was refused before."""

    async def work(running):
        reset(running)

        renewed = await renew(running, "FOUNDRY")
        await asyncio.sleep(60)

        assert renewed.player_id == 2
        ended = {row.id: row.ended_at is not None for row in await running.rows(sa.select(players))}
        assert ended == {1: True, 2: False}

    run_plant(work, tmp_path)
