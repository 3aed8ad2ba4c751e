"""What a command gets from its terminal, against a real daemon's door."""

import json
from concurrent.futures import ThreadPoolExecutor

import click
import grpc
import pytest

from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.arguments.flags import terminal_options
from starfoundry.terminal.arguments.options import with_list_terminal, with_terminal
from starfoundry.terminal.arguments.typed_options import FreeText
from starfoundry.wire.daemon_pb2 import GetHealthRequest, Health, ListPlayersRequest, ListPlayersResponse, Player
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer, add_DaemonServiceServicer_to_server


class Door(DaemonServiceServicer):
    """A daemon with so many players."""

    def __init__(self, agents):
        self.agents = agents

    def GetHealth(self, request, context):  # noqa: N802
        return Health(status="ok")

    def ListPlayers(self, request, context):  # noqa: N802
        return ListPlayersResponse(players=[Player(player_id=n, agent=a) for n, a in enumerate(self.agents, start=1)])


@pytest.fixture
def daemon(tmp_path):
    """Starts a door with the given agents in a data directory, and answers with the directory."""
    servers = []

    def start(*agents):
        server = grpc.server(ThreadPoolExecutor(2))
        add_DaemonServiceServicer_to_server(Door(agents), server)  # type: ignore[abstract]
        server.add_insecure_port(f"unix:{tmp_path / 'daemon.sock'}")
        server.start()
        servers.append(server)
        return str(tmp_path)

    yield start
    for server in servers:
        server.stop(None).wait()


@pytest.fixture
def commands():
    """Two commands that say what their terminal told them."""

    @click.group()
    def group(**_shaping):
        pass

    terminal_options(group, environment=True)

    @group.command("health")
    @with_terminal
    def health(terminal):
        answer = terminal.call("GetHealth", GetHealthRequest())
        terminal.show({"status": answer.status}, lambda: f"it is {answer.status}")
        terminal.note("for people only")

    @group.command("who")
    @with_terminal
    def who(terminal):
        click.echo(terminal.player_id())

    @group.command("players")
    @with_list_terminal
    def players(terminal):
        found = terminal.call("ListPlayers", ListPlayersRequest()).players
        rows = [{"player_id": each.player_id, "agent": each.agent} for each in found]
        terminal.show_list({"players": rows}, "text", rows="players", blank=lambda: {"player_id": 0, "agent": ""})

    return group


def test_a_command_shows_text_to_people_and_one_json_value_to_machines(daemon, commands, capsys):
    directory = daemon()

    assert run(commands, ["health", "--data-dir", directory]) == 0
    assert capsys.readouterr() == ("it is ok\n", "for people only\n")

    assert run(commands, ["health", "--data-dir", directory, "--output", "json"]) == 0
    printed = capsys.readouterr()
    assert (json.loads(printed.out), printed.err) == ({"status": "ok"}, "")


def test_the_shaping_options_may_stand_before_the_command_too(daemon, commands, capsys):
    assert run(commands, ["--data-dir", daemon(), "-o", "json", "health"]) == 0
    assert json.loads(capsys.readouterr().out) == {"status": "ok"}


def test_a_flag_of_the_outer_command_wins_over_the_environment(daemon, commands, monkeypatch, tmp_path):
    monkeypatch.setenv("STARFOUNDRY_DATA_DIR", str(tmp_path / "nowhere"))

    assert run(commands, ["health"]) == 6
    assert run(commands, ["--data-dir", daemon(), "health"]) == 0


def test_the_only_player_needs_no_naming(daemon, commands, capsys):
    assert run(commands, ["who", "--data-dir", daemon("FOUNDRY")]) == 0
    assert capsys.readouterr().out == "1\n"


def test_of_two_players_one_must_be_named_and_the_choices_are_told(daemon, commands, capsys):
    directory = daemon("FOUNDRY", "OTHER")

    assert run(commands, ["who", "--data-dir", directory]) == 2
    assert "1 (FOUNDRY), 2 (OTHER)" in capsys.readouterr().err
    assert run(commands, ["who", "--data-dir", directory, "--player-id", "2"]) == 0


def test_without_a_player_the_way_to_one_is_told(daemon, commands, capsys):
    assert run(commands, ["who", "--data-dir", daemon()]) == 3
    assert "player register" in capsys.readouterr().err


