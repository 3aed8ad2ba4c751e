"""What a change makes of the settings, as properties over every change."""

import itertools
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain import validation
from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel
from tests.config.values import changes, configs


def applied(config, values):
    return replace(config, **validation.read_values(values))


def fields_of(error):
    return [problem.field for problem in error.fields]


@given(configs, changes)
def test_a_change_gives_what_was_given_keeps_the_rest_and_never_a_start_below_its_execute(config, values):
    merged = {one.name: getattr(config, one.name) for one in SETTINGS} | values
    contradicts = [pair for pair in START_AND_EXECUTE if merged[pair[0]] < merged[pair[1]]]
    if not contradicts:
        after = applied(config, values)
        assert {one.name: getattr(after, one.name) for one in SETTINGS} == merged
        return
    with pytest.raises(Refused) as caught:
        applied(config, values)
    assert set(fields_of(caught.value)) == set(itertools.chain(*contradicts))


@given(configs, configs, st.permutations(SETTINGS), st.integers(1, 4))
def test_partial_changes_of_different_settings_give_the_same_in_any_order(before, after, order, size):
    """A whole change cut into pieces that name different settings: where all are accepted, the end is the same."""
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    ends = []
    for sequence in (batches, batches[::-1]):
        config = before
        try:
            for batch in sequence:
                config = applied(config, {one.name: getattr(after, one.name) for one in batch})
        except Refused:
            continue  # on this way a start level would for a while have been below its execute level
        ends.append(config)

    assert all(end == after for end in ends)


@given(configs, configs)
def test_any_legal_configuration_is_reached_from_any_other_in_one_change(before, after):
    """Both levels of a pair can move together, upwards and downwards, past where they were."""
    change = {one.name: getattr(after, one.name) for one in SETTINGS}

    assert applied(before, change) == after


@pytest.mark.parametrize(("start", "execute"), START_AND_EXECUTE)
def test_only_the_execute_level_can_be_set(start, execute):
    """The design's sample looked at it only where the start level was given too, and answered success."""
    change = {execute: "SCARCE"}
    after = applied(ManufacturingConfig(), change)

    assert getattr(after, execute) is SupplyLevel.SCARCE
    assert getattr(after, start) is getattr(ManufacturingConfig(), start)


def test_an_execute_level_above_the_start_level_in_force_is_refused_with_both_values():
    with pytest.raises(Refused) as caught:
        applied(ManufacturingConfig(), {"acquire_min_execute_supply": "ABUNDANT"})

    assert [(one.field, one.given, one.allowed) for one in caught.value.fields] == [
        ("acquire_min_start_supply", "MODERATE", "at or above acquire_min_execute_supply (ABUNDANT)"),
        ("acquire_min_execute_supply", "ABUNDANT", "at or below acquire_min_start_supply (MODERATE)"),
    ]


