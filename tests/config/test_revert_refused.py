"""Refused revisions: which they are, judged one by one on top of what is in force, and how they are taken back."""

from datetime import UTC, datetime

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service.default_upgrade import upgrade_defaults
from starfoundry.config.service.revert_refused import without_refused
from starfoundry.config.storage import config_state
from starfoundry.containers.storage import store as containers_store
from starfoundry.kernel.ids import Revision
from starfoundry.kernel.supply import SupplyLevel
from tests.config.floor import ID, PLAYER

IN_FORCE = ManufacturingConfig()


def revision(number, **changes):
    """A revision that changes these settings, as JSON has them."""
    return RevisionRecord(
        revision=Revision(number),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        author="ada",
        origin="cli",
        reason="",
        changes={name: {"before": None, "after": after} for name, after in changes.items()},
        config={},
    )


def no_iron(config, before):
    """Objects to a configuration that blocks IRONN where the one before did not."""
    is_new = "IRONN" in config.blocked_goods and "IRONN" not in before.blocked_goods
    return "no IRONN here" if is_new else ""


def test_a_refused_revision_is_left_out_whole():
    config, refused = without_refused(IN_FORCE, [revision(2, blocked_goods=["IRONN"], max_workers=9)], no_iron)

    assert (config, refused) == (IN_FORCE, {2: "no IRONN here"})


def test_what_others_changed_before_and_after_a_refused_revision_stays():
    records = [revision(2, max_workers=4), revision(3, blocked_goods=["IRONN"]), revision(4, max_pipelines=7)]

    config, refused = without_refused(IN_FORCE, records, no_iron)

    assert (config.max_workers, config.blocked_goods, config.max_pipelines) == (4, (), 7)
    assert list(refused) == [3]


def test_a_revision_that_contradicts_what_is_in_force_without_a_refused_one_is_refused_with_it():
    records = [
        revision(2, blocked_goods=["IRONN"], collect_min_start_supply="HIGH", collect_min_execute_supply="LIMITED"),
        revision(3, collect_min_start_supply="MODERATE"),
    ]

    config, refused = without_refused(IN_FORCE, records, no_iron)

    assert config.collect_min_start_supply is SupplyLevel.ABUNDANT
    assert list(refused) == [2, 3]


def test_what_is_no_setting_is_passed_over():
    config, refused = without_refused(IN_FORCE, [revision(2, a_key_of_a_newer_version=3)], no_iron)

    assert (config, refused) == (IN_FORCE, {})


@pytest.mark.parametrize("observed", [0, 1])
def test_a_refusal_that_an_older_version_left_standing_is_taken_back_at_the_start(on_floor, observed):
    async def work(built):
        await built.set(max_pipelines=9, max_workers=9)

        def older_version(connection):
            config_state.set_rejected(connection, ID, Revision(2), "IRONN is no good")
            containers_store.set_observed(connection, ID, Revision(observed))

        await built.database.write(older_version)
        await upgrade_defaults(built.database, built.clock)
        return await built.stored(), await built.service.show(PLAYER, ID), await built.set(max_workers=4)

    (revision_after, stored), view, later = on_floor(work)

    assert (revision_after, stored["max_pipelines"], stored["max_workers"]) == (3, 3, 5)
    assert (view.rejected_revision, view.rejected_reason) == (2, "IRONN is no good")
    assert (later.view.config.max_pipelines, later.view.config.max_workers) == (3, 4)
