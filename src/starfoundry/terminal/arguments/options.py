"""What every command that talks to the daemon takes, and the terminal it gets in return.

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
from starfoundry.terminal.arguments import exits, typed
from starfoundry.terminal.arguments.flags import terminal_options
from starfoundry.terminal.arguments.player import PlayerChoice
from starfoundry.terminal.arguments.watching import in_place, watchable
from starfoundry.terminal.connection.client import Client
from starfoundry.terminal.local.context import Context, contexts_file, load, placed
from starfoundry.terminal.local.daemon_location import DaemonLocation
from starfoundry.terminal.rendering import formats
from starfoundry.terminal.rendering.output import OutputLost, ReaderGone, emit, is_change
from starfoundry.terminal.rendering.sanitize import lines_kept, one_line

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from starfoundry.wire.daemon_pb2 import Player

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_SECONDS = 60.0
"""A first answer about a player takes a while: the daemon looks around first, no faster than the game allows."""

DONE_BEFORE = "what the command had done by then is done; look at the present state before you repeat it"

_TOLD = ("daemon", "player", "container")
_SHAPING = ("context_name", "data_dir", "socket", "player_id", "output")


class Terminal:
    """A command's way to the daemon and to its user."""

    def __init__(
        self,
        *,
        place: DaemonLocation,
        form: str = formats.TABLE,
        player_id: int | str | None = None,
        context: Context | None = None,
        daemon_words: Sequence[str] = (),
    ) -> None:
        self.daemon_words = shlex.join(daemon_words)
        self._form = form
        self.as_json = form != formats.TABLE
        """Whether a machine reads the answer, in whatever form."""
        self._context = context or Context()
        self._context_tells_place = bool(self._context.data_dir or self._context.socket)
        self._from_context: dict[str, str] = {}
        self._place = place
        self._client = Client(place.socket, self._context.name if self._context_tells_place else "")
        self._who = PlayerChoice(player_id, self._context, self._players)
        self._lost: OutputLost | None = None
        self.is_in_place = False
        """Whether an answer replaces the one before on the screen."""
        self.is_read = True
        """Whether somebody still reads what is printed."""
        self.has_changed = False
        """Whether the command has changed something by now; one that does so without the daemon says it here."""

    @property
    def place(self) -> DaemonLocation:
        """Where the daemon is."""
        self._note_place()
        return self._place

    def call(self, method: str, request: "Message", *, timeout_seconds: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401
        """The daemon's answer to one method; raises the error family it answered with."""
        self._note_place()
        answer = self._client.call(method, request, timeout_seconds=timeout_seconds)
        self.has_changed = self.has_changed or is_change(method, request)
        return answer

    def stream(self, method: str, request: "Message") -> Iterator[Any]:
        """The daemon's answers to a method that goes on until one of both hangs up."""
        self._note_place()
        self.tell_context()
        return self._client.stream(method, request)

    def show(self, json_value: object | Callable[[], object], table: str | Callable[[], str]) -> None:
        """Print the answer in the form that was asked for: one JSON value, or text for people.

        Where it cannot be printed the command goes on, and says so at its end: see `finish`.
        """
        if not self.as_json:
            self._print(table if isinstance(table, str) else table(), None)
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
        """As `show`, for an answer that is a list, of a command that is `with_list_terminal`: also as CSV.

        `rows` is the key of the list in the JSON value, `blank` makes a row of it that says nothing.
        """
        if self._form != formats.CSV:
            self.show(json_value, table)
            return
        value = json_value() if callable(json_value) else json_value
        self._print(formats.as_csv(value[rows], blank), value)

    def require_no_csv(self, where: str) -> None:
        """Raise Refused if CSV was asked for `where` there is none, such as "with --follow"."""
        formats.require_form(self._form, of_list=False, where=where)

    def _print(self, text: str, value: object) -> None:
        try:
            if self.is_in_place:
                click.echo(in_place(lines_kept(text), shutil.get_terminal_size().lines))
            else:
                emit(text, is_data=self.as_json and self._form != formats.CSV)
        except ReaderGone:
            self.is_read = False
        except OutputLost as lost:
            self._lost = lost.of(value, text, is_change=self.has_changed)

    def here(self, commands: str) -> str:
        """Commands that the daemon tells, as they must be typed to reach the daemon that this command was typed for."""
        if not self.daemon_words or not commands:
            return commands
        return " && ".join(f"{command} {self.daemon_words}" for command in commands.split(" && "))

    def note(self, *lines: str) -> None:
        """Say something beside the answer, such as what to do next: on stderr, and never to a machine."""
        if not self.as_json:
            from starfoundry.terminal.rendering.render import advice  # most commands have nothing to say beside

            emit("\n".join(advice(one_line(line)) for line in lines), err=True)

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

    def finish(self) -> None:
        """End a command that has done its work; raises OutputLost for an answer that could not be printed."""
        if self._lost is not None:
            raise self._lost

    def _note_place(self) -> None:
        if self._context_tells_place:
            self._from_context["daemon"] = str(self._place.socket.parent)

    def _players(self) -> "Sequence[Player]":
        from starfoundry.wire.daemon_pb2 import ListPlayersRequest

        return list(self.call("ListPlayers", ListPlayersRequest()).players)


def with_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """Give the command a Terminal as its first argument, and the options that shape one.

    They may stand before the command's name too: `spacetraders --player-id 2 ship list`.
    """
    return terminal_options(_in_terminal(command))


def with_list_terminal(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """As `with_terminal`, for a command that answers with `show_list`; it can be watched too."""
    return terminal_options(_in_terminal(watchable(command), of_list=True), of_list=True)


def with_terminal_of_no_player(command: Callable[Concatenate[Terminal, P], R]) -> Callable[..., R]:
    """The same for a command that is about no player in particular."""
    return terminal_options(_in_terminal(command), asks_player=False)


def _in_terminal(command: Callable[Concatenate[Terminal, P], R], *, of_list: bool = False) -> Callable[..., R]:
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> R:  # noqa: ANN401  (the command's own parameters, whatever they are)
        outer = click.get_current_context().find_root().params
        chosen = {name: _first(kwargs.pop(name, None), outer.get(name)) for name in _SHAPING}
        form = chosen["output"] or formats.TABLE
        formats.require_form(form, of_list=of_list)
        remembered = load(contexts_file()).chosen(chosen["context_name"])
        place, context = placed(remembered, data_dir=chosen["data_dir"], socket=chosen["socket"])
        terminal = Terminal(
            place=place,
            form=form,
            player_id=chosen["player_id"],
            context=context,
            daemon_words=typed.daemon_words(chosen),
        )
        try:
            result = command(terminal, *args, **kwargs)
            terminal.finish()
        except click.exceptions.Exit:
            terminal.finish()
            raise
        except StarFoundryError as error:
            exits.beside_flags(error, typed.flags())
            exits.reached_by(error, terminal.daemon_words)
            if terminal.has_changed and isinstance(error, Unavailable):
                vars(error)["next_step"] = DONE_BEFORE
            raise
        else:
            return result
        finally:
            terminal.tell_context()
            terminal.close()

    return wrapped


def _first(inner: Any, outer: Any) -> Any:  # noqa: ANN401
    return outer if inner is None else inner
