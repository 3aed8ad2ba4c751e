"""The command line starts light: what it loads, since that is what it takes its time for."""

import json
import socketserver
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire import daemon_pb2_grpc
from tests.patience import DEADLINE_SECONDS

HEAVY = ("sqlalchemy", "alembic", "aiohttp", "rich", "structlog", "msgspec", "cryptography")
NEEDLESS = ("difflib", "tomllib", "yaml", "platformdirs", "socket")
"""Some milliseconds each; --help needs none of them."""

NEEDLESS_WHEN_ANSWERED = ("google.rpc", "grpc_status", "google.protobuf.descriptor_pb2")
"""They take errors apart, or messages whose kind is known."""

COMMANDS_OF_SET = {
    "starfoundry.config.commands.change_settings",
    "starfoundry.config.commands.config_options",
    "starfoundry.config.commands.config_output",
    "starfoundry.config.commands.group",
    "starfoundry.config.commands.setting_completion",
    "starfoundry.containers.commands.container_argument",
    "starfoundry.manufacturing.commands.group",
}

GROUPS = ("manufacturing", "container", "player", "ship", "market", "ledger", "sandbox", "demo", "top", "health")

PROBE = """
import json, sys
from starfoundry.cli.main import root
from starfoundry.terminal.arguments.exits import run
code = run(root, sys.argv[1:])
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def loaded_by(*arguments, **environment):
    """The exit code of a command line, and every module it loaded."""
    probe = [sys.executable, "-c", PROBE, *arguments]
    output = subprocess.run(
        probe, capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=True, env=environment or None
    )
    code, modules = json.loads(output.stdout.splitlines()[-1])
    return code, {name.partition(".")[0] for name in modules} | set(modules)


class Greeting(socketserver.BaseRequestHandler):
    """Somebody who answers a caller with one byte, and has no more to say."""

    def handle(self):
        self.request.recv(64)
        self.request.sendall(b"?")


class Answering(daemon_pb2_grpc.DaemonServiceServicer):
    """A daemon that has no container."""

    def ListContainers(self, request, context):  # noqa: N802  (the contract's name)
        return wire.ListContainersResponse()


def test_help_loads_no_room_and_no_grpc():
    code, modules = loaded_by("--help")

    assert code == 0
    assert not modules & {*HEAVY, *NEEDLESS, "grpc", "google", "asyncio"}
    assert not [name for name in modules if name.endswith(".commands")]


@pytest.mark.parametrize("group", GROUPS)
def test_the_help_of_a_command_loads_its_own_room_lightly(group):
    code, modules = loaded_by(group, "--help")

    assert code == 0
    assert not modules & {*HEAVY, "grpc", "google"}


def test_a_call_loads_grpc_and_nothing_heavier(tmp_path):
    with socketserver.UnixStreamServer(str(tmp_path / "daemon.sock"), Greeting) as server, ThreadPoolExecutor() as pool:
        pool.submit(server.serve_forever)
        code, modules = loaded_by("container", "list", "--data-dir", str(tmp_path))
        server.shutdown()

    assert code == 6
    assert "grpc" in modules
    assert not modules & set(HEAVY)


def test_a_call_without_a_daemon_does_not_even_load_grpc(tmp_path):
    code, modules = loaded_by("container", "list", "--data-dir", str(tmp_path))

    assert code == 6
    assert "grpc" not in modules


def test_a_command_of_a_group_does_not_load_its_neighbours(tmp_path):
    """Once `config set` loaded forecasts, presets, files, explanations and the list of tasks, a fifth of its time."""
    code, modules = loaded_by("manufacturing", "config", "set", "--max-pipelines", "4", "--data-dir", str(tmp_path))

    assert code == 6
    assert {name for name in modules if ".commands." in name} == COMMANDS_OF_SET


def test_a_call_that_is_answered_loads_nothing_that_takes_errors_apart(tmp_path):
    with ThreadPoolExecutor() as pool:
        daemon = grpc.server(pool)
        daemon_pb2_grpc.add_DaemonServiceServicer_to_server(Answering(), daemon)  # type: ignore[abstract]
        daemon.add_insecure_port(f"unix:{tmp_path}/daemon.sock")
        daemon.start()
        code, modules = loaded_by("container", "list", "--data-dir", str(tmp_path))
        daemon.stop(None).wait()

    assert code == 0
    assert not modules & {*HEAVY, *NEEDLESS_WHEN_ANSWERED}
