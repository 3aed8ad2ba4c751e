"""The command line as a whole: every command there is, and what all of them share."""

import importlib
import json
import os
import subprocess
import sys

import click
import pytest

from starfoundry.cli.main import _COMMANDS, root
from starfoundry.terminal.arguments.exits import run
from tests.patience import DEADLINE_SECONDS

ALWAYS_JSON = ("sandbox ", "completion")  # these say one thing, in JSON or in a language of its own
ALSO_NEEDED = {
    "alerts ack": ["--all"],
    "alerts mute": ["--end"],
    "manufacturing config set": ["--max-pipelines", "5"],
    "manufacturing config defaults set": ["max_pipelines=5"],
}
LOCAL = (  # these run something of their own before they ask a daemon, or instead
    "sandbox ",
    "backtest",
    "context ",
    "completion",
    "restore",
    "demo",
    "dashboard",
    "mcp",
    "manufacturing config apply",
    "manufacturing config schema",
    "verify",
    "audit ",
    "auth cert",
    "backup",
    "halt",
    "resume",
)


def every_command():
    """Each leaf command by its words."""

    def leaves(words, command):
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from leaves([*words, name], inner)
        else:
            yield pytest.param(words, command, id=" ".join(words))

    for name, (module, attribute, _help) in _COMMANDS.items():
        yield from leaves([name], getattr(importlib.import_module(module), attribute))


COMMANDS = list(every_command())


def test_every_command_that_lists_can_answer_with_csv():
    offering = {
        " ".join(parameter.values[0])
        for parameter in COMMANDS
        for option in parameter.values[1].params
        if option.name == "output" and isinstance(option.type, click.Choice) and "csv" in option.type.choices
    }
    named_list = {parameter.id for parameter in COMMANDS if parameter.id.endswith((" list", " history"))}

    assert offering >= named_list | {
        "container logs",
        "ledger summary",
        "manufacturing scan",
        "manufacturing pipelines",
        "manufacturing tasks",
        "market places",
    }


def test_the_commands_of_the_contract_are_there():
    there = {" ".join(parameter.values[0]) for parameter in COMMANDS}

    assert there >= {
        *(f"manufacturing {verb}" for verb in ("scan", "start", "stop", "status", "pipelines", "tasks")),
        *(f"manufacturing config {verb}" for verb in ("show", "set")),
        *(f"container {verb}" for verb in ("list", "show", "logs", "stop")),
        *(f"player {verb}" for verb in ("register", "add", "list")),
        *(f"ship {verb}" for verb in ("list", "show", "buy")),
        *(f"market {verb}" for verb in ("list", "show")),
        *(f"ledger {verb}" for verb in ("list", "summary")),
        "health",
        "sandbox serve",
        "demo",
    }


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_command_explains_itself_and_its_options(words, command):
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize("name", _COMMANDS)
def test_no_description_is_cut_in_a_list_of_commands(name):
    """At 80 columns; the first sentence of a command is what its group lists."""
    module, attribute, _help = _COMMANDS[name]

    def listings(group):
        yield click.Context(group, info_name=name, terminal_width=80).get_help().partition("Commands:")[2]
        for inner in group.commands.values():
            if isinstance(inner, click.Group):
                yield from listings(inner)

    command = getattr(importlib.import_module(module), attribute)
    lists = [*listings(command)] if isinstance(command, click.Group) else []

    assert [line for text in lists for line in text.splitlines() if line.endswith("...")] == []


@pytest.mark.parametrize(("words", "command"), COMMANDS)
def test_every_command_speaks_to_machines_too(words, command):
    assert " ".join(words).startswith(ALWAYS_JSON) or any("--output" in option.opts for option in command.params)


@pytest.mark.parametrize(("words", "command"), [one for one in COMMANDS if not one.id.startswith(LOCAL)])
def test_without_a_daemon_every_command_exits_6_and_says_how_to_start_one(
    words, command, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("STARFOUNDRY_AGENT_TOKEN", "x")  # what `player add` would ask for
    needed = [word for option in command.params if option.required for word in _filled(option)]

    needed += ALSO_NEEDED.get(" ".join(words), [])
    code = run(root, [*words, *needed, "--data-dir", str(tmp_path), "--output", "json"])

    printed = capsys.readouterr()
    assert (code, printed.out) == (6, "")
    assert json.loads(printed.err)["error"]["code"] == "UNAVAILABLE"


def _filled(parameter):
    value = "1" if isinstance(parameter.type, click.types.IntParamType) else "X1-AB12-C3"
    if isinstance(parameter.type, click.Choice):
        value = parameter.type.choices[0]
    return [parameter.opts[0], value] if isinstance(parameter, click.Option) else [value]


def test_the_package_itself_is_the_command_line():
    shown = subprocess.run(
        [sys.executable, "-m", "starfoundry", "--help"],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=True,
    )

    assert "manufacturing" in shown.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_this_program(shell, capsys):
    assert run(root, ["completion", shell]) == 0
    assert f"_SPACETRADERS_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_a_shell_that_asks_is_told_the_names_of_settings():
    """As the script of zsh asks."""
    asked = {"_SPACETRADERS_COMPLETE": "zsh_complete", "COMP_CWORD": "4"}
    words = {"COMP_WORDS": "spacetraders manufacturing config set max_w"}
    shown = subprocess.run(
        [sys.executable, "-m", "starfoundry"],
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
        check=True,
        env={**os.environ, **asked, **words},
    )

    assert "max_workers=" in shown.stdout.splitlines()
