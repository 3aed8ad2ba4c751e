"""Decorators for commands that talk to the daemon, and the terminal passed to them.

@container.command("list")
@with_terminal
def list_containers(terminal: Terminal) -> None:
    answer = terminal.call("ListContainers", ListContainersRequest())
    terminal.show({"containers": [...]}, lambda: render.table(...))
"""

import functools
import shlex
import shutil
import time  # the command line has no event loop to wait in
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.terminal.arguments import exits, typed_options
from starfoundry.terminal.arguments.flags import terminal_options
from starfoundry.terminal.arguments.player import PlayerChoice
from starfoundry.terminal.arguments.watching import in_place, watchable
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.terminal.local.contexts import Context, contexts_file, load, resolved
from starfoundry.terminal.local.daemon_location import DaemonLocation
from starfoundry.terminal.rendering import formats
from starfoundry.terminal.rendering.sanitize import clean_lines, one_line
from starfoundry.terminal.rendering.stdio import OutputLost, ReaderGone, emit
from starfoundry.wire.methods import is_change

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from starfoundry.wire.daemon_pb2 import Player

P = ParamSpec("P")
R = TypeVar("R")

CALL_SECONDS = 60.0
"""A first answer about a player takes long: the daemon first reads the player's state, within the game's rate limit."""

PARTLY_DONE = "what was done before is kept; check the current state before you repeat it"

_SHOWN = ("daemon", "player", "container")
_SHAPING = ("context_name", "data_dir", "socket", "player_id", "output")


class Terminal:
    """A command's connection to the daemon and to its user."""

    def __init__(
        self,
        *,
        place: DaemonLocation,
        form: str = formats.TABLE,
        player_id: int | str | None = None,
        context: Context | None = None,
        daemon_options: Sequence[str] = (),
    ) -> None:
        self.daemon_options = shlex.join(daemon_options)
        self._form = form
        self.as_json = form != formats.TABLE
        """Whether a machine reads the answer, in whatever form."""
        self._context = context or Context()
        self._context_tells_place = bool(self._context.data_dir or self._context.socket)
        self._from_context: dict[str, str] = {}
        self._place = place
        self._client = DaemonClient(place.socket, self._context.name if self._context_tells_place else "")
        self._who = PlayerChoice(player_id, self._context, self._players)
        self._lost: OutputLost | None = None
        self.is_in_place = False
        """Whether an answer replaces the one before on the screen."""
        self.is_read = True
        """Whether somebody still reads what is printed."""
        self.has_changed = False
        """Whether the command has changed something by now; one that does so without the daemon says it here."""

    @property
    def location(self) -> DaemonLocation:
        """The location of the daemon."""
        self._note_place()
        return self._place

    def call(self, method: str, request: "Message", *, timeout_seconds: float = CALL_SECONDS) -> Any:  # noqa: ANN401
        """The daemon's answer to one method. Raises the error family the daemon answered with."""
        self._note_place()
        answer = self._client.call(method, request, timeout_seconds=timeout_seconds)
        self.has_changed = self.has_changed or is_change(method, request)
        return answer

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The daemon's answers to a streaming method, until either side ends it."""
        self._note_place()
        self.print_context()
        return self._client.stream(method, request)

    def show(
        self, json_value: object | Callable[[], object], table: str | Callable[[], str], *, is_folded: bool = True
    ) -> None:
        """Print the answer in the requested form: one JSON value, or text for people.

        Text `is_folded` to the terminal unless a program reads it too. If the answer cannot be printed the command
        continues, and reports that at its end: see `finish`.
        """
        if not self.as_json:
            text = table if isinstance(table, str) else table()
            self._print(_folded(text) if is_folded else text, None)
            return
        value = json_value() if callable(json_value) else json_value
        self._print(formats.as_text(self._form, value), value)

    def show_list(
        self,
        json_value: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        table: str | Callable[[], str],
        *,
        rows: str,
        blank: Callable[[], Mapping[str, Any]],
    ) -> None:
        """As `show`, for a list in a command that is `with_list_terminal`: also as CSV.

        `rows` is the key of the list in the JSON value, `blank` makes an empty row.
        """
        if self._form != formats.CSV:
            self.show(json_value, table)
            return
        value = json_value() if callable(json_value) else json_value
        self._print(formats.as_csv(value[rows], blank), value)

    def require_no_csv(self, where: str) -> None:
        """Raise Refused if CSV was asked for where it is unavailable; `where` says so, such as "with --follow"."""
        formats.require_form(self._form, of_list=False, where=where)

    def _print(self, text: str, value: object) -> None:
        try:
            if self.is_in_place:
                click.echo(in_place(clean_lines(text), shutil.get_terminal_size().lines))
            else:
                emit(text, is_data=self.as_json and self._form != formats.CSV)
        except ReaderGone:
            self.is_read = False
        except OutputLost as lost:
            self._lost = lost.of(value, text, is_change=self.has_changed)

    def addressed(self, commands: str) -> str:
        """Commands named by the daemon, with the options that reach the daemon of this command."""
        if not self.daemon_options or not commands:
            return commands
        return " && ".join(f"{command} {self.daemon_options}" for command in commands.split(" && "))

    def note(self, *lines: str) -> None:
        """Print additional lines, such as what to do next: on stderr, and never for a machine."""
        if not self.as_json:
            from starfoundry.terminal.rendering.render import advice  # most commands print no notes

            emit("\n".join(advice(one_line(line)) for line in lines), err=True)

    @property
    def is_player_named(self) -> bool:
        """Whether the user named the player, now or by a context."""
        return self._who.is_named

    @property
    def is_player_open(self) -> bool:
        """Whether no player was named and there are several; then another argument may decide."""
        return self._who.is_open

    def select_player(self, number: int) -> None:
        """Select the player that a named object belongs to, from here on."""
        self._who.mean(number)

    def player_id(self) -> int:
        """The named player, or the only one there is. Raises Refused listing the choices."""
        number = self._who.number()
        if self._who.is_from_context:
            self._from_context["player"] = self._context.player
        return number

    def agents(self) -> dict[int, str]:
        """Every player's callsign by its number."""
        return self._who.agents()

    def player(self, player_id: int | None = None) -> dict[str, object]:
        """The player, or another one, in JSON form: its number and its agent's callsign."""
        number = self.player_id() if player_id is None else player_id
        return {"player_id": number, "agent": self.agents().get(number)}

    def context_container(self) -> str:
        """The container that the context holds for the player; empty for none."""
        container = self._who.container_of_context()
        if container:
            self._from_context["container"] = container
        return container

    def print_context(self) -> None:
        """Print once which values came from the context."""
        if self._from_context:
            taken = ", ".join(f"{name} {self._from_context[name]}" for name in _SHOWN if name in self._from_context)
            self.note(f"(context {self._context.name}: {taken})")
            self._from_context.clear()

    def pause(self, seconds: float) -> None:
        """Wait some seconds before asking again."""
        time.sleep(seconds)  # noqa: TID251  (the command line has no event loop to wait in)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def finish(self) -> None:
        """End a command that has done its work. Raises OutputLost if an answer could not be printed."""
        if self._lost is not None:
            raise self._lost

    def _note_place(self) -> None:
        if self._context_tells_place:
            self._from_context["daemon"] = str(self._place.socket.parent)

    def _players(self) -> "Sequence[Player]":
        from starfoundry.wire.daemon_pb2 import ListPlayersRequest

        return list(self.call("ListPlayers", ListPlayersRequest()).players)


