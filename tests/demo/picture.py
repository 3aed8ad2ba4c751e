"""Draws docs/pictures/demo.svg, the live view of a demo while it is busy: `python -m tests.demo.picture`."""

import os
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from starfoundry.demo.demo_plan import DemoPlan, DemoSetting
from starfoundry.demo.hint import caption
from starfoundry.demo.virtual_demo import play_hours
from starfoundry.top.live_view import draw
from starfoundry.top.reading import TopReading
from tests.house.source import ROOT

PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
SEED = 7
HOURS = 0.3
FETCHED_FONTS = re.compile(r"@font-face \{.*?\}\s*", flags=re.DOTALL)  # a picture fetches nothing
SHOWN_DIRECTORY = Path("/tmp/starfoundry-demo-x7k2")


def paint() -> None:
    """Play a demo in virtual time and draw its last look as the live view would."""
    looks: list[tuple[DemoSetting, TopReading]] = []
    with TemporaryDirectory() as directory:
        plan = DemoPlan(seed=SEED, speed=0, hours=HOURS, data_dir=Path(directory))
        play_hours(plan, lambda demo_setting, reading: looks.append((demo_setting, reading)))
    demo_setting, reading = looks[-1]
    live = replace(demo_setting, plan=replace(demo_setting.plan, speed=100, data_dir=SHOWN_DIRECTORY))
    with open(os.devnull, "w") as nowhere:
        console = Console(
            width=100, height=30, record=True, file=nowhere, force_terminal=True, color_system="truecolor"
        )
        console.print(draw(caption(live, reading), reading))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(FETCHED_FONTS.sub("", console.export_svg(title="make demo")))


if __name__ == "__main__":
    paint()
