"""Who may call: users of the machine by the system's word, everybody else by a token, and each only what it may."""

import json
import os
import pwd
import signal
import socket
import ssl
import sys
from datetime import timedelta
from typing import Any

import grpc
import pytest

from starfoundry.daemon.listeners.certificates import make_client_certificate
from starfoundry.runtime.clock import SystemClock
from starfoundry.terminal.local.secret import write_secret
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceStub
from tests.patience import DEADLINE_SECONDS
from tests.ports import free_port
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

DIES_BEFORE_AN_OUTCOME = """
import os, signal
from starfoundry.daemon.access.recorder import Recorder
from starfoundry.daemon.main import main
write = Recorder.write
async def dying(self, call, outcome, answer=None):
    if outcome == "OK":
        os.kill(os.getpid(), signal.SIGKILL)
    await write(self, call, outcome, answer)
Recorder.write = dying
main()
"""
"""A daemon that is killed when it has made a change and is about to write how that ended."""


def code_of(call: Any, request: object) -> grpc.StatusCode:
    """How a call that cannot succeed ends, whether it would answer once or often."""
    try:
        next(call(request, timeout=DEADLINE_SECONDS))
    except grpc.RpcError as error:
        return error.code()
    raise AssertionError("it was answered")


@pytest.fixture
def served(workplace):
    """A daemon with two players."""
    workplace.start_daemon("--sandbox")
    for agent in ("FOUNDRY", "RIVAL"):
        workplace.ask("player", "register", "--agent", agent)
    return workplace


def as_token(place, tmp_path, name, *words):
    """The same workplace, as somebody with a new token."""
    file = tmp_path / f"{name}.token"
    place.ask("auth", "token", "create", name, "--file", str(file), *words)
    return Workplace(data_dir=place.data_dir, environment={"STARFOUNDRY_TOKEN_FILE": str(file)})


def test_the_owner_of_the_socket_is_its_admin(served):
    known = served.ask("auth", "whoami")

    assert (known["name"], known["role"], known["players"]) == (
        f"user {pwd.getpwuid(os.getuid()).pw_name}",
        "ADMIN",
        None,
    )
    assert known["origin"].startswith("user ")


def test_a_viewer_of_one_player_sees_that_player_and_changes_nothing(served, tmp_path):
    theirs = served.ask("manufacturing", "start", "--agent", "RIVAL")["container_id"]
    viewer = as_token(served, tmp_path, "reader", "--player", "1")

    seen = [each["agent"] for each in viewer.ask("player", "list")["players"]]
    foreign = viewer.cli("manufacturing", "config", "show", "--player-id", "2", "--container", theirs)
    absent = viewer.cli("manufacturing", "config", "show", "--player-id", "3", "--container", theirs)
    halt = viewer.cli("manufacturing", "start", "--player-id", "1", "--output", "json")

    assert seen == ["FOUNDRY"]
    assert viewer.ask("container", "list")["containers"] == []
    assert (foreign.code, absent.code) == (3, 3)
    assert foreign.err.replace("player 2", "player 3") == absent.err
    assert (halt.code, halt.json["error"]["code"]) == (5, "PERMISSION_DENIED")
    assert "RIVAL" not in json.dumps(viewer.ask("health"))


def test_a_token_that_is_revoked_ends_its_watches_too(served, tmp_path):
    container = served.ask("manufacturing", "start", "--agent", "FOUNDRY")["container_id"]
    reader = as_token(served, tmp_path, "reader", "--role", "viewer")
    words = ("manufacturing", "config", "watch", "--container", container, "--player-id", "1", "--output", "json")
    watching = reader.start("spacetraders", *words)
    assert json.loads(watching.first_line())["revision"] == 1

    served.ask("auth", "token", "revoke", "reader")
    ended = watching.wait()
    refused = reader.cli("health", "--output", "json")

    assert (ended.code, refused.code) == (5, 5)
    assert refused.json["error"]["code"] == "UNAUTHENTICATED"
    assert "was revoked" in ended.err


