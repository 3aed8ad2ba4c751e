"""Settings that name a good nobody knows: refused before they are stored, or taken back at once; in nobody's way."""

import asyncio
from typing import Any

import pytest

from starfoundry.config.storage import store
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.status import InProcessContext
from tests.manufacturing.plant import plant, run_plant

MISSPELT = {"blocked_goods": "IRONN", "max_pipelines": "9"}


async def revise(running, container_id, **changes):
    request = wire.ReviseConfigRequest(
        container_id=container_id, player_id=running.player_id, wait_milliseconds=5000, **changes
    )
    return await running.operator.call("ReviseConfig", request)


async def by_set(running, container_id):
    """The design's own call: `config set --blocked-goods IRONN --max-pipelines 9`."""
    return await running.set(container_id, blocked_goods=wire.GoodList(goods=["IRONN"]), max_pipelines=9)


async def by_page(running, container_id):
    """As the page and `config set NAME=VALUE` send it."""
    return await revise(running, container_id, texts=MISSPELT)


async def by_apply(running, container_id):
    """As `config apply FILE` and `config edit` send it: everything not named is unset."""
    return await revise(running, container_id, texts=MISSPELT, prune=True)


async def by_overrides(running, container_id):
    """A good that is named by an override."""
    return await revise(
        running, container_id, texts={"good_overrides": "IRONN.min_purchase_price=5", "max_pipelines": "9"}
    )


async def by_preset(running, container_id):
    """A preset is saved, and applied."""
    save = wire.SaveConfigPresetRequest(player_id=running.player_id, name="mine", texts=MISSPELT)
    await running.operator.call("SaveConfigPreset", save)
    return await revise(running, container_id, preset="mine")


async def by_defaults(running, container_id):
    """The player's defaults, which reach every coordinator."""
    request = wire.ReviseConfigDefaultsRequest(player_id=running.player_id, texts=MISSPELT)
    return await running.operator.call("ReviseConfigDefaults", request)


WAYS = [by_set, by_page, by_apply, by_overrides, by_preset, by_defaults]


async def revisions(running, container_id):
    request = wire.ListConfigRevisionsRequest(container_id=container_id, player_id=running.player_id)
    return list((await running.operator.call("ListConfigRevisions", request)).revisions)


async def conditions(running):
    """What makes the daemon's health degraded, by kind."""
    health = await running.operator.call("GetHealth", wire.GetHealthRequest())
    assert (health.status == "degraded") == any(each.degrades for each in health.conditions)
    return {each.kind: each.subject for each in health.conditions if each.degrades}


async def shown(running, container_id):
    answer = await running.show(container_id)
    return list(answer.config.blocked_goods), answer.config.max_pipelines, answer.config.max_workers


@pytest.mark.parametrize("way", WAYS)
def test_a_misspelt_good_is_refused_before_it_is_stored_with_the_one_that_was_meant(tmp_path, way):
    async def work(running):
        container_id = await running.start()
        with pytest.raises(Refused) as refused:
            await way(running, container_id)
        (problem,) = refused.value.fields
        assert problem.field in ("blocked_goods", "good_overrides.IRONN")
        assert (problem.given, problem.allowed) == ("IRONN", "a good that a known market trades (did you mean IRON?)")
        assert [each.revision for each in await revisions(running, container_id)] == [1]

    run_plant(work, tmp_path)


def test_a_misspelt_good_is_refused_on_a_paused_coordinator_too(tmp_path):
    async def work(running):
        container_id = await running.start()
        pause = wire.PauseContainerRequest(container_id=container_id, player_id=running.player_id)
        await running.operator.call("PauseContainer", pause)
        await asyncio.sleep(700)
        with pytest.raises(Refused, match="did you mean IRON"):
            await by_page(running, container_id)

    run_plant(work, tmp_path)


def test_a_preset_from_before_that_names_a_misspelt_good_cannot_be_applied(tmp_path, monkeypatch):
    async def work(running):
        container_id = await running.start()
        with monkeypatch.context() as patched:
            patched.setattr(store, "known_goods", nothing_known)
            save = wire.SaveConfigPresetRequest(player_id=running.player_id, name="mine", texts=MISSPELT)
            await running.operator.call("SaveConfigPreset", save)
        with pytest.raises(Refused, match="did you mean IRON"):
            await revise(running, container_id, preset="mine")

    run_plant(work, tmp_path)


def nothing_known(_connection, _player_id):
    """What the daemon knows of goods before it has seen a market."""
    return frozenset()


