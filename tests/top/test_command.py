"""`spacetraders top` into a pipe and as JSON: one look, out of what the daemon answers."""

import json

import pytest

from starfoundry.cli.main import root
from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire import daemon_pb2 as pb

ID = "parallel-mfg-X1-BJ39-7f2b67"
COORDINATOR = pb.Container(
    container_id=ID,
    player_id=1,
    type="manufacturing_coordinator",
    status="RUNNING",
    created_at="2026-03-01T10:00:00.000Z",
)
ANSWERS = {
    "ListPlayers": pb.ListPlayersResponse(players=[pb.Player(player_id=1, agent="FOUNDRY")]),
    "ListContainers": pb.ListContainersResponse(containers=[COORDINATOR]),
    "GetContainer": COORDINATOR,
    "GetManufacturingStatus": pb.ManufacturingStatus(
        container_id=ID, system="X1-BJ39", status="RUNNING", config=pb.ManufacturingConfig(max_pipelines=3)
    ),
    "ListPipelines": pb.ListPipelinesResponse(),
    "ListTasks": pb.ListTasksResponse(),
    "ListShips": pb.ListShipsResponse(ships=[pb.Ship(ship="FOUNDRY-1")]),
    "GetHealth": pb.Health(requests=7),
    "GetContainerLogs": pb.GetContainerLogsResponse(),
    "SummarizeLedger": pb.SummarizeLedgerResponse(
        profit=3000,
        as_of="2026-03-01T12:00:00.000Z",
        lines=[pb.LedgerLine(key="10", net=1000), pb.LedgerLine(key="11", net=2000)],
    ),
}


@pytest.fixture
def top(monkeypatch, capsys, tmp_path):
    """What `top` prints, and how it ends."""
    monkeypatch.setattr(DaemonClient, "call", lambda _self, method, _request, **_more: ANSWERS[method])

    monkeypatch.setenv("COLUMNS", "250")

    def printed(*words):
        code = run(root, ["--data-dir", str(tmp_path), "top", *words])
        return code, capsys.readouterr().out

    return printed


def test_into_a_pipe_it_is_one_look(top):
    code, out = top()

    assert code == 0
    assert "FOUNDRY in X1-BJ39, RUNNING" in out
    assert "1,500" in out  # an average hour: 3,000 in two


def test_the_only_coordinator_need_not_be_named_to_change_it(top):
    assert "spacetraders manufacturing config set --max-pipelines 5 --data-dir" in top()[1]


def test_machines_get_the_same_look(top):
    code, out = top("--output", "json")

    told = json.loads(out)
    assert code == 0
    assert (told["profit"], told["profit_per_hour"], told["last_hour_profit"]) == (3000, 1500, 1000)
    assert told["hourly_profit"] == [1000, 2000]
    assert told["status"]["container_id"] == ID
