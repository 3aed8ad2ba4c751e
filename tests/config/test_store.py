"""Settings as rows: what is merged, what is kept, what is never written."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig, Revised
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_values
from starfoundry.config.service import revise
from starfoundry.config.storage import store
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId, Revision
from tests.config.floor import ID, LAUNCH, PLAYER, STRANGER, floor
from tests.config.values import changes, foreign_keys
from tests.store.opened import NOON, add_container

KEYS = {one.key for one in SETTINGS}
BY_ADA = Authorship(author="ada", origin="rpc", at=NOON + timedelta(hours=1), reason="more ships")


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor)` with one coordinator there."""

    def run(body):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                return await body(built)

        return asyncio.run(main())

    return run


def commit(built, change, player_id=PLAYER, container_id=ID):
    patch = Patch(values=read_values(change))
    return built.database.write(
        lambda connection: revise.commit(connection, container_id, player_id, patch, BY_ADA, Preconditions())
    )


def test_a_partial_change_merges_into_the_stored_config_and_keeps_every_other_key(on_floor):
    """The design's sample wrote its own keys over the column; the next recovery then found no system."""

    async def body(built):
        before = await built.stored()
        committed = await commit(built, {"max_pipelines": 5})
        return before, committed, await built.stored()

    (_, before), committed, (revision, after) = on_floor(body)
    assert after == {**before, "max_pipelines": 5}
    assert after.items() >= LAUNCH.items()
    assert revision == committed.revised.revision == 2


def test_the_minimum_purchase_price_is_written_as_min_price(on_floor):
    async def body(built):
        await commit(built, {"min_purchase_price": 700})
        return await built.stored()

    _, config = on_floor(body)
    assert config["min_price"] == 700
    assert "min_purchase_price" not in config


def test_every_change_leaves_a_row_with_who_when_why_before_and_after(on_floor):
    async def body(built):
        await commit(built, {"max_pipelines": 5, "acquire_min_start_supply": "HIGH", "max_workers": 5})
        return await built.history()

    first, second = on_floor(body)
    assert (first.revision, first.author, first.origin, first.changes) == (1, "founder", "start", {})
    assert first.config == ManufacturingConfig().to_map()
    assert (second.revision, second.author, second.origin, second.reason) == (2, "ada", "rpc", "more ships")
    assert second.at == BY_ADA.at
    assert second.changes == {
        "max_pipelines": {"before": 3, "after": 5},
        "acquire_min_start_supply": {"before": "MODERATE", "after": "HIGH"},
        "max_workers": {"before": 5, "after": 5, "how": "own"},
    }
    assert second.config == {**ManufacturingConfig().to_map(), "max_pipelines": 5, "acquire_min_start_supply": "HIGH"}


def test_a_change_that_changes_nothing_makes_no_revision(on_floor):
    async def body(built):
        await commit(built, {"max_pipelines": 3, "collect_min_start_supply": "ABUNDANT"})
        committed = await commit(built, {"max_pipelines": 3, "collect_min_start_supply": "abundant"})
        empty = await commit(built, {})
        return committed, empty, await built.stored(), len(await built.history())

    committed, empty, (revision, _), rows = on_floor(body)
    assert (committed.outcome.changes, committed.revised.revision, empty.revised.revision) == ({}, 2, 2)
    assert (revision, rows) == (2, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"max_pipelines": 101},
        {"max_workers": 8, "collect_min_start_supply": "HGIH"},
        {"max_pipelines": 9, "acquire_min_start_supply": "SCARCE"},
    ],
)
def test_a_refused_change_writes_nothing_at_all(on_floor, change):
    async def body(built):
        before = await built.stored(), await built.history()
        with pytest.raises(Refused):
            await commit(built, change)
        return before == (await built.stored(), await built.history())

    assert on_floor(body)


def test_another_player_s_container_is_missing_and_unchanged(on_floor):
    async def body(built):
        for player_id, container_id in ((STRANGER, ID), (PLAYER, ContainerId("nobody"))):
            with pytest.raises(Missing, match="there is no container"):
                await commit(built, {"max_pipelines": 5}, player_id, container_id)
        return await built.stored()

    assert on_floor(body)[0] == 1