def with_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """Pass a Terminal as the command's first argument, and add the options that configure it.

    The options may precede the command's name too: `spacetraders --player-id 2 ship list`.
    """
    return terminal_options(_in_terminal(command))


def with_list_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """As `with_terminal`, for a command that answers with `show_list`; it also gets `--watch`."""
    return terminal_options(_in_terminal(watchable(command), of_list=True), of_list=True)


def with_terminal_of_no_player(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """As `with_terminal`, for a command that is not about a player."""
    return terminal_options(_in_terminal(command), asks_player=False)


def _in_terminal(command: Callable[Concatenate[Terminal, P], R], *, of_list: bool = False) -> Callable[..., R]:
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401  (the command's own parameters, whatever they are)
        outer = click.get_current_context().find_root().params
        chosen = {name: _first(kwargs.pop(name, None), outer.get(name)) for name in _SHAPING}
        form = chosen["output"] or formats.TABLE
        formats.require_form(form, of_list=of_list)
        typed_options.refuse_empty_values()
        remembered = load(contexts_file()).chosen(chosen["context_name"])
        place, context = resolved(remembered, data_dir=chosen["data_dir"], socket=chosen["socket"])
        terminal = Terminal(
            place=place,
            form=form,
            player_id=chosen["player_id"],
            context=context,
            daemon_options=typed_options.daemon_options(chosen),
        )
        try:
            result = command(terminal, *args, **kwargs)
            terminal.finish()
        except click.exceptions.Exit:
            terminal.finish()
            raise
        except StarFoundryError as error:
            exits.with_flags(error, typed_options.flags())
            exits.with_daemon_options(error, terminal.daemon_options)
            if terminal.has_changed and isinstance(error, Unavailable):
                vars(error)["next_step"] = PARTLY_DONE
            raise
        else:
            return result
        finally:
            terminal.print_context()
            terminal.close()

    return wrapped


def _folded(text: str) -> str:
    from starfoundry.terminal.rendering.render import folded  # a command that answers a machine needs none of it

    return folded(text)


def _first(inner: Any, outer: Any) -> Any:  # noqa: ANN401
    return outer if inner is None else inner
