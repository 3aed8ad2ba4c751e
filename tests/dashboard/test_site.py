"""The page over HTTP, against a real daemon: what it shows, what it changes, and what it is told."""

import re
import shlex
from urllib.parse import urljoin

import pytest

from starfoundry.config.domain.model import SETTINGS
from starfoundry.dashboard.views.subscription import VIEWS
from starfoundry.runtime.clock import SystemClock
from tests.dashboard.visitor import Visitor

pytestmark = pytest.mark.processes

CLOCK = SystemClock()
AIOHTTP_WAITS_SECONDS = 60.0
"""How long aiohttp waits by itself for those who listen."""


def test_the_page_and_every_file_it_names_are_served(visitor):
    first = visitor.get("/").body.decode()
    named = re.findall(r'(?:src|href)="(/[^"]+)"', first)
    seen: dict[str, int] = {}
    while named:
        path = named.pop()
        if path in seen:
            continue
        answer = visitor.get(path)
        seen[path] = answer.status
        if path.endswith(".js"):
            named += [urljoin(path, other) for other in re.findall(r'from "(\.[^"]+)"', answer.body.decode())]

    assert len(seen) > 20
    assert seen == dict.fromkeys(seen, 200)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_an_address_of_its_own(visitor, view):
    assert visitor.get(f"/{view}").body == visitor.get("/").body


@pytest.fixture(scope="module")
def schema(served):
    visitor = served.visitor()
    told = visitor.until(visitor.events(), "schema")
    visitor.close()
    return {each["name"]: each for each in told}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_form_is_told_everything_that_is_declared_of_a_setting(schema, setting):
    told = schema[setting.name]

    assert told["json_schema"] == setting.kind.json_schema
    assert told["default"] == setting.kind.write(setting.default)
    assert (told["label"], told["section"]) == (setting.label, setting.section)
    assert (told["short_help"], told["long_help"], told["under_way"]) == (
        setting.short_help,
        setting.long_help,
        setting.under_way,
    )
    assert told["takes_effect"] == setting.takes_effect.value
    assert told["unit"] == getattr(setting.kind, "unit", "")


def test_the_form_is_told_of_no_setting_that_is_none(schema):
    assert list(schema) == [setting.name for setting in SETTINGS]


def test_the_page_is_told_where_each_value_comes_from_and_whether_it_is_in_force(served, visitor):
    told = visitor.until(visitor.events(), "settings")
    origin = next(each for each in told["provenance"] if each["name"] == "max_workers")

    assert (origin["layer"], origin["value"], origin["hides"][0]["value"]) == ("container", 6, 5)
    assert {each["name"]: each["state"] for each in told["settings"]} == {one.name: "APPLIED" for one in SETTINGS}


def test_the_page_is_told_what_was_decided_last(visitor):
    assert visitor.until(visitor.events(), "pulse")["last_decision"]["kind"]


def test_a_preview_says_what_would_be_and_changes_nothing(served, visitor):
    before = served.config("show")
    answer = visitor.post("/api/preview", served.change(set={"max_pipelines": "17"})).json

    assert (answer["dry_run"], answer["changes"][0]["after"]) == (True, 17)
    assert answer["warnings"] == [
        f"max_pipelines: 17 is more than 4 times the {before['config']['max_pipelines']} before"
    ]
    assert served.config("show")["config"] == before["config"]


def test_every_value_that_is_refused_is_named_with_what_is_allowed(served, visitor):
    wrong = {"max_workers": "0", "strategy": "smrat", "good_overrides": "IRON.min_purchase_price=-1"}
    answer = visitor.post("/api/preview", served.change(set=wrong))
    told = {each["name"]: each["allowed"] for each in answer.json["error"]["fields"]}

    assert answer.status == 400
    assert told["max_workers"] == "a whole number of workers from 1 to 1000"
    assert "did you mean smart?" in told["strategy"]
    assert "good_overrides.IRON.min_purchase_price" in told


