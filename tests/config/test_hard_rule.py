"""The hard rule of acquiring: it holds whichever way a level comes about, and says why."""

import pytest

from starfoundry.config.domain import validation
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_texts
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel
from tests.config.floor import ID, PLAYER
from tests.config.hands import SECOND

EMPTY = {"acquire_min_start_supply": "SCARCE", "acquire_min_execute_supply": "SCARCE"}
THIN = {"acquire_min_start_supply": "LIMITED"}


def overriding(text):
    return ManufacturingConfig(**read_texts({"good_overrides": text}))


def test_a_level_for_one_good_is_held_to_the_same_rule_as_the_one_for_all():
    empty = overriding("IRON.acquire_min_start_supply=SCARCE,IRON.acquire_min_execute_supply=SCARCE")
    with pytest.raises(Refused) as caught:
        validation.change_warnings(ManufacturingConfig(), empty, ["good_overrides"])
    (problem,) = caught.value.fields
    assert (problem.field, problem.given) == ("good_overrides.IRON.acquire_min_start_supply", "SCARCE")

    thin = overriding("IRON.acquire_min_start_supply=LIMITED")
    (warning,) = validation.change_warnings(ManufacturingConfig(), thin, ["good_overrides"])
    assert warning.startswith("good_overrides.IRON.acquire_min_start_supply: a market at LIMITED asks")


def test_a_level_for_one_good_that_was_there_before_is_not_warned_of_again():
    before = overriding("IRON.acquire_min_start_supply=LIMITED")
    after = overriding("IRON.acquire_min_start_supply=LIMITED,FUEL.min_purchase_price=5")
    assert validation.change_warnings(before, after, ["good_overrides"]) == ()


def test_a_level_that_changes_without_being_named_is_judged():
    below = ManufacturingConfig(
        acquire_min_start_supply=SupplyLevel.SCARCE, acquire_min_execute_supply=SupplyLevel.SCARCE
    )
    with pytest.raises(Refused, match="LIMITED or better"):
        validation.change_warnings(ManufacturingConfig(), below, [])


def test_a_level_that_somebody_put_into_the_database_is_in_no_other_changes_way():
    edited = ManufacturingConfig(
        acquire_min_start_supply=SupplyLevel.SCARCE, acquire_min_execute_supply=SupplyLevel.SCARCE
    )
    after = edited.with_max_pipelines(4)
    assert validation.change_warnings(edited, after, ["max_pipelines"]) == ()


@pytest.mark.parametrize("is_applied", [False, True])
def test_a_preset_below_the_hard_rule_cannot_be_saved(with_hands, is_applied):
    async def body(hands):
        await hands.save("mine", max_workers=7)
        if is_applied:
            await hands.apply("mine")
        with pytest.raises(Refused, match="LIMITED or better"):
            await hands.save("mine", **EMPTY)
        return await hands.view()

    view = with_hands(body)
    assert view.config.acquire_min_start_supply is SupplyLevel.MODERATE


def test_a_preset_of_thin_sources_is_warned_of_when_it_is_saved(with_hands):
    async def body(hands):
        return await hands.save("mine", **THIN)

    (warning,) = with_hands(body).warnings
    assert "1.11 to 1.34 times" in warning


def test_a_preset_is_judged_above_the_players_defaults_and_not_above_those_of_the_program(with_hands):
    async def body(hands):
        await hands.defaults(collect_min_start_supply="HIGH")
        with pytest.raises(Refused) as caught:
            await hands.save("mine", collect_min_execute_supply="ABUNDANT")
        return [problem.field for problem in caught.value.fields]

    assert with_hands(body) == ["collect_min_start_supply", "collect_min_execute_supply"]


def test_an_amendment_of_something_else_may_leave_a_thin_level_without_a_word(with_hands):
    async def body(hands):
        await hands.apply_patch(values=read_texts(THIN))
        return await hands.apply_patch(values={"max_workers": 6})

    assert with_hands(body).warnings == ()


def test_a_leap_that_a_preset_makes_coordinators_take_is_told_once(with_hands):
    async def body(hands):
        await hands.save("small", max_workers=1)
        await hands.apply("small")
        await hands.apply("small", container=SECOND)
        return await hands.save("small", max_workers=7)

    assert with_hands(body).warnings == ("max_workers: 7 is more than 4 times the 1 before",)


def test_a_level_that_was_there_before_the_rule_is_in_the_way_of_no_undo_and_may_be_pinned(with_hands):
    async def body(hands):
        _, config = await hands.floor.stored()
        await hands.floor.overwrite({**config, **EMPTY})
        await hands.apply_patch(values={"max_pipelines": 4})
        await hands.apply_patch(values={"max_pipelines": 5})
        by = hands.by()
        await hands.floor.service.rollback(PLAYER, ID, 2, by, Preconditions())
        return await hands.apply_patch(pin=("acquire_min_start_supply",))

    result = with_hands(body)
    assert result.view.config.max_pipelines == 4
    assert result.view.layers.own["acquire_min_start_supply"].is_pinned


def test_what_is_below_the_hard_rule_is_told_together_with_a_pair_that_is_wrong(with_hands):
    async def body(hands):
        with pytest.raises(Refused) as caught:
            await hands.apply_patch(values=read_texts({**EMPTY, "collect_min_start_supply": "LIMITED"}))
        return [problem.field for problem in caught.value.fields]

    assert with_hands(body) == ["acquire_min_start_supply", "collect_min_start_supply", "collect_min_execute_supply"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (3, 0, ("max_pipelines: with 0 no new chain is opened",)),
        (3, 1, ()),
        (0, 0, ()),
    ],
)
def test_the_end_of_all_new_chains_is_warned_of(before, after, told):
    config = ManufacturingConfig(max_pipelines=before)

    assert validation.change_warnings(config, config.with_max_pipelines(after), ["max_pipelines"]) == told
