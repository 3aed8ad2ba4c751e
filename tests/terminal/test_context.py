"""What a context remembers, and when it counts."""

import json

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.local.contexts import NONE, Context, Contexts, NoSuchContext, load, resolved, save

DEMO = Context(name="demo", data_dir="/data/demo", player="FOUNDRY", container="parallel-mfg-X1-AB-123456")
LIVE = Context(name="live", data_dir="/data/live")
BOTH = Contexts(current="demo", known={"demo": DEMO, "live": LIVE})


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No variable and no settings file says where a daemon is."""
    for name in ("DATA_DIR", "SOCKET", "CONFIG"):
        monkeypatch.delenv(f"STARFOUNDRY_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_what_is_saved_is_loaded_again_and_only_its_owner_may_read_it(tmp_path):
    file = tmp_path / "config" / "contexts.json"

    save(file, BOTH)

    assert load(file) == BOTH
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["contexts.json"]


def test_without_a_file_there_is_no_context(tmp_path):
    assert load(tmp_path / "contexts.json").chosen(None) == Context()


def test_the_one_that_is_named_counts_more_than_the_one_in_use():
    assert [BOTH.chosen(name).name for name in (None, "live", NONE)] == ["demo", "live", ""]


def test_a_name_that_is_nearly_one_is_told_apart_from_one_that_is_nothing():
    with pytest.raises(NoSuchContext, match="did you mean demo"):
        BOTH.chosen("dmo")
    with pytest.raises(NoSuchContext, match="there are: demo, live"):
        BOTH.get("x")


def test_a_context_that_is_forgotten_is_used_no_more():
    left = BOTH.without("demo")

    assert (left.current, list(left.known)) == ("", ["live"])
    assert BOTH.without("live").current == "demo"
    with pytest.raises(Missing):
        left.without("demo")


@pytest.mark.parametrize("text", ["", "[]", '{"contexts": {"a": 1}, "current": ""}', '{"current": "a"}'])
def test_a_file_that_is_something_else_is_refused_by_name(tmp_path, text):
    (tmp_path / "contexts.json").write_text(text)

    with pytest.raises(Refused, match=r"contexts\.json is not a list of contexts"):
        load(tmp_path / "contexts.json")


def test_what_a_later_version_remembers_besides_is_passed_over(tmp_path):
    kept = {"current": "a", "contexts": {"a": {"data_dir": "/x", "colour": "blue"}}}
    (tmp_path / "contexts.json").write_text(json.dumps(kept))

    assert load(tmp_path / "contexts.json").chosen(None) == Context(name="a", data_dir="/x")


def test_a_file_that_everybody_may_write_is_not_trusted(tmp_path):
    save(tmp_path / "contexts.json", BOTH)
    (tmp_path / "contexts.json").chmod(0o666)

    with pytest.raises(Refused, match="written by everybody"):
        load(tmp_path / "contexts.json")


def test_the_context_says_where_the_daemon_is():
    place, context = resolved(DEMO, data_dir=None, socket=None)

    assert (str(place.socket), context) == ("/data/demo/daemon.sock", DEMO)


def test_a_flag_for_another_daemon_leaves_the_whole_context_aside():
    """Its player and its container mean nothing there."""
    place, context = resolved(DEMO, data_dir="/data/other", socket=None)

    assert (str(place.data_dir), context) == ("/data/other", Context())


def test_the_environment_leaves_it_aside_too(monkeypatch):
    monkeypatch.setenv("STARFOUNDRY_DATA_DIR", "/data/other")

    assert resolved(DEMO, data_dir=None, socket=None)[1] == Context()


def test_a_flag_for_the_same_daemon_leaves_the_rest_of_the_context_in_force():
    _place, context = resolved(DEMO, data_dir="/data/demo", socket=None)

    assert (context.data_dir, context.player, context.container) == ("", "FOUNDRY", DEMO.container)


def test_a_context_wins_over_a_settings_file(tmp_path):
    (tmp_path / "starfoundry.toml").write_text('data_dir = "/data/file"\n')

    assert str(resolved(DEMO, data_dir=None, socket=None)[0].data_dir) == "/data/demo"
    assert str(resolved(Context(), data_dir=None, socket=None)[0].data_dir) == "/data/file"
