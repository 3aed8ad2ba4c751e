"""Every example of the page on the wire runs, in its order, against a real daemon."""

import re
from typing import Any

import pytest

from tests.house.source import ROOT

PAGE = ROOT / "docs" / "api.md"


def examples():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


@pytest.mark.processes
def test_the_examples_of_the_page_run(workplace):
    workplace.start_daemon("--sandbox", "--seed", "5", "--speed", "20")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    workplace.ask("manufacturing", "start")
    names: dict[str, Any] = {"SOCKET": str(workplace.data_dir / "daemon.sock")}
    for number, example in enumerate(examples(), start=1):
        exec(compile(example, f"docs/api.md example {number}", "exec"), names)
    names["channel"].close()


def test_there_are_examples():
    assert len(examples()) >= 8