def test_a_change_is_in_the_history_with_its_author_its_reason_and_the_page_as_its_source(served, visitor):
    answer = visitor.post("/api/apply", served.change(set={"max_workers": "8"}, reason="two more ships")).json
    newest = served.config("history")["revisions"][0]

    assert (answer["state"], answer["revision"]) == ("APPLIED", newest["revision"])
    assert (newest["source"], newest["reason"]) == ("page", "two more ships")
    assert newest["author"]
    assert newest["changes"]["max_workers"]["after"] == 8


def test_the_page_shows_the_same_history(served, visitor):
    served.config("set", "min_balance=777", "--reason", "from a terminal")
    told = visitor.get(f"/api/history?container_id={served.container_id}&player_id=1").json["revisions"][0]

    assert (told["source"], told["reason"], told["changes"][0]["after"]) == ("cli", "from a terminal", 777)


def test_who_was_overtaken_is_told_by_whom_and_nothing_is_changed(served, visitor):
    seen = served.config("show")["revision"]
    served.config("set", f"market_max_age={100 + seen}")
    answer = visitor.post("/api/apply", served.change(set={"market_max_age": "99"}, expected_revision=seen))
    problem = answer.json["error"]["fields"][0]

    assert (answer.status, answer.json["error"]["code"]) == (409, "ABORTED")
    assert problem["name"] == "market_max_age"
    assert re.search(rf"{100 + seen}, set by .+ at .+ in conflict with this change", problem["allowed"])
    assert served.config("show")["config"]["market_max_age"] == 100 + seen


def test_a_change_that_is_sent_twice_is_made_once(served, visitor):
    change = served.change(set={"chain_stop_loss": "123456"}, request_id="lost-answer")
    first, second = (visitor.post("/api/apply", change).json for _ in range(2))

    assert first["revision"] == second["revision"] == served.config("show")["revision"]


def test_setting_pinning_and_returning_at_once_are_one_revision(served, visitor):
    served.config("set", "max_api_share=70")
    change = served.change(set={"max_pipelines": "4"}, pin=["strategy"], unset=["max_api_share"])
    answer = visitor.post("/api/apply", change).json
    shown = served.config("show", "--provenance")["provenance"]

    assert answer["revision"] == answer["previous_revision"] + 1
    assert (shown["max_pipelines"]["value"], shown["strategy"]["pinned"]) == (4, True)
    assert (shown["max_api_share"]["layer"], shown["max_api_share"]["value"]) == ("built-in", 100)


def test_rolling_back_makes_an_earlier_revision_hold_again(served, visitor):
    good = served.config("set", "min_purchase_price=1500")["revision"]
    served.config("set", "min_purchase_price=2500")
    answer = visitor.post("/api/apply", served.change(rollback_to=good)).json

    assert [(each["name"], each["after"]) for each in answer["changes"]] == [("min_purchase_price", 1500)]
    assert served.config("history")["revisions"][0]["source"] == "page"


def test_the_command_that_is_shown_does_the_same(served, visitor):
    change = served.change(set={"blocked_goods": "FUEL,IRON"}, reason="it's dear")
    command = visitor.post("/api/preview", change).json["command"]
    done = served.workplace.cli(*shlex.split(command)[1:], "--output", "json")

    assert done.code == 0, done.err
    assert done.json["changes"]["blocked_goods"]["after"] == ["FUEL", "IRON"]
    assert served.config("history")["revisions"][0]["reason"] == "it's dear"


def test_the_command_that_takes_a_change_back_does_so(served, visitor):
    before = served.config("show")["config"]
    answer = visitor.post("/api/apply", served.change(set={"market_max_age": "55"})).json
    undone = served.workplace.cli(*shlex.split(answer["undo"])[1:], "--output", "json")

    assert undone.json["config"] == before


