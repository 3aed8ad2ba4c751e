"""The call for any change: what goes together is one revision, what does not is refused and nothing is dropped."""

import json

import pytest

from starfoundry.config.api.history_rpc import PAGE_BYTES, ConfigHistoryRpc
from starfoundry.config.api.layers_rpc import ConfigLayersRpc
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.config.service.shared_layers import SharedLayers
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Refused
from starfoundry.store.tables.config import config_defaults
from starfoundry.wire import daemon_pb2 as pb
from tests.config.floor import ID, PLAYER, floor
from tests.config.test_rpc import _Context, _Gate
from tests.store.opened import NOON


class Doors:
    """The three doors to one floor, for one caller."""

    def __init__(self, built, page_bytes):
        self.floor = built
        self.one = ConfigRpc(built.service, _Gate())
        self.layers = ConfigLayersRpc(built.service, SharedLayers(built.database, built.bus), built.clock, _Gate())
        watching = SettingsWatch(built.database, built.bus, built.service)
        self.history = ConfigHistoryRpc(built.database, built.service, watching, _Gate(), page_bytes=page_bytes)

    async def revise(self, **fields):
        request = pb.ReviseConfigRequest(container_id=ID, player_id=PLAYER, **fields)
        return await self.one.ReviseConfig(request, _Context())

    async def save(self, name, **fields):
        request = pb.SaveConfigPresetRequest(player_id=PLAYER, name=name, **fields)
        return await self.layers.SaveConfigPreset(request, _Context())

    async def defaults(self, **fields):
        request = pb.ReviseConfigDefaultsRequest(player_id=PLAYER, **fields)
        return await self.layers.ReviseConfigDefaults(request, _Context())

    async def pages(self, **fields):
        request = pb.ListConfigRevisionsRequest(container_id=ID, player_id=PLAYER, **fields)
        return await self.history.ListConfigRevisions(request, _Context())

    async def mark(self, **fields):
        request = pb.MarkConfigRevisionRequest(container_id=ID, player_id=PLAYER, **fields)
        return await self.history.MarkConfigRevision(request, _Context())


@pytest.fixture
def at_the_doors(tmp_path):
    """Runs `body(doors)` in virtual time."""

    def start(body, *, page_bytes=PAGE_BYTES):
        async def main():
            async with floor(tmp_path) as built:
                await built.add()
                return await body(Doors(built, page_bytes))

        return run(main())

    return start


def refused(caught):
    return [(problem.field, problem.given) for problem in caught.value.fields]


def changed(answer):
    return {one.name: (json.loads(one.before_json), json.loads(one.after_json)) for one in answer.changes}


def test_a_preset_and_values_beside_it_are_one_revision(at_the_doors):
    async def body(doors):
        return await doors.revise(preset="aggressive", texts={"max_pipelines": "4"}, pin=["max_workers"])

    answer = at_the_doors(body)
    assert answer.revision == 2
    assert changed(answer)["max_pipelines"] == (3, 4)
    assert changed(answer)["acquire_min_start_supply"] == ("MODERATE", "LIMITED")
    assert changed(answer)["max_workers"] == (5, 5)


@pytest.mark.parametrize("way", [{"rollback_to": 1}, {"rollback_to_tag": "good"}])
@pytest.mark.parametrize(
    ("field", "beside"),
    [
        ("texts", {"max_pipelines": "9"}),
        ("unset", ["max_pipelines"]),
        ("pin", ["max_pipelines"]),
        ("preset", "aggressive"),
        ("prune", True),
        ("discard", ["from_a_newer_version"]),
    ],
)
def test_a_rollback_with_another_change_beside_it_is_refused_and_names_what_would_be_lost(
    at_the_doors, way, field, beside
):
    async def body(doors):
        await doors.mark(tag="good", revision=1)
        await doors.revise(texts={"max_pipelines": "4"})
        with pytest.raises(Refused) as caught:
            await doors.revise(**way, **{field: beside})
        return [problem.field for problem in caught.value.fields], (await doors.floor.stored())[0]

    assert at_the_doors(body) == ([field], 2)


def test_a_rollback_to_a_number_and_to_a_tag_at_once_is_refused(at_the_doors):
    async def body(doors):
        with pytest.raises(Refused, match="rollback_to_tag must be omitted with rollback_to"):
            await doors.revise(rollback_to=1, rollback_to_tag="good")

    at_the_doors(body)


