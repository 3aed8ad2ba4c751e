"""The listener for Prometheus: real programs, real HTTP."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from starfoundry.daemon.metrics.endpoint import CONNECTIONS_MAX
from tests.house.source import ROOT
from tests.patience import DEADLINE_SECONDS, until
from tests.ports import free_port
from tests.stories.programs import Workplace

pytestmark = pytest.mark.processes

RULES = ROOT / "deploy" / "prometheus-rules.yaml"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"


@pytest.fixture
def place(tmp_path):
    """A workplace whose daemon serves metrics at `place.port`."""
    workplace = Workplace(data_dir=tmp_path / "data")
    yield workplace
    workplace.close()


def token(place, tmp_path, name, *words):
    file = tmp_path / f"{name}.token"
    place.ask("auth", "token", "create", name, "--file", str(file), *words)
    return file.read_text().strip()


def ask(port, secret="", *, path="/metrics", method="GET", context=None, accept="text/plain"):
    """Status, headers and text of one request."""
    connection = (
        http.client.HTTPSConnection("localhost", port, context=context, timeout=DEADLINE_SECONDS)
        if context
        else http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)
    )
    headers = {"Accept": accept} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def scraped(port, secret):
    """Every sample: its name, its labels, its value."""
    status, _headers, text = ask(port, secret)
    assert status == 200, text
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def test_without_a_setting_nothing_listens(place):
    daemon = place.start_daemon("--sandbox")

    table = Path(f"/proc/{daemon.pid}/net/tcp").read_text().splitlines()[1:]
    sockets = {line.split()[9] for line in table if line.split()[3] == "0A"}
    held = {link.readlink().name for link in Path(f"/proc/{daemon.pid}/fd").iterdir() if link.is_symlink()}
    assert not {f"socket:[{inode}]" for inode in sockets} & held


def test_a_port_alone_is_one_of_the_loopback(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", str(port))

    assert ask(port, token(place, tmp_path, "prometheus"))[0] == 200


def test_only_a_token_that_holds_lets_in_and_each_refusal_is_in_the_trail(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", f"127.0.0.1:{port}")
    secret = token(place, tmp_path, "prometheus", "--role", "viewer")

    nobody, wrong, right = ask(port), ask(port, "sf_0_0"), ask(port, secret)
    place.ask("auth", "token", "revoke", "prometheus")
    revoked = ask(port, secret)

    assert [each[0] for each in (nobody, wrong, right, revoked)] == [401, 401, 200, 401]
    assert nobody[1]["WWW-Authenticate"].startswith("Bearer")
    assert nobody[2] == wrong[2] == revoked[2]
    entries = place.ask("audit", "list", "--refused")["entries"]
    assert [(each["method"], each["outcome"]) for each in entries] == [("GET /metrics", "UNAUTHENTICATED")] * 3
    assert entries[0]["origin"].startswith("127.0.0.1 port ")


def test_there_is_one_path_and_it_is_only_read(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", str(port))
    secret = token(place, tmp_path, "prometheus")

    assert ask(port, secret, path="/")[0] == 404
    assert ask(port, secret, method="POST")[0] == 405


def test_a_token_of_one_player_tells_of_no_other(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", str(port))
    for agent in ("FOUNDRY", "RIVAL"):
        place.ask("player", "register", "--agent", agent)

    mine = ask(port, token(place, tmp_path, "mine", "--player", "1"))[2]
    everybodys = ask(port, token(place, tmp_path, "all"))[2]

    assert ("FOUNDRY" in mine, "RIVAL" in mine) == (True, False)
    assert "RIVAL" in everybodys


def test_beyond_this_machine_it_is_served_with_a_certificate_only(place, tmp_path):
    refused = place.run_daemon("--sandbox", "--metrics", "0.0.0.0:0")
    made = place.ask("auth", "cert", "--host", "localhost")
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", f"0.0.0.0:{port}")
    secret = token(place, tmp_path, "prometheus")
    context = ssl.create_default_context(cafile=made["authority"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python does by itself from 3.13 on

    assert (refused.code, "nothing would be encrypted" in refused.err) == (2, True)
    assert ask(port, secret, context=context)[0] == 200
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS) as plain:
        plain.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" not in plain.recv(100)


def test_an_address_that_is_taken_is_told(place):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        refused = place.run_daemon("--sandbox", "--metrics", str(holder.getsockname()[1]))

    assert refused.code == 2
    assert "cannot listen on 127.0.0.1" in refused.err


def test_who_holds_connections_takes_no_more_than_there_are_places(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--metrics", str(port))
    token(place, tmp_path, "prometheus")

    held = [socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS) for _ in range(CONNECTIONS_MAX)]
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS) as one_more:
        assert one_more.recv(1) == b""
    assert place.ask("health")["status"] == "ok"
    for each in held:
        each.close()


def queries():
    """Every query that is shipped: of the dashboard, where `$player` is all, and of the alert rules."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    groups = yaml.safe_load(RULES.read_text())["groups"]
    shown = [target["expr"].replace("$player", ".*") for panel in panels for target in panel["targets"]]
    return [*shown, *(rule["expr"] for group in groups for rule in group["rules"])]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on the path")
def test_promtool_reads_every_shipped_query(tmp_path):
    rules = tmp_path / "rules.yaml"
    recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries())]
    rules.write_text(yaml.safe_dump({"groups": [{"name": "shipped", "rules": recorded}]}))

    for file in (rules, RULES):
        checked = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


_SELECTOR = re.compile(r"((?:starfoundry|process)_\w+)(?:\{([^}]*)\})?")
_GROUPED = re.compile(r"\b(?:by|on) \(([^)]*)\)")


def test_every_shipped_query_names_metrics_and_labels_of_the_real_endpoint(place, tmp_path):
    port = free_port()
    place.start_daemon("--sandbox", "--speed", "50", "--metrics", str(port))
    place.ask("player", "register", "--agent", "FOUNDRY")
    container = place.ask("manufacturing", "start")["container_id"]
    place.ask("manufacturing", "config", "set", "--container", container, "max_pipelines=4", "--wait", "30")
    secret = token(place, tmp_path, "prometheus")
    until(lambda: any(each.name == "starfoundry_tasks" for each in scraped(port, secret)))
    labels: dict[str, set[str]] = {}
    for sample in scraped(port, secret):
        labels.setdefault(sample.name, {"job", "instance"}).update(sample.labels)
    told_only_when_held = {"starfoundry_conditions": {"player", "kind", "degrades", "job", "instance"}}

    unknown = []
    for query in queries():
        for name, matchers in _SELECTOR.findall(query):
            known = labels.get(name) or told_only_when_held.get(name)
            used = set(re.findall(r"(\w+)\s*[=!]", matchers))
            used |= {each.strip() for group in _GROUPED.findall(query) for each in group.split(",")}
            if known is None or used - known:
                unknown.append((query, name))

    assert len(queries()) > 50
    assert unknown == []
