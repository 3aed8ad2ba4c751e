"""Traces for OpenTelemetry, sent to a collector over HTTP (OTLP). The only module that imports its packages."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from starfoundry.kernel.tracing import Attributes, Place, Span
from starfoundry.runtime.bounded_logging import BoundedLogFilter

EXPORT_SECONDS = 3.0
"""Time for one delivery to the collector, and for the last one at the end."""

_FAILURES = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")


class OpenTelemetryTracer:
    """Sends spans in the background; a collector that does not answer loses them and delays nothing."""

    def __init__(self, endpoint: str, version: str, elapsed: Callable[[], float]) -> None:
        resource = Resource.create({"service.name": "starfoundry", "service.version": version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("starfoundry", version)
        for name in _FAILURES:
            logging.getLogger(name).addFilter(BoundedLogFilter(elapsed))

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[Span]:
        """See kernel.tracing.Tracer."""
        with self.span_at(self.here(), name, attributes) as span:
            yield span

    @contextmanager
    def span_at(self, place: Place, name: str, attributes: Attributes) -> Iterator[Span]:
        """See kernel.tracing.Tracer."""
        context = place if isinstance(place, Context) else Context()
        with self._tracer.start_as_current_span(name, context, attributes=attributes) as span:
            yield _Recorded(span)

    def here(self) -> Place:
        """See kernel.tracing.Tracer. A task inherits the span in which it began, but that may have ended long ago."""
        span = trace.get_current_span()
        return trace.set_span_in_context(span, Context()) if span.is_recording() else None

    def place_of(self, traceparent: str) -> Place:
        """See kernel.tracing.Tracer."""
        context = TraceContextTextMapPropagator().extract({"traceparent": traceparent}, Context())
        return context if trace.get_current_span(context).get_span_context().is_valid else None

    def close(self) -> None:
        """Send what is left and end; blocks for about EXPORT_SECONDS at most."""
        self._provider.shutdown()


class _Recorded:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, name: str, value: str | int) -> None:
        """Add an attribute."""
        self._span.set_attribute(name, value)
