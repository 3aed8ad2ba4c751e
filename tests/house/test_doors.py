"""Every method of the wire is answered, and reached by a command; every command line we write down exists."""

import re

import click
import pytest

from starfoundry.cli.main import root
from starfoundry.config.domain.model import SETTINGS
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.virtual_time.loop import run
from starfoundry.wire import daemon_pb2
from tests.house.source import ROOT, modules

FOR_OTHER_CLIENTS = {"UpdateManufacturingConfig"}
"""The design's call, for clients made from it. `config set` sends ReviseConfig, which makes every kind of change."""

METHODS = [method.name for method in daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].methods]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_method_of_the_wire_has_a_door_behind_it(tmp_path):
    async def answered_methods():
        async with machine(new_universe(1), tmp_path) as running:
            return [name for name in METHODS if name in vars(type(running.daemon.servicer))]

    assert run(answered_methods()) == METHODS


@pytest.mark.parametrize("method", sorted(set(METHODS) - FOR_OTHER_CLIENTS))
def test_every_method_is_called_by_a_command(method):
    callers = [module.path for module in modules() if "commands" in module.path and f'"{method}"' in module.text]

    assert callers, f"{method} has no command"


def commands(group: click.Command, *path: str):
    """Every command below `group`, by its words."""
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from commands(command, *path, name)
    else:
        yield path, group


COMMANDS = dict(commands(root))


def options_of(command: click.Command) -> set[str]:
    """The options a command takes."""
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_each_of_its_options(words):
    command = COMMANDS[words]
    silent = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]

    assert command.help
    assert silent == []


def test_the_command_that_sets_takes_every_setting_that_can_be_changed():
    flags = {setting.flag for setting in SETTINGS if setting.flag}

    assert flags <= options_of(COMMANDS["manufacturing", "config", "set"])


def command_lines() -> list[tuple[str, str]]:
    """Each `spacetraders ...` that our pages mention, and where."""
    written = re.compile(r"(?:^ {4}|`)(?:\S*/)?spacetraders ([a-z-][^`\n]*)", flags=re.MULTILINE)
    texts = [(page.name, page.read_text().replace("\\\n", " ")) for page in PAGES]
    return [(name, line) for name, text in texts for line in written.findall(text)]


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_every_command_line_on_our_pages_can_be_typed(page, line):
    words = line.split()
    names = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
    path = next((tuple(names[:length]) for length in range(len(names), 0, -1) if tuple(names[:length]) in COMMANDS), ())
    given = {word.split("=")[0] for word in words if word.startswith("--")} - {"--help"}

    assert path, f"{page}: there is no command {line}"
    assert given <= options_of(COMMANDS[path]) | options_of(root), f"{page}: {line}"


def test_there_are_command_lines_to_check():
    assert len(command_lines()) > 5
