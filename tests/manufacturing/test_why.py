"""`spacetraders why`, asked of a whole daemon: everything that stands still is explained, whatever the reason."""

import asyncio
import json

import pytest

from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.kernel.errors import Missing
from starfoundry.manufacturing.api.work_rpc import Worth, worths
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import NO_TRADES, run_plant

HOUR = 3600.0


async def why(plant, subject=""):
    request = wire.ExplainWorkRequest(player_id=plant.player_id, subject=subject)
    return await plant.operator.call("ExplainWork", request)


def of_kind(answer, kind):
    return {each.name: each for each in answer.explanations if each.subject == kind}


def test_without_a_coordinator_every_ship_says_so_and_how_to_start_one(tmp_path):
    async def work(plant):
        answer = await why(plant)
        [held] = answer.ranked
        assert (held.reason.rule, held.ships) == ("no_coordinator", 2)
        assert held.reason.command == "spacetraders manufacturing start"

    run_plant(work, tmp_path)


def test_every_waiting_task_and_unready_factory_of_a_working_coordinator_is_explained(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        answer, status = await why(plant), await plant.status(container)
        waiting = {task.task_id for task in await plant.tasks(container) if task.status in ("PENDING", "READY")}
        unready = {f"{state.good} at {state.factory}" for state in status.factories if not state.ready}
        assert waiting
        assert set(of_kind(answer, "TASK")) == waiting
        assert set(of_kind(answer, "FACTORY")) == unready
        assert set(of_kind(answer, "SHIP")) == {"FOUNDRY-1", "FOUNDRY-2"}
        for each in answer.explanations:
            for reason in (each.reason, *each.behind):
                assert reason.rule
                assert reason.text
                assert reason.remedy

    run_plant(work, tmp_path)


def test_until_every_market_was_seen_the_bottleneck_says_how_many_were(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(20)
        at_first = of_kind(await why(plant), "CONTAINER")[container].reason
        known = json.loads(at_first.figures_json)["markets_known"]
        await asyncio.sleep(6 * HOUR)
        later = of_kind(await why(plant), "CONTAINER")[container].reason
        assert 0 < json.loads(at_first.figures_json)["markets_seen"] < known
        assert f"of {known} seen so far" in at_first.text
        assert "seen so far" not in later.text

    run_plant(work, tmp_path)


def test_a_ship_is_advised_for_a_waiting_task_only_where_the_bottleneck_is_the_number_of_ships(tmp_path):
    async def work(plant):
        container = await plant.start()
        advice: set[tuple[bool, bool]] = set()
        for _ in range(12):
            await asyncio.sleep(HOUR / 6)
            answer = await why(plant)
            bottleneck = json.loads(of_kind(answer, "CONTAINER")[container].reason.figures_json)["bottleneck"]
            waiting = [each.reason for each in answer.explanations if each.reason.rule == "no_free_ship"]
            advice |= {(bottleneck == "ships", "ship grow" in reason.command) for reason in waiting}
        assert advice
        assert all(is_bottleneck == is_advised for is_bottleneck, is_advised in advice)

    run_plant(work, tmp_path)


def test_a_good_is_explained_as_a_trade_lane_at_each_market_that_sells_it(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        lanes = of_kind(await why(plant, "clothing"), "LANE")
        assert lanes
        assert all(name.startswith("CLOTHING from ") for name in lanes)
        assert {each.container_id for each in lanes.values()} == {container}
        assert not of_kind(await why(plant), "LANE")

    run_plant(work, tmp_path)


def test_what_waits_is_priced_by_the_profit_that_was_expected_of_its_pipelines(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        answer = await why(plant)
        request = wire.ListPipelinesRequest(player_id=plant.player_id, container_id=container)
        listed = (await plant.operator.call("ListPipelines", request)).pipelines
        expected = {each.pipeline_id: each.expected_profit for each in listed}
        of_task = {task.task_id: task.pipeline_id for task in await plant.tasks(container)}
        assert any(each.expected_profit for each in answer.ranked)
        counted: set[str] = set()
        for each in answer.ranked:
            held_up = {of_task[name] for name in each.names if name in of_task}
            priced = sum(expected[pipeline] for pipeline in held_up - counted)
            assert (each.pipelines, each.expected_profit) == (len(held_up - counted), priced)
            assert each.shared_pipelines == len(held_up & counted)
            counted |= held_up

    run_plant(work, tmp_path)


def test_a_pipeline_that_two_reasons_hold_back_counts_in_the_first():
    expected = {"t1": ("p1", 100), "t2": ("p1", 100), "t3": ("p2", 30)}

    assert list(worths([["t1"], ["t2", "t3", "unknown"], ["t2"]], expected)) == [
        Worth(pipelines=1, profit=100, shared=0),
        Worth(pipelines=1, profit=30, shared=1),
        Worth(pipelines=0, profit=0, shared=1),
    ]


def test_the_setting_behind_a_reason_comes_with_its_layer_and_revision_and_a_command_that_helps(tmp_path):
    async def work(plant):
        container = await plant.start(max_workers=1)
        await plant.set(container, max_pipelines=0)
        await asyncio.sleep(HOUR)
        answer = await why(plant, container)
        held = next(each for each in answer.explanations if each.reason.rule == "capacity_used")
        assert json.loads(held.reason.figures_json) == {"active": 0, "max_pipelines": 0}
        setting = held.reason.setting
        assert (setting.name, setting.value_json, setting.layer, setting.revision) == (
            "max_pipelines",
            "0",
            "container",
            2,
        )
        assert held.reason.command == f"spacetraders manufacturing config set --container {container} max_pipelines=1"

    run_plant(work, tmp_path)


def test_a_pause_and_a_halt_are_told_before_anything_else(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        halt_files = HaltFiles(tmp_path)
        halt_files.halt(HaltScope())
        halted = await why(plant)
        halt_files.release(HaltScope())
        request = wire.PauseContainerRequest(container_id=container, player_id=plant.player_id)
        await plant.operator.call("PauseContainer", request)
        await asyncio.sleep(HOUR)
        paused = await why(plant)
        assert (halted.ranked[0].reason.rule, halted.ranked[0].reason.command) == ("halted", "spacetraders resume")
        assert (halted.ranked[0].ships, halted.idle_ships) == (2, 2)
        assert paused.ranked[0].reason.command == f"spacetraders container resume {container}"
        assert {each.reason.rule for each in of_kind(paused, "SHIP").values()} == {"not_running"}

    run_plant(work, tmp_path)


def test_everything_agrees_that_it_is_halted(tmp_path):
    """One reason in every list, for ships of fleet growth too, and the remedy once."""

    async def work(plant):
        container = await plant.start()
        await plant.grow(haulers=1, probes=1)
        await asyncio.sleep(HOUR)
        HaltFiles(tmp_path).halt(HaltScope())
        await asyncio.sleep(60)
        whole, status = await why(plant), await plant.status(container)
        waiting = [task.waiting_for for task in await plant.tasks(container) if task.status in ("PENDING", "READY")]
        (halt,) = whole.ranked
        assert (halt.ships, halt.containers) == (whole.ships, 2)
        assert list(status.idle_reasons) == [halt.reason.text]
        assert set(waiting) == {halt.reason.text}

    run_plant(work, tmp_path)


def test_a_ship_a_task_a_good_and_the_end_of_a_container_are_found_by_name(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        tasks = await plant.tasks(container)
        done = next(task for task in tasks if task.status == "COMPLETED")
        ship = (await why(plant, "foundry-1")).explanations[0]
        assert ship.name == "FOUNDRY-1"
        assert ship.work.profit == ship.work.profit_last_day > 0
        assert [each.name for each in (await why(plant, done.task_id)).explanations] == [done.task_id]
        waiting = next(task for task in tasks if task.status in ("PENDING", "READY"))
        named = (await why(plant, waiting.good.lower())).explanations
        assert waiting.task_id in {each.name for each in named}
        of_container = (await why(plant, container[-6:])).explanations
        assert {each.container_id for each in of_container} == {container}
        of_container = (await why(plant, container[-6:-2])).explanations
        assert {each.container_id for each in of_container} == {container}
        assert [each.name for each in (await why(plant, "2")).explanations] == ["FOUNDRY-2"]
        with pytest.raises(Missing, match=r"did you mean IRON_ORE\?"):
            await why(plant, "IRON_ORES")

    run_plant(work, tmp_path)


def test_work_a_market_and_a_system_are_found_by_a_part_of_their_names(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        unfinished = [task for task in await plant.tasks(container) if not task.ended_at]
        for task in unfinished:
            short = task.task_id.partition("-")[2]
            assert [each.name for each in (await why(plant, short)).explanations] == [task.task_id]
            names = {each.name for each in (await why(plant, short.partition("-")[0])).explanations}
            assert names
            assert all(name.startswith(task.pipeline_id) for name in names)
        (place,) = (await why(plant, "A2")).explanations  # it only buys
        assert (place.name, place.reason.rule) == (f"{unfinished[0].source[:7]}-A2", "makes_nothing")
        assert {each.container_id for each in (await why(plant, unfinished[0].source[:7])).explanations} == {container}
        with pytest.raises(Missing, match="there is no ship, task, pipeline"):
            await why(plant, "p999")

    run_plant(work, tmp_path)


def test_an_idle_ship_is_explained_by_every_coordinator_that_could_send_it(tmp_path):
    async def work(plant):
        first = await plant.start(max_pipelines=0, min_price=2_000_000, settings=NO_TRADES)
        second = await plant.start(max_pipelines=0, min_price=3_000_000, settings=NO_TRADES)
        await asyncio.sleep(HOUR)
        whole, ship = await why(plant), await why(plant, "FOUNDRY-1")
        assert [each.container_id for each in ship.explanations] == [first, second]
        assert all(each.reason.rule and each.behind for each in ship.explanations)
        assert (whole.ships, whole.idle_ships) == (2, 1)  # the probe looks at markets
        halt_of = {each.container_id for each in whole.ranked if "FOUNDRY-1" in each.names}
        assert halt_of == {first, second}

    run_plant(work, tmp_path)