@pytest.mark.parametrize("way", WAYS)
def test_what_the_coordinator_refuses_after_all_is_taken_back_by_the_next_revision(tmp_path, monkeypatch, way):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        await way(running, container_id)
        await asyncio.sleep(60)
        newest, refused, first = (await revisions(running, container_id))[:3]
        answer = await running.show(container_id)

        assert (first.revision, refused.revision, newest.revision) == (1, 2, 3)
        assert "IRONN" in refused.refused
        assert (newest.author, newest.reason) == ("refused", f"revision 2 is refused: {refused.refused}")
        assert await shown(running, container_id) == ([], 3, 5)
        assert dict(answer.config.good_overrides) == {}
        assert answer.stored_hash == answer.running_hash
        assert (answer.observed_revision, answer.rejected_revision) == (3, 2)

    run_plant(work, tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_later_changes_start_from_what_is_in_force_and_nothing_refused_comes_into_force(tmp_path, monkeypatch, way):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        await way(running, container_id)
        await asyncio.sleep(60)
        told = await conditions(running)
        other = await running.set(container_id, max_workers=4)
        after = await conditions(running)
        unset = await revise(running, container_id, unset=["max_workers"])
        assert (other.state, unset.state) == ("APPLIED", "APPLIED")
        assert (told, after) == ({"settings-refused": container_id}, {})
        assert await shown(running, container_id) == ([], 3, 5)
        assert (await running.show(container_id)).rejected_revision == 0

    run_plant(work, tmp_path)


def test_the_answer_to_a_refused_change_names_the_revision_that_takes_it_back_and_needs_no_undo(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        terms = wire.ChangeTerms(request_id="once")
        answer = await revise(running, container_id, texts=MISSPELT, terms=terms)
        again = await revise(running, container_id, texts=MISSPELT, terms=terms)

        assert (answer.state, answer.revision, answer.undo) == ("REJECTED", 2, "")
        assert answer.message.startswith(
            "revision 2 is refused by the coordinator; revision 3 restores what was in force"
        )
        assert answer.current_config.max_pipelines == 3
        assert (again.state, again.revision) == ("REJECTED", 2)
        assert [each.revision for each in await revisions(running, container_id)] == [3, 2, 1]

    run_plant(work, tmp_path)


def test_a_change_made_right_after_a_refused_one_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        refused, kept = await asyncio.gather(by_page(running, container_id), running.set(container_id, max_workers=4))
        assert (refused.state, kept.state) == ("REJECTED", "APPLIED")
        assert await shown(running, container_id) == ([], 3, 4)

    run_plant(work, tmp_path)


def test_why_tells_of_refused_settings_until_the_next_change(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        await by_page(running, container_id)
        told = await of_container(running, container_id)
        await running.set(container_id, max_workers=4)
        after = await of_container(running, container_id)
        assert (told.reason.rule, after.reason.rule) == ("settings_refused", "bottleneck")
        assert told.reason.text.startswith(f"settings refused: revision 2 of {container_id}, ")

    run_plant(work, tmp_path)


async def of_container(running, container_id):
    """What `why` says of the container as a whole."""
    request = wire.ExplainWorkRequest(player_id=running.player_id, subject=container_id)
    found = (await running.operator.call("ExplainWork", request)).explanations
    return next(each for each in found if each.subject == "CONTAINER")


def test_a_watcher_hears_of_the_change_its_refusal_and_what_takes_it_back_in_that_order(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(60)
        watch = wire.WatchConfigRequest(container_id=container_id, player_id=running.player_id, after_revision=1)
        servicer: Any = running.daemon.servicer
        watched = servicer.WatchConfig(watch, InProcessContext())
        heard = [await anext(watched)]
        await by_page(running, container_id)
        while (heard[-1].kind, heard[-1].revision) != ("OBSERVED", 3):
            heard.append(await anext(watched))
        await watched.aclose()
        assert [(each.kind, each.revision) for each in heard] == [
            ("OBSERVED", 1),
            ("CHANGED", 2),
            ("REJECTED", 2),
            ("CHANGED", 3),
            ("OBSERVED", 3),
        ]

    run_plant(work, tmp_path)


def test_a_refusal_is_still_told_after_the_daemon_has_started_again(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "known_goods", nothing_known)

    async def work():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            container_id = await running.start()
            await asyncio.sleep(60)
            await by_page(running, container_id)
        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(60)
            answer = await running.show(container_id)
            assert (answer.revision, answer.observed_revision, answer.rejected_revision) == (3, 3, 2)
            assert await shown(running, container_id) == ([], 3, 5)

    loop.run(work(), seed=1)


def test_a_good_that_nobody_knows_and_that_was_named_before_the_start_is_in_no_other_change_s_way(
    tmp_path, monkeypatch
):
    async def work(running):
        container_id = await running.start()
        await running.stop(container_id)
        with monkeypatch.context() as patched:
            patched.setattr(store, "known_goods", nothing_known)
            await revise(running, container_id, texts={"blocked_goods": "IRONN"})
        start = wire.StartContainerRequest(container_id=container_id, player_id=running.player_id)
        await running.operator.call("StartContainer", start)
        await asyncio.sleep(60)
        other = await running.set(container_id, max_pipelines=9)
        warned = [line for line in await running.logs(container_id) if "did you mean IRON" in line]

        assert (other.state, other.revision) == ("APPLIED", 3)
        assert len(warned) == 1

    run_plant(work, tmp_path)
