"""Revisions that operators trust: compare-and-set, binding plans, retries, undo, names, and a history nobody edits."""

import asyncio

import pytest
import sqlalchemy as sa

from starfoundry.config.api import proto_mapping
from starfoundry.config.domain.acknowledgements import RefusedRevision
from starfoundry.config.domain.change_status import ChangeState
from starfoundry.config.domain.messages import result_message
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.config.storage import config_state, history, store
from starfoundry.containers.storage import store as containers_store
from starfoundry.kernel.errors import Missing, Refused, Stale, StarFoundryError
from starfoundry.kernel.ids import Revision
from starfoundry.store.tables.schema import config_revisions
from tests.config.floor import ID, PLAYER


def apply_patch(built, terms=None, *, author="ada", reason="", wait_seconds=0.0, **wanted):
    by = built.service.authorship(author=author, origin="test", reason=reason)
    return built.service.apply_patch(
        PLAYER, ID, Patch(**wanted), by, terms or Preconditions(), wait_seconds=wait_seconds
    )


def roll_back(built, to, terms=None):
    by = built.service.authorship(author="ada", origin="rollback")
    return built.service.rollback(PLAYER, ID, to, by, terms or Preconditions())


def test_a_change_based_on_a_revision_that_has_moved_is_told_what_who_and_when(on_floor):
    async def body(built):
        await apply_patch(built, author="bob", values={"max_pipelines": 7})
        with pytest.raises(Stale) as caught:
            await apply_patch(built, Preconditions(expected_revision=1), values={"max_pipelines": 9})
        return caught.value, await built.stored()

    error, (revision, config) = on_floor(body)
    assert (revision, config["max_pipelines"]) == (2, 7)
    assert [one.field for one in error.fields] == ["max_pipelines"]
    assert "set by bob at 2026-03-01 12:00" in error.fields[0].allowed
    assert "in conflict" in error.fields[0].allowed
    assert "at revision 2, not 1" in error.message


def test_the_answer_of_a_change_is_what_the_next_one_may_be_based_on(on_floor):
    async def body(built):
        revision = 1
        for pipelines in (4, 5, 6):
            result = await apply_patch(
                built, Preconditions(expected_revision=revision), values={"max_pipelines": pipelines}
            )
            revision = result.revision
        return revision

    assert on_floor(body) == 4


@pytest.mark.parametrize("seed", range(10))
def test_of_two_operators_with_the_same_revision_in_hand_one_is_told(on_floor, seed):
    async def body(built):
        calls = [
            apply_patch(built, Preconditions(expected_revision=1), values={"max_pipelines": number})
            for number in (10, 20)
        ]
        return await asyncio.gather(*calls, return_exceptions=True), await built.stored()

    answers, (revision, config) = on_floor(body, seed=seed)
    (won,) = [one for one in answers if not isinstance(one, BaseException)]
    assert [type(one) for one in answers if isinstance(one, BaseException)] == [Stale]
    assert (revision, config["max_pipelines"]) == (2, won.view.config.max_pipelines)


def test_a_plan_is_binding_and_nothing_is_stored_by_making_one(on_floor):
    async def body(built):
        dry = await apply_patch(built, Preconditions(validate_only=True), values={"max_pipelines": 9})
        before = await built.stored()
        applied = await apply_patch(built, Preconditions(plan=dry.plan), values={"max_pipelines": 9})
        return dry, before, applied

    dry, before, applied = on_floor(body)
    assert (dry.is_dry, dry.revision, dict(dry.changes)) == (True, 2, {"max_pipelines": {"before": 3, "after": 9}})
    assert before[0] == 1
    assert applied.revision == 2


@pytest.mark.parametrize(
    ("between", "then"),
    [
        ({}, {"max_pipelines": 8}),
        ({"max_workers": 6}, {"max_pipelines": 9}),
        ({"max_pipelines": 9}, {"max_pipelines": 9}),
    ],
)
def test_a_plan_holds_no_longer_when_anything_has_moved(on_floor, between, then):
    async def body(built):
        dry = await apply_patch(built, Preconditions(validate_only=True), values={"max_pipelines": 9})
        if between:
            await apply_patch(built, values=between)
        with pytest.raises(Stale, match=dry.plan):
            await apply_patch(built, Preconditions(plan=dry.plan), values=then)

    on_floor(body)


def test_a_dry_run_refuses_what_the_change_would_be_refused_for(on_floor):
    async def body(built):
        with pytest.raises(Refused, match="collect_min_execute_supply"):
            await apply_patch(
                built, Preconditions(validate_only=True), values=read_texts({"collect_min_start_supply": "LIMITED"})
            )

    on_floor(body)


