"""What every command that talks to the daemon takes, and the terminal it gets in return.

@container.command("list")
@with_terminal
def list_containers(terminal: Terminal) -> None:
    answer = terminal.call("ListContainers", ListContainersRequest())
    terminal.show({"containers": [...]}, lambda: render.table(...))
"""

import functools
import shlex
import time  # the command line has no event loop to wait in
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal import exits
from starfoundry.terminal.client import Client
from starfoundry.terminal.context import Context, contexts_file, load, placed
from starfoundry.terminal.place import Place
from starfoundry.terminal.who import PlayerName, Who

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from starfoundry.wire.daemon_pb2 import Player

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_SECONDS = 60.0
"""A first answer about a player takes a while: the daemon looks around first, no faster than the game allows."""

_TOLD = ("daemon", "player", "container")
_SHAPING = ("context_name", "data_dir", "socket", "player_id", "output")


class Terminal:
    """A command's way to the daemon and to its user."""

    def __init__(
        self,
        *,
        place: Place,
        as_json: bool,
        player_id: int | str | None = None,
        as_yaml: bool = False,
        context: Context | None = None,
        daemon_words: Sequence[str] = (),
    ) -> None:
        self._daemon_words = shlex.join(daemon_words)
        self.as_json = as_json or as_yaml
        self._as_yaml = as_yaml
        self._context = context or Context()
        self._context_tells_place = bool(self._context.data_dir or self._context.socket)
        self._from_context: dict[str, str] = {}
        self._place = place
        self._client = Client(place.socket, self._context.name if self._context_tells_place else "")
        self._who = Who(player_id, self._context, self._players)

    @property
    def place(self) -> Place:
        """Where the daemon is."""
        self._note_place()
        return self._place

    def call(self, method: str, request: "Message", *, timeout_seconds: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401
        """The daemon's answer to one method; raises the error family it answered with."""
        self._note_place()
        return self._client.call(method, request, timeout_seconds=timeout_seconds)

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The daemon's answers to a method that goes on until one of both hangs up."""
        self._note_place()
        self.tell_context()
        return self._client.stream(method, request)

    def show(self, json_value: object | Callable[[], object], table: str | Callable[[], str]) -> None:
        """Print the answer in the form that was asked for: one JSON value, or text for people."""
        if self.as_json and callable(json_value):
            json_value = json_value()
        if self._as_yaml:
            import yaml

            click.echo(yaml.safe_dump(json_value, sort_keys=False, allow_unicode=True).rstrip())
        elif self.as_json:
            import json

            click.echo(json.dumps(json_value, indent=2, ensure_ascii=False))
        else:
            click.echo(table if isinstance(table, str) else table())

    def here(self, commands: str) -> str:
        """Commands that the daemon tells, as they must be typed to reach the daemon that this command was typed for."""
        if not self._daemon_words or not commands:
            return commands
        return " && ".join(f"{command} {self._daemon_words}" for command in commands.split(" && "))

    def note(self, text: str) -> None:
        """Say something beside the answer, such as what to do next: on stderr, and never to a machine."""
        if not self.as_json:
            click.echo(text, err=True)

    @property
    def names_player(self) -> bool:
        """Whether the user said which player, now or by a context."""
        return self._who.is_named

    @property
    def player_is_open(self) -> bool:
        """Whether nobody has said which player, and there are several; then what is named may tell."""
        return self._who.is_open

    def mean_player(self, number: int) -> None:
        """Be about this player from here on: what was named is this one's."""
        self._who.mean(number)

    def player_id(self) -> int:
        """The player that was named, or the only one there is; raises Refused naming the choices."""
        number = self._who.number()
        if self._who.is_from_context:
            self._from_context["player"] = self._context.player
        return number

    def agents(self) -> dict[int, str]:
        """Every player's callsign by its number."""
        return self._who.agents()

    def who(self, player_id: int | None = None) -> dict[str, object]:
        """The player, or another one, as a machine reads it: its number and the callsign of its agent."""
        number = self.player_id() if player_id is None else player_id
        return {"player_id": number, "agent": self.agents().get(number)}

    def context_container(self) -> str:
        """The container that a context remembers for the player; empty for none."""
        container = self._who.container_of_context()
        if container:
            self._from_context["container"] = container
        return container

    def tell_context(self) -> None:
        """Say once what was taken from a context, to a user who may have forgotten it."""
        if self._from_context:
            told = ", ".join(f"{name} {self._from_context[name]}" for name in _TOLD if name in self._from_context)
            self.note(f"(context {self._context.name}: {told})")
            self._from_context.clear()

    def pause(self, seconds: float) -> None:
        """Wait before asking again."""
        time.sleep(seconds)  # noqa: TID251  (the command line has no event loop to wait in)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _note_place(self) -> None:
        if self._context_tells_place:
            self._from_context["daemon"] = str(self._place.socket.parent)

    def _players(self) -> "Sequence[Player]":
        from starfoundry.wire.daemon_pb2 import ListPlayersRequest

        return list(self.call("ListPlayers", ListPlayersRequest()).players)


def terminal_options(
    command: Callable[..., R], *, environment: bool = False, asks_player: bool = True
) -> Callable[..., R]:
    """Add the options that shape a terminal; only the outermost command also reads them from the environment."""

    def option(*names: str, variable: str, **attributes: Any) -> Callable[..., Any]:  # noqa: ANN401
        return click.option(*names, envvar=f"STARFOUNDRY_{variable}" if environment else None, **attributes)

    options = [
        option(
            "--context",
            "context_name",
            variable="CONTEXT",
            metavar="NAME",
            help="The context to take the rest from, for this once; none for no context.",
        ),
        option("--data-dir", variable="DATA_DIR", metavar="DIR", help="The daemon's data directory."),
        option("--socket", variable="SOCKET", metavar="PATH", help="The daemon's socket, if it is elsewhere."),
        option(
            "-o",
            "--output",
            variable="OUTPUT",
            type=click.Choice(["table", "json", "yaml"]),
            help="For people (the default), or for machines.",
        ),
    ]
    if asks_player:
        player = option(
            "--player-id",
            "--agent",
            "player_id",
            variable="PLAYER_ID",
            type=PlayerName(),
            metavar="N|CALLSIGN",
            help="Which player, by number or by its agent's callsign; default: the only one.",
        )
        options.insert(-1, player)
    for add in reversed(options):
        command = add(command)
    return command


def with_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """Give the command a Terminal as its first argument, and the options that shape one.

    They may stand before the command's name too: `spacetraders --player-id 2 ship list`.
    """
    return terminal_options(_in_terminal(command))


def with_terminal_of_no_player(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """The same for a command that is about no player in particular."""
    return terminal_options(_in_terminal(command), asks_player=False)


def _in_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401  (the command's own parameters, whatever they are)
        outer = click.get_current_context().find_root().params
        chosen = {name: _first(kwargs.pop(name, None), outer.get(name)) for name in _SHAPING}
        remembered = load(contexts_file()).chosen(chosen["context_name"])
        place, context = placed(remembered, data_dir=chosen["data_dir"], socket=chosen["socket"])
        terminal = Terminal(
            place=place,
            as_json=chosen["output"] == "json",
            as_yaml=chosen["output"] == "yaml",
            player_id=chosen["player_id"],
            context=context,
            daemon_words=_words_of_the_daemon(chosen),
        )
        try:
            return command(terminal, *args, **kwargs)
        except StarFoundryError as error:
            exits.beside_flags(error, _flags())
            raise
        finally:
            terminal.tell_context()
            terminal.close()

    return wrapped


def _words_of_the_daemon(chosen: dict[str, Any]) -> list[str]:
    """The options that tell which daemon, as far as they were typed: what stands in the environment is still there."""
    calling = click.get_current_context()
    words: list[str] = []
    for name, flag in (("context_name", "--context"), ("data_dir", "--data-dir"), ("socket", "--socket")):
        sources = [each.get_parameter_source(name) for each in (calling, calling.find_root())]
        if click.core.ParameterSource.COMMANDLINE in sources:
            words += [flag, str(chosen[name])]
    return words


def _flags() -> dict[str, str]:
    """The flag of each field that the command was given by one."""
    calling = click.get_current_context()
    return {
        parameter.name: parameter.opts[0]
        for parameter in calling.command.params
        if isinstance(parameter, click.Option) and parameter.name and calling.params.get(parameter.name) is not None
    }


def _first(inner: Any, outer: Any) -> Any:  # noqa: ANN401
    return outer if inner is None else inner
