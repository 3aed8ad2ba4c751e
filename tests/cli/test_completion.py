"""Completion by the real shells; bash is given the words of a line as readline gives them: "=" is one of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import DEADLINE_SECONDS

pytestmark = pytest.mark.processes

BASH = """
eval "$(spacetraders completion bash)"
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"$(complete -p spacetraders | grep -o '_[a-z_]*completion')" spacetraders
printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef() { }
eval "$(spacetraders completion zsh)"
words=("$@")
CURRENT=$#
_describe() { print -l -- "${(@P)3}" "${(@)argv[4,-1]}" }
compadd() { print -l -- "${(@P)argv[-1]}" }
_spacetraders_completion
"""
"""zsh's own two ways of offering words are made to print them, and what becomes of them."""

FISH = """
spacetraders completion fish | source
complete -C "$argv"
"""
SET = ("manufacturing", "config", "set")


def answer_of(shell: str, *arguments: str) -> list[str]:
    """The lines that a shell prints; the test is left out where there is no such shell."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        env={**os.environ, "PATH": path},
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("manufac",), ["manufacturing"]),
        ((*SET, "min_b"), ["min_balance="]),
        ((*SET, "strategy", "="), ["prefer-buy", "prefer-fabricate", "smart"]),
        ((*SET, "strategy", "=", "sm"), ["smart"]),
        ((*SET, "collect_min_start_supply", "=", "h"), ["HIGH"]),
        ((*SET, "max_pipelines", "=", "5", "collect_min_start_supply", "=", "M"), ["MODERATE"]),
        ((*SET, "strategy", "=", "smart", "max_w"), ["max_workers="]),
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
    assert " ".join(answer_of("bash", "--norc", "-c", BASH, "bash", "spacetraders", *words)).split() == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*SET, "min_b"), ["min_balance=:Credits never spent on goods", "-U", "-S", ""]),
        ((*SET, "strategy=sm"), ["strategy=smart"]),
        (("manufacturing", "config", "explain", "min_b"), ["min_balance:Credits never spent on goods", "-U"]),
    ],
    ids=" ".join,
)
def test_zsh_completes_and_says_what_a_setting_is_for(words, expected):
    assert answer_of("zsh", "-f", "-c", ZSH, "zsh", "spacetraders", *words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*SET, "min_b"), ["min_balance=\tCredits never spent on goods"]),
        ((*SET, "strategy=sm"), ["strategy=smart"]),
        (("manufacturing", "config", "explain", "min_b"), ["min_balance\tCredits never spent on goods"]),
    ],
    ids=" ".join,
)
def test_fish_completes_and_says_what_a_setting_is_for(words, expected):
    assert answer_of("fish", "--no-config", "-c", FISH, " ".join(("spacetraders", *words))) == expected


def test_fish_is_told_all_that_is_said_of_a_name(tmp_path):
    """Once it was cut at its first comma: of a ship only its role was left."""
    script = answer_of("sh", "-c", "spacetraders completion fish")
    (tmp_path / "spacetraders").write_text("#!/bin/sh\nprintf 'plain,FOUNDRY-1\\thauler, docked, X1-A1\\n'\n")
    (tmp_path / "spacetraders").chmod(0o755)
    (tmp_path / "script.fish").write_text("\n".join(script))
    asked = f"set PATH {tmp_path} $PATH; source {tmp_path}/script.fish; complete -C 'spacetraders ship show F'"

    assert answer_of("fish", "--no-config", "-c", asked) == ["FOUNDRY-1\thauler, docked, X1-A1"]