def test_a_change_that_is_sent_again_is_made_once_and_answered_alike(on_floor):
    async def body(built):
        first = await apply_patch(built, Preconditions(request_id="r-1"), values={"max_pipelines": 9})
        await apply_patch(built, values={"max_pipelines": 4})
        again = await apply_patch(
            built, Preconditions(request_id="r-1", expected_revision=1), values={"max_pipelines": 9}
        )
        return first, again, await built.stored()

    first, again, (revision, config) = on_floor(body)
    assert (again.revision, again.previous_revision, again.changes) == (first.revision, 1, first.changes)
    assert (revision, config["max_pipelines"]) == (3, 4)


@pytest.mark.parametrize(
    "other",
    [
        {"values": {"max_pipelines": 8}},
        {"values": {"max_pipelines": 9, "max_workers": 7}},
        {"values": {"max_workers": 7}},
        {"unset": ("max_pipelines",)},
        {"pin": ("strategy",)},
    ],
)
def test_a_request_id_that_another_change_was_made_with_is_refused(on_floor, other):
    async def body(built):
        await apply_patch(built, Preconditions(request_id="r-1", fingerprint="this"), values={"max_pipelines": 9})
        with pytest.raises(Refused, match=r"another change was sent with this one \(answered with revision 2\)"):
            await apply_patch(built, Preconditions(request_id="r-1", fingerprint="another"), **other)
        return (await built.stored())[0]

    assert on_floor(body) == 2


def test_a_dry_run_with_a_request_id_that_was_used_is_a_dry_run(on_floor):
    async def body(built):
        await apply_patch(built, Preconditions(request_id="r-1"), values={"max_pipelines": 9})
        return await apply_patch(
            built, Preconditions(request_id="r-1", validate_only=True), values={"max_pipelines": 8}
        )

    dry = on_floor(body)
    assert (dry.is_dry, dry.revision, bool(dry.plan)) == (True, 3, True)


def test_a_change_that_is_sent_again_late_claims_nothing_that_a_later_one_did(on_floor):
    async def body(built):
        await apply_patch(built, Preconditions(request_id="r-1"), values={"max_pipelines": 9})
        await built.set(max_pipelines=4, wait_seconds=5)
        return await apply_patch(built, Preconditions(request_id="r-1"), values={"max_pipelines": 9}, wait_seconds=5)

    again = on_floor(body, is_running=True)
    assert (again.state, again.effects, again.undo) == (ChangeState.APPLIED, (), "")


def test_a_value_that_becomes_the_container_s_own_makes_a_revision_the_first_time(on_floor):
    async def body(built):
        made = await apply_patch(built, values={"max_pipelines": 3}, wait_seconds=5)
        again = await apply_patch(built, values={"max_pipelines": 3}, wait_seconds=5)
        return made, again, (await built.service.show(PLAYER, ID)).layers.own["max_pipelines"], await built.history()

    made, again, own, rows = on_floor(body, is_running=True)
    assert (made.state, made.revision, again.state, again.revision) == (
        ChangeState.APPLIED,
        2,
        ChangeState.UNCHANGED,
        2,
    )
    assert (own.revision, own.author, own.is_pinned) == (2, "ada", False)
    assert rows[-1].changes == {"max_pipelines": {"before": 3, "after": 3, "how": "own"}}


def test_an_earlier_revision_tells_since_when_each_value_had_been_so_by_then(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9}, author="bob")
        await apply_patch(built, values={"max_workers": 8})
        await apply_patch(built, values={"max_pipelines": 4, "min_balance": 7})
        return proto_mapping.view(await built.service.show(PLAYER, ID, 3), with_states=False)

    shown = {each.name: (each.revision, each.author) for each in on_floor(body).provenance}
    assert (shown["max_pipelines"], shown["max_workers"]) == ((2, "bob"), (3, "ada"))
    assert shown["min_balance"] == (0, "")


def test_a_value_that_went_back_to_the_built_in_one_tells_who_took_it_back(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9}, author="bob")
        await apply_patch(built, unset=("max_pipelines",))
        return proto_mapping.view(await built.service.show(PLAYER, ID), with_states=False)

    back = next(each for each in on_floor(body).provenance if each.name == "max_pipelines")
    assert (back.layer, back.revision, back.author) == ("built-in", 3, "ada")


def test_a_change_to_what_is_refused_already_says_so(on_floor):
    async def body(built):
        built.bus.open(ID, Revised(config=ManufacturingConfig(), revision=Revision(1)))
        await apply_patch(built, values={"max_pipelines": 9})
        built.bus.refuse(ID, RefusedRevision(revision=Revision(2), reason="no such thing", at_elapsed=0.0))
        return result_message(await apply_patch(built, values={"max_pipelines": 9}))

    assert "the coordinator refuses it: no such thing" in on_floor(body)


