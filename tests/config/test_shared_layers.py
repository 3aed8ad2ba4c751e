"""Defaults and presets: a change below reaches every coordinator that does not override it, or nobody."""

import asyncio
from typing import Any

import pytest

from starfoundry.config.domain.change_status import ChangeState, changed_statuses
from starfoundry.config.domain.declarations.builtin_presets import BUILT_IN, missing_preset
from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from starfoundry.config.service.default_upgrade import upgrade_defaults
from starfoundry.config.service.propagation import Propagation
from starfoundry.kernel.errors import Missing, Refused, Stale
from starfoundry.kernel.ids import ContainerId
from tests.config.floor import ID, PLAYER, STRANGER
from tests.config.hands import SECOND


def test_a_default_reaches_each_coordinator_without_a_value_of_its_own_as_a_revision(with_hands):
    async def body(hands):
        await hands.apply_patch(values={"max_pipelines": 9})
        spread = await hands.defaults(max_pipelines=5)
        return spread, await hands.view(), await hands.view(SECOND), await hands.floor.history(SECOND)

    spread, own, follows, rows = with_hands(body)
    assert (own.config.max_pipelines, own.revision) == (9, 2)
    assert (follows.config.max_pipelines, follows.revision) == (5, 2)
    assert follows.layers.stack("max_pipelines")[0][0] is Layer.PLAYER
    assert rows[-1].changes == {"max_pipelines": {"before": 3, "after": 5}}
    assert {each.committed.container.id: each.shadowed for each in spread.reached} == {
        ID: ("max_pipelines",),
        SECOND: (),
    }


def test_a_coordinator_that_runs_hears_of_a_default_like_of_any_change(with_hands):
    async def body(hands):
        hands.floor.start()
        await asyncio.sleep(1)
        await hands.defaults(max_pipelines=5)
        await asyncio.sleep(1)
        return hands.floor.wait_until_decided[ID][-1]

    wait_until_decided = with_hands(body)
    assert (wait_until_decided.revision, wait_until_decided.config.max_pipelines) == (2, 5)


def test_a_default_that_would_break_one_coordinator_reaches_none_and_names_it(with_hands):
    async def body(hands):
        await hands.apply_patch(SECOND, values=read_texts({"collect_min_execute_supply": "ABUNDANT"}))
        with pytest.raises(Refused, match="second"):
            await hands.defaults(collect_min_start_supply="HIGH")
        return (await hands.shared_layers.defaults(PLAYER))[0], (await hands.view()).revision

    assert with_hands(body) == ({}, 1)


def test_a_dry_run_of_a_default_tells_whom_it_reaches_and_stores_nothing(with_hands):
    async def body(hands):
        spread = await hands.defaults(Preconditions(validate_only=True), max_pipelines=5)
        return spread, (await hands.shared_layers.defaults(PLAYER))[0], (await hands.view()).revision

    spread, stored, revision = with_hands(body)
    assert spread.is_dry
    assert len(spread.reached) == 2
    assert (stored, revision) == ({}, 1)


def test_unset_returns_to_the_layer_below_and_pin_keeps_todays_value(with_hands):
    async def body(hands):
        await hands.defaults(max_pipelines=5)
        await hands.apply_patch(pin=("max_pipelines",))
        await hands.defaults(max_pipelines=7)
        pinned = await hands.view()
        await hands.apply_patch(unset=("max_pipelines",))
        return pinned, await hands.view(), await hands.view(SECOND)

    pinned, unset, second = with_hands(body)
    assert (pinned.config.max_pipelines, pinned.layers.own["max_pipelines"].is_pinned) == (5, True)
    assert unset.config.max_pipelines == second.config.max_pipelines == 7
    assert unset.layers.own == {}


