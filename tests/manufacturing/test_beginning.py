"""What a new coordinator begins with: judged before it starts, in a dry run as in earnest."""

import asyncio

import pytest

from starfoundry.config.storage import store
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import run_plant

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


@pytest.fixture
def from_before(monkeypatch):
    """Has settings be stored as they were before the goods in them were looked at."""
    monkeypatch.setattr(store, "known_goods", lambda _connection, _player_id: frozenset())


@pytest.mark.usefixtures("from_before")
def test_a_good_of_a_default_that_nobody_knows_is_told_and_in_no_start_s_way(tmp_path):
    async def work(running):
        await defaults(running, blocked_goods="NO_SUCH_GOOD")
        started = await begin(running)
        assert started.status == "RUNNING"
        assert list(started.warnings) == ["blocked_goods: NO_SUCH_GOOD is not a good that a known market trades"]

    run_plant(work, tmp_path)


@pytest.mark.usefixtures("from_before")
def test_a_good_that_nobody_knows_and_that_is_in_force_since_the_start_is_found_by_the_doctor(tmp_path):
    async def work(running):
        await defaults(running, blocked_goods="NO_SUCH_GOOD")
        container_id = await running.start()
        await asyncio.sleep(600)
        examine = wire.ExamineConfigRequest(player_id=running.player_id, container_id=container_id)
        found = (await running.operator.call("ExamineConfig", examine)).findings
        assert [(each.kind, each.name) for each in found] == [("UNKNOWN_GOOD", "blocked_goods")]
        assert found[0].text == "NO_SUCH_GOOD is not a good that a known market trades"

    run_plant(work, tmp_path)