@pytest.mark.parametrize("seed", range(10))
def test_two_copies_of_one_request_at_the_same_time_make_one_revision(on_floor, seed):
    async def body(built):
        calls = [apply_patch(built, Preconditions(request_id="r-1"), values={"max_pipelines": 9}) for _ in range(3)]
        return [one.revision for one in await asyncio.gather(*calls)], len(await built.history())

    assert on_floor(body, seed=seed) == ([2, 2, 2], 2)


def test_an_undo_is_a_revision_of_its_own_and_the_history_keeps_both(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9, "max_workers": 7})
        result = await roll_back(built, 0)
        return result, await built.history(), (await built.stored())[1]

    result, rows, config = on_floor(body)
    assert (result.revision, config["max_pipelines"], config["max_workers"]) == (3, 3, 5)
    assert [(row.revision, row.origin, row.reason) for row in rows[1:]] == [
        (2, "test", ""),
        (3, "rollback", "back to revision 1"),
    ]


def test_the_undo_that_an_answer_offers_does_not_run_over_a_later_change(on_floor):
    async def body(built):
        result = await apply_patch(built, values={"max_pipelines": 9})
        await apply_patch(built, author="bob", values={"max_workers": 6})
        with pytest.raises(Stale, match="bob"):
            await roll_back(built, result.previous_revision, Preconditions(expected_revision=result.revision))
        return result.undo

    assert on_floor(body).endswith(f"--container {ID} --to 1 --if-revision 2")


def test_a_revision_can_be_named_and_the_name_moved_and_rolled_back_to(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9})
        by = built.service.authorship(author="ada", origin="test")

        def mark(number, tag="", note=""):
            return built.database.write(
                lambda connection: history.mark(connection, ID, number, tag=tag, note=note, author=by.author, at=by.at)
            )

        await mark(1, tag="good")
        await mark(2, tag="good", note="earned more")
        marked = await mark(1, tag="first")
        await apply_patch(built, values={"max_pipelines": 1})
        result = await roll_back(built, "good")
        with pytest.raises(Missing, match="first, good"):
            await roll_back(built, "bad")
        return marked, result.view.config.max_pipelines

    marked, pipelines = on_floor(body)
    assert marked.tags == ("first",)
    assert pipelines == 9


@pytest.mark.parametrize("edit", [sa.delete(config_revisions), sa.update(config_revisions).values(author="mallory")])
def test_the_history_cannot_be_edited_by_anybody(on_floor, edit):
    async def body(built):
        with pytest.raises(Exception, match="never edited"):
            await built.database.write(lambda connection: connection.execute(edit))
        return len(await built.history())

    assert on_floor(body) == 1


def test_a_pair_can_be_moved_up_and_down_in_one_change_or_two_against_the_present_values(on_floor):
    async def body(built):
        up = {"acquire_min_start_supply": "ABUNDANT", "acquire_min_execute_supply": "HIGH"}
        await apply_patch(built, values=read_texts(up))
        await apply_patch(built, values=read_texts({"acquire_min_execute_supply": "LIMITED"}))
        await apply_patch(built, values=read_texts({"acquire_min_start_supply": "LIMITED"}))
        down = {"acquire_min_execute_supply": "SCARCE", "acquire_min_start_supply": "LIMITED"}
        await apply_patch(built, values=read_texts(down))
        with pytest.raises(Refused) as caught:
            await apply_patch(built, values=read_texts({"acquire_min_execute_supply": "HIGH"}))
        return caught.value

    error = on_floor(body)
    assert [one.field for one in error.fields] == ["acquire_min_start_supply", "acquire_min_execute_supply"]
    assert "LIMITED" in error.message
    assert "HIGH" in error.message


def test_set_to_what_it_is_already_outlives_a_new_default(on_floor):
    async def body(built):
        result = await apply_patch(built, values={"max_pipelines": 3})
        shared_layers = SharedLayers(built.database, built.bus)
        by = built.service.authorship(author="ada", origin="test")
        await shared_layers.revise_defaults(
            PLAYER, Patch(values={"max_pipelines": 8, "max_workers": 8}), by, Preconditions()
        )
        return result, (await built.service.show(PLAYER, ID)).config

    result, config = on_floor(body)
    assert (result.revision, result.changes["max_pipelines"]["how"]) == (2, "own")
    assert (config.max_pipelines, config.max_workers) == (3, 8)