@pytest.mark.parametrize(
    ("name", "given_value", "allowed"),
    [
        ("max_pipelines", 101, "from 0 to 100"),
        ("max_pipelines", -1, "from 0 to 100"),
        ("max_workers", 0, "from 1 to 1000"),
        ("max_workers", 1001, "from 1 to 1000"),
        ("collect_min_start_supply", "HGIH", "SCARCE, LIMITED, MODERATE, HIGH, ABUNDANT"),
        ("acquire_min_execute_supply", "", "SCARCE, LIMITED, MODERATE, HIGH, ABUNDANT"),
        ("strategy", "buy", "prefer-buy, prefer-fabricate, smart"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field_and_what_is_allowed(name, given_value, allowed):
    with pytest.raises(Refused, match=name) as caught:
        applied(ManufacturingConfig(), {name: given_value})

    assert fields_of(caught.value) == [name]
    assert allowed in caught.value.fields[0].allowed


def test_everything_that_is_wrong_is_said_at_once():
    change = {"max_pipelines": 101, "max_workers": 8, "collect_min_start_supply": "LOTS", "colour": "red"}
    with pytest.raises(Refused) as caught:
        applied(ManufacturingConfig(), change)

    assert fields_of(caught.value) == ["max_pipelines", "collect_min_start_supply", "colour"]


@pytest.mark.parametrize("number", [0, 100])
def test_the_bounds_themselves_are_allowed(number):
    assert applied(ManufacturingConfig(), {"max_pipelines": number}).max_pipelines == number


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("max_piplines", "max_pipelines"),
        ("min_price", "min_purchase_price"),
        ("collect_start_supply", "collect_min_start_supply?"),  # its flag's name
        ("colect_start_suply", "collect_min_start_supply"),
    ],
)
def test_a_name_that_is_none_is_answered_with_the_one_that_was_meant(name, meant):
    with pytest.raises(Refused) as caught:
        validation.read_texts({name: "5"})

    assert f"did you mean {meant}" in caught.value.fields[0].allowed


def test_a_name_alone_that_is_none_is_what_was_given():
    with pytest.raises(Refused) as caught:
        validation.find_setting("strateg")

    assert caught.value.message == "name must be the name of a setting (did you mean strategy?), was 'strateg'"


def test_a_level_that_is_none_is_answered_with_the_one_that_was_meant():
    with pytest.raises(Refused, match=r"did you mean HIGH\?"):
        validation.read_texts({"collect_min_start_supply": "HGIH"})


def test_what_is_fixed_at_the_start_is_refused_and_not_stored_to_be_ignored():
    with pytest.raises(Refused, match="start another one"):
        validation.read_texts({"system_symbol": "X1-AB1"})


@pytest.mark.parametrize(
    "text", ["", "five", "5.5", "0x5", "1e3", "\u0665", "-", "9" * 40, "1,5", "1,0", "5,", "1,0000"]
)
def test_a_text_that_is_no_number_is_refused(text):
    with pytest.raises(Refused, match="a whole number"):
        validation.read_texts({"max_pipelines": text})


@pytest.mark.parametrize("text", ["50000", "50,000", "50_000", " 50000 "])
def test_a_number_may_be_typed_with_its_thousands_apart(text):
    assert validation.read_texts({"min_balance": text}) == {"min_balance": 50_000}


@given(configs)
def test_every_value_comes_back_from_what_was_written_of_it(config):
    for one in SETTINGS:
        value = getattr(config, one.name)
        assert one.kind.read(one.name, one.kind.write(value)) == value


def test_thin_sources_are_warned_of_with_the_figure_and_empty_ones_are_refused():
    thin = ManufacturingConfig(acquire_min_start_supply=SupplyLevel.LIMITED)
    (warning,) = validation.change_warnings(ManufacturingConfig(), thin, ["acquire_min_start_supply"])
    assert "1.11 to 1.34 times" in warning

    empty = ManufacturingConfig(
        acquire_min_start_supply=SupplyLevel.SCARCE, acquire_min_execute_supply=SupplyLevel.SCARCE
    )
    with pytest.raises(Refused, match=r"1\.37 times"):
        validation.change_warnings(ManufacturingConfig(), empty, ["acquire_min_start_supply"])


def test_a_leap_is_warned_of():
    assert validation.change_warnings(
        ManufacturingConfig(), ManufacturingConfig(max_pipelines=13), ["max_pipelines"]
    ) == ("max_pipelines: 13 is more than 4 times the 3 before",)


def test_the_largest_amount_of_credits_is_exact_for_every_reader_of_json():
    """They hold numbers as floats."""
    with pytest.raises(Refused) as caught:
        applied(ManufacturingConfig(), {"min_balance": 2**53})

    most = applied(ManufacturingConfig(), {"min_balance": 2**53 - 1}).min_balance
    assert fields_of(caught.value) == ["min_balance"]
    assert int(float(most)) == most


def is_in_schema(name, value):
    return jsonschema.Draft202012Validator(validation.BY_NAME[name].kind.json_schema).is_valid(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_pipelines", 0),
        ("max_pipelines", 100),
        ("acquire_min_start_supply", "LIMITED"),
        ("strategy", "smart"),
        ("blocked_goods", []),
        ("blocked_goods", ["FUEL", "IRON_ORE"]),
        ("good_overrides", {"IRON": {"min_purchase_price": 500, "trade_min_start_supply": "HIGH"}}),
    ],
)
def test_the_schema_of_a_setting_accepts_what_may_be_set(name, value):
    applied(ManufacturingConfig(), {name: value})

    assert is_in_schema(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_pipelines", -1),
        ("max_pipelines", 101),
        ("max_pipelines", "3"),
        ("acquire_min_start_supply", "PLENTY"),
        ("strategy", "buy"),
        ("blocked_goods", "FUEL"),
        ("blocked_goods", ["IRON ORE"]),
        ("good_overrides", {"IRON ORE": {"min_purchase_price": 500}}),
        ("good_overrides", {"IRON": {"max_workers": 5}}),
        ("good_overrides", {"IRON": {"min_purchase_price": -1}}),
    ],
)
def test_the_schema_of_a_setting_refuses_what_is_refused(name, value):
    with pytest.raises(Refused):
        applied(ManufacturingConfig(), {name: value})

    assert not is_in_schema(name, value)


def test_the_schema_of_goods_is_that_of_a_set():
    """A list that names one twice is taken, and stored without the repetition."""
    assert not is_in_schema("blocked_goods", ["IRON", "IRON"])
    assert applied(ManufacturingConfig(), {"blocked_goods": ["IRON", "IRON"]}).blocked_goods == ("IRON",)


@pytest.mark.parametrize("given_value", [{"IRON": 500}, {5: 500}])
def test_an_override_that_names_no_setting_is_refused_as_a_whole(given_value):
    with pytest.raises(Refused) as caught:
        applied(ManufacturingConfig(), {"good_overrides": given_value})

    (problem,) = caught.value.fields
    assert (problem.field, problem.given) == ("good_overrides", str(given_value))
