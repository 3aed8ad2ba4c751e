"""The words that let somebody in another terminal change the running demo."""

import shlex
import shutil
import sys
from pathlib import Path

from starfoundry.demo.reading import Scene
from starfoundry.wire.daemon_pb2 import ManufacturingConfig

MORE_PIPELINES = 2


def how_to_change(scene: Scene, config: ManufacturingConfig) -> str:
    """A command that changes a setting that is in force, in two lines to be pasted as they are."""
    where = [_program(), "--data-dir", str(scene.plan.data_dir), "manufacturing", "config", "set"]
    what = ["--container", scene.manufacturing_id, "--max-pipelines", str(config.max_pipelines + MORE_PIPELINES)]
    return f"{shlex.join(where)} \\\n    {shlex.join(what)}"


def _program() -> str:
    """How another terminal finds our command line: by its name if it is on the path, by its place otherwise."""
    beside_python = Path(sys.executable).with_name("spacetraders")
    on_path = shutil.which("spacetraders")
    if on_path is not None and Path(on_path) == beside_python:
        return "spacetraders"
    here = Path.cwd()
    return str(beside_python.relative_to(here) if beside_python.is_relative_to(here) else beside_python)
