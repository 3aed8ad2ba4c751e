"""Flat messages as JSON, and ranges of numbers for requests."""

from typing import Any

import click

from starfoundry.terminal.arguments.player import INT32_MAX


def at_least(minimum: int) -> click.IntRange:
    """A whole number from `minimum` up to the largest that the wire can carry."""
    return click.IntRange(minimum, INT32_MAX)


def flat_json(message: Any) -> dict[str, object]:  # noqa: ANN401  (any flat message of ours)
    """Every field of a flat message by name, an empty text and a missing value as null."""
    return {field.name: _plain(message, field) for field in message.DESCRIPTOR.fields}


def _plain(message: Any, field: Any) -> object:  # noqa: ANN401
    is_missing = field.has_presence and not message.HasField(field.name)
    value = None if is_missing else getattr(message, field.name)
    return None if value == "" else value
