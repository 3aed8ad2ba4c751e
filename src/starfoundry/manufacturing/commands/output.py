"""Flat messages as JSON, and ranges of numbers for requests."""

from typing import Any

import click

from starfoundry.terminal.arguments.player import INT32_MAX


def at_least(minimum: int) -> click.IntRange:
    """A whole number from `minimum` up to the largest that the wire can carry."""
    return click.IntRange(minimum, INT32_MAX)


def flat_json(message: Any) -> dict[str, object]:  # noqa: ANN401  (any flat message of ours)
    """Every field of a flat message by name, an empty text as null."""
    return {field.name: _plain(getattr(message, field.name)) for field in message.DESCRIPTOR.fields}


def _plain(value: Any) -> object:  # noqa: ANN401
    return None if value == "" else value