def test_without_a_daemon_it_is_not_reachable(tmp_path, commands, capsys):
    assert run(commands, ["health", "--data-dir", str(tmp_path)]) == 6
    assert str(tmp_path / "daemon.sock") in capsys.readouterr().err


def test_a_socket_that_a_killed_daemon_left_behind_is_not_reachable_either(tmp_path, commands, capsys):
    import socket

    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(tmp_path / "daemon.sock"))

    assert run(commands, ["health", "--data-dir", str(tmp_path)]) == 6
    assert "no daemon answers" in capsys.readouterr().err


def test_a_path_with_spaces_and_signs_is_reached(tmp_path, commands):
    odd = tmp_path / "my data % ü#?"
    odd.mkdir()
    server = grpc.server(ThreadPoolExecutor(1))
    add_DaemonServiceServicer_to_server(Door(()), server)  # type: ignore[abstract]
    server.add_insecure_port(f"unix:{tmp_path / 's'}")
    server.start()
    (tmp_path / "s").rename(odd / "daemon.sock")
    try:
        assert run(commands, ["health", "--data-dir", str(odd)]) == 0
    finally:
        server.stop(None).wait()


def test_a_player_may_be_named_by_callsign_in_any_letter_case(daemon, commands, capsys):
    directory = daemon("FOUNDRY", "OTHER")

    assert run(commands, ["who", "--data-dir", directory, "--player-id", "other"]) == 0
    assert capsys.readouterr().out == "2\n"
    assert run(commands, ["who", "--data-dir", directory, "--player-id", "NOBODY"]) == 3
    assert "1 (FOUNDRY), 2 (OTHER)" in capsys.readouterr().err
    assert run(commands, ["who", "--data-dir", directory, "--player-id", "0"]) == 2


def test_a_list_can_be_had_as_csv(daemon, commands, capsys):
    assert run(commands, ["players", "--data-dir", daemon("FOUNDRY", "=1+1"), "-o", "csv"]) == 0

    assert capsys.readouterr().out == "player_id,agent\r\n1,FOUNDRY\r\n2,'=1+1\r\n"


def test_an_empty_list_as_csv_is_its_header(daemon, commands, capsys):
    assert run(commands, ["--output", "csv", "players", "--data-dir", daemon()]) == 0

    assert capsys.readouterr().out == "player_id,agent\r\n"


def test_csv_of_what_is_no_list_is_refused_before_anything_is_asked(commands, capsys, tmp_path):
    assert run(commands, ["--output", "csv", "health", "--data-dir", str(tmp_path)]) == 2

    assert "output must be one of table, json, yaml here: csv is for commands that list" in capsys.readouterr().err


def test_the_answer_can_be_had_as_yaml(daemon, commands, capsys):
    assert run(commands, ["health", "--data-dir", daemon(), "--output", "yaml"]) == 0
    assert capsys.readouterr().out == "status: ok\n"


def test_an_argument_that_was_typed_empty_names_nothing(capsys):
    """As by the unset variable of a shell; it is not the same as no name."""

    @click.command("why")
    @click.argument("subject", default="")
    @with_terminal
    def why(terminal, subject):
        click.echo(f"about {subject or 'everything'}")

    assert run(why, []) == 0
    assert run(why, [""]) == 2

    told = capsys.readouterr()
    assert told.out == "about everything\n"
    assert "subject must be a name that is not empty" in told.err


@pytest.mark.parametrize("words", [["--container", ""], ["--good=", "IRON"], ["--tag", "a", "--tag", " "]])
def test_an_option_that_was_typed_empty_does_not_get_its_default(words, capsys):
    """As by the unset variable of a script, which would change another coordinator than the one that was meant."""

    @click.command("set")
    @click.argument("good", default="")
    @click.option("--container", default="")
    @click.option("--good", "only", default="")
    @click.option("--tag", multiple=True)
    @with_terminal
    def change(terminal, /, **_values):
        click.echo("changed")

    assert run(change, words) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "must be a value that is not empty; without one, omit --" in told.err


def test_a_reason_and_the_value_of_a_setting_may_be_empty(capsys):
    @click.command("set")
    @click.option("--blocked-goods", type=FreeText())
    @with_terminal
    def change(terminal, blocked_goods):
        click.echo(repr(blocked_goods))

    assert run(change, ["--blocked-goods", ""]) == 0
    assert capsys.readouterr().out == "''\n"
