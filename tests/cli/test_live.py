"""Names that a daemon knows, for the shell; silent where there is none."""

import click
import pytest
from click.shell_completion import CompletionItem

from starfoundry.cli import live_names
from starfoundry.cli.completion import _Bash
from starfoundry.cli.main import root
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire import daemon_pb2 as pb

ANSWERS = {
    "ListPlayers": pb.ListPlayersResponse(players=[pb.Player(player_id=1, agent="FOUNDRY")]),
    "ListShips": pb.ListShipsResponse(
        ships=[pb.Ship(ship=f"FOUNDRY-{n}", role="HAULER", status="DOCKED", waypoint="X1-A1") for n in (1, 2, 12)]
    ),
    "ListContainers": pb.ListContainersResponse(
        containers=[
            pb.Container(
                container_id="parallel-mfg-X1-BJ39-7f2b67",
                player_id=1,
                type="manufacturing_coordinator",
                status="RUNNING",
            )
        ]
    ),
    "ListMarkets": pb.ListMarketsResponse(
        markets=[pb.Market(waypoint="X1-BJ39-A1", imports=["FOOD"], exchange=["FUEL"])]
    ),
    "ListShipyards": pb.ListShipyardsResponse(
        shipyards=[pb.Shipyard(waypoint="X1-BJ39-A2", offers=[pb.ShipOffer(ship_type="SHIP_PROBE")])]
    ),
    "ListConfigPresets": pb.ListConfigPresetsResponse(presets=[pb.ConfigPreset(name="night")]),
    "ListConfigRevisions": pb.ListConfigRevisionsResponse(revisions=[pb.ConfigRevision(revision=3, tags=["good"])]),
}


@pytest.fixture
def offered(monkeypatch):
    """What the shell is offered for words, the last of which is only begun."""

    def names(*words, answers=ANSWERS):
        def call(_self, method, _request, *, timeout_seconds):
            assert timeout_seconds <= 0.1
            return answers[method]

        monkeypatch.setattr(DaemonClient, "call", call)
        shell = _Bash(root, {}, "spacetraders", "_SPACETRADERS_COMPLETE")
        return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]

    return names


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("ship", "show", "foundry-1"), ["FOUNDRY-1", "FOUNDRY-12"]),
        (("container", "logs", "par"), ["parallel-mfg-X1-BJ39-7f2b67"]),
        (("manufacturing", "config", "show", "--container", ""), ["parallel-mfg-X1-BJ39-7f2b67"]),
        (("market", "show", "F"), ["FOOD", "FUEL"]),
        (("market", "show", "X1-"), ["X1-BJ39-A1"]),
        (("market", "list", "--good", "FU"), ["FUEL"]),
        (("why", "FO"), ["FOUNDRY-1", "FOUNDRY-2", "FOUNDRY-12", "FOOD"]),
        (("why", "x1"), ["X1-BJ39-A1"]),
        (("manufacturing", "config", "preset", "apply", "n"), ["night"]),
        (("shipyard", "show", "X1"), ["X1-BJ39-A2"]),
        (("ship", "buy", "SHIP_"), ["SHIP_PROBE"]),
        (("manufacturing", "config", "rollback", "--to", "g"), ["good"]),
        (("ship", "list", "--agent", "F"), ["FOUNDRY"]),
        (("manufacturing", "config", "explain", "max_w"), ["max_workers"]),
        (("manufacturing", "config", "set", "--strategy", "sm"), ["smart"]),
        (("ship", "sh"), ["show"]),
    ],
)
def test_live_names_are_offered_beside_those_of_the_command_line(offered, words, expected):
    assert offered(*words) == expected


def test_without_a_daemon_nothing_is_offered_and_nothing_is_said(offered, capsys):
    assert offered("ship", "show", "F", answers={}) == []
    assert capsys.readouterr() == ("", "")


def test_the_shell_is_told_what_a_name_stands_for(monkeypatch):
    monkeypatch.setattr(DaemonClient, "call", lambda _self, method, _request, **_more: ANSWERS[method])
    command = root.get_command(click.Context(root), "ship").get_command(click.Context(root), "show")  # type: ignore[union-attr]
    context = click.Context(command)
    (item,) = live_names.live_names(context, click.Argument(["ship"]), "FOUNDRY-2")

    assert isinstance(item, CompletionItem)
    assert (item.value, item.help) == ("FOUNDRY-2", "hauler, docked X1-A1")
