"""The words that let somebody in another terminal change the running demo."""

import shlex
import shutil
import sys
from pathlib import Path

from starfoundry.demo.reading import Scene
from starfoundry.wire.daemon_pb2 import ManufacturingConfig

MORE_PIPELINES = 2
COLUMNS = 96


def how_to_change(scene: Scene, config: ManufacturingConfig) -> str:
    """A command that changes a setting that is in force, in lines that can be pasted as they are.

    The lines are broken as a shell takes them, since a terminal that wraps them breaks them for good.
    """
    pieces = [
        [_program()],
        ["--data-dir", str(scene.plan.data_dir)],
        ["manufacturing", "config", "set"],
        ["--container", scene.manufacturing_id],
        ["--max-pipelines", str(config.max_pipelines + MORE_PIPELINES)],
    ]
    line, *others = map(shlex.join, pieces)
    lines = [line]
    for piece in others:
        if len(lines[-1]) + len(piece) > COLUMNS:
            lines.append(f"    {piece}")
        else:
            lines[-1] += f" {piece}"
    return " \\\n".join(lines)


def _program() -> str:
    """How another terminal finds our command line: by its name if it is on the path, by its place otherwise."""
    beside_python = Path(sys.executable).with_name("spacetraders")
    on_path = shutil.which("spacetraders")
    if on_path is not None and Path(on_path) == beside_python:
        return "spacetraders"
    here = Path.cwd()
    return str(beside_python.relative_to(here) if beside_python.is_relative_to(here) else beside_python)
