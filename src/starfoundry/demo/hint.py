"""Commands shown by a demo that change its settings from another terminal."""

import shlex
import shutil
import sys
from pathlib import Path

from starfoundry.demo.demo_plan import DemoSetting
from starfoundry.top.reading import Caption, TopReading
from starfoundry.wire.daemon_pb2 import ManufacturingConfig

MORE_PIPELINES = 2
OFFER = "change it from another terminal or page (Ctrl-C ends it):"


def caption(demo_setting: DemoSetting, reading: TopReading) -> Caption:
    """The text around a reading of the demo."""
    plan = demo_setting.plan
    return Caption(
        title=f"{demo_setting.agent} in {demo_setting.system}, a local universe",
        aside=f"{simulated(reading.seconds)} simulated, {plan.speed:g}x speed, seed {plan.seed}",
        offer=OFFER,
        commands=how_to_change(demo_setting, reading.status.config),
    )


def simulated(seconds: float) -> str:
    """Simulated time as days and a clock."""
    minutes = int(seconds) // 60
    days = f"{minutes // 1_440} d " if minutes >= 1_440 else ""
    return f"{days}{minutes // 60 % 24:02}:{minutes % 60:02}"


def how_to_change(demo_setting: DemoSetting, config: ManufacturingConfig) -> tuple[str, ...]:
    """Short shell commands that change a setting in force and open the page.

    A long command would have to be broken into lines, and trailing spaces of a terminal after a backslash break it. The
    coordinator is the only one running, so it need not be named.
    """
    place = f"export STARFOUNDRY_DATA_DIR={shlex.quote(str(demo_setting.plan.data_dir))}"
    change = f"spacetraders manufacturing config set --max-pipelines {config.max_pipelines + MORE_PIPELINES}"
    return tuple(filter(None, (_activation(), place, change, "spacetraders dashboard --open")))


def _activation() -> str:
    """The command that puts our command line on the path of another terminal; empty if it is there."""
    beside_python = Path(sys.executable).with_name("spacetraders")
    on_path = shutil.which("spacetraders")
    if on_path is not None and Path(on_path) == beside_python:
        return ""
    activate, here = beside_python.with_name("activate"), Path.cwd()
    return f". {shlex.quote(str(activate.relative_to(here) if activate.is_relative_to(here) else activate))}"