def test_provenance_names_every_value_that_is_hidden_highest_layer_first(with_hands):
    async def body(hands):
        await hands.defaults(max_workers=6)
        await hands.save("mine", max_workers=7)
        await hands.apply("mine")
        await hands.apply_patch(values={"max_workers": 8})
        return (await hands.view()).layers.stack("max_workers")

    stack = with_hands(body)
    assert [(layer.value, entry.value) for layer, entry in stack] == [
        ("container", 8),
        ("preset", 7),
        ("player", 6),
        ("built-in", 5),
    ]
    assert [entry.author for _, entry in stack] == ["ada", "ada", "ada", "StarFoundry"]


def test_a_preset_is_one_revision_and_says_what_the_container_s_own_values_hide(with_hands):
    async def body(hands):
        await hands.apply_patch(values=read_texts({"collect_min_execute_supply": "LIMITED"}))
        return await hands.apply("aggressive"), await hands.view()

    result, view = with_hands(body)
    states = {one.name: one.state for one in changed_statuses(result)}
    assert (result.state, result.revision) == (ChangeState.PENDING, 3)
    assert states["collect_min_execute_supply"] == "SHADOWED"
    assert states["collect_min_start_supply"] == "PENDING"
    assert view.layers.preset_name == "aggressive"


def test_a_preset_that_contradicts_a_value_of_the_container_is_refused_or_clears_it(with_hands):
    async def body(hands):
        await hands.apply_patch(values=read_texts({"acquire_min_execute_supply": "MODERATE"}))
        with pytest.raises(Refused):
            await hands.save("odd", acquire_min_start_supply="SCARCE")
        cleared = await hands.apply("aggressive", besides=Patch(clear_hiding=True))
        return cleared, await hands.view()

    cleared, view = with_hands(body)
    assert view.layers.own == {}
    assert cleared.view.config.acquire_min_execute_supply.name == "LIMITED"


def test_a_preset_saved_anew_is_followed_and_one_taken_away_uncovers_what_is_below(with_hands):
    async def body(hands):
        await hands.save("mine", max_workers=7)
        await hands.apply("mine")
        spread = await hands.save("mine", max_workers=9, max_pipelines=4)
        followed = await hands.view()
        await hands.apply("")
        return spread, followed, await hands.view()

    spread, followed, bare = with_hands(body)
    assert [each.committed.container.id for each in spread.reached] == [ID]
    assert (followed.config.max_workers, followed.config.max_pipelines) == (9, 4)
    assert bare.config == ManufacturingConfig()


@pytest.mark.parametrize("seed", range(10))
def test_a_preset_deleted_while_it_is_applied_is_either_there_for_both_or_gone_for_both(with_hands, seed):
    async def body(hands):
        await hands.save("mine", max_workers=7)
        both: Any = await asyncio.gather(hands.apply("mine"), hands.delete("mine"), return_exceptions=True)
        return *both, await hands.view()

    applied, deleted, view = with_hands(body, seed=seed)
    if isinstance(applied, BaseException):
        assert (type(applied), type(deleted), view.config.max_workers) == (Missing, Propagation, 5)
    else:
        assert (type(deleted), view.config.max_workers) == (Refused, 7)


def test_a_deletion_of_a_preset_is_tried_first_and_bound_to_what_was_seen_then(with_hands):
    async def body(hands):
        await hands.save("mine", max_workers=7)
        tried = await hands.delete("mine", Preconditions(validate_only=True))
        await hands.save("mine", max_workers=8)
        with pytest.raises(Stale, match="preset mine"):
            await hands.delete("mine", Preconditions(plan=tried.plan))
        kept = [preset.name for preset, _ in await hands.shared_layers.presets(PLAYER)]
        plan = (await hands.delete("mine", Preconditions(validate_only=True))).plan
        made = await hands.delete("mine", Preconditions(plan=plan))
        return tried, kept, made, [preset.name for preset, _ in await hands.shared_layers.presets(PLAYER)]

    tried, kept, made, left = with_hands(body)
    assert (tried.changes, tried.undo, tried.is_dry) == ({"max_workers": {"before": 7, "after": None}}, "", True)
    assert "mine" in kept
    assert "preset save mine max_workers=8" in made.undo
    assert "mine" not in left


