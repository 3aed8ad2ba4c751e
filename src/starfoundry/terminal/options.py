"""What every command that talks to the daemon takes, and the terminal it gets in return.

@container.command("list")
@with_terminal
def list_containers(terminal: Terminal) -> None:
    answer = terminal.call("ListContainers", ListContainersRequest())
    terminal.show({"containers": [...]}, lambda: render.table(...))
"""

import functools
import time  # the command line has no event loop to wait in
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, NoReturn, ParamSpec, TypeVar

import click

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.client import Client
from starfoundry.terminal.eras import at_play
from starfoundry.terminal.place import Place, locate

if TYPE_CHECKING:
    from google.protobuf.message import Message

P = ParamSpec("P")
R = TypeVar("R")

INT32_MAX = 2**31 - 1
"""The largest number that most fields of the wire contract hold."""

PATIENCE_SECONDS = 60.0
"""A first answer about a player takes a while: the daemon looks around first, no faster than the game allows."""

_SHAPING = ("data_dir", "socket", "player_id", "output")


class PlayerName(click.ParamType[int | str]):
    """A player's number, or the callsign of its agent."""

    name = "player"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:  # noqa: ANN401
        """The number, or the callsign in capitals."""
        text = str(value).strip()
        if text[:1].isalpha():
            return text.upper()
        if not text.isdecimal() or not 1 <= int(text) <= INT32_MAX:
            self.fail(f"{text} is neither a number from 1 to {INT32_MAX} nor a callsign", param, ctx)
        return int(text)


class Terminal:
    """A command's way to the daemon and to its user."""

    def __init__(
        self, *, place: Place, as_json: bool, player_id: int | str | None = None, as_yaml: bool = False
    ) -> None:
        self.place = place
        self.as_json = as_json or as_yaml
        self._as_yaml = as_yaml
        self._player_id = player_id
        self._client = Client(place.socket)

    def call(self, method: str, request: "Message", *, timeout_seconds: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401
        """The daemon's answer to one method; raises the error family it answered with."""
        return self._client.call(method, request, timeout_seconds=timeout_seconds)

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The daemon's answers to a method that goes on until one of both hangs up."""
        return self._client.stream(method, request)

    def show(self, json_value: object, table: str | Callable[[], str]) -> None:
        """Print the answer in the form that was asked for: one JSON value, or text for people."""
        if self._as_yaml:
            import yaml

            click.echo(yaml.safe_dump(json_value, sort_keys=False, allow_unicode=True).rstrip())
        elif self.as_json:
            import json

            click.echo(json.dumps(json_value, indent=2, ensure_ascii=False))
        else:
            click.echo(table if isinstance(table, str) else table())

    def note(self, text: str) -> None:
        """Say something beside the answer, such as what to do next: on stderr, and never to a machine."""
        if not self.as_json:
            click.echo(text, err=True)

    @property
    def names_player(self) -> bool:
        """Whether the user said which player."""
        return self._player_id is not None

    def player_id(self) -> int:
        """The player that was named, or the only one there is; raises Refused naming the choices.

        A player whose universe is over is meant by its number, or when there is no other.
        """
        if isinstance(self._player_id, int):
            return self._player_id
        from starfoundry.wire.daemon_pb2 import ListPlayersRequest

        players = self.call("ListPlayers", ListPlayersRequest()).players
        if self._player_id is not None:
            players = [player for player in players if player.agent == self._player_id] or self._unknown(players)
        if not players:
            raise Missing("there is no player yet; make one with: spacetraders player register --agent NAME")
        players = at_play(players)
        if len(players) > 1:
            choices = ", ".join(f"{player.player_id} ({player.agent})" for player in players)
            raise Refused.of("player_id", "", f"one of {choices}: say which with --player-id")
        self._player_id = int(players[0].player_id)
        return self._player_id

    def _unknown(self, players: Sequence[Any]) -> NoReturn:
        choices = ", ".join(f"{player.player_id} ({player.agent})" for player in players) or "none yet"
        raise Missing(f"there is no player {self._player_id}; there are: {choices}")

    def pause(self, seconds: float) -> None:
        """Wait before asking again."""
        time.sleep(seconds)  # noqa: TID251  (the command line has no event loop to wait in)

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def terminal_options(command: Callable[..., R], *, environment: bool = False) -> Callable[..., R]:
    """Add the options that shape a terminal; only the outermost command also reads them from the environment."""

    def option(*names: str, variable: str, **attributes: Any) -> Callable[..., Any]:  # noqa: ANN401
        return click.option(*names, envvar=f"STARFOUNDRY_{variable}" if environment else None, **attributes)

    options = (
        option("--data-dir", variable="DATA_DIR", metavar="DIR", help="The daemon's data directory."),
        option("--socket", variable="SOCKET", metavar="PATH", help="The daemon's socket, if it is elsewhere."),
        option(
            "--player-id",
            variable="PLAYER_ID",
            type=PlayerName(),
            metavar="N|AGENT",
            help="Which player, by number or callsign; default: the only one.",
        ),
        option(
            "-o",
            "--output",
            variable="OUTPUT",
            type=click.Choice(["table", "json", "yaml"]),
            help="For people (the default), or for machines.",
        ),
    )
    for add in reversed(options):
        command = add(command)
    return command


def with_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """Give the command a Terminal as its first argument, and the options that shape one.

    They may stand before the command's name too: `spacetraders --player-id 2 ship list`.
    """

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401  (the command's own parameters, whatever they are)
        outer = click.get_current_context().find_root().params
        chosen = {name: _first(kwargs.pop(name), outer.get(name)) for name in _SHAPING}
        terminal = Terminal(
            place=locate(data_dir=chosen["data_dir"], socket=chosen["socket"]),
            as_json=chosen["output"] == "json",
            as_yaml=chosen["output"] == "yaml",
            player_id=chosen["player_id"],
        )
        try:
            return command(terminal, *args, **kwargs)
        finally:
            terminal.close()

    return terminal_options(wrapped)


def _first(inner: Any, outer: Any) -> Any:  # noqa: ANN401
    return outer if inner is None else inner