def test_a_change_made_elsewhere_is_told_however_soon_after_the_page_was_opened(served, visitor):
    events = visitor.events()
    visitor.until(events, "settings")
    revision = served.config("set", "min_balance=4242")["revision"]
    told = next(value for name, value in events if name == "settings" and value["revision"] >= revision)

    assert (told["revision"], told["config"]["min_balance"]) == (revision, 4242)
    changes = visitor.until(events, "changes")
    assert (changes["change"]["source"], changes["change"]["revision"]) == ("cli", revision)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"surprise": 1},
        {"set": ["max_workers"]},
        {"set": {"max_workers": 5}},
        {"set": {"max_workers": "5"}, "player_id": 2**31},
        {"set": {"max_workers": "5"}, "expected_revision": 2**63},
        {"rollback_to": -1},
    ],
    ids=str,
)
def test_what_is_no_change_of_settings_is_refused(served, visitor, wrong):
    assert visitor.post("/api/apply", served.change(**wrong)).status == 400


@pytest.mark.parametrize("query", ["player_id=one", "player_id=", f"player_id={2**31}", f"player_id=1&before={2**63}"])
def test_a_question_with_no_number_where_one_belongs_is_refused(visitor, query):
    assert visitor.get(f"/api/history?container_id=any&{query}").status == 400


def test_what_is_not_there_and_what_is_too_long_is_told_as_json(served, visitor):
    assert visitor.get("/nothing.js").json["error"]["message"] == "Not Found"
    assert visitor.post("/api/apply", served.change(reason="x" * 100_000)).status == 413


def test_a_coordinator_that_is_not_there_is_told_as_missing(served, visitor):
    assert visitor.get("/api/history?container_id=nobody&player_id=1").status == 404
    assert "nobody" in visitor.until(visitor.events("nobody"), "missing")


def test_a_stopped_coordinator_takes_changes_for_its_next_start(fragile):
    visitor = fragile.visitor()
    events = visitor.events()
    visitor.until(events, "pulse")
    fragile.workplace.ask("container", "pause", fragile.container_id, "--wait")
    answer = visitor.post("/api/apply", fragile.change(set={"max_pipelines": "9"})).json

    assert (answer["state"], answer["settings"][0]["state"]) == ("NEXT_START", "NEXT_START")
    states = (value["settings"] for name, value in events if name == "settings")
    assert any(each["state"] == "NEXT_START" for listed in states for each in listed)
    visitor.close()


def test_the_page_outlives_its_daemon_and_says_what_to_do(fragile):
    visitor = fragile.visitor()
    events = visitor.events()
    visitor.until(events, "beat")
    fragile.daemon.kill()
    gone = next(value for name, value in events if name == "daemon" and not value["reachable"])
    fragile.start_daemon_again()
    assert any(value["reachable"] for name, value in events if name == "daemon")
    fragile.config("set", "min_balance=99")

    assert "spacetraders-daemon" in gone["next_step"]
    assert any(value["config"]["min_balance"] == 99 for name, value in events if name == "settings")
    visitor.close()


def test_without_a_daemon_a_change_is_not_made_and_said_so(fragile):
    visitor = fragile.visitor()
    fragile.daemon.kill()
    answer = visitor.post("/api/apply", fragile.change(set={"max_pipelines": "9"}))

    assert (answer.status, answer.json["error"]["code"]) == (503, "UNAVAILABLE")
    assert "spacetraders-daemon" in answer.json["error"]["next_step"]


def test_a_page_that_is_served_before_its_daemon_says_how_to_start_one(workplace):
    _page, address = workplace.start_dashboard()
    visitor = Visitor(address)
    told = visitor.until(visitor.events(), "daemon")

    assert told["reachable"] is False
    assert "spacetraders-daemon" in told["next_step"]
    visitor.close()


def test_the_page_ends_at_once_though_somebody_listens(fragile):
    visitor = fragile.visitor()
    visitor.until(visitor.events(), "beat")
    asked = CLOCK.elapsed()
    ended = fragile.page.stop()

    assert ended.code == 0, ended.err
    assert CLOCK.elapsed() - asked < AIOHTTP_WAITS_SECONDS / 2
    visitor.close()


def test_a_port_that_is_taken_is_told_with_what_to_do(served):
    port = served.address.rstrip("/").rpartition(":")[2]
    ended = served.workplace.cli("dashboard", "--port", port)

    assert ended.code == 6
    assert "choose another with --port" in ended.err