def test_a_container_of_another_type_is_refused_naming_its_type(on_floor):
    async def body(built):
        await built.database.write(lambda connection: add_container(connection, "growth", PLAYER, type="fleet_growth"))
        with pytest.raises(Refused, match="fleet_growth"):
            await commit(built, {"max_pipelines": 5}, container_id=ContainerId("growth"))

    on_floor(body)


def test_what_is_loaded_is_what_was_committed_last(on_floor):
    async def body(built):
        await commit(built, {"max_pipelines": 5})
        await commit(built, {"max_workers": 8})
        return await built.database.read(lambda connection: store.load(connection, ID))

    expected = Revised(config=ManufacturingConfig(max_pipelines=5, max_workers=8), revision=Revision(3))
    assert on_floor(body) == expected


def test_what_cannot_be_used_gives_way_to_what_was_accepted_and_setting_it_anew_repairs_it(on_floor):
    async def body(built):
        _, config = await built.stored()
        await built.overwrite({**config, "collect_min_start_supply": "HGIH"})
        unusable = await built.database.read(lambda connection: store.load(connection, ID))
        assert unusable.config == ManufacturingConfig()
        await commit(built, {"collect_min_start_supply": "HIGH"})
        last = (await built.history())[-1]
        return last.changes, await built.database.read(lambda connection: store.load(connection, ID))

    changed, loaded = on_floor(body)
    assert changed == {"collect_min_start_supply": {"before": "ABUNDANT", "after": "HIGH"}}
    assert loaded.config.collect_min_start_supply.name == "HIGH"


def test_a_row_from_before_the_settings_had_revisions_is_read_and_counted_from_there(on_floor):
    async def body(built):
        old = {"system_symbol": "X1-YZ19", "min_price": 900, "max_workers": 5, "max_pipelines": 2}
        await built.database.write(lambda connection: add_container(connection, "old", PLAYER, config=old))
        loaded = await built.database.read(lambda connection: store.load(connection, ContainerId("old")))
        committed = await commit(built, {"max_pipelines": 4}, container_id=ContainerId("old"))
        return loaded, committed.revised, await built.stored("old")

    loaded, revised, (revision, config) = on_floor(body)
    assert loaded == Revised(config=ManufacturingConfig(max_pipelines=2, min_purchase_price=900), revision=Revision(0))
    assert (revised.revision, revision) == (1, 1)
    assert config == {
        **ManufacturingConfig(max_pipelines=4, min_purchase_price=900).to_map(),
        "system_symbol": "X1-YZ19",
    }


def test_the_first_revision_is_written_once(on_floor):
    async def body(built):
        with pytest.raises(AssertionError, match="already"):
            await built.database.write(
                lambda connection: revise.create_initial_settings(connection, ID, Patch(), BY_ADA)
            )

    on_floor(body)


def test_whatever_else_lies_in_the_config_survives_every_change(tmp_path):
    """A property over the other keys and the changes, in one database."""
    count = 0

    async def main():
        async with floor(tmp_path) as built:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, check, built, loop)

    async def one(built, foreign, sequence):
        nonlocal count
        count += 1
        name = f"c{count}"
        await built.add(name, config=foreign)
        for change in sequence:
            with suppress(Refused):
                await commit(built, change, container_id=ContainerId(name))
        _, config = await built.stored(name)
        assert {key: value for key, value in config.items() if key not in KEYS} == foreign
        assert set(config) == set(foreign) | KEYS
        ManufacturingConfig.from_map(config)

    def check(built, loop):
        @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(foreign_keys, st.lists(changes, max_size=3))
        def keys_survive(foreign, sequence):
            asyncio.run_coroutine_threadsafe(one(built, foreign, sequence), loop).result()

        keys_survive()

    asyncio.run(main())
    assert count >= 40


@pytest.mark.parametrize("status", ["COMPLETED", "ABANDONED"])
def test_settings_of_a_container_that_will_never_run_again_are_refused_and_stay_readable(on_floor, status):
    async def body(built):
        await built.add("ended", status=status)
        with pytest.raises(Refused) as refused:
            await commit(built, {"max_pipelines": 5}, container_id=ContainerId("ended"))
        shown = await built.service.show(PLAYER, ContainerId("ended"))
        return refused.value.fields[0], shown.revision

    problem, revision = on_floor(body)
    assert (problem.field, problem.given) == ("container_id", f"ended, which is {status}")
    assert revision == 1