def test_a_refused_revision_is_told_kept_from_later_runs_and_cleared_by_the_next(on_floor):
    async def body(built):
        waiting = asyncio.create_task(apply_patch(built, values={"max_pipelines": 9}, wait_seconds=60))
        await asyncio.sleep(1)
        await built.database.write(
            lambda connection: config_state.set_rejected(connection, ID, Revision(2), "too many")
        )
        await built.database.write(lambda connection: containers_store.set_observed(connection, ID, Revision(1)))
        refusal = RefusedRevision(revision=Revision(2), reason="too many", at_elapsed=built.clock.elapsed())
        built.bus.refuse(ID, refusal)
        result = await waiting
        begun = await built.database.read(lambda connection: store.load(connection, ID))
        offered = built.bus.open(ID, begun).value
        view = await built.service.show(PLAYER, ID)
        cleared = await apply_patch(built, values={"max_pipelines": 8})
        after = await built.service.show(PLAYER, ID)
        return result, begun, offered, view, cleared, after

    result, begun, offered, view, cleared, after = on_floor(body)
    assert (result.state, result.reason) == (ChangeState.REJECTED, "too many")
    assert (begun.revision, begun.config.max_pipelines) == (1, 3)
    assert offered == begun
    assert (view.rejected_revision, view.rejected_reason) == (2, "too many")
    assert (cleared.revision, after.rejected_revision, after.config.max_pipelines) == (3, 0, 8)


def test_the_running_values_are_read_back_and_hash_as_the_stored_ones(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9}, wait_seconds=5)
        return await built.service.show(PLAYER, ID)

    view = on_floor(body, is_running=True)
    assert view.running == view.config
    assert view.running_hash == view.stored_hash != ""


def test_raised_step_by_step_the_last_value_is_the_first_one_a_new_run_decides_with(on_floor):
    async def body(built):
        for pipelines in (1, 2, 4):
            await apply_patch(built, values={"max_pipelines": pipelines})
        built.start()
        await asyncio.sleep(1)
        first = built.wait_until_decided[ID][0]
        result = await apply_patch(built, values={"max_pipelines": 6}, wait_seconds=5)
        return first, result, await built.service.show(PLAYER, ID)

    first, result, view = on_floor(body)
    assert (first.revision, first.config.max_pipelines) == (4, 4)
    assert dict(result.changes) == {"max_pipelines": {"before": 4, "after": 6}}
    assert view.running == view.config


def test_a_thousand_changes_in_a_second_leave_the_last_one_in_force(on_floor):
    async def body(built):
        results = await asyncio.gather(
            *(apply_patch(built, values={"max_workers": number}) for number in range(1, 1001))
        )
        last = max(results, key=lambda each: each.revision)
        await built.bus.wait_until_decided(ID, last.revision)
        return last, built.wait_until_decided[ID][-1], len(built.wait_until_decided[ID])

    last, wait_until_decided, turns = on_floor(body, is_running=True)
    assert wait_until_decided.revision == last.revision
    assert wait_until_decided.config == last.view.config
    assert turns < 1000


def test_a_clock_that_is_set_back_leaves_the_revisions_in_their_order(on_floor, monkeypatch):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 4})
        from datetime import timedelta

        now = built.clock.now() - timedelta(days=2)
        monkeypatch.setattr(built.clock, "now", lambda: now)
        await apply_patch(built, values={"max_pipelines": 5})
        rows = await built.database.read(lambda connection: history.page(connection, ID, limit=10))
        return [row.revision for row in rows], rows[0].at < rows[1].at

    assert on_floor(body) == ([3, 2, 1], True)


@pytest.mark.parametrize("wanted", [{"unset": ("max_piplines",)}, {"pin": ("colour",)}, {"discard": ("nothing",)}])
def test_what_is_not_there_is_refused_and_changes_nothing(on_floor, wanted):
    async def body(built):
        with pytest.raises(StarFoundryError):
            await apply_patch(built, **wanted)
        return (await built.stored())[0]

    assert on_floor(body) == 1


def test_a_rollback_brings_pins_back_and_takes_later_ones_away(on_floor):
    async def body(built):
        await apply_patch(built, pin=("max_pipelines",))
        await apply_patch(built, values={"max_pipelines": 9}, pin=("max_workers",))
        await roll_back(built, 2)
        return (await built.service.show(PLAYER, ID)).layers.own, (await built.history())[-1]

    own, row = on_floor(body)
    assert {name: entry.is_pinned for name, entry in own.items()} == {"max_pipelines": True}
    assert row.changes["max_workers"] == {"before": 5, "after": 5, "how": "unset"}