def test_clear_hiding_without_a_preset_is_refused(at_the_doors):
    async def body(doors):
        with pytest.raises(Refused, match="clear_hiding must be omitted without a preset"):
            await doors.revise(clear_hiding=True, texts={"max_pipelines": "4"})

    at_the_doors(body)


def test_a_setting_that_is_given_twice_is_refused(at_the_doors):
    async def body(doors):
        request = pb.ReviseConfigRequest(config=pb.ManufacturingConfig(max_pipelines=4), texts={"max_pipelines": "5"})
        request.update_mask.paths.append("max_pipelines")
        with pytest.raises(Refused) as caught:
            await doors.revise(config=request.config, update_mask=request.update_mask, texts=request.texts)
        return refused(caught)

    assert at_the_doors(body) == [("max_pipelines", "in update_mask and in texts")]


def test_everything_that_is_wrong_with_a_change_is_told_at_once_each_with_its_place(at_the_doors):
    async def body(doors):
        request = pb.ReviseConfigRequest(config=pb.ManufacturingConfig(max_workers=5000))
        request.update_mask.paths.extend(["max_workers", "workers"])
        with pytest.raises(Refused) as caught:
            await doors.revise(
                config=request.config,
                update_mask=request.update_mask,
                texts={
                    "max_pipelines": "many",
                    "collect_min_start_supply": "LIMITED",
                    "collect_min_execute_supply": "HIGH",
                },
                unset=["strategy", "colour"],
                pin=["shape"],
                discard=["nothing"],
            )
        return dict(refused(caught)), (await doors.floor.stored())[0]

    wrong, revision = at_the_doors(body)
    assert wrong == {
        "max_workers": "5000",
        "update_mask.paths[1]": "workers",
        "max_pipelines": "many",
        "collect_min_start_supply": "LIMITED",
        "collect_min_execute_supply": "HIGH",
        "unset[1]": "colour",
        "pin[0]": "shape",
        "discard[0]": "nothing",
    }
    assert revision == 1


def test_of_a_pair_whose_one_level_is_no_level_only_that_is_told(at_the_doors):
    async def body(doors):
        texts = {"collect_min_start_supply": "PLENTY", "collect_min_execute_supply": "ABUNDANT"}
        await doors.revise(texts={"collect_min_execute_supply": "LIMITED", "collect_min_start_supply": "LIMITED"})
        with pytest.raises(Refused) as caught:
            await doors.revise(texts=texts)
        return refused(caught)

    assert at_the_doors(body) == [("collect_min_start_supply", "PLENTY")]


@pytest.mark.parametrize("name", ["MAX_PIPELINES", "max-pipelines", "Max_Pipelines"])
def test_a_name_in_other_letters_is_told_the_right_ones(at_the_doors, name):
    async def body(doors):
        with pytest.raises(Refused, match=r"did you mean max_pipelines\?"):
            await doors.revise(texts={name: "4"})

    at_the_doors(body)


def test_the_same_request_again_is_known_whatever_it_waits_and_whyever(at_the_doors):
    async def body(doors):
        texts = {"max_pipelines": "4"}
        first = await doors.revise(texts=texts, terms=pb.ChangeTerms(request_id="once"))
        again = await doors.revise(
            texts=texts, wait_milliseconds=5, terms=pb.ChangeTerms(request_id="once", reason="why", expected_revision=1)
        )
        with pytest.raises(Refused, match="a new id"):
            await doors.revise(texts=texts, prune=True, terms=pb.ChangeTerms(request_id="once"))
        return first, again

    first, again = at_the_doors(body)
    assert (again.revision, again.previous_revision, changed(again)) == (first.revision, 1, changed(first))


def test_what_is_wrong_with_defaults_is_told_at_once(at_the_doors):
    async def body(doors):
        with pytest.raises(Refused) as caught:
            await doors.defaults(
                texts={"max_pipelines": "many", "strategy": "smart"}, unset=["strategy"], pin=["shape"]
            )
        return refused(caught)

    assert at_the_doors(body) == [("max_pipelines", "many"), ("pin[0]", "shape"), ("strategy", "set and unset")]


