"""`spacetraders alerts`: real programs, and receivers on this machine."""

import json

import pytest

from starfoundry.daemon import messenger
from tests.daemon.alerts.receiver import Receiver
from tests.patience import until
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes


@pytest.fixture
def place(tmp_path):
    """A daemon with a player."""
    workplace = Workplace(data_dir=tmp_path / "data")
    workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    yield workplace
    workplace.close()


@pytest.fixture
def receiver():
    """A receiver and its address."""
    found = Receiver()
    with found.serving() as address:
        yield found, address


def add(place, tmp_path, name, url):
    file = tmp_path / f"{name}.url"
    file.write_text(url)
    file.chmod(0o600)
    return place.cli("alerts", "target", "add", name, "--url-file", str(file))


def test_a_webhook_gets_a_test_and_then_what_happens(place, tmp_path, receiver):
    found, address = receiver
    assert add(place, tmp_path, "hook", f"http://{address}/hooks/s3cret").code == 0

    tried = place.ask("alerts", "test")
    place.ask("alerts", "set", "halted", "--within", "1m", "--urgent")
    container = place.ask("manufacturing", "start")["container_id"]
    place.ask("alerts", "set", "setting-changed", "--on", "--within", "10m")
    place.ask("manufacturing", "config", "set", "--container", container, "max_pipelines=4")
    until(lambda: len(found.posts) > 1)

    assert [each["delivered"] for each in tried["deliveries"]] == [True]
    path, first = found.posts[0]
    assert (path, first["title"]) == ("/hooks/s3cret", "StarFoundry FOUNDRY: test")
    changed = [fact for _path, post in found.posts for fact in post["alerts"] if fact["rule"] == "setting-changed"]
    assert changed[0]["subject"] == f"{container} revision 2"
    assert "max_pipelines" in changed[0]["text"]
    history = place.ask("alerts", "history")
    assert [each["rule"] for each in history["alerts"]] == ["setting-changed"]


def test_apprise_delivers_to_what_a_webhook_cannot(place, tmp_path, receiver):
    found, address = receiver
    assert add(place, tmp_path, "apprise", f"json://{address}/notify").code == 0

    place.ask("alerts", "test", "apprise")

    _path, post = found.posts[0]
    assert (post["title"], post["message"]) == (
        "StarFoundry FOUNDRY: test",
        "This is a test. Alerts of your fleet will arrive here.",
    )
    assert place.ask("alerts", "list")["targets"][0]["scheme"] == "json"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise itself
def test_apprise_splits_what_is_too_long_for_a_service(receiver):
    found, address = receiver
    body = "\n".join(f"line {number}" for number in range(10_000))

    messenger._notify(f"json://{address}/notify", messenger.Letter(title="long", body=body))
    messenger._notify(f"json://{address}/cut?overflow=truncate", messenger.Letter(title="long", body=body))

    sent = [post["message"] for path, post in found.posts if path.startswith("/notify")]
    assert len(sent) > 1
    assert "".join(sent).replace("\n", "") == body.replace("\n", "")
    assert sum(path.startswith("/cut") for path, _post in found.posts) == 1


def test_a_target_that_refuses_is_told_with_its_reason_and_without_its_url(place, tmp_path, receiver):
    found, address = receiver
    add(place, tmp_path, "hook", f"http://{address}/hooks/s3cret")
    found.status = 403

    failed = place.cli("alerts", "test", "--output", "json")

    assert failed.code != 0
    assert "the test did not reach hook" in failed.err
    assert "HTTP 403" in failed.out
    assert "s3cret" not in failed.out + failed.err + json.dumps(place.ask("alerts", "history"))


def test_a_webhook_that_leads_elsewhere_is_not_followed(place, tmp_path, receiver):
    found, address = receiver
    add(place, tmp_path, "hook", f"http://{address}/a")
    found.status, found.location = 307, f"http://{address}/b"

    place.cli("alerts", "test")

    assert {path for path, _post in found.posts} == {"/a"}


def test_the_url_is_in_no_file_no_answer_and_no_trail(place, tmp_path, receiver):
    _found, address = receiver
    add(place, tmp_path, "hook", f"http://{address}/hooks/s3cret")
    place.ask("alerts", "test")

    told = json.dumps([place.ask("alerts", "list"), place.ask("audit", "list"), place.ask("health")])
    stored = b"".join(file.read_bytes() for file in place.data_dir.rglob("*") if file.is_file())

    assert "s3cret" not in told
    assert b"s3cret" not in stored


def test_a_url_that_is_a_word_of_the_command_is_refused_and_so_is_one_that_is_none(place, tmp_path):
    typed = place.cli("alerts", "target", "add", "hook", "--url", "https://hooks.example/s3cret")
    odd = add(place, tmp_path, "odd", "s3cret words")

    assert (typed.code, odd.code) == (2, 2)
    assert "s3cret" not in typed.err + odd.err
    assert place.ask("alerts", "list")["targets"] == []


