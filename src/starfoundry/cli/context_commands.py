"""`spacetraders context use|list|show|clear`: named defaults for the options of every command."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from starfoundry.containers.commands.container_argument import container_of
from starfoundry.kernel.errors import Missing
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.arguments.player import PlayerName
from starfoundry.terminal.connection.presence import DaemonNotThere
from starfoundry.terminal.local.contexts import NONE, REMEMBERED, UNNAMED, Context, contexts_file, load, resolved, save
from starfoundry.terminal.local.daemon_location import expanded
from starfoundry.terminal.rendering import formats, render

_OF_THE_DAEMON = {"data_dir": "STARFOUNDRY_DATA_DIR", "socket": "STARFOUNDRY_SOCKET"}
LABELS = {"data_dir": "Data directory", "socket": "Socket", "player": "Player", "container": "Container"}


def complete_context(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of contexts, for the shell."""
    return [name for name in load(contexts_file()).known if name.startswith(incomplete)]


@click.group("context")
def context() -> None:
    """Stored defaults for the options of commands.

    A context stores a daemon, a player and a container under a name. A flag wins over the environment, that over
    the context in use, that over a settings file. A context is ignored if a flag or the environment names another
    daemon. Every command says what it took from a context.
    """


def remembered_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that a context can store."""
    options = (
        click.option("--data-dir", metavar="DIR", help="The daemon's data directory."),
        click.option("--socket", metavar="PATH", help="The daemon's socket, if not in the data directory."),
        click.option("--player-id", "--agent", "player", metavar="N|CALLSIGN", help="The player."),
        click.option("--container", metavar="ID", help="The container."),
        click.option("-o", "--output", type=click.Choice(formats.FORMS), help="The output format."),
    )
    for add in reversed(options):
        command = add(command)
    return command


@context.command("use")
@click.argument("name", default="", metavar="[NAME]", shell_complete=complete_context)
@remembered_options
@click.pass_context
def use(calling: click.Context, /, name: str, output: str | None, **given: str | None) -> None:
    """Use a context from now on. With options it is created or changed; an empty text removes a value.

    Without NAME it is the one in use. Named containers and players are looked up, if the daemon answers. A new
    context is for the daemon that is named, else for the one that the environment names.
    """
    file = contexts_file()
    contexts = load(file)
    given_values = {key: value for key, value in _outer(calling).items() if given.get(key) is None} | {
        key: value for key, value in given.items() if value is not None
    }
    name = name or contexts.current or UNNAMED
    if name == NONE:
        raise click.BadParameter(f"{NONE} means no context; stop using one with: spacetraders context clear")
    known = contexts.known.get(name) or (Context(name=name) if given_values else contexts.get(name))
    if name not in contexts.known and not given_values.keys() & _OF_THE_DAEMON.keys():
        given_values |= {key: os.environ[name] for key, name in _OF_THE_DAEMON.items() if os.environ.get(name)}
    wanted = replace(known, **_stored_form(given_values))
    if wanted.player != known.player and "container" not in given_values:
        wanted = replace(wanted, container="")  # it was the other player's
    terminal = _terminal(calling, wanted, output)
    try:
        wanted = _looked_up(terminal, wanted)
    finally:
        terminal.close()
    save(file, contexts.using(wanted))
    terminal.has_changed = True
    facts = [(LABELS[key], value) for key, value in wanted.remembered().items()]
    terminal.show(
        _as_json(wanted, is_current=True), lambda: "\n".join(filter(None, [f"Using {name}", render.facts(facts)]))
    )
    terminal.finish()


@context.command("list")
@with_list_terminal
def list_contexts(terminal: Terminal) -> None:
    """List the contexts; the one in use is marked."""
    file = contexts_file()
    contexts = load(file)
    terminal.show_list(
        {
            "current": contexts.current or None,
            "contexts": [_as_json(each, is_current=each.name == contexts.current) for each in contexts.known.values()],
            "file": _path(file),
        },
        lambda: render.table(
            ["Context", "In use", "Player", "Container", "Daemon"],
            [
                [
                    each.name,
                    "yes" if each.name == contexts.current else "",
                    each.player,
                    each.container,
                    each.socket or each.data_dir,
                ]
                for each in contexts.known.values()
            ],
            empty="No contexts. Create one: spacetraders context use NAME --data-dir DIR --agent CALLSIGN",
        ),
        rows="contexts",
        blank=lambda: _as_json(Context(), is_current=False),
    )


@context.command("show")
@click.argument("name", default="", metavar="[NAME]", shell_complete=complete_context)
@click.pass_context
@with_terminal
def show(terminal: Terminal, calling: click.Context, name: str) -> None:
    """Show the values in use and their sources.

    These are the values that a command would use now.
    """
    contexts = load(contexts_file())
    outer = calling.find_root().params
    chosen = contexts.chosen(name or outer.get("context_name"))
    values = _sources(calling, chosen)
    given_values = {"context": chosen.name or None, "file": _path(contexts_file()), "values": values}
    rows: list[list[render.Cell]] = [[LABELS[key], one["value"], one["from"]] for key, one in values.items()]
    head = f"Context: {chosen.name or '(none in use)'}"
    terminal.show(given_values, lambda: f"{head}\n\n{render.table(['What', 'Value', 'From'], rows)}")


@context.command("clear")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_context)
@with_terminal
def clear(terminal: Terminal, names: tuple[str, ...]) -> None:
    """Use no context from now on.

    With names, delete those contexts.
    """
    file = contexts_file()
    contexts = load(file)
    was = contexts.current
    for name in names:
        contexts = contexts.without(name)
    if not names:
        contexts = contexts.unused()
    save(file, contexts)
    terminal.has_changed = True
    ended = f"{was} is no longer used" if was and not contexts.current else "nothing else changes"
    text = f"Forgotten: {', '.join(names)}; {ended}" if names else (ended if was else "No context was in use")
    terminal.show({"current": contexts.current or None, "forgotten": list(names)}, text)


def _path(file: Path | None) -> str | None:
    return None if file is None else str(file)


def _outer(calling: click.Context) -> dict[str, str]:
    """The options before the command's name: `spacetraders --data-dir DIR context use NAME`."""
    root = calling.find_root()
    names = {"data_dir": "data_dir", "socket": "socket", "player_id": "player"}
    return {
        ours: str(root.params[theirs])
        for theirs, ours in names.items()
        if root.get_parameter_source(theirs) is ParameterSource.COMMANDLINE
    }