def test_a_default_tells_why_it_was_set(at_the_doors):
    async def body(doors):
        answer = await doors.defaults(texts={"max_pipelines": "4"}, terms=pb.ChangeTerms(reason="a small fleet"))
        shown = await doors.layers.GetConfigDefaults(pb.GetConfigDefaultsRequest(player_id=PLAYER), _Context())
        return [one.defaults[0].reason for one in (answer.defaults, shown)]

    assert at_the_doors(body) == ["a small fleet", "a small fleet"]


def test_what_is_stored_below_and_cannot_be_used_is_shown(at_the_doors):
    async def body(doors):
        row = {"player_id": PLAYER, "name": "colour", "value": "red", "is_pinned": False, "author": "", "at": NOON}
        await doors.floor.database.write(lambda connection: connection.execute(config_defaults.insert(), row) and None)
        shown = await doors.layers.GetConfigDefaults(pb.GetConfigDefaultsRequest(player_id=PLAYER), _Context())
        examined = pb.ExamineConfigRequest(player_id=PLAYER, container_id=ID)
        found = await doors.layers.ExamineConfig(examined, _Context())
        return [(one.key, one.value_json) for one in shown.quarantine], [one.name for one in found.findings]

    assert at_the_doors(body) == ([("colour", '"red"')], ["colour", "from_a_newer_version"])


def test_a_preset_saved_anew_keeps_its_description_unless_it_gets_another(at_the_doors):
    async def body(doors):
        first = await doors.save("mine", texts={"max_workers": "7"}, description="for the week-end")
        kept = await doors.save("mine", texts={"max_workers": "8"})
        gone = await doors.save("mine", texts={"max_workers": "8"}, description="")
        return [one.preset.description for one in (first, kept, gone)], changed(kept)

    assert at_the_doors(body) == (["for the week-end", "for the week-end", ""], {"max_workers": (7, 8)})


def test_a_preset_of_a_coordinator_that_will_never_run_again_can_be_deleted(at_the_doors):
    async def body(doors):
        await doors.save("mine", texts={"max_workers": "7"})
        await doors.revise(preset="mine")
        request = pb.DeleteConfigPresetRequest(player_id=PLAYER, name="mine")
        with pytest.raises(Refused, match="no coordinator applies"):
            await doors.layers.DeleteConfigPreset(request, _Context())
        await doors.floor.becomes("COMPLETED")
        return (await doors.layers.DeleteConfigPreset(request, _Context())).name

    assert at_the_doors(body) == "mine"


def test_a_page_of_the_history_ends_where_an_answer_would_be_too_heavy(at_the_doors):
    async def body(doors):
        for pipelines in range(4, 10):
            terms = pb.ChangeTerms(reason="r" * 1000)
            await doors.revise(texts={"max_pipelines": str(pipelines)}, terms=terms)
        page = await doors.pages()
        rest = await doors.pages(before_revision=page.revisions[-1].revision)
        return page, rest

    page, rest = at_the_doors(body, page_bytes=3_000)
    assert ([one.revision for one in page.revisions], page.has_more) == ([7, 6], True)
    assert rest.revisions[0].revision == 5


def test_a_page_before_a_revision_that_cannot_be_is_refused(at_the_doors):
    async def body(doors):
        with pytest.raises(Refused, match="before_revision"):
            await doors.pages(before_revision=-5)

    at_the_doors(body)


@pytest.mark.parametrize("tag", ["  ", "41", "good\x1b[2J", "two\nlines"])
def test_a_tag_that_cannot_be_shown_in_a_line_is_refused(at_the_doors, tag):
    async def body(doors):
        with pytest.raises(Refused, match="tag"):
            await doors.mark(tag=tag)

    at_the_doors(body)


def test_a_tag_is_kept_without_the_blanks_around_it(at_the_doors):
    async def body(doors):
        await doors.mark(tag=" good ")
        return (await doors.pages()).revisions[0].tags

    assert at_the_doors(body) == ["good"]


def test_a_watcher_that_was_idle_can_tell_a_restored_history_from_its_own(at_the_doors):
    async def body(doors):
        request = pb.WatchConfigRequest(container_id=ID, player_id=PLAYER)
        watched = doors.history.WatchConfig(request, _Context())
        return [await anext(watched), await anext(watched)]

    snapshot, bookmark = at_the_doors(body)
    assert (bookmark.revision, bookmark.digest) == (1, snapshot.digest)
