"""Changing settings while coordinators run: the known traps of the design, each on its own.

In virtual time, under many seeds where an order could matter.
"""

import asyncio
import subprocess
import sys

import pytest

from starfoundry.config.domain.change_status import ChangeState, ConfigView, changed_statuses, statuses
from starfoundry.config.domain.declarations.value_text import SAFE
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.storage import store
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.runtime.scaled_loop import new_event_loop
from tests.config.floor import ID, PLAYER, STRANGER, floor
from tests.store.opened import opened

SEEDS = range(15)
LATER = "{when}, for it is {status} and starts nothing new"


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor)` in virtual time with one coordinator's container there; the coordinator runs if asked for."""

    def start(body, *, seed=0, busy_seconds=None):
        async def main():
            directory = tmp_path / str(seed)
            directory.mkdir()
            async with floor(directory) as built:
                await built.add()
                if busy_seconds is not None:
                    built.start(busy_seconds=busy_seconds)
                    await asyncio.sleep(0.1 + busy_seconds)
                return await body(built)

        return run(main(), seed=seed)

    return start


def test_show_tells_what_is_stored_and_what_the_coordinator_decides_with(on_floor):
    async def body(built):
        before = await built.service.show(PLAYER, ID)
        await built.set(max_pipelines=5)
        return before, await built.service.show(PLAYER, ID)

    before, after = on_floor(body, busy_seconds=10)
    assert (before.status, before.system, before.config) == (
        ContainerStatus.RUNNING,
        "X1-YZ19",
        ManufacturingConfig(),
    )
    assert (before.revision, before.observed_revision) == (1, 1)
    assert (after.config.max_pipelines, after.revision, after.observed_revision) == (5, 2, 1)


def test_a_change_is_answered_when_the_coordinator_has_decided_with_it(on_floor):
    async def body(built):
        result = await built.set(max_pipelines=5, wait_seconds=5)
        return result, built.wait_until_decided[ID][-1]

    result, wait_until_decided = on_floor(body, busy_seconds=0.004)
    assert result.state is ChangeState.APPLIED
    assert (result.view.revision, result.view.observed_revision) == (2, 2)
    assert result.effects == ("5 pipelines",)
    assert 0.004 <= result.applied_after_seconds < 0.005
    assert (wait_until_decided.revision, wait_until_decided.config.max_pipelines) == (2, 5)


def test_only_an_execute_threshold_takes_effect_on_the_running_coordinator(on_floor):
    async def body(built):
        await built.set(collect_min_execute_supply="MODERATE", wait_seconds=5)
        return built.wait_until_decided[ID][-1].config

    config = on_floor(body, busy_seconds=0.001)
    assert config.collect_min_execute_supply is SupplyLevel.MODERATE
    assert config.collect_min_start_supply is SupplyLevel.ABUNDANT


@pytest.mark.parametrize("change", [{"max_pipelines": 101}, {"acquire_min_start_supply": "HGIH"}])
def test_a_refused_change_reaches_neither_store_nor_coordinator(on_floor, change):
    async def body(built):
        before = await built.stored()
        with pytest.raises(Refused):
            await built.set(**change, wait_seconds=5)
        await asyncio.sleep(60)
        return before == await built.stored(), len(built.wait_until_decided[ID])

    assert on_floor(body, busy_seconds=0.001) == (True, 1)


def test_a_busy_coordinator_s_change_is_pending_and_not_called_applied(on_floor):
    async def body(built):
        await built.set(max_workers=6)
        await asyncio.sleep(1)  # it takes that up and is busy for a while
        waited = await built.set(max_pipelines=5, wait_seconds=2)
        at = built.clock.elapsed()
        result = await built.set(max_pipelines=6, wait_seconds=3600)
        return waited, at, result

    waited, _at, result = on_floor(body, busy_seconds=600)
    assert (waited.state, waited.view.revision, waited.view.observed_revision) == (ChangeState.PENDING, 3, 1)
    assert (waited.effects, waited.applied_after_seconds) == ((), None)
    assert (result.state, result.view.revision) == (ChangeState.APPLIED, 4)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_burst_while_the_coordinator_is_busy_the_last_committed_is_in_force(on_floor, seed):
    """None blocks, none is lost: every caller is answered at once, and the next decision is made with the last one."""

    async def body(built):
        await built.set(max_workers=6)
        await asyncio.sleep(1)
        began = built.clock.elapsed()
        results = await asyncio.gather(*(built.set(max_pipelines=number) for number in range(10, 40)))
        took = built.clock.elapsed() - began
        await asyncio.sleep(1200)
        return results, took, await built.stored(), built.wait_until_decided[ID]

    results, took, (revision, config), wait_until_decided = on_floor(body, seed=seed, busy_seconds=300)
    assert took < 1
    assert sorted(result.view.revision for result in results) == list(range(3, 33))
    assert revision == 32
    assert [one.revision for one in wait_until_decided] == [1, 2, 32]
    assert wait_until_decided[-1].config == ManufacturingConfig.from_map(config)


@pytest.mark.parametrize("seed", SEEDS)
def test_callers_changing_different_settings_at_the_same_time_all_win(on_floor, seed):
    """Reading, changing and writing are one: the design's sample lost all but one of these."""
    wanted = {
        "max_pipelines": 50,
        "max_workers": 60,
        "collect_min_execute_supply": "LIMITED",
        "acquire_min_execute_supply": "SCARCE",
        "min_purchase_price": 123,
        "strategy": "smart",
    }

    async def body(built):
        calls = (built.set(**{name: value}, wait_seconds=5) for name, value in wanted.items())
        results = await asyncio.gather(*calls)
        return results, await built.stored(), built.wait_until_decided[ID], await built.history()

    results, (revision, config), wait_until_decided, history = on_floor(body, seed=seed, busy_seconds=0.001)
    expected = ManufacturingConfig(
        max_pipelines=50,
        max_workers=60,
        collect_min_execute_supply=SupplyLevel.LIMITED,
        acquire_min_execute_supply=SupplyLevel.SCARCE,
        min_purchase_price=123,
        strategy="smart",
    )
    assert (revision, ManufacturingConfig.from_map(config)) == (7, expected)
    assert wait_until_decided[-1].config == expected
    assert {result.state for result in results} == {ChangeState.APPLIED}
    assert [row.revision for row in history] == list(range(1, 8))
    seen = [one.revision for one in wait_until_decided]
    assert seen == sorted(seen)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_two_callers_changing_the_same_setting_the_later_commit_is_in_force(on_floor, seed):
    async def body(built):
        results = await asyncio.gather(*(built.set(max_pipelines=number, wait_seconds=5) for number in (10, 20)))
        return results, await built.stored(), built.wait_until_decided[ID][-1]

    results, (revision, config), wait_until_decided = on_floor(body, seed=seed, busy_seconds=0.001)
    last = max(results, key=lambda result: result.view.revision)
    assert revision == last.view.revision == wait_until_decided.revision == 3
    assert config["max_pipelines"] == last.view.config.max_pipelines == wait_until_decided.config.max_pipelines


def test_a_change_overtaken_by_a_later_one_is_answered_with_that(on_floor):
    async def body(built):
        await built.set(max_workers=6)
        await asyncio.sleep(1)
        first = asyncio.create_task(built.set(max_pipelines=5, wait_seconds=3600))
        await asyncio.sleep(1)
        await built.set(max_pipelines=6)
        return await first

    result = on_floor(body, busy_seconds=600)
    assert (result.state, result.view.revision, result.view.observed_revision) == (ChangeState.APPLIED, 2 + 1, 4)


@pytest.mark.parametrize("status", ["STOPPED", "FAILED", "STOPPING"])
def test_a_change_of_a_stopped_coordinator_is_stored_at_once_and_taken_up_at_its_next_start(on_floor, status):
    async def body(built):
        await built.becomes(status)
        began = built.clock.elapsed()
        result = await built.set(max_pipelines=5, wait_seconds=3600)
        took = built.clock.elapsed() - began
        await built.becomes("RUNNING")
        starting = built.start()
        await asyncio.sleep(1)
        starting.cancel()
        return result, took, built.wait_until_decided[ID]

    result, took, wait_until_decided = on_floor(body)
    assert (result.state, result.view.status.value, result.view.revision) == (ChangeState.NEXT_START, status, 2)
    assert took < 1
    assert [(one.revision, one.config.max_pipelines) for one in wait_until_decided] == [(2, 5)]


@pytest.mark.parametrize("status", ["DRAINING", "STOPPING", "PAUSING"])
@pytest.mark.parametrize(
    ("changes", "state", "seconds", "told"),
    [
        ({"min_balance": 9}, ChangeState.APPLIED, 10, {"min_balance": ("APPLIED", "at once")}),
        ({"max_workers": 9}, ChangeState.NEXT_START, 0, {"max_workers": ("NEXT_START", LATER)}),
        (
            {"max_workers": 9, "acquire_min_execute_supply": "SCARCE"},
            ChangeState.APPLIED,
            10,
            {"max_workers": ("NEXT_START", LATER), "acquire_min_execute_supply": ("APPLIED", "at once")},
        ),
    ],
)
def test_an_ending_coordinator_is_waited_for_where_its_trips_feel_a_change(
    on_floor, status, changes, state, seconds, told
):
    """What only new work would feel is told as coming later, in the answer and in what is shown."""

    async def body(built):
        await built.becomes(status)
        began = built.clock.elapsed()
        result = await built.set(wait_seconds=3600, **changes)
        took = round(built.clock.elapsed() - began)
        await asyncio.sleep(20)
        return result, took, await built.service.show(PLAYER, ID)

    result, took, shown = on_floor(body, busy_seconds=10)
    when = "when it is resumed" if status == "PAUSING" else "at its next start"
    told = {name: (each, detail.format(when=when, status=status)) for name, (each, detail) in told.items()}
    assert (result.state, took) == (state, seconds)
    assert {one.name: (one.state, one.detail) for one in changed_statuses(result)} == told
    after = {one.name: one.state for one in statuses(shown) if one.name in told}
    assert after == {name: each for name, (each, _detail) in told.items()}


def test_under_built_in_defaults_every_setting_says_so_but_a_refused_one_says_why_it_was_refused():
    view = ConfigView(
        container_id=ID,
        status=ContainerStatus.RUNNING,
        system="X1-YZ19",
        config=ManufacturingConfig(max_workers=9),
        revision=Revision(3),
        observed_revision=Revision(2),
        is_listening=True,
        running=ManufacturingConfig(),
        rejected_revision=Revision(3),
        rejected_reason="there are 4 ships",
        is_safe=True,
    )
    told = {one.name: (one.state, one.detail) for one in statuses(view)}

    assert told.pop("max_workers") == ("REJECTED", "there are 4 ships")
    assert set(told.values()) == {("APPLIED", SAFE)}


def test_a_change_that_the_last_run_did_not_hear_any_more_waits_no_longer_than_that(on_floor):
    async def body(built):
        last = built.start(busy_seconds=600)
        await asyncio.sleep(1)
        await built.becomes("DRAINING")
        waiting = asyncio.create_task(built.set(min_balance=9, wait_seconds=3600))
        await asyncio.sleep(10)
        await built.becomes("STOPPED")
        last.cancel()
        await asyncio.sleep(1)
        return waiting.done() and await waiting

    result = on_floor(body)
    assert (result.state, result.view.status) == (ChangeState.NEXT_START, ContainerStatus.STOPPED)


def test_a_drain_that_has_not_begun_again_since_a_restart_has_a_change_pending(on_floor):
    async def body(built):
        await built.becomes("DRAINING")
        result = await built.set(min_balance=9, wait_seconds=2)
        built.start()
        await asyncio.sleep(1)
        return result, built.wait_until_decided[ID][-1].config.min_balance

    result, wait_until_decided = on_floor(body)
    assert (result.state, wait_until_decided) == (ChangeState.PENDING, 9)


def test_a_coordinator_that_stops_while_a_change_waits_for_it_is_told_of_as_stopped(on_floor):
    async def body(built):
        waiting = asyncio.create_task(built.set(max_pipelines=5, wait_seconds=10))
        await asyncio.sleep(1)
        await built.becomes("STOPPED")
        return await waiting

    assert on_floor(body, busy_seconds=600).state is ChangeState.NEXT_START


def test_a_running_coordinator_that_has_not_begun_yet_is_waited_for(on_floor):
    async def body(built):
        waiting = asyncio.create_task(built.set(max_pipelines=5, wait_seconds=60))
        await asyncio.sleep(10)
        built.start()
        return await waiting

    result = on_floor(body)
    assert (result.state, result.view.observed_revision) == (ChangeState.APPLIED, 2)
    assert 9 < result.applied_after_seconds < 11


def test_a_crashed_coordinator_s_change_is_pending_until_it_runs_again(on_floor):
    async def body(built):
        crashing = built.start()
        await asyncio.sleep(1)
        crashing.cancel()
        await asyncio.gather(crashing, return_exceptions=True)
        pending = await built.set(max_pipelines=5, wait_seconds=2)
        nothing = await built.set(max_pipelines=5, wait_seconds=2)
        built.start()
        return pending, nothing, await built.set(max_pipelines=5, wait_seconds=2)

    pending, nothing, again = on_floor(body)
    assert (pending.state, pending.view.is_listening) == (ChangeState.PENDING, False)
    assert (nothing.state, dict(nothing.changes), nothing.view.is_listening) == (ChangeState.UNCHANGED, {}, False)
    assert again.state is ChangeState.UNCHANGED


@pytest.mark.parametrize("seed", range(40))
def test_a_change_that_meets_a_starting_coordinator_is_never_lost(on_floor, seed):
    """Between reading its settings and listening for changes lies a gap; a recovered coordinator has it as well."""

    async def body(built):
        built.start()
        await asyncio.sleep(seed / 20_000)
        await built.set(max_pipelines=5)
        await asyncio.sleep(60)
        return built.wait_until_decided[ID][-1].config.max_pipelines

    assert on_floor(body, seed=seed) == 5


def test_a_recovered_coordinator_listens_like_a_started_one(on_floor):
    async def body(built):
        for _ in range(3):
            life = built.start()
            await asyncio.sleep(1)
            pipelines = built.wait_until_decided[ID][-1].config.max_pipelines + 1
            result = await built.set(max_pipelines=pipelines, wait_seconds=5)
            assert (result.state, built.wait_until_decided[ID][-1].config.max_pipelines) == (
                ChangeState.APPLIED,
                pipelines,
            )
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
        return built.wait_until_decided[ID][-1].revision

    assert on_floor(body) == 4


def test_two_coordinators_of_one_player_hold_settings_of_their_own(on_floor):
    async def body(built):
        await built.add("second")
        built.start("second")
        await asyncio.sleep(1)
        await built.set(max_pipelines=5, wait_seconds=5)
        await built.set("second", max_pipelines=9, max_workers=2, wait_seconds=5)
        return built.wait_until_decided[ID][-1].config, built.wait_until_decided["second"][-1].config

    mine, second = on_floor(body, busy_seconds=0.001)
    assert mine == ManufacturingConfig(max_pipelines=5)
    assert second == ManufacturingConfig(max_pipelines=9, max_workers=2)


def test_a_change_that_changes_nothing_answers_the_present_revision_and_wakes_nobody(on_floor):
    async def body(built):
        await built.set(max_pipelines=5, wait_seconds=5)
        result = await built.set(max_pipelines=5, wait_seconds=5)
        return result, len(built.wait_until_decided[ID]), len(await built.history())

    result, decisions, rows = on_floor(body, busy_seconds=0.001)
    assert (result.state, result.view.revision, dict(result.changes)) == (ChangeState.UNCHANGED, 2, {})
    assert (result.effects, result.applied_after_seconds) == ((), None)
    assert (decisions, rows) == (2, 2)


def test_another_player_s_coordinator_is_missing_to_show_and_to_change(on_floor):
    async def body(built):
        with pytest.raises(Missing) as foreign:
            await built.service.show(STRANGER, ID)
        with pytest.raises(Missing) as absent:
            await built.service.show(STRANGER, ContainerId("nobody"))
        return foreign.value.message.replace(ID, "ID"), absent.value.message.replace("nobody", "ID")

    foreign, absent = on_floor(body)
    assert foreign == absent


def test_what_cannot_be_used_is_shown_and_what_was_accepted_last_stays_in_force(on_floor):
    async def body(built):
        _, config = await built.stored()
        await built.overwrite({**config, "max_workers": 0})
        return await built.service.show(PLAYER, ID)

    view = on_floor(body)
    assert view.config == ManufacturingConfig()
    assert view.quarantine["max_workers"].value == 0
    assert view.quarantine["max_workers"].problem == "must be a whole number of workers from 1 to 1000"


@pytest.mark.parametrize("step", range(60))
def test_a_caller_that_goes_away_at_any_moment_leaves_store_and_coordinator_agreeing(on_floor, step):
    """Cancelled between the commit and its announcement, the sample's coordinator never heard of what was stored."""

    async def body(built):
        caller = asyncio.create_task(built.set(max_pipelines=5, wait_seconds=60))
        await asyncio.sleep(step / 20_000)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await asyncio.sleep(60)
        revision, config = await built.stored()
        wait_until_decided = built.wait_until_decided[ID][-1]
        return revision == wait_until_decided.revision, ManufacturingConfig.from_map(
            config
        ) == wait_until_decided.config

    assert on_floor(body, seed=step, busy_seconds=0.001) == (True, True)


def test_a_full_disk_changes_nothing_and_the_coordinator_hears_nothing(on_floor):
    async def body(built):
        await built.database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1").scalar())
        for number in range(200):  # until the pages that are there have no room left
            try:
                await built.set(max_pipelines=number % 2, wait_seconds=1)
            except Unavailable:
                break
        else:
            raise AssertionError("the disk never filled")
        revision, config = await built.stored()
        wait_until_decided = built.wait_until_decided[ID][-1]
        return revision, wait_until_decided.revision, config["max_pipelines"], wait_until_decided.config.max_pipelines

    stored, wait_until_decided, stored_pipelines, decided_pipelines = on_floor(body, busy_seconds=0.001)
    assert (stored, stored_pipelines) == (wait_until_decided, decided_pipelines)


def test_a_change_is_waited_for_in_real_seconds_where_the_daemons_time_runs_faster(tmp_path):
    """At a hundred times, five seconds of the daemon are a twentieth of one: too short on a busy machine."""

    async def main():
        async with floor(tmp_path) as built:
            await built.add()
            built.start(busy_seconds=20)  # a fifth of a real second
            await asyncio.sleep(21)
            changed = await built.set(max_pipelines=5, wait_seconds=5)
            await built.stop()
            return changed.state

    with asyncio.Runner(loop_factory=lambda: new_event_loop(100)) as runner:
        assert runner.run(main()) is ChangeState.APPLIED


@pytest.mark.processes
@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 7, 40])
def test_an_acknowledged_change_is_in_force_after_the_process_was_killed(tmp_path, acknowledged_before_the_kill):
    """The process tells each revision as it is acknowledged, and is killed while it works on the next."""
    program = """
import asyncio, pathlib, sys
from tests.config.floor import floor
async def main():
    async with floor(pathlib.Path(sys.argv[1])) as built:
        await built.add()
        for number in range(1_000_000):
            result = await built.set(max_pipelines=number % 100, max_workers=number % 1000 + 1)
            print(result.view.revision, result.view.config.max_workers, flush=True)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(acknowledged_before_the_kill)]
        process.kill()
        told += process.stdout.readlines()
    revision, workers = map(int, [line for line in told if line.endswith("\n")][-1].split())

    async def after():
        async with opened(tmp_path) as database:
            return await database.read(lambda connection: store.load(connection, ID))

    revised = asyncio.run(after())
    assert revised.revision >= revision
    assert revised.config.max_workers == workers + (revised.revision - revision)
