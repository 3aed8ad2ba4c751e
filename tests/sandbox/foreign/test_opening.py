"""Published clients play the opening, unmodified but for the base URL.

`make foreign-clients` installs each into an environment of its own and runs this; without it these tests are skipped.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import DEADLINE_SECONDS
from tests.processes import first_line, spacetraders

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parents[2] / "build" / "foreign"
CLIENTS = {path.stem.removesuffix("_opening").replace("_", "-"): path for path in (HERE / "clients").glob("*.py")}

pytestmark = pytest.mark.processes


@pytest.fixture
def served() -> Iterator[dict[str, str]]:
    """A universe in which nobody waits for an arrival."""
    with spacetraders("sandbox", "serve", "--port", "0", "--speed", "max") as program:
        yield json.loads(first_line(program))


@pytest.mark.parametrize("client", sorted(CLIENTS))
def test_a_client_registers_flies_trades_and_buys_a_ship(client: str, served: dict[str, str], tmp_path: Path) -> None:
    python = ENVIRONMENTS / client / "bin" / "python"
    if not python.exists():
        pytest.skip("make foreign-clients installs it")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(python), str(CLIENTS[client]), served["base_url"], served["account_token"]]
    played = subprocess.run(
        command, capture_output=True, text=True, timeout=DEADLINE_SECONDS, cwd=tmp_path, env=environment, check=False
    )
    assert played.returncode == 0, played.stderr
    told = json.loads(played.stdout)

    assert told["at"] == told["yard"]
    assert told["goods"] > 0
    assert told["ships"] == 3
    assert 100_000 < told["credits"] < 175_000
