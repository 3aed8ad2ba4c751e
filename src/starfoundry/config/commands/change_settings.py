"""`config show|set|unset|pin|rollback`: commands that show and change one coordinator's settings."""

from typing import Any

import click

from starfoundry.config.commands.config_options import (
    container_of,
    container_option,
    layer_options,
    precondition_options,
    setting_options,
    settings_given,
    terms_of,
)
from starfoundry.config.commands.config_output import provenance_text, settings_text, show_change, view_json
from starfoundry.config.commands.setting_completion import complete_assignment, complete_name
from starfoundry.config.domain.model import SETTINGS
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.options import CALL_SECONDS, Terminal, with_terminal


@click.command("show")
@container_option
@click.option(
    "--provenance", is_flag=True, help="Show the layer, author and time of each value, and the values it overrides."
)
@click.option("--revision", type=click.IntRange(1), metavar="N", help="Show the settings as of that revision.")
@with_terminal
def show_config(terminal: Terminal, container_id: str, provenance: bool, revision: int | None) -> None:
    """Show the stored settings.

    If the coordinator is not using them, the output says so.
    """
    from starfoundry.wire.daemon_pb2 import GetManufacturingConfigRequest

    request = GetManufacturingConfigRequest(
        container_id=container_of(terminal, container_id), player_id=terminal.player_id(), revision=revision or 0
    )
    answer = terminal.call("GetManufacturingConfig", request)
    text = provenance_text if provenance else settings_text
    then = f"\n\nAs of revision {revision}." if revision and not provenance else ""
    terminal.show(lambda: terminal.player() | view_json(answer, provenance=provenance), lambda: f"{text(answer)}{then}")


@click.command("set")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_assignment)
@container_option
@setting_options
@layer_options
@precondition_options
@with_terminal
def set_config(
    terminal: Terminal,
    /,
    words: tuple[str, ...],
    container_id: str,
    unset: tuple[str, ...],
    pin: tuple[str, ...],
    **given: Any,  # noqa: ANN401
) -> None:
    """Change settings.

    All named ones change or none, and the result is reported.
    """
    texts = settings_given(words, given)
    if not (texts or unset or pin):
        names = ", ".join(one.flag for one in SETTINGS)
        raise Refused(f"nothing to set: give NAME=VALUE, or at least one of {names}")
    show_change(terminal, revise(terminal, container_id, given, texts=texts, unset=unset, pin=pin))


def revise(terminal: Terminal, container_id: str, given: dict[str, Any], **changes: Any) -> Any:  # noqa: ANN401
    """Send a change of any kind with its preconditions; returns the daemon's answer."""
    from starfoundry.wire.daemon_pb2 import ReviseConfigRequest

    patience = 0.0 if given.get("no_wait") else float(given.get("wait_seconds", 0.0))
    request = ReviseConfigRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        wait_milliseconds=round(1000 * patience),
        terms=terms_of(given),
        **changes,
    )
    return terminal.call("ReviseConfig", request, timeout_seconds=CALL_SECONDS + patience)


@click.command("unset")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_name)
@container_option
@precondition_options
@with_terminal
def unset_config(terminal: Terminal, /, names: tuple[str, ...], container_id: str, **given: Any) -> None:  # noqa: ANN401
    """Return settings to the layer below.

    That is the preset, the player default, or the built-in default.
    """
    show_change(terminal, revise(terminal, container_id, given, unset=list(names)))


@click.command("pin")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=complete_name)
@container_option
@precondition_options
@with_terminal
def pin_config(terminal: Terminal, /, names: tuple[str, ...], container_id: str, **given: Any) -> None:  # noqa: ANN401
    """Keep the current values of settings.

    They stay even if the layers below change.
    """
    show_change(terminal, revise(terminal, container_id, given, pin=list(names)))


@click.command("rollback")
@click.option("--to", "target", default="", metavar="N|TAG", help="The revision or its tag; default: the previous one.")
@container_option
@precondition_options
@with_terminal
def rollback_config(terminal: Terminal, /, target: str, container_id: str, **given: Any) -> None:  # noqa: ANN401
    """Restore the values of an earlier revision.

    They become a new revision; the history keeps both.
    """
    given["source"] = "rollback"
    if target.isdecimal() and int(target) == 0:
        raise Refused.of("to", target, "a revision from 1 on, or a tag; omitted for the previous one")
    wanted: dict[str, Any] = {"rollback_to": int(target or 0)} if target.isdecimal() or not target else {}
    wanted = wanted or {"rollback_to_tag": target}
    show_change(terminal, revise(terminal, container_id, given, **wanted))
