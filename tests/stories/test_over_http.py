"""The daemon against a game server in another process: only an address and a token differ."""

import pytest

pytestmark = pytest.mark.processes


@pytest.fixture
def away(workplace):
    """A workplace whose daemon plays on a sandbox in another process."""
    announced = workplace.start_sandbox("--seed", "3", "--port", "0")
    workplace.environment |= {
        "STARFOUNDRY_API_BASE_URL": announced["base_url"],
        "STARFOUNDRY_API_ACCOUNT_TOKEN": announced["account_token"],
    }
    return workplace


def test_it_registers_and_plays_over_real_http(away):
    away.start_daemon()

    player = away.ask("player", "register", "--agent", "FOUNDRY")

    assert player["credits"] == 175_000
    assert away.ask("health")["game_api"] == away.environment["STARFOUNDRY_API_BASE_URL"]


def test_a_wrong_account_token_is_not_permitted(away):
    away.start_daemon()

    away.environment["STARFOUNDRY_API_ACCOUNT_TOKEN"] = "wrong"

    refused = away.cli("player", "register", "--agent", "FOUNDRY", "--output", "json")

    assert (refused.code, refused.json["error"]["code"]) == (5, "PERMISSION_DENIED")


def test_without_any_account_token_it_says_where_to_get_one(away):
    del away.environment["STARFOUNDRY_API_ACCOUNT_TOKEN"]
    away.start_daemon()

    refused = away.cli("player", "register", "--agent", "FOUNDRY")

    assert refused.code == 2
    assert "STARFOUNDRY_API_ACCOUNT_TOKEN" in refused.err


def test_a_server_that_is_away_is_told_as_such(workplace):
    workplace.environment |= {
        "STARFOUNDRY_API_BASE_URL": "http://127.0.0.1:9",
        "STARFOUNDRY_API_ACCOUNT_TOKEN": "x",
    }
    workplace.start_daemon()

    refused = workplace.cli("player", "register", "--agent", "FOUNDRY", "--output", "json")

    assert (refused.code, refused.json["error"]["code"]) == (6, "UNAVAILABLE")
    assert workplace.ask("health")["status"] == "ok"
