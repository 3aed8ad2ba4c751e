"""The settings as a value: defaults of the design, strict reading, and no way to build a wrong one."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.declarations.core_settings import PREFER_BUY, START_AND_EXECUTE
from starfoundry.config.domain.declarations.value_types import Level, WholeNumber
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig, UnreadableConfig
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.wire import daemon_pb2 as pb
from tests.config.values import configs

DEFAULT_MAP = {
    "max_pipelines": 3,
    "max_workers": 5,
    "collect_min_start_supply": "ABUNDANT",
    "collect_min_execute_supply": "HIGH",
    "acquire_min_start_supply": "MODERATE",
    "acquire_min_execute_supply": "LIMITED",
    "min_price": 1000,
    "strategy": "prefer-fabricate",
    "min_balance": 0,
    "chain_stop_loss": 250_000,
    "max_api_share": 100,
    "market_max_age": 180,
    "blocked_goods": [],
    "good_overrides": {},
    "trade_max_ships": 1000,
    "trade_min_start_supply": "MODERATE",
    "trade_min_execute_supply": "LIMITED",
    "trade_min_margin": 40,
}


def test_the_defaults_are_the_design_s():
    assert ManufacturingConfig().to_map() == DEFAULT_MAP


def test_an_empty_map_gives_the_defaults():
    assert ManufacturingConfig.from_map({}) == ManufacturingConfig()


@given(configs)
def test_what_is_stored_is_read_back_the_same(config):
    assert ManufacturingConfig.from_map(config.to_map()) == config


@pytest.mark.parametrize("missing", SETTINGS, ids=lambda one: one.name)
def test_a_missing_key_takes_its_default_and_leaves_the_others(missing):
    """Rows written before a setting existed do not have its key."""
    config = ManufacturingConfig(
        max_pipelines=9,
        max_workers=8,
        collect_min_start_supply=SupplyLevel.HIGH,
        acquire_min_start_supply=SupplyLevel.HIGH,
        acquire_min_execute_supply=SupplyLevel.MODERATE,
        min_purchase_price=5,
        strategy=PREFER_BUY,
    )
    stored = config.to_map()
    del stored[missing.key]

    assert ManufacturingConfig.from_map(stored) == dataclasses.replace(config, **{missing.name: missing.default})


def test_keys_that_are_no_settings_are_ignored():
    stored = {"system_symbol": "X1-YZ19", "container_id": "c", "mode": "m", "max_age": 7, "max_pipelines": 9}

    assert ManufacturingConfig.from_map(stored) == ManufacturingConfig(max_pipelines=9)


def test_the_minimum_purchase_price_is_stored_as_min_price():
    assert ManufacturingConfig.from_map({"min_price": 250}).min_purchase_price == 250
    assert ManufacturingConfig.from_map({"min_purchase_price": 250}).min_purchase_price == 1000


@pytest.mark.parametrize(
    ("key", "stored", "field"),
    [
        ("collect_min_start_supply", "HGIH", "collect_min_start_supply"),
        ("collect_min_execute_supply", "", "collect_min_execute_supply"),
        ("acquire_min_start_supply", 3, "acquire_min_start_supply"),
        ("acquire_min_execute_supply", None, "acquire_min_execute_supply"),
        ("max_pipelines", -1, "max_pipelines"),
        ("max_pipelines", 101, "max_pipelines"),
        ("max_pipelines", "5", "max_pipelines"),
        ("max_pipelines", 5.0, "max_pipelines"),
        ("max_pipelines", True, "max_pipelines"),
        ("max_pipelines", None, "max_pipelines"),
        ("max_workers", 0, "max_workers"),
        ("max_workers", 1001, "max_workers"),
        ("min_price", -1, "min_purchase_price"),
        ("min_price", 2**31, "min_purchase_price"),
        ("strategy", "prefer-nothing", "strategy"),
        ("strategy", ["smart"], "strategy"),
    ],
)
def test_a_stored_value_that_cannot_be_used_is_an_error_naming_the_field_never_a_default(key, stored, field):
    with pytest.raises(UnreadableConfig, match=field) as caught:
        ManufacturingConfig.from_map({key: stored})

    assert [problem.field for problem in caught.value.fields] == [field]


def test_every_stored_value_that_cannot_be_used_is_named_at_once():
    with pytest.raises(UnreadableConfig) as caught:
        ManufacturingConfig.from_map({"max_workers": 0, "strategy": "?", "acquire_min_start_supply": "SOME"})

    assert [problem.field for problem in caught.value.fields] == ["max_workers", "acquire_min_start_supply", "strategy"]


def test_stored_levels_that_contradict_each_other_are_named():
    with pytest.raises(UnreadableConfig) as caught:
        ManufacturingConfig.from_map({"collect_min_start_supply": "LIMITED", "collect_min_execute_supply": "HIGH"})

    assert {problem.field for problem in caught.value.fields} == set(START_AND_EXECUTE[0])


def test_updates_make_new_values_and_leave_the_old_one():
    old = ManufacturingConfig()
    new = (
        old.with_max_pipelines(7)
        .with_max_workers(9)
        .with_collect_supply_thresholds(SupplyLevel.HIGH, SupplyLevel.MODERATE)
        .with_acquire_supply_thresholds(SupplyLevel.LIMITED, SupplyLevel.LIMITED)
    )

    assert old == ManufacturingConfig()
    assert new == ManufacturingConfig(
        max_pipelines=7,
        max_workers=9,
        collect_min_start_supply=SupplyLevel.HIGH,
        collect_min_execute_supply=SupplyLevel.MODERATE,
        acquire_min_start_supply=SupplyLevel.LIMITED,
        acquire_min_execute_supply=SupplyLevel.LIMITED,
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(old, "max_pipelines", 8)  # noqa: B010  (a plain assignment is refused by the type checker already)


@pytest.mark.parametrize(
    "update",
    [
        lambda config: config.with_max_pipelines(101),
        lambda config: config.with_max_workers(0),
        lambda config: config.with_collect_supply_thresholds(SupplyLevel.LIMITED, SupplyLevel.HIGH),
        lambda config: config.with_acquire_supply_thresholds(SupplyLevel.SCARCE, SupplyLevel.LIMITED),
        lambda config: dataclasses.replace(config, strategy=PREFER_BUY.upper()),
        lambda config: dataclasses.replace(config, max_pipelines="5"),
    ],
)
def test_a_wrong_value_cannot_be_built(update):
    with pytest.raises(Refused):
        update(ManufacturingConfig())


@pytest.mark.parametrize(("start", "execute"), START_AND_EXECUTE)
def test_start_must_be_at_least_execute_for_every_pair_of_levels(start, execute):
    for first in SupplyLevel:
        for second in SupplyLevel:
            values: dict[str, Any] = {start: first, execute: second}
            if first >= second:
                assert getattr(ManufacturingConfig(**values), start) is first
            else:
                with pytest.raises(Refused, match=f"{start} must be at or above {execute}"):
                    ManufacturingConfig(**values)


def test_the_settings_are_the_fields_of_the_wire_message_in_its_order():
    """Adding a setting without its field on the wire, or the other way round, fails here."""
    fields = [field.name for field in pb.ManufacturingConfig.DESCRIPTOR.fields]

    assert [one.name for one in SETTINGS] == fields


def test_exactly_the_settings_of_the_update_message_have_a_flag():
    fields = [field.name for field in pb.UpdateManufacturingConfigRequest.DESCRIPTOR.fields]

    assert [one.name for one in SETTINGS if one.flag] == [name for name in fields if hasattr(ManufacturingConfig, name)]


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_every_setting_explains_itself(one):
    assert 10 < len(one.short_help) < 60
    assert one.long_help.endswith(".")
    assert one.kind.allowed
    assert one.takes_effect.value
    assert one.kind.read(one.name, one.kind.write(one.default)) == one.default


def test_levels_are_read_in_any_letter_case_and_written_by_name():
    assert Level().read("x", "hIgH") is SupplyLevel.HIGH
    assert Level().write(SupplyLevel.HIGH) == "HIGH"


@given(st.integers())
def test_a_whole_number_is_accepted_exactly_within_its_bounds(number):
    kind = WholeNumber(minimum=0, maximum=100, unit="pipelines")
    if 0 <= number <= 100:
        assert kind.read("x", number) == number
    else:
        with pytest.raises(Refused, match="from 0 to 100"):
            kind.read("x", number)


@pytest.mark.parametrize(("text", "minutes"), [("180", 180), ("3h", 180), ("1h30m", 90), ("7d", 10_080)])
def test_minutes_may_be_told_as_a_duration(text, minutes):
    assert WholeNumber(minimum=1, maximum=10_080, unit="minutes").parse("market_max_age", text) == minutes


@pytest.mark.parametrize("text", ["90s", "8d", "h", "0m"])
def test_a_duration_that_is_no_whole_number_of_minutes_within_the_bounds_is_refused_as_a_number_is(text):
    with pytest.raises(
        Refused, match="market_max_age must be a whole number of minutes from 1 to 10080, or a duration"
    ):
        WholeNumber(minimum=1, maximum=10_080, unit="minutes").parse("market_max_age", text)


def test_credits_are_no_duration():
    with pytest.raises(Refused):
        WholeNumber(minimum=0, maximum=100, unit="credits").parse("min_balance", "1h")