def test_a_rule_is_changed_muted_and_reset(place):
    changed = place.ask("alerts", "set", "loss", "--above", "1000", "--within", "30m", "--for", "2m", "--not-urgent")
    muted = place.ask("alerts", "mute", "loss", "--for", "8h")["rules"][0]
    heard = place.ask("alerts", "mute", "--end")["rules"]
    reset = place.ask("alerts", "set", "loss", "--reset")

    assert (changed["above"], changed["within_seconds"], changed["for_seconds"]) == (1_000, 1_800, 120)
    assert (changed["urgent"], changed["default"]) == (False, False)
    assert muted["muted_until"]
    assert (len(heard), {each["muted_until"] for each in heard}) == (12, {None})
    assert (reset["above"], reset["default"]) == (50_000, True)
    assert place.cli("alerts", "set", "reset", "--above", "3").code == 2


def test_how_you_are_called_is_changed(place):
    changed = place.ask("alerts", "paging", "--quiet", "22:00-07:00", "--zone", "Europe/Berlin", "--remind", "0s")
    refused = place.cli("alerts", "paging", "--quiet", "22:00")
    elsewhere = place.cli("alerts", "paging", "--zone", "Mars/Base")

    assert (changed["quiet_from"], changed["quiet_to"], changed["zone"]) == ("22:00", "07:00", "Europe/Berlin")
    assert (changed["remind_seconds"], changed["gap_seconds"]) == (0, 60)
    assert (refused.code, elsewhere.code) == (2, 2)
    assert place.ask("alerts", "paging", "--no-quiet")["quiet_from"] is None


def test_the_hour_of_the_daily_summary_is_changed_and_one_is_sent_to_try(place, tmp_path, receiver):
    found, address = receiver
    add(place, tmp_path, "hook", f"http://{address}/x")

    off = place.ask("alerts", "list")["paging"]["summary_at"]
    on = place.ask("alerts", "paging", "--summary", "08:00")["summary_at"]
    told = place.cli("alerts", "paging").out
    place.ask("alerts", "test", "--summary")

    assert (off, on) == (None, "08:00")
    assert "daily summary at 08:00 UTC" in told
    assert [post["title"] for _path, post in found.posts] == ["StarFoundry FOUNDRY: daily summary"]
    assert place.cli("alerts", "paging", "--summary", "8 in the morning").code == 2
    assert place.ask("alerts", "paging", "--no-summary")["summary_at"] is None


def test_a_dry_run_says_how_often_it_would_have_called(place):
    found = place.ask("alerts", "dry-run", "--since", "7d")
    told = place.cli("alerts", "dry-run").out
    too_long = place.cli("alerts", "dry-run", "--since", "90d")

    assert found["messages"] == 0
    assert {each["rule"] for each in found["rules"] if each["unknown"]} >= {"reset", "halted", "budget-exhausted"}
    assert told.startswith("no message would have been sent")
    assert too_long.code == 2


def test_a_viewer_looks_an_operator_sets_and_only_an_admin_says_where_messages_go(place, tmp_path):
    places = {}
    for role in ("viewer", "operator"):
        file = tmp_path / f"{role}.token"
        place.ask("auth", "token", "create", role, "--role", role, "--file", str(file))
        places[role] = Workplace(data_dir=place.data_dir, environment={"STARFOUNDRY_TOKEN_FILE": str(file)})

    assert places["viewer"].cli("alerts", "list").code == 0
    assert places["viewer"].cli("alerts", "dry-run").code == 0
    assert places["viewer"].cli("alerts", "mute", "--for", "1h").code == 5
    assert places["operator"].cli("alerts", "mute", "--for", "1h").code == 0
    assert add(places["operator"], tmp_path, "hook", "https://hooks.example/x").code == 5


def test_without_apprise_a_webhook_works_and_other_targets_say_what_they_need(tmp_path, receiver):
    _found, address = receiver
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "apprise.py").write_text("raise ImportError")
    bare = Workplace(data_dir=tmp_path / "data", environment={"PYTHONPATH": str(blocked)})
    try:
        bare.start_daemon("--sandbox")
        bare.ask("player", "register", "--agent", "FOUNDRY")
        refused = add(bare, tmp_path, "chat", "tgram://1:a/2")
        assert add(bare, tmp_path, "hook", f"http://{address}/x").code == 0
        bare.ask("alerts", "test", "hook")
    finally:
        bare.close()

    assert (refused.code, "pip install 'starfoundry[alerts]'" in refused.err) == (2, True)


def test_an_opportunity_above_its_bound_calls(tmp_path, receiver):
    found, address = receiver
    place = Workplace(data_dir=tmp_path / "data")
    try:
        place.start_daemon("--sandbox", "--speed", "100")
        place.ask("player", "register", "--agent", "FOUNDRY")
        add(place, tmp_path, "hook", f"http://{address}/x")
        place.ask("alerts", "set", "opportunity", "--on", "--above", "1")
        place.ask("manufacturing", "start")
        until(lambda: any(fact["rule"] == "opportunity" for _path, post in found.posts for fact in post["alerts"]))
    finally:
        place.close()
