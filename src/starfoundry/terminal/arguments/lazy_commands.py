"""Commands of a group that are imported when they are asked for, so that one command does not load its neighbours."""

import importlib
from collections.abc import Iterator, Mapping, MutableMapping

import click


class LazyCommands(MutableMapping[str, click.Command]):
    """Commands by name, for `click.group(commands=...)`. `places` holds the module and the variable of each.

    Whoever reads all of them, such as the help of their group, imports all of them.
    """

    def __init__(self, places: Mapping[str, tuple[str, str]]) -> None:
        self._commands: dict[str, click.Command | tuple[str, str]] = dict(places)

    def __getitem__(self, name: str) -> click.Command:
        found = self._commands[name]
        if not isinstance(found, click.Command):
            module, variable = found
            found = self._commands[name] = getattr(importlib.import_module(module), variable)
            assert isinstance(found, click.Command), f"{module}.{variable} is a command"
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        del self._commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)
