"""`spacetraders manufacturing config show|set`. Flags, help and the layout of `show` follow from the settings."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.kinds import WholeNumber
from starfoundry.config.model import SETTINGS
from starfoundry.config.rules import read_texts
from starfoundry.config.schema import Setting
from starfoundry.config.wire import plain, update_fields
from starfoundry.kernel.errors import Refused
from starfoundry.terminal import render
from starfoundry.terminal.options import PATIENCE_SECONDS, Terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

TITLE = "Manufacturing Coordinator Configuration"
WAIT_SECONDS = 5.0
WAIT_SECONDS_MAX = 60.0

_HEAD_WIDTH = 15
_VALUE_COLUMN = 22


@click.group("config")
def config_group() -> None:
    """The live settings of a coordinator. A change takes effect while it runs, and survives restarts."""


container_option = click.option("--container", "container_id", required=True, metavar="ID", help="Container ID.")


def setting_help(one: Setting) -> str:
    """One line for a flag: what it is, what it may be, and when it is felt."""
    return f"{one.short_help}: {one.kind.allowed}. Takes effect {one.takes_effect.value}."


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each setting that has a flag; its help comes from the declaration."""
    for one in reversed(SETTINGS):
        kind = click.INT if isinstance(one.kind, WholeNumber) else click.STRING
        command = click.option(one.flag, one.name, type=kind, default=None, help=setting_help(one))(command)
    return command


@config_group.command("show")
@container_option
@with_terminal
def show_config(terminal: Terminal, container_id: str) -> None:
    """Show the settings that are stored, and whether the coordinator decides with them."""
    from starfoundry.wire.daemon_pb2 import GetManufacturingConfigRequest

    request = GetManufacturingConfigRequest(container_id=container_id, player_id=terminal.player_id())
    answer = terminal.call("GetManufacturingConfig", request)
    head = _as_json(container_id, answer.config, answer)
    terminal.show(head, lambda: layout(container_id, answer))


@config_group.command("set")
@container_option
@setting_options
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0, WAIT_SECONDS_MAX),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for the coordinator to act on it.",
)
@click.option("--no-wait", is_flag=True, help="Answer as soon as the change is stored.")
@with_terminal
def set_config(terminal: Terminal, /, container_id: str, wait_seconds: float, no_wait: bool, **given: Any) -> None:  # noqa: ANN401
    """Change the settings that are named, all of them or none, and say what that did."""
    from starfoundry.wire.daemon_pb2 import UpdateManufacturingConfigRequest

    texts = {name: str(value) for name, value in given.items() if value is not None}
    if not texts:
        flags = ", ".join(one.flag for one in SETTINGS)
        raise Refused(f"nothing to set: give at least one of {flags}")
    values = update_fields(read_texts(texts))
    patience = 0.0 if no_wait else wait_seconds
    request = UpdateManufacturingConfigRequest(
        container_id=container_id,
        player_id=terminal.player_id(),
        wait_milliseconds=round(1000 * patience),
        **values,
    )
    answer = terminal.call("UpdateManufacturingConfig", request, timeout_seconds=PATIENCE_SECONDS + patience)
    told: dict[str, object] = {
        "state": answer.state,
        "message": answer.message,
        "effects": list(answer.effects),
        "applied_after_ms": answer.applied_after_microseconds / 1000 if answer.state == "APPLIED" else None,
    }
    terminal.show(_as_json(container_id, answer.current_config, answer) | told, render.clean(answer.message))
    if answer.state == "PENDING":
        terminal.note(f"It is not in force yet; see: spacetraders manufacturing config show --container {container_id}")


def layout(container_id: str, answer: "pb.GetManufacturingConfigResponse") -> str:
    """What `show` prints: every setting in its section, and after that only what is not in force yet, if anything."""
    heads = (("Container:", container_id), ("Status:", answer.container_status), ("System:", answer.system_symbol))
    lines = [TITLE, "=" * len(TITLE)]
    lines += [f"{label:<{_HEAD_WIDTH}}{render.clean(value)}" for label, value in heads]
    values = plain(answer.config)
    shown = [one for one in SETTINGS if one.in_design or values[one.name] != one.kind.write(one.default)]
    for section, settings in itertools.groupby(shown, key=lambda one: one.section):
        lines += ["", f"{section}:"]
        lines += [f"  {one.label + ':':<{_VALUE_COLUMN}}{as_text(values[one.name])}" for one in settings]
    if answer.observed_revision != answer.revision:
        lines += ["", _difference(answer)]
    keys = {one.key for one in SETTINGS}
    spoilt = [held for held in answer.quarantine if held.key in keys]
    lines += [f"Not used: {held.key} = {held.value_json} ({held.problem})" for held in spoilt]
    return "\n".join(lines)


def as_text(value: object) -> str:
    """A value as `config set NAME=VALUE` takes it."""
    if isinstance(value, dict):
        pairs = [f"{good}.{name}={one}" for good, values in value.items() for name, one in values.items()]
        return ",".join(pairs)
    return ",".join(value) if isinstance(value, list) else str(value)


def _difference(answer: "pb.GetManufacturingConfigResponse") -> str:
    last = f"revision {answer.observed_revision}" if answer.observed_revision else "no revision yet"
    if answer.container_status == "RUNNING":
        return f"Running with {last}: revision {answer.revision} is stored and not taken up yet"
    return f"Last ran with {last}: revision {answer.revision} is stored for the next start"


def _as_json(
    container_id: str,
    config: "pb.ManufacturingConfig",
    answer: "pb.GetManufacturingConfigResponse | pb.UpdateManufacturingConfigResponse",
) -> dict[str, object]:
    return {
        "container_id": container_id,
        "status": answer.container_status,
        "system": answer.system_symbol,
        "revision": answer.revision,
        "observed_revision": answer.observed_revision,
        "config": plain(config),
    }
