"""The port to traces: spans, which record what happened because of what, and places in a trace to continue from."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Attributes = Mapping[str, str | int]

Place = object
"""A place in a trace, only for the tracer that gave it; None is a place in no trace."""


class Span(Protocol):
    """A piece of work in a trace."""

    def note(self, name: str, value: str | int) -> None:
        """Add an attribute."""


class Tracer(Protocol):
    """Records spans. An exception that leaves a span marks it as failed."""

    def span(self, name: str, attributes: Attributes) -> AbstractContextManager[Span]:
        """A span within the one that is open here; without one it begins a trace."""

    def span_at(self, place: Place, name: str, attributes: Attributes) -> AbstractContextManager[Span]:
        """A span that continues a trace from `place`; None begins a trace."""

    def here(self) -> Place:
        """The place of the span that is open here."""

    def place_of(self, traceparent: str) -> Place:
        """The place that a W3C `traceparent` names; None for a text that names none."""


class _Untraced:
    def note(self, name: str, value: str | int) -> None:
        """Discard it."""

    @contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[Span]:  # noqa: ARG002
        """A span that records nothing."""
        yield self

    @contextmanager
    def span_at(self, place: Place, name: str, attributes: Attributes) -> Iterator[Span]:  # noqa: ARG002
        """A span that records nothing."""
        yield self

    def here(self) -> Place:
        """None."""
        return None

    def place_of(self, traceparent: str) -> Place:  # noqa: ARG002
        """None."""
        return None


UNTRACED: Tracer = _Untraced()
"""For a program that records no traces."""
