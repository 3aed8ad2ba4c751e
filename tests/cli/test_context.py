"""`spacetraders context`, and commands that work with what it remembers, against a real daemon's door."""

import json
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from grpc_status import rpc_status

from starfoundry.cli.main import root
from starfoundry.kernel.errors import Missing
from starfoundry.terminal.arguments.exits import run
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer, add_DaemonServiceServicer_to_server
from starfoundry.wire.status import to_status

AGENTS = {1: "FOUNDRY", 2: "OTHER"}
OURS = {"parallel-mfg-X1-AB-aaaaaa": 1, "parallel-mfg-X1-CD-bbbbbb": 1, "parallel-mfg-X1-AB-cccccc": 2}


class Door(DaemonServiceServicer):
    """Two players; one has two coordinators, the other one."""

    def ListPlayers(self, request, context):  # noqa: N802
        return wire.ListPlayersResponse(players=[wire.Player(player_id=n, agent=a) for n, a in AGENTS.items()])

    def ListContainers(self, request, context):  # noqa: N802
        found = [_container(id_) for id_, player in OURS.items() if request.player_id in (0, player)]
        return wire.ListContainersResponse(containers=found)

    def GetContainer(self, request, context):  # noqa: N802
        if OURS.get(request.container_id) != request.player_id:
            status = to_status(Missing(f"there is no container {request.container_id}"))
            context.abort_with_status(rpc_status.to_status(status))
        return _container(request.container_id)


def _container(id_):
    return wire.Container(
        container_id=id_, player_id=OURS[id_], type="manufacturing_coordinator", status="RUNNING", config_json="{}"
    )