def test_the_trail_tells_who_did_what_and_what_was_refused_and_holds_no_secret(served, tmp_path):
    reader = as_token(served, tmp_path, "reader")
    reader.cli("player", "register", "--agent", "THIRD")

    entries = served.ask("audit", "list")["entries"]

    assert [(each["method"], each["outcome"]) for each in entries] == [
        ("RegisterPlayer", "OK"),
        ("RegisterPlayer", "OK"),
        ("CreateToken", "OK"),
        ("RegisterPlayer", "PERMISSION_DENIED"),
    ]
    assert (entries[-1]["caller"], entries[-1]["role"]) == ("reader", "VIEWER")
    assert (tmp_path / "reader.token").read_text().strip() not in json.dumps(entries)
    assert served.ask("audit", "verify")["kept"]


def test_a_daemon_killed_between_a_change_and_its_outcome_leaves_the_change_in_the_trail(workplace):
    daemon = workplace.start_daemon("--sandbox")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]
    daemon.stop()
    dying = workplace.begin([sys.executable, "-c", DIES_BEFORE_AN_OUTCOME, "--sandbox"])
    assert dying.first_line().startswith("ready ")

    words = ("manufacturing", "config", "set", "--container", container, "--max-workers", "7")
    lost = workplace.cli(*words)
    ended = dying.wait()
    last = workplace.ask("audit", "list")["entries"][-1]
    workplace.start_daemon("--sandbox")
    kept = workplace.ask("manufacturing", "config", "show", "--container", container)

    assert lost.code != 0
    assert ended.code == -signal.SIGKILL
    assert (kept["revision"], kept["config"]["max_workers"]) == (2, 7)
    assert (last["outcome"], json.loads(last["request"])["container_id"]) == ("STARTED", container)
    assert last["method"] in ("UpdateManufacturingConfig", "ReviseConfig")
    assert workplace.ask("audit", "verify")["kept"]


def test_beyond_this_machine_nothing_is_served_unencrypted(workplace):
    refused = workplace.run_daemon("--sandbox", "--listen", "0.0.0.0:0")

    assert refused.code == 2
    assert "nothing would be encrypted" in refused.err
    assert "spacetraders auth cert --host" in refused.err


def test_the_loopback_is_not_trusted(workplace):
    port = free_port()
    workplace.start_daemon("--sandbox", "--listen", f"127.0.0.1:{port}")

    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        codes = set()
        for method in pb.DESCRIPTOR.services_by_name["DaemonService"].methods:
            request = getattr(pb, method.input_type.name)()
            codes.add(code_of(getattr(DaemonServiceStub(channel), method.name), request))
        for path in ("/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"):
            codes.add(code_of(channel.stream_stream(path), iter([b""])))

    assert codes == {grpc.StatusCode.UNAUTHENTICATED}


def test_over_tls_a_token_lets_in_and_nothing_else_does(workplace, tmp_path):
    port = free_port()
    made = workplace.ask("auth", "cert", "--host", "localhost")
    workplace.start_daemon("--sandbox", "--listen", f"127.0.0.1:{port}")
    file = tmp_path / "reader.token"
    workplace.ask("auth", "token", "create", "reader", "--file", str(file))
    away = Workplace(
        data_dir=tmp_path / "away",
        environment={"STARFOUNDRY_DAEMON": f"localhost:{port}", "STARFOUNDRY_DAEMON_CA": made["authority"]},
    )

    nobody = away.cli("auth", "whoami", "--output", "json")
    away.environment["STARFOUNDRY_TOKEN_FILE"] = str(file)
    reader = away.ask("auth", "whoami")
    away.environment["STARFOUNDRY_DAEMON_CA"] = made["certificate"].replace("server.pem", "other.pem")
    workplace.ask("auth", "cert", "--host", "localhost", "--directory", str(tmp_path / "forged"))
    away.environment["STARFOUNDRY_DAEMON_CA"] = str(tmp_path / "forged" / "ca.pem")
    forged = away.cli("auth", "whoami", "--output", "json")

    assert (nobody.code, nobody.json["error"]["code"]) == (5, "UNAUTHENTICATED")
    assert (reader["name"], reader["role"]) == ("reader", "VIEWER")
    assert reader["origin"].startswith("127.0.0.1 port ")
    assert forged.code == 6
    older = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    older.load_verify_locations(made["authority"])
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLError):
        older.wrap_socket(plain, server_hostname="localhost")


