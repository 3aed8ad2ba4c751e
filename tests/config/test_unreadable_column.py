"""A row that is no JSON, or none of the right shape: it is shown, and nothing and nobody else is stopped by it."""

import pytest
import sqlalchemy as sa

from starfoundry.config.domain.layers import EDITED, HELD
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from starfoundry.config.service import revise
from starfoundry.config.service.default_upgrade import upgrade_defaults
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.columns import UNREADABLE
from starfoundry.store.tables.config import config_defaults
from tests.config.floor import ID, PLAYER, floor

SECOND = ContainerId("second")
SPOILT = ["{broken", "[]", "5", "null", '"x"', ""]


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor)` in virtual time with two coordinators, of which the first has two values of its own."""

    def start(body):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                await built.add(SECOND)
                await built.set(max_pipelines=6, min_balance=700)
                return await body(built)

        return run(main())

    return start


async def spoil(built, statement, **given):
    """Somebody edits the database by hand; what they write is stored as they write it."""

    def work(connection):
        connection.execute(sa.text(statement), given)

    await built.database.write(work)


async def spoil_config(built, text):
    await spoil(built, "UPDATE containers SET config = :text WHERE id = :id", text=text, id=ID)


async def spoil_beside(built, column, text):
    await spoil(built, f"UPDATE config_state SET {column} = :text WHERE container_id = :id", text=text, id=ID)


async def insert_default(built, name, text):
    """Somebody writes a default into the database, which reaches nobody before the next start."""
    await spoil(
        built,
        "INSERT INTO config_defaults (player_id, name, value, is_pinned, author, at, reason)"
        " VALUES (:player, :name, :text, 0, 'ada', '2026-03-01 12:00:00.000000', '')",
        player=PLAYER,
        name=name,
        text=text,
    )


def lower_layers(built):
    return SharedLayers(built.database, built.bus)


async def revise_defaults(built, unset=(), **values):
    by = built.service.authorship(author="ada", origin="test")
    return await lower_layers(built).revise_defaults(PLAYER, Patch(values=values, unset=unset), by, Preconditions())


async def save_preset(built, **values):
    by = built.service.authorship(author="ada", origin="test")
    await lower_layers(built).save_preset(PLAYER, "mine", Patch(values=values), by, Preconditions())


async def start_again(built):
    """What a start of the daemon does to the settings; how many coordinators changed."""
    return await upgrade_defaults(built.database, built.clock)


@pytest.mark.parametrize("text", SPOILT)
def test_a_config_that_cannot_be_read_at_all_leaves_what_was_accepted_last_in_force(on_floor, text):
    async def body(built):
        await spoil_config(built, text)
        before = await built.service.show(PLAYER, ID)
        moved = await start_again(built)
        await built.set(max_workers=7)
        kept = await built.service.show(PLAYER, ID)
        by = built.service.authorship(author="ada", origin="test")
        await built.service.apply_patch(PLAYER, ID, Patch(discard=(UNREADABLE,)), by, Preconditions())
        return before, moved, kept, await built.service.show(PLAYER, ID)

    before, moved, kept, after = on_floor(body)
    assert before.config == ManufacturingConfig(max_pipelines=6, min_balance=700)
    assert set(before.quarantine) == set(kept.quarantine) == {UNREADABLE}
    assert moved == 0
    assert after.config == ManufacturingConfig(max_pipelines=6, min_balance=700, max_workers=7)
    assert after.quarantine == {}


@pytest.mark.parametrize("text", SPOILT)
def test_a_preset_and_a_default_that_cannot_be_read_are_in_no_other_change_s_way(on_floor, text):
    async def body(built):
        await revise_defaults(built, max_workers=7)
        await save_preset(built, max_pipelines=6)
        by = built.service.authorship(author="ada", origin="test")
        await built.service.apply_preset(PLAYER, ID, "mine", by, Preconditions())
        await spoil(built, "UPDATE config_defaults SET value = :text", text=text)
        await spoil(built, "UPDATE config_presets SET settings = :text", text=text)
        await start_again(built)
        await built.set(min_balance=500)
        return (await built.service.show(PLAYER, ID)).config.min_balance

    assert on_floor(body) == 500


def test_a_reserve_of_which_nothing_can_be_read_stops_buying_rather_than_guarding_nothing(on_floor):
    async def body(built):
        await spoil_config(built, "{broken")
        await spoil_beside(built, "accepted", "{broken")
        await spoil_beside(built, "overrides", "{broken")
        return (await built.service.show(PLAYER, ID)).config.min_balance

    assert on_floor(body) == 2**53 - 1


@pytest.mark.parametrize("text", SPOILT)
@pytest.mark.parametrize("column", ["overrides", "since", "accepted", "quarantine"])
def test_what_is_kept_beside_and_cannot_be_read_moves_nothing_and_is_shown(on_floor, column, text):
    async def body(built):
        await spoil_beside(built, column, text)
        moved = await start_again(built)
        view = await built.service.show(PLAYER, ID)
        await built.set(max_workers=7)
        return moved, view, await built.service.show(PLAYER, ID)

    moved, view, later = on_floor(body)
    assert moved == 0
    assert (view.config.max_pipelines, view.config.min_balance) == (6, 700)
    assert f"unreadable_{column}" in view.quarantine
    assert later.config == ManufacturingConfig(max_pipelines=6, max_workers=7, min_balance=700)


def test_one_coordinator_that_cannot_be_caught_up_keeps_the_others_from_nothing(on_floor, monkeypatch):
    real = revise.commit

    def commit(connection, container_id, *rest):
        if container_id == ID:
            raise TypeError("nobody thought of this")
        return real(connection, container_id, *rest)

    async def body(built):
        await insert_default(built, "max_workers", "8")
        monkeypatch.setattr(revise, "commit", commit)
        return await start_again(built), (await built.service.show(PLAYER, SECOND)).config.max_workers

    assert on_floor(body) == (1, 8)


@pytest.mark.parametrize("text", ["9999", "null", "{bad", "[]"])
def test_a_default_that_cannot_be_used_is_shown_and_moves_nobody_until_it_is_unset(on_floor, text):
    async def body(built):
        await revise_defaults(built, max_workers=7)
        await spoil(built, "UPDATE config_defaults SET value = :text", text=text)
        moved = await start_again(built)
        kept = (await built.service.show(PLAYER, SECOND)).config.max_workers
        (found,) = await lower_layers(built).examine(PLAYER)
        spread = await revise_defaults(built, unset=("max_workers",))
        left = await built.database.read(lambda connection: list(connection.execute(sa.select(config_defaults))))
        return moved, kept, found, spread, left, (await built.service.show(PLAYER, SECOND)).config.max_workers

    moved, kept, found, spread, left, after = on_floor(body)
    assert (moved, kept) == (0, 7)
    assert (found.kind, found.name, found.remedy) == ("QUARANTINED", "max_workers", "defaults unset max_workers")
    assert spread.changes["max_workers"]["after"] is None
    assert (left, after) == ([], 5)


@pytest.mark.parametrize("unset", ["from_tomorrow", "*"])
def test_a_default_of_a_name_that_is_no_setting_is_shown_and_can_be_unset(on_floor, unset):
    async def body(built):
        await insert_default(built, "from_tomorrow", "1")
        found = await lower_layers(built).examine(PLAYER)
        spread = await revise_defaults(built, unset=(unset,))
        return found, spread.changes, await lower_layers(built).examine(PLAYER)

    found, changes, left = on_floor(body)
    assert [each.name for each in found] == ["from_tomorrow"]
    assert changes == {"from_tomorrow": {"before": 1, "after": None}}
    assert left == []


def test_a_default_that_cannot_be_used_is_repaired_by_setting_it(on_floor):
    async def body(built):
        await revise_defaults(built, max_workers=7)
        await spoil(built, "UPDATE config_defaults SET value = '9999'")
        await revise_defaults(built, max_workers=8)
        return await lower_layers(built).examine(PLAYER), await built.service.show(PLAYER, SECOND)

    left, view = on_floor(body)
    assert (left, view.config.max_workers) == ([], 8)


@pytest.mark.parametrize("text", ['{"max_workers": 9999}', "{bad", "[]", "null"])
def test_a_preset_that_cannot_be_used_is_shown_and_moves_nobody_until_it_is_saved_anew(on_floor, text):
    async def body(built):
        await save_preset(built, max_workers=7)
        by = built.service.authorship(author="ada", origin="test")
        await built.service.apply_preset(PLAYER, SECOND, "mine", by, Preconditions())
        await spoil(built, "UPDATE config_presets SET settings = :text", text=text)
        moved = await start_again(built)
        kept = (await built.service.show(PLAYER, SECOND)).config.max_workers
        found = await lower_layers(built).examine(PLAYER)
        await save_preset(built, max_workers=9)
        left = await lower_layers(built).examine(PLAYER)
        return moved, kept, found, left, (await built.service.show(PLAYER, SECOND)).config.max_workers

    moved, kept, found, left, after = on_floor(body)
    assert (moved, kept) == (0, 7)
    assert [each.remedy for each in found] == ["preset save mine NAME=VALUE"]
    assert (left, after) == ([], 9)


def test_a_value_whose_layer_cannot_be_read_is_held_through_other_changes_and_follows_again_after_the_repair(on_floor):
    async def body(built):
        await revise_defaults(built, max_workers=7)
        await spoil(built, "UPDATE config_defaults SET value = '9999'")
        by = built.service.authorship(author="ada", origin="test")
        await built.service.apply_patch(PLAYER, SECOND, Patch(values={"max_pipelines": 4}), by, Preconditions())
        held = await built.service.show(PLAYER, SECOND)
        await revise_defaults(built, max_workers=8)
        return held, await built.service.show(PLAYER, SECOND)

    held, after = on_floor(body)
    assert (held.config.max_workers, held.layers.own["max_workers"].author) == (7, HELD)
    assert (after.config.max_workers, set(after.layers.own)) == (8, {"max_pipelines"})


@pytest.mark.parametrize("unusable", ['{"max_workers": {"value": 99999}}', "[garbage"])
def test_an_own_value_that_is_spoilt_stays_at_what_was_accepted_last_through_every_other_change(on_floor, unusable):
    async def body(built):
        by = built.service.authorship(author="ada", origin="test")
        await built.service.apply_patch(PLAYER, SECOND, Patch(values={"max_workers": 2}), by, Preconditions())
        await spoil(built, "UPDATE config_state SET overrides = :text WHERE container_id = 'second'", text=unusable)
        for pipelines in (4, 5, 6):
            await built.service.apply_patch(
                PLAYER, SECOND, Patch(values={"max_pipelines": pipelines}), by, Preconditions()
            )
        return await built.service.show(PLAYER, SECOND)

    view = on_floor(body)
    assert (view.config.max_workers, view.layers.own["max_workers"].author) == (2, EDITED)


HALF = "UPDATE config_defaults SET value = '\"RETIRED\"' WHERE name = 'collect_min_execute_supply'"


@pytest.fixture
def low_pair():
    return read_texts({"collect_min_start_supply": "LIMITED", "collect_min_execute_supply": "LIMITED"})


def test_half_a_pair_of_defaults_that_is_spoilt_sets_both_aside_and_is_in_no_other_change_s_way(on_floor, low_pair):
    async def body(built):
        await revise_defaults(built, **low_pair)
        await spoil(built, HALF)
        await revise_defaults(built, min_balance=5)
        await save_preset(built, max_workers=7)
        await built.add("third")
        entries, unused = await lower_layers(built).defaults(PLAYER)
        return set(entries), set(unused), (await built.service.show(PLAYER, ContainerId("third"))).quarantine

    entries, unused, quarantine = on_floor(body)
    assert (entries, unused) == ({"min_balance"}, set(low_pair))
    assert set(quarantine) == {"from_a_newer_version"}


@pytest.mark.parametrize("names", [["collect_min_execute_supply"], ["*"], ["collect_min_start_supply"]])
def test_half_a_pair_of_defaults_that_is_spoilt_can_be_unset(on_floor, low_pair, names):
    async def body(built):
        await revise_defaults(built, **low_pair)
        await spoil(built, HALF)
        await revise_defaults(built, unset=tuple(names))
        return set((await lower_layers(built).defaults(PLAYER))[1])

    assert on_floor(body) == set(low_pair) - set(names if names != ["*"] else low_pair)


def test_half_a_pair_of_defaults_that_is_spoilt_is_repaired_by_setting_it(on_floor, low_pair):
    async def body(built):
        await revise_defaults(built, **low_pair)
        await spoil(built, HALF)
        await revise_defaults(built, **low_pair)
        return set((await lower_layers(built).defaults(PLAYER))[0])

    assert on_floor(body) == set(low_pair)
