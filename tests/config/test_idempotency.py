"""Changes that are sent again: made once, answered alike, and never taken for another one."""

import asyncio

import pytest

from starfoundry.config.domain.acknowledgements import RefusedRevision
from starfoundry.config.domain.change_status import ChangeState
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.storage import history
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import Revision
from starfoundry.manufacturing.storage.store import Decision, record
from tests.config.floor import ID, PLAYER
from tests.config.test_revisions import apply_patch, roll_back

ONCE = Preconditions(request_id="once", fingerprint="this")
OTHER = Preconditions(request_id="once", fingerprint="another")


def test_a_change_that_changed_nothing_changes_nothing_when_it_is_sent_again(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9})
        first = await apply_patch(built, ONCE, values={"max_pipelines": 9})
        await apply_patch(built, author="bob", values={"max_pipelines": 4})
        return first, await apply_patch(built, ONCE, values={"max_pipelines": 9}), (await built.stored())[1]

    first, again, config = on_floor(body)
    assert (first.state, again.state) == (ChangeState.UNCHANGED, ChangeState.UNCHANGED)
    assert (first.revision, again.revision, again.previous_revision) == (2, 2, 2)
    assert config["max_pipelines"] == 4


@pytest.mark.parametrize("is_last", [True, False])
def test_a_change_that_the_coordinator_refused_is_told_as_refused_when_it_is_sent_again(on_floor, is_last):
    async def body(built):
        await apply_patch(built, ONCE, values={"max_pipelines": 9})
        refused = Decision(
            at=built.clock.now(),
            container_id=ID,
            kind=history.REFUSED,
            subject=ID,
            facts={"reason": "too many"},
            revision=Revision(2),
        )
        await built.database.write(lambda connection: record(connection, [refused]))
        built.bus.refuse(ID, RefusedRevision(revision=Revision(2), reason="too many", at_elapsed=0.0))
        if not is_last:
            await apply_patch(built, values={"max_pipelines": 4})
        built.start()
        await asyncio.sleep(1)
        return await apply_patch(built, ONCE, values={"max_pipelines": 9}, wait_seconds=5)

    again = on_floor(body)
    assert (again.state, again.reason, again.revision) == (ChangeState.REJECTED, "too many", 2)


def test_a_rollback_is_known_again_by_what_it_asked_for(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9})
        first = await roll_back(built, 1, ONCE)
        again = await roll_back(built, 1, ONCE)
        with pytest.raises(Refused, match="a new id"):
            await roll_back(built, 2, OTHER)
        return first, again

    first, again = on_floor(body)
    assert (first.revision, again.revision, again.changes) == (3, 3, first.changes)


def test_a_change_that_is_sent_again_needs_nothing_of_what_it_needed_then(on_floor, with_hands):
    async def preset(hands):
        await hands.save("mine", max_workers=7)
        by = hands.by()
        first = await hands.floor.service.apply_preset(PLAYER, ID, "mine", by, ONCE)
        await hands.apply("")
        await hands.delete("mine")
        return first, await hands.floor.service.apply_preset(PLAYER, ID, "mine", by, ONCE)

    async def ended(built):
        first = await apply_patch(built, ONCE, values={"max_pipelines": 9})
        await built.becomes("COMPLETED")
        return first, await apply_patch(built, ONCE, values={"max_pipelines": 9})

    for first, again in (with_hands(preset), on_floor(ended, seed=1)):
        assert (again.revision, again.changes) == (first.revision, first.changes)


def test_a_default_that_is_sent_again_runs_over_nobody(with_hands):
    async def body(hands):
        first = await hands.defaults(ONCE, max_pipelines=5)
        await hands.defaults(max_pipelines=7)
        again = await hands.defaults(ONCE, max_pipelines=5)
        with pytest.raises(Refused, match="a new id"):
            await hands.defaults(OTHER, max_pipelines=6)
        return first, again, (await hands.shared_layers.defaults(PLAYER))[0]["max_pipelines"].value

    first, again, value = with_hands(body)
    assert value == 7
    assert again.changes == first.changes
    assert [(each.committed.container.id, each.committed.revised.revision) for each in again.reached] == [
        (each.committed.container.id, each.committed.revised.revision) for each in first.reached
    ]


def test_a_preset_that_is_sent_again_runs_over_nobody(with_hands):
    async def body(hands):
        await hands.save("mine", ONCE, max_workers=7)
        await hands.save("mine", max_workers=8)
        again = await hands.save("mine", ONCE, max_workers=7)
        return again, again.entries["max_workers"].value

    again, value = with_hands(body)
    assert (again.changes["max_workers"]["after"], value) == (7, 8)


def test_a_plan_binds_a_change_of_a_lower_layer(with_hands):
    async def body(hands):
        first = (await hands.defaults(Preconditions(validate_only=True), max_pipelines=5)).plan
        await hands.apply_patch(values={"max_workers": 6})
        with pytest.raises(Stale, match="is stale: for the defaults"):
            await hands.defaults(Preconditions(plan=first), max_pipelines=5)
        second = (await hands.defaults(Preconditions(validate_only=True), max_pipelines=5)).plan
        await hands.defaults(Preconditions(plan=second), max_pipelines=5)
        return (await hands.view()).config.max_pipelines

    assert with_hands(body) == 5


def test_a_lower_layer_has_no_revision_to_be_based_on(with_hands):
    async def body(hands):
        with pytest.raises(Refused, match="defaults and presets have no revisions"):
            await hands.defaults(Preconditions(expected_revision=1), max_pipelines=5)
        with pytest.raises(Refused, match="expected_revision"):
            await hands.save("mine", Preconditions(expected_revision=1), max_workers=7)

    with_hands(body)


def test_what_is_asked_for_as_a_dry_run_is_not_kept(on_floor):
    async def body(built):
        await apply_patch(
            built, Preconditions(request_id="once", fingerprint="this", validate_only=True), values={"max_pipelines": 8}
        )
        return await apply_patch(built, OTHER, values={"max_pipelines": 9})

    assert on_floor(body).revision == 2


def test_an_amendment_that_is_wrong_is_not_kept_either(on_floor):
    async def body(built):
        with pytest.raises(Refused):
            await built.service.apply_patch(PLAYER, ID, Patch(unset=("nothing",)), by(built), ONCE)
        return await apply_patch(built, OTHER, values={"max_pipelines": 9})

    assert on_floor(body).revision == 2


def by(built):
    return built.service.authorship(author="ada", origin="test")


def test_the_history_tells_which_revision_the_coordinator_would_not_have(on_floor):
    async def body(built):
        await apply_patch(built, values={"max_pipelines": 9})
        await apply_patch(built, values={"max_pipelines": 4})
        line = {"at": built.clock.now(), "container_id": ID, "subject": ID, "revision": Revision(2)}
        refused = Decision(kind=history.REFUSED, facts={"reason": "too many"}, **line)
        await built.database.write(lambda connection: record(connection, [refused]))
        rows = await built.database.read(lambda connection: history.page(connection, ID, limit=10))
        return {int(row.revision): row.refusal for row in rows}

    assert on_floor(body) == {1: "", 2: "too many", 3: ""}