def test_a_deletion_that_is_sent_again_is_made_once(with_hands):
    async def body(hands):
        await hands.save("mine", max_workers=7)
        once = Preconditions(request_id="once", fingerprint="delete mine")
        first = await hands.delete("mine", once)
        await hands.save("mine", max_workers=9)
        again = await hands.delete("mine", once)
        return first, again, [preset.name for preset, _ in await hands.shared_layers.presets(PLAYER)]

    first, again, left = with_hands(body)
    assert (again.undo, again.changes) == (first.undo, first.changes)
    assert "mine" in left


@pytest.mark.parametrize("name", [*BUILT_IN, "none", "", " ", "x" * 65, "a\nb", "--help"])
def test_the_programs_presets_and_odd_names_cannot_be_saved_over(with_hands, name):
    async def body(hands):
        with pytest.raises(Refused):
            await hands.save(name, max_workers=7)

    with_hands(body)


def test_a_preset_is_saved_from_what_is_set_on_a_coordinator(with_hands):
    async def body(hands):
        await hands.apply_patch(values={"max_workers": 8, "min_balance": 900})
        await hands.save("mine", container=ID)
        await hands.apply("mine", SECOND)
        return await hands.view(SECOND)

    view = with_hands(body)
    assert (view.config.max_workers, view.config.min_balance) == (8, 900)


def test_another_players_coordinators_are_not_reached(with_hands):
    async def body(hands):
        spread = await hands.defaults(player=STRANGER, max_pipelines=9)
        return spread.reached, (await hands.view()).revision

    assert with_hands(body) == ((), 1)


def test_the_presets_of_the_design_s_page_are_there_with_its_levels():
    page = ("conservative", "balanced", "aggressive")
    levels = ("collect_min_start_supply", "collect_min_execute_supply", "acquire_min_start_supply")
    names = (*levels, "acquire_min_execute_supply")
    assert {name: tuple(BUILT_IN[name].values[one].name for one in names) for name in page} == {
        "conservative": ("ABUNDANT", "HIGH", "MODERATE", "MODERATE"),
        "balanced": ("ABUNDANT", "HIGH", "MODERATE", "LIMITED"),
        "aggressive": ("HIGH", "MODERATE", "LIMITED", "LIMITED"),
    }


def test_a_preset_that_does_not_exist_is_told_with_the_nearest_name_and_all_there_are():
    error = missing_preset("agressive", ["aggressive", "aggression", "earner"])

    assert error.message == (
        "there is no preset 'agressive'; did you mean aggressive? there are: aggressive, aggression, earner"
    )


def test_a_new_coordinator_begins_with_the_players_defaults(with_hands):
    async def body(hands):
        await hands.defaults(max_workers=9)
        await hands.floor.add("third")
        return await hands.view(ContainerId("third"))

    view = with_hands(body)
    assert (view.config.max_workers, view.layers.own) == (9, {})


def test_after_an_upgrade_a_moved_built_in_default_reaches_whom_it_should(with_hands, monkeypatch):
    """The rows are those of a version whose default was another."""

    async def body(hands):
        hands_revision = (await hands.apply_patch(SECOND, pin=("max_workers",))).revision
        one = next(each for each in SETTINGS if each.name == "max_workers")
        object.__setattr__(one, "default", 6)
        try:
            count = await upgrade_defaults(hands.floor.database, hands.floor.clock)
            return count, hands_revision, await hands.view(), await hands.view(SECOND), await hands.floor.history()
        finally:
            object.__setattr__(one, "default", 5)

    count, pinned_at, follows, pinned, rows = with_hands(body)
    assert count == 1
    assert (follows.config.max_workers, follows.revision, rows[-1].origin) == (6, 2, "upgrade")
    assert (pinned.config.max_workers, pinned.revision) == (5, pinned_at)
