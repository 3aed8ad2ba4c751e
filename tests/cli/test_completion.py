"""Completion by a real bash, which is given the words of a line as readline gives them: "=" is one of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")
pytestmark = [pytest.mark.processes, pytest.mark.skipif(BASH is None, reason="there is no bash")]

COMPLETE = """
eval "$(spacetraders completion bash)"
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"$(complete -p spacetraders | grep -o '_[a-z_]*completion')" spacetraders
printf '%s\\n' "${COMPREPLY[@]}"
"""
SET = ("manufacturing", "config", "set")


def completed(*words: str) -> list[str]:
    """What bash would put in the place of the last word."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    asked = [str(BASH), "--norc", "-c", COMPLETE, "bash", "spacetraders", *words]
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, env=environment, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("manufac",), ["manufacturing"]),
        ((*SET, "min_b"), ["min_balance"]),
        ((*SET, "strategy", "="), ["prefer-buy", "prefer-fabricate", "smart"]),
        ((*SET, "strategy", "=", "sm"), ["smart"]),
        ((*SET, "collect_min_start_supply", "=", "h"), ["HIGH"]),
        ((*SET, "max_pipelines", "=", "5", "collect_min_start_supply", "=", "M"), ["MODERATE"]),
        ((*SET, "strategy", "=", "smart", "max_w"), ["max_workers"]),
        ((*SET, "min_balance", "="), []),
        ((*SET, "strategy=sm"), ["strategy=smart"]),
        ((*SET, "--strategy", "=", "prefer-b"), ["prefer-buy"]),
        ((*SET, "--strategy", "prefer-b"), ["prefer-buy"]),
        ((*SET, "--collect-start-supply", "=", "AB"), ["ABUNDANT"]),
        (("manufacturing", "config", "explain", "acquire_min_e"), ["acquire_min_execute_supply"]),
    ],
    ids=" ".join,
)
def test_bash_completes(words, expected):
    assert completed(*words) == expected
