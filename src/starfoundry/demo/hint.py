"""The words that let somebody in another terminal change the running demo."""

import shlex
import shutil
import sys
from pathlib import Path

from starfoundry.demo.reading import Scene
from starfoundry.wire.daemon_pb2 import ManufacturingConfig

MORE_PIPELINES = 2
COLUMNS = 98


def how_to_change(scene: Scene, config: ManufacturingConfig) -> str:
    """Short lines for a shell that change a setting that is in force.

    One long command would have to be broken, and what a terminal puts behind a backslash breaks it for good.
    """
    place = f"export STARFOUNDRY_DATA_DIR={shlex.quote(str(scene.plan.data_dir))}"
    activation = _activation()
    if activation:
        place = f"{activation}; {place}" if len(activation) + len(place) < COLUMNS else f"{activation}\n{place}"
    what = ["spacetraders", "manufacturing", "config", "set", "--container", scene.manufacturing_id]
    return f"{place}\n{shlex.join(what)} --max-pipelines {config.max_pipelines + MORE_PIPELINES}"


def _activation() -> str:
    """What brings our command line onto the path of another terminal; empty if it is there."""
    beside_python = Path(sys.executable).with_name("spacetraders")
    on_path = shutil.which("spacetraders")
    if on_path is not None and Path(on_path) == beside_python:
        return ""
    activate, here = beside_python.with_name("activate"), Path.cwd()
    return f". {shlex.quote(str(activate.relative_to(here) if activate.is_relative_to(here) else activate))}"