@pytest.fixture
def listening(workplace, tmp_path):
    """A daemon that serves over TLS, and a workplace elsewhere that knows its authority."""
    port = free_port()
    made = workplace.ask("auth", "cert", "--host", "localhost")
    workplace.start_daemon("--sandbox", "--listen", f"127.0.0.1:{port}")
    environment = {"STARFOUNDRY_DAEMON": f"localhost:{port}", "STARFOUNDRY_DAEMON_CA": made["authority"]}
    away = Workplace(data_dir=tmp_path / "away", environment=environment)
    yield workplace, away
    away.close()


def with_certificate(away, made):
    """The workplace elsewhere, with a client certificate."""
    own = {"STARFOUNDRY_DAEMON_CERT": made["certificate"], "STARFOUNDRY_DAEMON_KEY": made["key"]}
    return Workplace(data_dir=away.data_dir, environment=away.environment | own)


def test_a_client_certificate_is_whoever_it_was_made_for_until_it_is_revoked_streams_too(listening, tmp_path):
    place, away = listening
    for agent in ("FOUNDRY", "RIVAL"):
        place.ask("player", "register", "--agent", agent)
    container = place.ask("manufacturing", "start", "--agent", "FOUNDRY")["container_id"]
    made = place.ask("auth", "client-cert", "reader", "--player", "1", "--directory", str(tmp_path))
    reader = with_certificate(away, made)

    known = reader.ask("auth", "whoami")
    seen = [each["agent"] for each in reader.ask("player", "list")["players"]]
    refused = reader.cli("manufacturing", "stop", container, "--player-id", "1", "--output", "json")
    words = ("manufacturing", "config", "watch", "--container", container, "--player-id", "1", "--output", "json")
    watching = reader.start("spacetraders", *words)
    assert json.loads(watching.first_line())["revision"] == 1
    place.ask("auth", "token", "revoke", "reader")
    ended = watching.wait()
    revoked = reader.cli("auth", "whoami", "--output", "json")

    assert (known["name"], known["role"], known["players"]) == ("reader", "VIEWER", [1])
    assert seen == ["FOUNDRY"]
    assert refused.code != 0
    assert (ended.code, revoked.code, revoked.json["error"]["code"]) == (5, 5, "UNAUTHENTICATED")
    assert "was revoked" in ended.err
    assert [each["certificate_sha256"] for each in place.ask("auth", "token", "list")["tokens"]] == [
        made["certificate_sha256"]
    ]


def test_a_certificate_of_another_authority_or_one_that_the_daemon_was_not_told_of_lets_nobody_in(listening, tmp_path):
    place, away = listening
    place.ask("auth", "client-cert", "known", "--directory", str(tmp_path))
    clients = {"of this authority": place.data_dir / "tls", "of another": tmp_path / "another"}

    codes = {}
    for what, directory in clients.items():
        made = make_client_certificate(directory, "forger", lifetime=timedelta(days=1), now=SystemClock().now())
        files = {"certificate": tmp_path / f"{what}.pem", "key": tmp_path / f"{what}.key"}
        write_secret(files["certificate"], made.certificate)
        write_secret(files["key"], made.key)
        codes[what] = with_certificate(away, {key: str(file) for key, file in files.items()}).cli("auth", "whoami").code

    assert codes == {"of this authority": 5, "of another": 6}


def test_a_certificate_that_is_renewed_is_served_without_a_restart_and_a_broken_one_is_not(listening, tmp_path):
    place, away = listening
    file = tmp_path / "reader.token"
    place.ask("auth", "token", "create", "reader", "--file", str(file))
    away.environment["STARFOUNDRY_TOKEN_FILE"] = str(file)
    assert away.ask("auth", "whoami")["name"] == "reader"

    renewed = place.ask("auth", "cert", "--host", "localhost", "--directory", str(tmp_path / "new"))
    for name in ("server.pem", "server.key"):
        os.replace(tmp_path / "new" / name, place.data_dir / "tls" / name)
    old = away.cli("auth", "whoami").code
    away.environment["STARFOUNDRY_DAEMON_CA"] = renewed["authority"]
    new = away.ask("auth", "whoami")["name"]
    (place.data_dir / "tls" / "server.pem").write_text("not a certificate")

    assert (old, new) == (6, "reader")
    assert away.ask("auth", "whoami")["name"] == "reader"
    assert "the certificate in use stays" in (place.data_dir / "logs" / "daemon.log").read_text()
