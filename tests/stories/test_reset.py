"""The universe is reset under a daemon at work: real processes, real HTTP, and what its owner is told and types."""

import pytest

from starfoundry.sandbox.control.admin_client import AdminClient
from tests.patience import until

pytestmark = pytest.mark.processes

RENEW = "spacetraders player register --agent FOUNDRY --renew"


def test_a_reset_is_told_and_the_agent_begins_anew_with_its_settings(workplace):
    announced = workplace.start_sandbox("--seed", "3", "--port", "0", "--admin")
    workplace.environment |= {
        "STARFOUNDRY_API_BASE_URL": announced["base_url"],
        "STARFOUNDRY_API_ACCOUNT_TOKEN": announced["account_token"],
    }
    workplace.start_daemon()
    first = workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "config", "defaults", "set", "--max-pipelines", "2")
    container = workplace.ask("manufacturing", "start")["container_id"]

    AdminClient(announced["admin_url"]).reset()
    until(lambda: workplace.ask("container", "show", container)["status"] == "ABANDONED")
    told = workplace.ask("container", "show", container)["exit_reason"]
    refused = workplace.cli("manufacturing", "start")
    second = workplace.ask("player", "register", "--renew")

    assert RENEW in told
    assert refused.code == 4
    assert RENEW in refused.err
    assert (second["player_id"], second["agent"]) == (2, "FOUNDRY")
    assert second["universe"] > first["universe"]
    assert workplace.ask("manufacturing", "config", "defaults", "show")["config"]["max_pipelines"] == 2
    until(lambda: [each["kind"] for each in workplace.ask("ledger", "list")["entries"]] == ["OPENING"])
    for player_id in ("1", "2"):
        assert workplace.ask("ledger", "verify", "--player-id", player_id)["kept"]
    assert workplace.ask("ledger", "summary", "--player-id", "1")["universe"] == first["universe"]
    assert workplace.cli("verify").code == 0
