"""Traces: a real daemon, and a collector that is a real HTTP server."""

from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from starfoundry.daemon.tracing.traced_transport import span_name
from starfoundry.game.transport.transport import Request
from tests.patience import until
from tests.stories.programs import Workplace

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Collector:
    """Keeps the spans that it is sent."""

    def __init__(self):
        self.spans: list[Span] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                export = ExportTraceServiceRequest.FromString(body)
                for resource in export.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.threads = ThreadPoolExecutor(1)
        self.threads.submit(self.server.serve_forever)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def of_trace(self, trace):
        return [each for each in list(self.spans) if each.trace_id.hex() == trace]

    def close(self):
        self.server.shutdown()
        self.threads.shutdown()
        self.server.server_close()


@pytest.fixture
def collector():
    found = Collector()
    yield found
    found.close()


@pytest.fixture
def place(tmp_path):
    workplace = Workplace(data_dir=tmp_path / "data")
    yield workplace
    workplace.close()


def attribute(span, name):
    value = next((each.value for each in span.attributes if each.key == name), None)
    return value and (value.string_value or value.int_value)


@pytest.mark.processes
def test_one_trace_leads_from_a_change_of_settings_to_the_ship_that_acts_on_it(place, collector):
    place.start_daemon("--sandbox", "--speed", "50", "--traces", collector.url)
    place.ask("player", "register", "--agent", "TRACER")
    place.ask("manufacturing", "start", "--max-pipelines", "1", "--trade-max-ships", "0")

    place.environment["TRACEPARENT"] = TRACEPARENT
    answer = place.ask("manufacturing", "config", "set", "--trade-max-ships", "5")

    def names():
        """Names of spans, without what differs from one trip or request to another."""
        return {each.name.split(" ")[0] for each in collector.of_trace(TRACE)}

    until(lambda: {"ReviseConfig", "commit", "announce", "turn", "trip", "POST"} <= names())
    turns = [each for each in collector.of_trace(TRACE) if each.name == "turn"]
    assert {attribute(each, "starfoundry.revision") for each in turns} == {answer["revision"]}


@pytest.mark.processes
def test_a_collector_that_is_not_there_stops_nothing(place):
    daemon = place.start_daemon("--sandbox", "--traces", "http://127.0.0.1:9")

    place.ask("player", "register", "--agent", "TRACER")
    assert daemon.stop().code == 0


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/my/ships/SHIP-1/navigate", "POST /my/ships/{}/navigate"),
        ("/systems/X1-A/waypoints/X1-A-B1/market?page=1", "POST /systems/{}/waypoints/{}/market"),
        ("/my/agent", "POST /my/agent"),
    ],
)
def test_requests_of_one_kind_have_one_name(path, name):
    assert span_name(Request(method="POST", path=path, headers={}, body=None, timeout_seconds=1)) == name