def _stored_form(given_values: dict[str, str]) -> dict[str, str]:
    """The values as they are stored: absolute paths, a player by number or by callsign in capitals."""
    kept = {key: value.strip() for key, value in given_values.items()}
    for key in ("data_dir", "socket"):
        if kept.get(key):
            kept[key] = str(expanded(kept[key]))
    if kept.get("player"):
        kept["player"] = str(PlayerName().convert(kept["player"], None, None))
    return kept


def _terminal(calling: click.Context, wanted: Context, output: str | None) -> Terminal:
    place, _ = resolved(wanted, data_dir=wanted.data_dir or None, socket=wanted.socket or None)
    form = output or calling.find_root().params.get("output") or formats.TABLE
    formats.require_form(form, of_list=False)
    return Terminal(place=place, form=form, context=wanted)


def _looked_up(terminal: Terminal, wanted: Context) -> Context:
    """The context with the container's whole id. Raises Missing for what the daemon does not have.

    Prints a note if the daemon cannot be asked.
    """
    if not (wanted.player or wanted.container):
        return wanted
    from starfoundry.wire.daemon_pb2 import GetContainerRequest

    try:
        player_id = terminal.player_id()
        if player_id not in (agents := terminal.agents()):
            choices = ", ".join(f"{number} ({agent})" for number, agent in agents.items())
            raise Missing(f"there is no player {player_id}; there are: {choices or 'none yet'}")
        if wanted.container:
            container = container_of(terminal, wanted.container)
            terminal.call("GetContainer", GetContainerRequest(container_id=container, player_id=player_id))
            wanted = replace(wanted, container=container)
    except DaemonNotThere:
        terminal.note(f"not looked up: no daemon answers at {terminal.location.socket}")
    return wanted


def _sources(calling: click.Context, chosen: Context) -> dict[str, dict[str, str | None]]:
    """Every value that a context can hold, with the current value and its source."""
    flags = {
        **_outer(calling),
        **{key: calling.params[key] for key in ("data_dir", "socket") if calling.params.get(key)},
    }
    if calling.params.get("player_id"):
        flags["player"] = str(calling.params["player_id"])
    variables = {"data_dir": "DATA_DIR", "socket": "SOCKET", "player": "PLAYER_ID"}
    place, speaking = resolved(chosen, data_dir=flags.get("data_dir"), socket=flags.get("socket"))
    found: dict[str, dict[str, str | None]] = {}
    for key in REMEMBERED:
        variable = f"STARFOUNDRY_{variables[key]}" if key in variables else ""
        if key in flags:
            value, source = flags[key], "flag"
        elif variable and os.environ.get(variable):
            value, source = os.environ[variable], f"environment ({variable})"
        elif getattr(speaking, key):
            value, source = getattr(speaking, key), f"context {chosen.name}"
        else:
            value, source = "", "ignored: the context is another daemon's" if getattr(chosen, key) else "default"
        found[key] = {"value": value or None, "from": source}
    for key, path in (("data_dir", place.data_dir), ("socket", place.socket)):
        found[key]["value"] = str(path)
    return found


def _as_json(one: Context, *, is_current: bool) -> dict[str, object]:
    return {"name": one.name, "current": is_current} | {key: getattr(one, key) or None for key in REMEMBERED}
