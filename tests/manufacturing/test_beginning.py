"""What a new coordinator begins with: judged before it starts, in a dry run as in earnest."""

import asyncio
from typing import Any

import pytest

from starfoundry.drill import loop
from starfoundry.drill.machine import new_universe
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.status import InProcessContext
from tests.manufacturing.plant import plant, run_plant

LOW = {"collect_min_start_supply": "LIMITED", "collect_min_execute_supply": "LIMITED"}


async def begin(running, **given):
    request = wire.StartManufacturingRequest(player_id=running.player_id, **given)
    return await running.operator.call("StartManufacturing", request)


async def defaults(running, **texts):
    request = wire.ReviseConfigDefaultsRequest(player_id=running.player_id, texts=texts)
    return await running.operator.call("ReviseConfigDefaults", request)


@pytest.mark.parametrize("is_below", [False, True], ids=["given", "a default"])
def test_a_single_good_s_level_is_judged_with_the_levels_that_hold(tmp_path, is_below):
    async def work(running):
        if is_below:
            await defaults(running, **LOW)
        settings = {"good_overrides": "FUEL.collect_min_start_supply=LIMITED"} | ({} if is_below else LOW)
        started = await begin(running, settings=settings)
        assert started.status == "RUNNING"

    run_plant(work, tmp_path)


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"settings": {"blocked_goods": "NO_SUCH_GOOD"}}, "blocked_goods"),
        ({"max_workers": 3, "settings": {"max_workers": "4"}}, "max_workers"),
        ({"settings": {"acquire_min_start_supply": "SCARCE"}}, "acquire_min_start_supply"),
    ],
)
def test_a_dry_run_refuses_what_a_start_refuses(tmp_path, given, field, dry_run):
    async def work(running):
        with pytest.raises(Refused) as caught:
            await begin(running, dry_run=dry_run, **given)
        assert field in {problem.field for problem in caught.value.fields}

    run_plant(work, tmp_path)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_preset_that_is_not_there_is_told_with_the_nearest(tmp_path, dry_run):
    async def work(running):
        with pytest.raises(Missing, match="did you mean aggressive"):
            await begin(running, dry_run=dry_run, preset="agressive")

    run_plant(work, tmp_path)


def test_everything_that_is_wrong_with_a_start_is_told_at_once(tmp_path):
    async def work(running):
        with pytest.raises(Refused) as caught:
            await begin(running, max_workers=0, settings={"max_pipelines": "many", "collect_min_start_supply": "LOW"})
        fields = {problem.field for problem in caught.value.fields}
        assert fields == {"max_workers", "max_pipelines", "collect_min_start_supply"}

    run_plant(work, tmp_path)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_start_tells_what_there_is_to_think_of(tmp_path, dry_run):
    async def work(running):
        (warning,) = (await begin(running, dry_run=dry_run, acquire_min_start_supply="LIMITED")).warnings
        assert "1.11 to 1.34 times" in warning

    run_plant(work, tmp_path)


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_second_coordinator_in_a_system_is_warned_of_while_the_first_goes_on(tmp_path, dry_run):
    async def work(running):
        first = await running.start()
        (warning,) = (await begin(running, dry_run=dry_run)).warnings
        assert warning.startswith(f"{first} works in X1-")
        assert "share" in warning

    run_plant(work, tmp_path)


def test_a_coordinator_after_one_that_has_stopped_is_not_warned_of(tmp_path):
    async def work(running):
        await running.stop(await running.start())
        assert list((await begin(running)).warnings) == []

    run_plant(work, tmp_path)


def test_a_good_of_a_default_that_nobody_knows_is_told_and_in_no_start_s_way(tmp_path):
    async def work(running):
        await defaults(running, blocked_goods="NO_SUCH_GOOD")
        started = await begin(running)
        assert started.status == "RUNNING"
        assert list(started.warnings) == ["blocked_goods: no market here knows NO_SUCH_GOOD"]

    run_plant(work, tmp_path)


def test_a_default_that_a_coordinator_will_not_work_by_is_told_in_the_answer(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(600)
        answer = await defaults(running, blocked_goods="NO_SUCH_GOOD")
        await asyncio.sleep(60)
        shown = await running.show(container_id)
        (reached,) = answer.reached
        assert reached.problem == "blocked_goods: no market here knows NO_SUCH_GOOD"
        assert shown.rejected_revision == reached.revision

    run_plant(work, tmp_path)


def test_a_refusal_is_known_after_the_daemon_has_started_again(tmp_path):
    async def work():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            container_id = await running.start()
            await asyncio.sleep(600)
            await running.set(container_id, blocked_goods=wire.GoodList(goods=["NO_SUCH_GOOD"]))
        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(600)
            again = await running.set(container_id, blocked_goods=wire.GoodList(goods=["NO_SUCH_GOOD"]))
            watch = wire.WatchConfigRequest(container_id=container_id, player_id=running.player_id, after_revision=1)
            servicer: Any = running.daemon.servicer
            watched = servicer.WatchConfig(watch, InProcessContext())
            kinds = {(await anext(watched)).kind for _ in range(3)}
            assert "refuses it" in again.message
            assert kinds == {"CHANGED", "OBSERVED", "REJECTED"}

    loop.run(work(), seed=1)


def test_the_way_back_from_a_second_refusal_leads_to_what_it_decides_with(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(600)
        await running.set(container_id, blocked_goods=wire.GoodList(goods=["NO_SUCH_GOOD"]))
        refused = await running.set(container_id, max_workers=6)
        examine = wire.ExamineConfigRequest(player_id=running.player_id, container_id=container_id)
        findings = (await running.operator.call("ExamineConfig", examine)).findings
        (remedy,) = [each.remedy for each in findings if each.kind == "REJECTED"]
        assert refused.state == "REJECTED"
        assert remedy == refused.undo
        assert refused.undo.endswith(f"rollback --container {container_id} --to 1 --if-revision 3")

    run_plant(work, tmp_path)


def test_a_good_that_nobody_knows_and_that_is_in_force_since_the_start_is_found_by_the_doctor(tmp_path):
    async def work(running):
        await defaults(running, blocked_goods="NO_SUCH_GOOD")
        container_id = await running.start()
        await asyncio.sleep(600)
        examine = wire.ExamineConfigRequest(player_id=running.player_id, container_id=container_id)
        found = (await running.operator.call("ExamineConfig", examine)).findings
        assert [(each.kind, each.name) for each in found] == [("UNKNOWN_GOOD", "blocked_goods")]
        assert found[0].text == "no market here knows NO_SUCH_GOOD"

    run_plant(work, tmp_path)
