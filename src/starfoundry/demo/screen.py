"""Output of a demo: a live view on a terminal, plain lines elsewhere, nothing for machines."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live

from starfoundry.demo.demo_plan import DemoSetting
from starfoundry.demo.demo_summary import progress_line
from starfoundry.demo.hint import caption, how_to_change
from starfoundry.demo.play import Show
from starfoundry.terminal.rendering.render import folded
from starfoundry.top.live_view import draw
from starfoundry.top.reading import TopReading

LIVE_SECONDS = 0.25  # between two looks at a live demo, in real seconds
LINE_SECONDS = 5.0


@contextmanager
def live_view() -> Iterator[Show]:
    """The whole terminal, restored at the end."""
    with Live(console=Console(), screen=True, auto_refresh=False) as live:
        yield lambda demo_setting, reading: live.update(draw(caption(demo_setting, reading), reading), refresh=True)


def plain_lines() -> Show:
    """One line per reading; before the first one the commands that change settings, if another terminal could."""
    is_first = True

    def show(demo_setting: DemoSetting, reading: TopReading) -> None:
        nonlocal is_first
        if is_first and demo_setting.plan.speed:
            commands = "\n".join(how_to_change(demo_setting, reading.status.config))
            click.echo(f"change it from another terminal:\n{commands}\n")
        is_first = False
        click.echo(folded(progress_line(reading)))

    return show


def nothing() -> Show:
    """For machines, which read the summary only."""
    return lambda demo_setting, reading: None  # noqa: ARG005
