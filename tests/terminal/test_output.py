"""What a program says when its output cannot be written; the programs are run, since descriptors are what counts."""

import json
import os
import subprocess
import sys

import pytest

from tests.patience import DEADLINE_SECONDS

PROGRAM = """
import sys
import click
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import (Terminal, with_terminal)
from starfoundry.kernel.errors import Stale, Unavailable

@click.group()
def root():
    pass

@root.command()
@with_terminal
def change(terminal: Terminal):
    terminal.has_changed = True
    terminal.show({"revision": 2}, "revision 2 is in force\\nmax_workers: 5 -> 6")
    terminal.note("undo: it")

@root.command()
@with_terminal
def look(terminal: Terminal):
    terminal.show({"ships": []}, "No ships \\u2014 yet")

@root.command()
@with_terminal
def judge(terminal: Terminal):
    terminal.show({}, "BROKEN")
    raise Stale("it is broken")

@root.command()
@with_terminal
def change_and_lose_the_daemon(terminal: Terminal):
    terminal.has_changed = True
    raise Unavailable("no daemon answers")

@root.command()
def follow():
    while True:
        click.echo("line")

exits.main(root)
"""


def run(redirected: str, *words: str, **environment: str) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of the program, its descriptors redirected by a shell."""
    done = subprocess.run(
        ["bash", "-c", f'"$0" "$@" {redirected}; exit ${{PIPESTATUS[0]}}', sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=False,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("redirected", "reason"), [("> /dev/full", "No space left on device"), (">&-", "standard output is closed")]
)
def test_a_change_whose_answer_cannot_be_printed_is_told_to_be_done(redirected, reason):
    code, _out, error = run(redirected, "change")

    assert code == 7
    assert error.splitlines() == [
        "undo: it",
        f"error: done, but the answer could not be printed: {reason}",
        "  | revision 2 is in force",
        "  | max_workers: 5 -> 6",
        "  next: do not repeat it: it is done; send the output where it can be written",
    ]


def test_a_machine_finds_the_answer_that_could_not_be_printed_in_the_error():
    code, _out, error = run("> /dev/full", "change", "--output", "json")

    assert code == 7
    assert json.loads(error)["error"] == {
        "code": "DATA_LOSS",
        "message": "done, but the answer could not be printed: No space left on device",
        "fields": [],
        "done": True,
        "answer": {"revision": 2},
    }


def test_a_look_whose_answer_cannot_be_printed_has_changed_nothing():
    code, _out, error = run("> /dev/full", "look")

    assert code == 7
    assert "done" not in error
    assert error.splitlines()[-1].startswith("  next: nothing was changed")


@pytest.mark.parametrize("words", [("change",), ("look",), ("follow",), ("--help",)], ids=" ".join)
def test_a_reader_that_has_enough_is_no_error(words):
    assert run("| head -c 0", *words)[0] == 0


def test_a_reader_that_has_enough_hides_no_verdict():
    assert run("| head -c 0", "judge")[0] == 4


def test_a_help_that_cannot_be_printed_is_an_error():
    assert run("> /dev/full", "--help")[0] == 7


def test_notes_that_cannot_be_written_fail_nothing():
    assert run("2> /dev/full", "change") == (0, "revision 2 is in force\nmax_workers: 5 -> 6\n", "")


def test_a_sign_that_the_terminal_lacks_is_written_around():
    assert run("", "look", PYTHONIOENCODING="latin-1")[:2] == (0, "No ships \\u2014 yet\n")


def test_a_daemon_that_is_gone_after_the_change_does_not_have_it_repeated():
    code, _out, error = run("", "change-and-lose-the-daemon")

    assert code == 6
    assert "nothing was done" not in error
    assert "before you repeat it" in error
