"""Start of tracing, where the settings ask for it."""

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from starfoundry.daemon.ports import Ports
from starfoundry.daemon.tracing.traced_transport import TracedTransport
from starfoundry.kernel.errors import Unavailable

if TYPE_CHECKING:
    from starfoundry.daemon.tracing.open_telemetry import OpenTelemetryTracer


def open_tracer(endpoint: str, elapsed: Callable[[], float]) -> "OpenTelemetryTracer | None":
    """The tracer that sends to this collector; None without one. Raises Unavailable where the extra is missing."""
    if not endpoint:
        return None
    try:
        from starfoundry.daemon.tracing.open_telemetry import OpenTelemetryTracer  # noqa: PLC0415  (an extra)
    except ImportError:
        raise Unavailable("traces need the packages of OpenTelemetry: pip install 'starfoundry[trace]'") from None
    return OpenTelemetryTracer(endpoint, version("starfoundry"), elapsed)


def traced(ports: Ports, tracer: "OpenTelemetryTracer | None") -> Ports:
    """The ports of a daemon whose work, and whose requests to the game, this tracer records."""
    if tracer is None:
        return ports
    return replace(ports, tracer=tracer, transport=TracedTransport(inner=ports.transport, tracer=tracer))