@pytest.fixture
def daemon(tmp_path, monkeypatch):
    """A door; its data directory. The user has no contexts yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("DATA_DIR", "SOCKET", "PLAYER_ID", "OUTPUT", "CONTEXT"):
        monkeypatch.delenv(f"STARFOUNDRY_{name}", raising=False)
    server = grpc.server(ThreadPoolExecutor(2))
    add_DaemonServiceServicer_to_server(Door(), server)  # type: ignore[abstract]
    server.add_insecure_port(f"unix:{tmp_path / 'daemon.sock'}")
    server.start()
    yield str(tmp_path)
    server.stop(None).wait()


@pytest.fixture
def type_(capsys):
    """Types a command; its exit code, and what it wrote on stdout and on stderr."""

    def type_(*words):
        code = run(root, list(words))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return type_


@pytest.fixture
def demo(daemon, type_):
    """The context `demo` in use: the daemon, FOUNDRY, and its second coordinator by the end of its id."""
    made = ("context", "use", "demo", "--data-dir", daemon, "--agent", "foundry", "--container", "bbbbbb")
    assert type_(*made)[0] == 0


def shown(type_, *words):
    """The one container that a command showed."""
    code, out, err = type_("container", "show", *words, "--output", "json")
    return json.loads(out) if code == 0 else (code, err)


def test_a_command_takes_daemon_player_and_container_from_the_context(type_, demo):
    told = shown(type_)

    assert (told["container_id"], told["player_id"], told["agent"]) == ("parallel-mfg-X1-CD-bbbbbb", 1, "FOUNDRY")


def test_a_command_says_what_it_took_from_the_context_to_people_only(type_, demo, daemon):
    _, _, err = type_("container", "show")
    assert err == f"(context demo: daemon {daemon}, player FOUNDRY, container parallel-mfg-X1-CD-bbbbbb)\n"

    assert type_("container", "show", "--output", "json")[2] == ""


def test_a_flag_wins_over_the_environment_and_that_over_the_context(type_, demo, monkeypatch):
    assert shown(type_, "--agent", "OTHER")["container_id"] == "parallel-mfg-X1-AB-cccccc"

    monkeypatch.setenv("STARFOUNDRY_PLAYER_ID", "OTHER")
    assert shown(type_)["container_id"] == "parallel-mfg-X1-AB-cccccc"
    assert shown(type_, "--player-id", "1")["container_id"] == "parallel-mfg-X1-CD-bbbbbb"


def test_the_container_of_a_context_is_not_taken_for_another_player(type_, demo):
    code, _out, err = type_("container", "show", "--agent", "OTHER")

    assert code == 0
    assert "context demo: daemon" in err
    assert "container parallel" not in err


def test_where_several_fit_the_choices_are_told(type_, daemon):
    code, _out, err = type_("container", "show", "--data-dir", daemon, "--agent", "FOUNDRY")

    assert code == 2
    assert "one of parallel-mfg-X1-AB-aaaaaa (RUNNING), parallel-mfg-X1-CD-bbbbbb (RUNNING)\n" in err
    assert err.endswith("next: name one; the end of its id is enough, such as bbbbbb\n")


@pytest.mark.parametrize("name", ["bbbbbb", "bbb", "X1-CD", "cd", "parallel-mfg-X1-C", "parallel-mfg-X1-CD-bbbbbb"])
def test_a_container_may_be_named_by_a_part_of_its_id_or_by_its_system(type_, daemon, name):
    told = shown(type_, name, "--data-dir", daemon, "--agent", "FOUNDRY")

    assert told["container_id"] == "parallel-mfg-X1-CD-bbbbbb"


def test_a_part_that_fits_two_containers_is_refused_naming_both(type_, daemon):
    code, err = shown(type_, "parallel", "--data-dir", daemon, "--agent", "FOUNDRY")

    assert code == 2
    assert "bbbbbb" in err
    assert "aaaaaa" in err


@pytest.mark.parametrize("name", ["parallel-mfg-X1-AB-cccccc", "cccccc"])
def test_of_several_players_none_need_be_said_where_the_container_says_it(type_, daemon, name):
    told = shown(type_, name, "--data-dir", daemon)

    assert (told["container_id"], told["player_id"], told["agent"]) == ("parallel-mfg-X1-AB-cccccc", 2, "OTHER")


def test_of_several_players_containers_that_fit_are_named_whoever_s_they_are(type_, daemon):
    code, err = shown(type_, "X1-AB", "--data-dir", daemon)

    assert code == 2
    assert "one of parallel-mfg-X1-AB-aaaaaa (RUNNING), parallel-mfg-X1-AB-cccccc (RUNNING), was 'X1-AB'" in err


def test_a_context_for_this_once_leaves_the_one_in_use_in_use(type_, demo, daemon):
    type_("context", "use", "other", "--data-dir", daemon, "--agent", "OTHER")
    type_("context", "use", "demo")

    assert shown(type_, "--context", "other")["agent"] == "OTHER"
    assert type_("--context", "none", "container", "show")[0] == 6
    assert shown(type_)["agent"] == "FOUNDRY"


def test_a_context_of_a_name_that_is_not_known_is_made_only_when_it_is_told_something(type_, daemon):
    code, _out, err = type_("context", "use", "dmo")

    assert code == 3
    assert "spacetraders context use NAME" in err


@pytest.mark.parametrize(("option", "word"), [("--agent", "NOBODY"), ("--player-id", "7"), ("--container", "x-dddddd")])
def test_what_the_daemon_does_not_have_is_not_remembered(type_, demo, option, word):
    assert type_("context", "use", "demo", option, word)[0] == 3
    assert shown(type_)["container_id"] == "parallel-mfg-X1-CD-bbbbbb"


def test_without_a_daemon_it_is_remembered_unseen_and_that_is_said(type_, daemon, tmp_path):
    code, _out, err = type_("context", "use", "later", "--data-dir", str(tmp_path / "later"), "--agent", "FOUNDRY")

    assert code == 0
    assert "not looked up" in err
    code, _out, err = type_("container", "list")
    assert code == 6
    assert "where context later points" in err


def test_a_new_context_stands_for_the_daemon_that_the_environment_names(type_, daemon, monkeypatch):
    monkeypatch.setenv("STARFOUNDRY_DATA_DIR", daemon)
    type_("context", "use", "night", "--agent", "OTHER")
    code, out, _ = type_("context", "show", "--output", "json")
    assert (code, json.loads(out)["values"]["player"]["value"]) == (0, "OTHER")
    monkeypatch.delenv("STARFOUNDRY_DATA_DIR")
    code, out, _ = type_("container", "list", "--output", "json")
    assert (code, [each["container_id"] for each in json.loads(out)["containers"]]) == (
        0,
        ["parallel-mfg-X1-AB-cccccc"],
    )


def test_another_player_forgets_the_container_of_the_one_before(type_, demo):
    type_("context", "use", "--agent", "OTHER")

    assert shown(type_)["container_id"] == "parallel-mfg-X1-AB-cccccc"


def test_what_stands_before_the_command_is_remembered_too(type_, daemon):
    type_("--data-dir", daemon, "--agent", "OTHER", "context", "use", "side")

    assert shown(type_)["agent"] == "OTHER"


def test_show_tells_each_value_and_who_says_so(type_, demo, daemon, monkeypatch):
    monkeypatch.setenv("STARFOUNDRY_PLAYER_ID", "OTHER")

    told = json.loads(type_("context", "show", "--output", "json")[1])

    assert told["context"] == "demo"
    assert told["values"]["data_dir"] == {"value": daemon, "from": "context demo"}
    assert told["values"]["player"] == {"value": "OTHER", "from": "environment (STARFOUNDRY_PLAYER_ID)"}


def test_show_tells_that_the_context_is_another_daemons(type_, demo):
    told = json.loads(type_("context", "show", "--data-dir", "/elsewhere", "--output", "json")[1])["values"]

    assert told["data_dir"] == {"value": "/elsewhere", "from": "flag"}
    assert told["container"] == {"value": None, "from": "ignored: the context is another daemon's"}


def test_list_marks_the_one_in_use_and_clear_ends_its_use(type_, demo):
    listed = json.loads(type_("context", "list", "--output", "json")[1])
    assert (listed["current"], listed["contexts"][0]["player"]) == ("demo", "FOUNDRY")

    assert type_("context", "clear")[1] == "demo is no longer used\n"
    assert type_("container", "show")[0] == 6
    assert shown(type_, "--context", "demo")["agent"] == "FOUNDRY"

    type_("context", "clear", "demo")
    assert json.loads(type_("context", "list", "--output", "json")[1])["contexts"] == []
