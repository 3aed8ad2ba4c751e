"""The daemon as a process: it serves privately, alone in its directory, and outlives being killed."""

import json
import socket
import sqlite3
import stat
from contextlib import closing
from typing import Any

import pytest

from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes


def test_a_newcomer_starts_it_registers_and_looks_around(workplace):
    workplace.start_daemon("--sandbox")

    player = workplace.ask("player", "register", "--agent", "FOUNDRY")

    assert (player["player_id"], player["agent"], player["credits"]) == (1, "FOUNDRY", 175_000)
    assert player["system"].startswith("X1-")
    assert workplace.ask("player", "list")["players"] == [player]
    assert workplace.ask("container", "list") == {"containers": []}
    assert workplace.ask("health")["status"] == "ok"


def test_its_socket_is_for_its_owner_only(workplace):
    workplace.start_daemon("--sandbox")

    path = workplace.data_dir / "daemon.sock"
    assert stat.S_IMODE(workplace.data_dir.stat().st_mode) == 0o700
    assert stat.S_ISSOCK(path.stat().st_mode)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_it_makes_can_be_read_by_others(workplace):
    workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")

    for path in workplace.data_dir.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_second_daemon_on_the_same_directory_names_the_first_and_leaves_it_alone(workplace):
    first = workplace.start_daemon("--sandbox")

    second = workplace.run_daemon("--sandbox")

    assert second.code == 4
    assert f"process {first.pid}" in second.err
    assert workplace.ask("health")["status"] == "ok"


def test_a_second_daemon_that_is_led_to_the_same_database_from_elsewhere_is_refused(workplace, tmp_path):
    first = workplace.start_daemon("--sandbox")

    url = f"sqlite:///{workplace.data_dir / 'sandbox.db'}"
    second = workplace.run_daemon("--sandbox", "--data-dir", str(tmp_path / "another"), "--database-url", url)

    assert second.code == 4
    assert f"another daemon (process {first.pid}) uses the database {workplace.data_dir / 'sandbox.db'}" in second.err
    assert workplace.ask("health")["status"] == "ok"


@pytest.mark.parametrize("name", ["odd?mode=memory", "odd%41"])
def test_its_files_lie_in_the_directory_that_was_named_whatever_its_letters(tmp_path, name):
    workplace = Workplace(data_dir=tmp_path / name)
    try:
        workplace.start_daemon("--sandbox")
        assert workplace.ask("verify")["database"] == str(tmp_path / name / "sandbox.db")
        assert workplace.cli("backup", str(tmp_path / "nowhere" / "copy.db")).code == 3
    finally:
        workplace.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_sigterm_ends_it_in_good_order(workplace):
    daemon = workplace.start_daemon("--sandbox")

    ended = daemon.stop()

    assert (ended.code, ended.err) == (0, "")
    assert not (workplace.data_dir / "daemon.sock").exists()
    assert workplace.cli("health").code == 6


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_after_a_restart_everything_is_as_it_was(workplace, how):
    daemon = workplace.start_daemon("--sandbox", "--seed", "7")
    player = workplace.ask("player", "register", "--agent", "FOUNDRY")

    getattr(daemon, how)()
    assert workplace.cli("player", "list").code == 6
    workplace.start_daemon("--sandbox")

    assert workplace.ask("player", "list")["players"] == [player]


def test_tokens_stay_out_of_logs_and_answers(workplace):
    """The sandbox's tokens are JSON web tokens like the game's, so their beginning gives every one away."""
    workplace.start_daemon("--sandbox")
    registered = workplace.cli("player", "register", "--agent", "FOUNDRY")
    listed = workplace.cli("player", "list")
    typed = workplace.cli("player", "add", "--token", "eyJhbGciOi.secret.secret", "--output", "json")
    (workplace.data_dir / "agent.token").write_text("eyJhbGciOi.secret.secret")
    (workplace.data_dir / "agent.token").chmod(0o600)
    refused = workplace.cli("player", "add", "--token-file", str(workplace.data_dir / "agent.token"))

    assert (typed.code, refused.code) == (2, 5)
    for text in (registered.out, registered.err, listed.out, typed.out, typed.err, refused.out, refused.err):
        assert "eyJ" not in text
    for path in (workplace.data_dir / "logs").iterdir():
        assert "eyJ" not in path.read_text()


def test_a_setting_that_does_not_exist_stops_it_and_is_named(workplace):
    workplace.data_dir.mkdir(mode=0o700)
    (workplace.data_dir / "starfoundry.toml").write_text("[api]\nbase_ulr = 'https://x'\n")

    ended = workplace.run_daemon()

    assert ended.code == 2
    assert "api.base_ulr" in ended.err
    assert "api.base_url" in ended.err


def test_its_log_is_json_lines(workplace):
    workplace.start_daemon("--sandbox").stop()

    lines = (workplace.data_dir / "logs" / "daemon.log").read_text().splitlines()
    assert {"serving", "stopping", "stopped"} <= {json.loads(line)["event"] for line in lines}


def test_a_database_of_a_newer_version_is_left_alone_and_told_with_what_to_do(workplace):
    """Also the universe beside it: an older program must not write its own form of that."""
    workplace.start_daemon("--sandbox").stop()
    database = workplace.data_dir / "sandbox.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9000'")

    def files():
        kept = (each for each in workplace.data_dir.rglob("*") if each.is_file() and each.name != "daemon.lock")
        return {each.name: each.read_bytes() for each in kept}

    before = files()
    refused = workplace.run_daemon("--sandbox")

    assert refused.code == 2
    assert "its schema is 9000" in refused.err
    assert "nothing was changed; run that version again" in refused.err
    assert "next: run the version that wrote it, or restore a backup" in refused.err
    assert files() == before


def test_what_is_no_call_at_all_leaves_it_serving(workplace):
    workplace.start_daemon("--sandbox")

    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(str(workplace.data_dir / "daemon.sock"))
        visitor.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)

    assert workplace.ask("health")["status"] == "ok"


def test_virtual_time_serves_callers_too(workplace):
    workplace.start_daemon("--sandbox", "--speed", "0")

    assert workplace.ask("player", "register", "--agent", "FOUNDRY")["credits"] == 175_000


def test_standard_tools_find_health_and_reflection(workplace):
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    workplace.start_daemon("--sandbox")

    with grpc.insecure_channel(f"unix:{workplace.data_dir / 'daemon.sock'}") as channel:
        healths: Any = health_pb2_grpc.HealthStub(channel)
        health = healths.Check(health_pb2.HealthCheckRequest(service="daemon.DaemonService"))
        reflections: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        stream = reflections.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        services = {each.name for each in next(iter(stream)).list_services_response.service}

    assert health.status == health_pb2.HealthCheckResponse.SERVING
    assert "daemon.DaemonService" in services
