"""Ranges of numbers for requests."""

import click

from starfoundry.terminal.arguments.player import INT32_MAX


def at_least(minimum: int) -> click.IntRange:
    """A whole number from `minimum` up to the largest that the wire can carry."""
    return click.IntRange(minimum, INT32_MAX)
