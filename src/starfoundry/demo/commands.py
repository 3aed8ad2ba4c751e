"""`spacetraders demo`: a fleet that earns, to watch and to retune, with nothing but this package."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from starfoundry.config.commands.config_options import assignments
from starfoundry.config.commands.setting_completion import complete_assignment
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.local.daemon_location import expanded

if TYPE_CHECKING:
    from starfoundry.demo.demo_plan import DemoPlan
    from starfoundry.demo.demo_summary import DemoSummary

LIVE_SPEED = 100.0
MEMORY_DIRECTORY = "/dev/shm"  # noqa: S108  (data of a demo in virtual time is not needed after its end)


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="The seed of the universe.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 10_000),
    metavar="X",
    help=f"Simulated seconds a second; default {LIVE_SPEED:g}. 0 is virtual time, the default with --hours.",
)
@click.option(
    "--hours",
    "length",
    type=Duration(bare_unit="h"),
    metavar="H",
    help="End after so much simulated time: 3 (hours), 90m or 2d.",
)
@click.option("--scenario", metavar="NAME", help="The scenario of the universe, as in `spacetraders sandbox`.")
@click.option("--preset", default="", metavar="NAME", help="The preset the coordinator begins with.")
@click.option(
    "--set",
    "words",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting the coordinator begins with; may be repeated.",
    shell_complete=complete_assignment,
)
@click.option("--data-dir", metavar="DIR", help="The daemon's data directory; default: a temporary one.")
@click.option("-o", "--output", type=click.Choice(["table", "json"]), help="json: no view, one summary object.")
@click.pass_context
def demo(
    context: click.Context,
    /,
    *,
    seed: int,
    speed: float | None,
    length: float | None,
    data_dir: str | None,
    output: str | None,
    words: tuple[str, ...],
    **world: Any,  # noqa: ANN401  (the scenario and the preset)
) -> None:
    """Watch a fleet manufacture at a profit in a local universe.

    Sandbox and daemon run in this process; settings can be changed from another terminal, and the view shows the
    effect. Ctrl-C ends it. With --hours it runs in virtual time instead, as fast as this machine can, and prints the
    result.
    """
    outer = context.find_root().params
    as_json = (output or outer.get("output")) == "json"
    hours = _hours(length)
    speed = (0.0 if hours else LIVE_SPEED) if speed is None else speed
    if speed == 0 and hours is None:
        raise Refused.of("speed", speed, "above 0 unless --hours says when to end")

    from starfoundry.demo.demo_plan import DemoPlan
    from starfoundry.demo.start_settings import check_settings
    from starfoundry.sandbox.control.world_sources import universe_config_of

    settings = assignments(words)
    check_settings(world["preset"], settings)
    universe_config_of(world["scenario"], None)
    with _directory(data_dir or _flag_before(context), in_memory=speed == 0) as directory:
        plan = DemoPlan(seed=seed, speed=speed, hours=hours, data_dir=directory, settings=settings, **world)
        summary = _play(plan, as_json=as_json)
    _tell(summary, as_json=as_json)


def _flag_before(context: click.Context) -> str | None:
    """The data directory given before the command's name. That of the environment is a daemon's, not for a demo."""
    root = context.find_root()
    is_given = root.get_parameter_source("data_dir") is ParameterSource.COMMANDLINE
    return root.params.get("data_dir") if is_given else None


def _hours(length: float | None) -> float | None:
    """The hours of a demo of so many seconds; None for no end. Raises Refused for a duration of zero."""
    if length is None:
        return None
    if not length:
        raise Refused.of("hours", "0", "more than 0")
    return length / 3_600


def _play(plan: "DemoPlan", *, as_json: bool) -> "DemoSummary":
    """Play the plan in the way that fits the output."""
    from starfoundry.demo import screen

    if plan.speed == 0:
        from starfoundry.demo.virtual_demo import play_hours

        return play_hours(plan, screen.nothing() if as_json else screen.plain_lines())
    from starfoundry.demo.live_demo import play_live

    if as_json or not sys.stdout.isatty():
        show = screen.nothing() if as_json else screen.plain_lines()
        return play_live(plan, show, every_real_seconds=screen.LINE_SECONDS)
    with screen.live_view() as show:
        return play_live(plan, show, every_real_seconds=screen.LIVE_SECONDS)


def _tell(summary: "DemoSummary", *, as_json: bool) -> None:
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(summary), indent=2))
    else:
        from starfoundry.terminal.rendering.render import folded

        click.echo(folded(summary.text()))


@contextmanager
def _directory(named: str | None, *, in_memory: bool) -> Iterator[Path]:
    """The named data directory, or a temporary one."""
    if named:
        directory = expanded(named)
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield directory
        return
    place = MEMORY_DIRECTORY if in_memory and os.access(MEMORY_DIRECTORY, os.W_OK) else None
    directory = Path(tempfile.mkdtemp(prefix="starfoundry-demo-", dir=place))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
