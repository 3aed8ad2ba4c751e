"""Settings changed while the whole daemon works: each purchase keeps to the one revision that it was decided under."""

import asyncio

import pytest
import sqlalchemy as sa

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.store.tables import schema
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import run_plant

FUEL_RESERVE = 2_000
CHANGES_MAX = 400  # each is a turn and a commit; three quarters of an hour of them sees every step of both kinds
TURNS = (
    {"collect_min_execute_supply": "ABUNDANT"},
    {"collect_min_start_supply": "HIGH", "collect_min_execute_supply": "HIGH"},
    {"max_pipelines": 0},
    {"min_balance": 150_000},
    {"collect_min_execute_supply": "MODERATE", "max_pipelines": 6},
    {"min_balance": 0, "acquire_min_start_supply": "HIGH", "acquire_min_execute_supply": "HIGH"},
    {"collect_min_start_supply": "ABUNDANT", "collect_min_execute_supply": "ABUNDANT"},
    {"acquire_min_start_supply": "MODERATE", "acquire_min_execute_supply": "LIMITED", "max_workers": 1},
)


@pytest.mark.parametrize("seconds", [7, 61])
def test_no_purchase_mixes_two_revisions_whatever_step_a_task_is_at_when_settings_change(tmp_path, seconds):
    """Every so many seconds something changes, through every step of trips of both kinds."""

    async def work(running):
        container_id = await running.start(max_pipelines=4)
        for number in range(min(CHANGES_MAX, 2 * 3600 // seconds)):
            await asyncio.sleep(seconds)
            await running.set(container_id, **TURNS[number % len(TURNS)])
        revisions = {
            row.revision: ManufacturingConfig.from_map(row.config)
            for row in await running.rows(sa.select(schema.config_revisions))
        }
        bought = sa.select(schema.intents, schema.tasks.c.kind.label("task_kind")).join(
            schema.tasks, schema.tasks.c.id == schema.intents.c.task_id
        )
        purchases = await running.rows(bought.where(schema.intents.c.kind == "PURCHASE"))
        assert purchases
        for purchase in purchases:
            config = revisions[purchase.config_revision]
            least = {
                "ACQUIRE_DELIVER": config.acquire_min_execute_supply,
                "COLLECT_SELL": config.collect_min_execute_supply,
                "TRADE": config.trade_min_execute_supply,
            }
            assert SupplyLevel[purchase.supply_seen] >= least[purchase.task_kind]
            cost = purchase.units * purchase.price_seen
            assert purchase.credits_before - cost >= config.min_balance + FUEL_RESERVE
        known = await running.rows(sa.select(schema.decisions.c.revision).distinct())
        assert {row.revision for row in known} <= revisions.keys()

    run_plant(work, tmp_path)


def revise(container_id, running, **changes):
    request = wire.ReviseConfigRequest(
        container_id=container_id, player_id=running.player_id, wait_milliseconds=5000, **changes
    )
    return running.operator.call("ReviseConfig", request)


def test_more_workers_than_ships_with_a_hold_are_warned_of_in_a_dry_run_and_when_they_are_set(tmp_path):
    async def work(running):
        container_id = await running.start(max_workers=1)
        await asyncio.sleep(600)
        terms = wire.ChangeTerms(validate_only=True)
        too_many = await revise(container_id, running, texts={"max_workers": "3"}, terms=terms)
        enough = await revise(container_id, running, texts={"max_pipelines": "4"}, terms=terms)
        done = await revise(container_id, running, texts={"max_workers": "3"})

        assert list(too_many.warnings) == ["max_workers: 3 workers, but only 1 ship with a hold can work for it"]
        assert list(enough.warnings) == []
        assert list(done.warnings) == list(too_many.warnings)

    run_plant(work, tmp_path)


def test_a_dry_run_tells_what_the_next_turn_then_does(tmp_path):
    async def work(running):
        container_id = await running.start(max_pipelines=0)
        await asyncio.sleep(1800)
        dry = await revise(
            container_id, running, texts={"max_pipelines": "4"}, terms=wire.ChangeTerms(validate_only=True)
        )
        done = await revise(container_id, running, texts={"max_pipelines": "4"}, terms=wire.ChangeTerms(plan=dry.plan))

        assert (dry.state, dry.dry_run, done.state) == ("PENDING", True, "APPLIED")
        assert list(dry.effects) == list(done.effects)

    run_plant(work, tmp_path)


def test_what_a_revision_did_can_be_asked_for(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(3600)
        await running.set(container_id, collect_min_start_supply="HIGH")
        await asyncio.sleep(3600)
        ask = wire.GetConfigEffectRequest(container_id=container_id, player_id=running.player_id, revision=1)
        first = await running.operator.call("GetConfigEffect", ask)
        ask.revision = 2
        second = await running.operator.call("GetConfigEffect", ask)
        status = await running.status(container_id)

        assert [each.decisions for each in second.counts if each.kind == "configuration applied"] == [1]
        assert first.profit + second.profit == status.profit
        assert second.revision.changes[0].name == "collect_min_start_supply"

    run_plant(work, tmp_path)


def test_what_a_revision_did_is_told_beside_the_one_that_was_in_force_before(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(3600)
        await running.set(container_id, max_pipelines=4)
        await asyncio.sleep(1800)
        ask = wire.GetConfigEffectRequest(container_id=container_id, player_id=running.player_id, revision=2)
        answer = await running.operator.call("GetConfigEffect", ask)
        ask.revision = 1
        before = await running.operator.call("GetConfigEffect", ask)

        assert answer.before.revision.revision == 1
        assert (answer.until, before.until) == ("", answer.first_at)
        assert (answer.in_force_seconds, before.in_force_seconds) == (1800, 3600)
        assert answer.before.profit == before.profit
        assert [(each.kind, each.decisions) for each in answer.before.counts] == [
            (each.kind, each.decisions) for each in before.counts
        ]
        assert not before.HasField("before")

    run_plant(work, tmp_path)


def test_the_status_tells_the_last_decision_of_all(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(3600)
        await running.set(container_id, max_pipelines=4)
        await asyncio.sleep(600)
        ask = wire.GetConfigEffectRequest(
            container_id=container_id, player_id=running.player_id, revision=2, limit=1000
        )
        last = (await running.status(container_id)).last_decision
        every = (await running.operator.call("GetConfigEffect", ask)).decisions

        assert (last.at, last.kind, last.subject) == (every[-1].at, every[-1].kind, every[-1].subject)

    run_plant(work, tmp_path)


def test_a_burst_of_changes_leaves_trips_under_way_and_the_ages_of_chains_as_they_are(tmp_path):
    """Nothing begins anew: each trip keeps its ship and its one attempt, each chain the time it was opened."""

    async def work(running):
        await running.grow(haulers=3, probes=2)
        container_id = await running.start(max_workers=8)
        await asyncio.sleep(3600)
        flying = {t.task_id: t for t in await running.under_way(container_id)}
        opened_at = await running.rows(sa.select(schema.pipelines.c.id, schema.pipelines.c.created_at))

        for share in range(99, 59, -1):
            await running.set(container_id, max_api_share=share)
            await asyncio.sleep(1)
        await asyncio.sleep(3600)

        ended = {t.task_id: t for t in await running.tasks(container_id)}
        kept = await running.rows(sa.select(schema.pipelines.c.id, schema.pipelines.c.created_at))
        assert flying
        assert {(id_, t.ship, t.attempts) for id_, t in flying.items()} == {
            (id_, ended[id_].ship, ended[id_].attempts) for id_ in flying
        }
        assert {ended[id_].status for id_ in flying} == {"COMPLETED"}
        assert set(opened_at) <= set(kept)

    run_plant(work, tmp_path)


def test_a_ship_is_sent_out_only_if_the_levels_it_was_chosen_by_are_in_force_in_the_same_transaction(
    tmp_path, monkeypatch
):
    """A revision comes in between a decision and its commit: nothing of that decision is done, and it is made anew."""
    apply, tries = WorkState.apply, []

    async def work(running):
        async def late(work_state, actions, revision, **rest):
            if any(isinstance(action, AssignShip) for action in actions):
                tries.append(revision)
                if len(tries) == 1:
                    await revise(container_id, running, texts={"collect_min_start_supply": "HIGH"})
            return await apply(work_state, actions, revision, **rest)

        monkeypatch.setattr(WorkState, "apply", late)
        container_id = await running.start(max_pipelines=4)
        await asyncio.sleep(3600)
        sent = sa.select(schema.decisions.c.revision).where(schema.decisions.c.kind == "ship assigned")
        assert tries[:2] == [1, 2]
        assert {row.revision for row in await running.rows(sent)} == {2}

    run_plant(work, tmp_path)
