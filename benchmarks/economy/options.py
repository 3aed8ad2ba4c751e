"""Command line values of the economy benchmarks: seeds and scenarios."""

import click

from starfoundry.sandbox.control import scenario


def numbers(text: str) -> list[int]:
    """1,4-6 as 1, 4, 5, 6."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise click.BadParameter(f"seeds are numbers and ranges such as 1,4-6, was {text!r}", param_hint="--seeds")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def scenarios(text: str) -> list[str]:
    """Names apart by commas, each of which there is."""
    names = text.split(",")
    for name in names:
        if name not in scenario.names():
            allowed = ", ".join(scenario.names())
            raise click.BadParameter(f"a scenario is one of {allowed}, was {name!r}", param_hint="--scenarios")
    return names
