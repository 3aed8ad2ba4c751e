"""Who may import whom is a test, and the test is tested: violations planted on purpose are caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT
from tests.patience import DEADLINE_SECONDS

ROOMS_IN_ORDER = "rooms stand on each other in one direction"
SUB_ROOMS_IN_ORDER = "inside a room, sub-rooms stand on each other in one direction"
PURE = "decisions are pure, and so is whatever they import"
NO_SANDBOX = "production never sees the sandbox, the drill or the demo"
HONEST = "the sandbox is an honest opponent"
THROUGH_THE_WIRE = "the page knows the daemon through the wire only"
LIGHT = "the command line starts light"

PLANTED = [
    ("kernel/planted.py", "import starfoundry.game.model", ROOMS_IN_ORDER),
    ("config/planted.py", "import starfoundry.manufacturing.domain.model", ROOMS_IN_ORDER),
    ("market/planted.py", "import starfoundry.ledger.domain.model", ROOMS_IN_ORDER),
    ("daemon/planted.py", "import starfoundry.drill.virtual_time.loop", ROOMS_IN_ORDER),
    ("undeclared/__init__.py", "", ROOMS_IN_ORDER),
    ("manufacturing/domain/model.py", "import starfoundry.manufacturing.storage.store", SUB_ROOMS_IN_ORDER),
    ("manufacturing/planner/plan.py", "import starfoundry.manufacturing.runtime.worker", SUB_ROOMS_IN_ORDER),
    ("config/planted.py", "", SUB_ROOMS_IN_ORDER),
    ("manufacturing/planner/pipelines/update_pipelines.py", "import sqlalchemy, asyncio, time", PURE),
    ("manufacturing/planner/trips/readiness.py", "import time", PURE),
    ("fleet/domain/planted.py", "import starfoundry.market.runtime.market_book", PURE),
    ("ledger/domain/settlement.py", "import asyncio", PURE),
    ("daemon/alerts/domain/planted.py", "import sqlalchemy", PURE),
    ("tuning/planted.py", "", SUB_ROOMS_IN_ORDER),
    ("kernel/planted.py", "import random", PURE),
    ("fleet/planted.py", "import starfoundry.drill.virtual_time.loop", NO_SANDBOX),
    ("manufacturing/planted.py", "import starfoundry.sandbox.core.random_streams", NO_SANDBOX),
    ("sandbox/planted.py", "import starfoundry.market.domain.model", HONEST),
    ("dashboard/planted.py", "import starfoundry.config.domain.model", THROUGH_THE_WIRE),
    ("config/commands/planted.py", "import sqlalchemy", LIGHT),
    ("terminal/planted.py", "import aiohttp", LIGHT),
]


def lint(folder: Path) -> str:
    """What import-linter says of the package in `folder`."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], check=False, cwd=folder, capture_output=True, text=True, timeout=DEADLINE_SECONDS
    )
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its contracts, to plant violations in."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(PACKAGE, folder / "starfoundry", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_arrows_are_kept():
    said = lint(ROOT)

    assert "0 broken" in said, said


@pytest.mark.parametrize(("path", "line", "contract"), PLANTED, ids=lambda value: str(value).replace("/", ":"))
def test_a_planted_violation_is_caught(house: Path, path: str, line: str, contract: str):
    planted = house / "starfoundry" / path
    before = planted.read_text() if planted.exists() else None
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{before or ''}\n{line}\n")
    try:
        said = lint(house)
    finally:
        planted.unlink() if before is None else planted.write_text(before)
        if planted.parent.name == "undeclared":
            planted.parent.rmdir()

    assert f"{contract} BROKEN" in said, said
