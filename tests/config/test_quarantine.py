"""A store that cannot hurt: what cannot be read is set aside key by key, and everything else goes on."""

import json

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.effective import LastAccepted, checksum, resolve_settings
from starfoundry.config.domain.layers import EDITED, Layers
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service.doctor import examine
from starfoundry.drill.virtual_time.loop import run
from starfoundry.store.tables.config import config_state
from tests.config.floor import ID, PLAYER, floor
from tests.store.opened import NOON

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([one.key for one in SETTINGS]) | st.text(max_size=9)
POISON: dict[str, object] = {
    "max_workers": None,
    "max_pipelines": 4711,
    "collect_min_start_supply": "PLENTIFUL",
    "strategy": "prefer-luck",
    "": {},
    "from_tomorrow": [1],
}


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor)` in virtual time with one coordinator's container there."""

    def start(body):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                return await body(built)

        return run(main())

    return start


@given(st.dictionaries(KEYS, JSON, max_size=8), st.dictionaries(KEYS, JSON, max_size=8), st.booleans())
def test_whatever_is_stored_can_be_read_and_is_valid(stored, accepted, is_true):
    last_accepted = LastAccepted(accepted=accepted, checksum=checksum(accepted) if is_true else "not it")
    standing = resolve_settings(stored, Layers(), last_accepted)

    assert ManufacturingConfig(**standing.layers.values()).to_map().keys() == ManufacturingConfig().to_map().keys()
    assert set(standing.quarantine) <= set(stored)


def test_every_other_setting_is_in_force_and_can_be_changed_and_the_poison_stays_shown(on_floor):
    async def body(built):
        await built.set(max_workers=7, max_pipelines=6)
        _, stored = await built.stored()
        await built.overwrite({**stored, **POISON})
        before = await built.service.show(PLAYER, ID)
        await built.set(min_balance=500)
        after = await built.service.show(PLAYER, ID)
        return before, after, await built.stored()

    before, after, (_, stored) = on_floor(body)
    assert before.config == ManufacturingConfig(max_workers=7, max_pipelines=6)
    assert after.config == ManufacturingConfig(max_workers=7, max_pipelines=6, min_balance=500)
    assert set(before.quarantine) == {*POISON, "from_a_newer_version"}
    assert set(after.quarantine) == set(before.quarantine)
    assert after.quarantine["max_pipelines"].value == 4711
    assert ManufacturingConfig.from_map(stored) == after.config, "an older reader finds the values in force"


def test_a_quarantined_key_is_forgotten_when_it_is_set_or_discarded(on_floor):
    async def body(built):
        _, stored = await built.stored()
        await built.overwrite({**stored, **POISON})
        await built.set(max_workers=9)
        by = built.service.authorship(author="ada", origin="test")
        gone = Patch(discard=("strategy", "from_tomorrow"))
        await built.service.apply_patch(PLAYER, ID, gone, by, Preconditions())
        return await built.service.show(PLAYER, ID), await built.stored()

    view, (_, stored) = on_floor(body)
    assert set(view.quarantine) == {"max_pipelines", "collect_min_start_supply", "", "from_a_newer_version"}
    assert "from_tomorrow" not in stored


def test_a_reserve_that_is_lost_altogether_stops_buying_rather_than_guarding_nothing():
    standing = resolve_settings({"min_balance": "all of it"}, Layers(), LastAccepted())

    assert standing.config.min_balance == 2**53 - 1


def test_an_accepted_copy_that_is_not_what_was_written_is_not_trusted(on_floor):
    async def body(built):
        await built.set(min_balance=700)
        _, stored = await built.stored()
        await built.overwrite({**stored, "min_balance": None})
        trusted = (await built.service.show(PLAYER, ID)).config.min_balance

        def spoil(connection):
            row = connection.execute(sa.select(config_state.c.accepted)).scalar_one()
            connection.execute(sa.update(config_state).values(accepted={**row, "min_balance": 1}))

        await built.database.write(spoil)
        return trusted, (await built.service.show(PLAYER, ID)).config.min_balance

    assert on_floor(body) == (700, 2**53 - 1)


def test_levels_that_contradict_each_other_in_the_store_give_way_together(on_floor):
    async def body(built):
        _, stored = await built.stored()
        await built.overwrite({**stored, "collect_min_start_supply": "SCARCE"})
        view = await built.service.show(PLAYER, ID)
        repaired = await built.set(max_workers=6)
        return view, repaired

    view, repaired = on_floor(body)
    assert view.config == ManufacturingConfig()
    assert view.quarantine["collect_min_start_supply"].value == "SCARCE"
    assert repaired.view.config == ManufacturingConfig(max_workers=6)


def test_a_value_that_other_hands_stored_counts_as_the_container_s_own_and_says_so(on_floor):
    async def body(built):
        _, stored = await built.stored()
        await built.overwrite({**stored, "max_pipelines": 8})
        edited = await built.service.show(PLAYER, ID)
        await built.set(max_workers=6)
        return edited, await built.service.show(PLAYER, ID)

    edited, later = on_floor(body)
    assert edited.layers.own["max_pipelines"].author == EDITED
    assert later.config.max_pipelines == 8


def test_a_row_of_the_first_version_is_read_with_its_values_as_its_own(on_floor):
    """No state was kept then, and the settings of today were not there."""

    async def body(built):
        def forget(connection):
            connection.execute(sa.delete(config_state))

        await built.database.write(forget)
        old = {"system_symbol": "X1-YZ19", "min_price": 900, "max_workers": 5, "max_pipelines": 2, "min_balance": 77}
        await built.overwrite(old)
        view = await built.service.show(PLAYER, ID)
        result = await built.set(max_pipelines=4)
        return view, result, await built.stored()

    view, result, (_, stored) = on_floor(body)
    assert view.config == ManufacturingConfig(min_purchase_price=900, max_pipelines=2, min_balance=77)
    assert set(view.layers.own) == {"min_purchase_price", "max_pipelines", "min_balance"}
    assert dict(result.changes) == {"max_pipelines": {"before": 2, "after": 4}}
    assert stored["min_balance"] == 77


def test_the_state_beside_may_be_broken_in_every_part(on_floor):
    async def body(built):
        await built.set(max_pipelines=6)

        def spoil(connection):
            broken = {"max_pipelines": {"value": "x"}, "max_workers": 3, "gone": {"value": 1}}
            connection.execute(
                sa.update(config_state).values(overrides=broken, since=[], accepted=[], quarantine=7, checksum="")
            )

        await built.database.write(spoil)
        view = await built.service.show(PLAYER, ID)
        await built.set(max_workers=6)
        return view, (await built.service.show(PLAYER, ID)).config

    view, config = on_floor(body)
    assert view.config.max_pipelines == 6
    assert config == ManufacturingConfig(max_pipelines=6, max_workers=6)


def test_the_checksum_does_not_depend_on_the_order_of_the_keys():
    config = ManufacturingConfig().to_map()
    turned = dict(reversed(config.items()))

    assert checksum(config) == checksum(turned) == checksum(json.loads(json.dumps(config)))


def test_the_doctor_says_values_as_they_are_typed_and_remedies_as_a_shell_takes_them(on_floor):
    async def body(built):
        _, stored = await built.stored()
        await built.overwrite({**stored, "collect_min_start_supply": None, "two words": 1})
        return list(examine(await built.service.show(PLAYER, ID), NOON))

    found = {(each.kind, each.name): each for each in on_floor(body)}
    accepted = found["LAST_ACCEPTED", "collect_min_start_supply"]
    assert accepted.text == "ABUNDANT stays in force, as accepted last"
    assert found["QUARANTINED", "collect_min_start_supply"].text.startswith("null is stored and not used")
    assert found["QUARANTINED", "two words"].remedy.endswith("--discard 'two words'")
