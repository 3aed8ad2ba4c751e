"""The daemon's settings: where they come from, and what they may be."""

import json
import re
from pathlib import Path

import pytest

from starfoundry.daemon.settings import KEYS, OFFICIAL_BASE_URL, load, variable
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.local.daemon_location import locate
from tests.house.source import modules


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The settings for a file's text, an environment and flags."""
    monkeypatch.chdir(tmp_path)

    def of(*, file="", environment=(), flags=()):
        Path("starfoundry.toml").write_text(file)
        environment = dict(environment)
        place = locate(data_dir=str(tmp_path / "data"), environment=environment)
        return load(place, flags=dict(flags), environment=environment)

    return of


def test_the_defaults_play_on_the_official_server_with_a_database_in_the_data_directory(settings, tmp_path):
    found = settings()

    assert found.base_url == OFFICIAL_BASE_URL
    assert found.database_url == f"sqlite:///{tmp_path}/data/starfoundry.db"
    assert found.sandbox.enabled is False


def test_a_flag_wins_over_the_environment_that_over_the_file_and_that_over_the_default(settings):
    file = '[api]\nbase_url = "http://localhost:1"\n[sandbox]\nenabled = true\nseed = 1\nspeed = 2.5\n'
    environment = {"STARFOUNDRY_SANDBOX_SEED": "2", "STARFOUNDRY_API_BASE_URL": "http://localhost:2"}

    found = settings(file=file, environment=environment, flags={"api.base_url": "http://localhost:3"})

    assert (found.base_url, found.sandbox.seed, found.sandbox.speed) == ("http://localhost:3", 2, 2.5)


def test_every_setting_has_a_variable(settings):
    assert variable("api.account_token") == "STARFOUNDRY_API_ACCOUNT_TOKEN"
    assert settings(environment={"STARFOUNDRY_API_ACCOUNT_TOKEN": "abc"}).account_token == "abc"


def test_an_empty_variable_is_not_given(settings):
    assert settings(environment={"STARFOUNDRY_API_BASE_URL": ""}).base_url == OFFICIAL_BASE_URL


def test_keys_that_do_not_exist_are_told_all_together_with_those_that_do(settings):
    with pytest.raises(Refused) as refusal:
        settings(file='colour = "red"\n[api]\nbase_urls = "x"\n')

    assert [problem.field for problem in refusal.value.fields] == ["colour", "api.base_urls"]
    assert all(key in refusal.value.message for key in KEYS)


@pytest.mark.parametrize(
    ("variable_name", "value", "allowed"),
    [
        ("STARFOUNDRY_SANDBOX_SPEED", "-1", "0"),
        ("STARFOUNDRY_SANDBOX_SPEED", "fast", "a number"),
        ("STARFOUNDRY_SANDBOX_SPEED", "nan", "a number"),
        ("STARFOUNDRY_SANDBOX_SEED", "1.5", "a whole number"),
        ("STARFOUNDRY_SANDBOX_ENABLED", "maybe", "true or false"),
        ("STARFOUNDRY_API_BASE_URL", "api.spacetraders.io", "URL"),
        ("STARFOUNDRY_API_BASE_URL", "http://api.spacetraders.io/v2", "https"),
    ],
)
def test_a_value_that_may_not_be_is_refused_with_what_may(settings, variable_name, value, allowed):
    with pytest.raises(Refused) as refusal:
        settings(environment={variable_name: value})

    (problem,) = refusal.value.fields
    assert (problem.given, allowed in problem.allowed) == (value, True)


def test_plain_http_is_for_this_machine_only(settings):
    """Tokens travel with every request."""
    assert settings(environment={"STARFOUNDRY_API_BASE_URL": "http://127.0.0.1:8080/v2/"}).base_url.endswith("8080/v2")


def test_a_token_never_shows(settings):
    found = settings(environment={"STARFOUNDRY_API_ACCOUNT_TOKEN": "hush"})

    assert "hush" not in repr(found)


def test_a_token_of_a_wrong_kind_is_refused_without_being_shown(settings):
    with pytest.raises(Refused) as refusal:
        settings(file="[api]\naccount_token = 12345\n")

    assert "12345" not in json.dumps([refusal.value.message, *map(repr, refusal.value.fields)])


def test_only_a_sandboxs_time_can_be_scaled(settings):
    with pytest.raises(Refused, match="speed"):
        settings(flags={"sandbox.speed": "60"})


def test_the_sandbox_has_a_database_of_its_own(settings):
    assert settings(flags={"sandbox.enabled": True}).database_url.endswith("sandbox.db")


def test_a_variable_of_ours_that_means_nothing_is_told(settings):
    environment = {"STARFOUNDRY_API_BASE_ULR": "x", "STARFOUNDRY_OUTPUT": "json", "STARFOUNDRY_PLAYER_ID": "1"}

    assert settings(environment=environment).ignored == ("STARFOUNDRY_API_BASE_ULR",)


def test_every_variable_that_either_program_reads_is_known_to_the_daemon(settings):
    read = {name for module in modules() for name in re.findall(r"STARFOUNDRY_[A-Z_]*[A-Z]", module.text)}
    read |= {f"STARFOUNDRY_{name}" for name in ("CONTEXT", "DATA_DIR", "SOCKET", "OUTPUT", "PLAYER_ID")}

    environment = dict.fromkeys(read - {variable(key) for key in KEYS}, "x") | {
        "STARFOUNDRY_CONFIG": "starfoundry.toml"
    }

    assert settings(environment=environment).ignored == ()


def test_the_page_of_settings_names_each_with_its_variable():
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()

    assert [key for key in KEYS if f"| `{key}` | `{variable(key)}` |" not in page] == []