def test_a_rollback_that_only_takes_a_pin_away_is_a_revision(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9})
        await apply_patch(built, pin=("max_pipelines",))
        result = await roll_back(built, 2)
        return result, (await built.service.show(PLAYER, ID)).layers.own["max_pipelines"].is_pinned

    result, is_pinned = on_floor(body)
    assert (result.revision, result.changes) == (4, {"max_pipelines": {"before": 9, "after": 9, "how": "own"}})
    assert not is_pinned


def test_a_value_set_to_what_it_is_pinned_at_stays_pinned(on_floor):
    async def body(built):
        await apply_patch(built, pin=("max_pipelines",))
        result = await apply_patch(built, values={"max_pipelines": 3})
        return result.state, (await built.service.show(PLAYER, ID)).layers.own["max_pipelines"].is_pinned

    assert on_floor(body) == (ChangeState.UNCHANGED, True)


@pytest.mark.parametrize("wanted", [{"unset": ("*",)}, {"prune": True}])
def test_a_change_that_names_no_setting_is_told_which_of_those_it_moves_have_moved(on_floor, wanted):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 4})
        await apply_patch(built, author="bob", values={"max_pipelines": 7})
        with pytest.raises(Stale) as caught:
            await apply_patch(built, Preconditions(expected_revision=2), **wanted)
        with pytest.raises(Stale) as rolling:
            await roll_back(built, 1, Preconditions(expected_revision=2))
        return [error.value.fields[0].allowed for error in (caught, rolling)]

    assert all("in conflict" in allowed for allowed in on_floor(body))


def test_a_key_that_is_discarded_is_told_in_the_history_with_what_it_held(on_floor):
    async def body(built):
        result = await apply_patch(built, discard=("from_a_newer_version",))
        return result, (await built.history())[-1].changes

    result, changes = on_floor(body)
    held = {"deep": [1, None]}
    assert changes == {"from_a_newer_version": {"before": held, "after": None, "how": "discarded"}}
    assert result.changes == changes


def test_an_undo_takes_back_an_override_only_if_it_was_made_after_that_revision(on_floor):
    async def body(built):
        await apply_patch(built, values={"market_max_age": 180})
        await apply_patch(built, values={"max_workers": 4})
        owned = []
        for revision in (2, 1):
            await roll_back(built, revision)
            owned.append(set((await built.service.show(PLAYER, ID)).layers.own))
        return owned

    assert on_floor(body) == [{"market_max_age"}, set()]


def test_an_undo_to_a_revision_of_which_nobody_knows_the_pins_keeps_those_there_are(on_floor):
    async def body(built):
        await apply_patch(built, pin=("strategy",))

        def forget(connection):
            connection.execute(sa.text("DROP TRIGGER config_revisions_no_update"))
            row = {"layers": {"preset": "", "own": {"strategy": "prefer-fabricate"}}}
            connection.execute(sa.update(config_revisions).where(config_revisions.c.revision == 2).values(row))

        await built.database.write(forget)
        await apply_patch(built, values={"max_pipelines": 4})
        await roll_back(built, 2)
        return (await built.service.show(PLAYER, ID)).layers.own["strategy"].is_pinned

    assert on_floor(body)


def test_unset_of_a_key_that_cannot_be_used_is_told_with_what_it_held(on_floor):
    async def body(built):
        _, config = await built.stored()
        await built.overwrite({**config, "max_pipelines": "many"})
        one = await apply_patch(built, unset=("max_pipelines",))
        await built.overwrite({**config, "max_pipelines": "many"})
        return one.changes, (await apply_patch(built, unset=("*",))).changes, await built.service.show(PLAYER, ID)

    one, every, view = on_floor(body)
    assert one == every == {"max_pipelines": {"before": "many", "after": None, "how": "discarded"}}
    assert set(view.quarantine) == {"from_a_newer_version"}


def test_an_undo_brings_back_what_had_become_the_containers_own_and_was_dropped_since(on_floor):
    async def body(built):
        await apply_patch(built, values={"market_max_age": 180, "max_workers": 5})
        await apply_patch(built, values={"max_pipelines": 4}, prune=True)
        await roll_back(built, 2)
        return set((await built.service.show(PLAYER, ID)).layers.own)

    assert on_floor(body) == {"market_max_age", "max_workers"}


def test_a_change_tells_what_became_the_containers_own_beside_it(on_floor):
    async def body(built):
        return await apply_patch(built, values={"market_max_age": 180, "max_workers": 4})

    assert on_floor(body).changes == {
        "market_max_age": {"before": 180, "after": 180, "how": "own"},
        "max_workers": {"before": 5, "after": 4},
    }
