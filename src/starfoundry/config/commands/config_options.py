"""Options and arguments shared by the `config` commands: coordinator, preconditions and values."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.setting_completion import complete_name, complete_value
from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.declarations.value_types import Level, WholeNumber
from starfoundry.config.domain.model import COORDINATOR, SETTINGS
from starfoundry.containers.commands import container_argument as containers_asking
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.arguments.time_options import Duration
from starfoundry.terminal.arguments.typed_options import FreeText

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

REVISION_MAX = 2**63 - 1
"""The largest revision that the wire can carry (int64)."""

WAIT_SECONDS = 5.0
WAIT_SECONDS_MAX = 60.0

container_option = containers_asking.container_option("Which coordinator")
reason_option = click.option(
    "--reason", type=FreeText(), default="", metavar="TEXT", help="Why; kept with the revision."
)


plan_option = click.option("--plan", metavar="DIGEST", help="Apply only if the plan of that dry run is still valid.")
request_option = click.option(
    "--request-id",
    metavar="ID",
    help="A request repeated with the same id takes effect once.",
)


def layer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--unset` and `--pin`: other settings to change in the same revision."""
    for verb, does in (
        ("pin", "Pin the current value of this setting"),
        ("unset", "Return this setting to the layer below"),
    ):
        add = click.option(
            f"--{verb}",
            multiple=True,
            metavar="NAME",
            help=f"{does}, in the same revision; may be repeated.",
            shell_complete=complete_name,
        )
        command = add(command)
    return command


def shared_layer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a change of defaults or presets: dry run, plan and request id."""
    options = (
        reason_option,
        click.option("--dry-run", is_flag=True, help="Show the affected coordinators and a plan; change nothing."),
        plan_option,
        request_option,
    )
    for add in reversed(options):
        command = add(command)
    return command


def precondition_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a change of a coordinator: reason, preconditions, wait and dry run."""
    options = (
        reason_option,
        click.option("--if-revision", type=int, metavar="N", help="Apply only if the current revision is still N."),
        click.option("--dry-run", is_flag=True, help="Show the effects and a plan; change nothing."),
        plan_option,
        click.option(
            "--wait",
            "wait_seconds",
            type=Duration(bare_unit="s", maximum_seconds=WAIT_SECONDS_MAX),
            default=WAIT_SECONDS,
            show_default="5s",
            metavar="TIME",
            help="How long to wait for the coordinator to apply it.",
        ),
        click.option("--no-wait", is_flag=True, help="Return as soon as the change is stored."),
        request_option,
    )
    for add in reversed(options):
        command = add(command)
    return command


def setting_help(one: Setting) -> str:
    """One line of help for a flag: purpose, allowed values, and when a change takes effect."""
    return f"{one.short_help}: {one.kind.allowed}. Takes effect {one.takes_effect.value}."


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add one option for each setting, with help from its declaration."""
    for one in reversed(SETTINGS):
        add = click.option(
            one.flag,
            one.name,
            type=FreeText(),  # validation reports a wrong value together with all other problems
            default=None,
            metavar=_metavar(one),
            help=setting_help(one),
            shell_complete=functools.partial(complete_value, one),
        )
        command = add(command)
    return command


def _metavar(one: Setting) -> str | None:
    if isinstance(one.kind, WholeNumber):
        return "INTEGER"
    return "LEVEL" if isinstance(one.kind, Level) else None


def assignments(words: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE words as a mapping. Raises Refused for a word without an equals sign or a name given twice."""
    texts: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Refused.of("setting", word, "NAME=VALUE")
        if name in texts:
            raise Refused.of(name, f"{texts[name]} and {value}", "given once")
        texts[name] = value
    return texts


def settings_given(words: Sequence[str], given: dict[str, Any]) -> dict[str, str]:
    """The settings that were given as words and as flags, as texts; the flags are taken out of `given`."""
    flags = {one.name: given.pop(one.name) for one in SETTINGS}
    return assignments([*words, *(f"{name}={value}" for name, value in flags.items() if value is not None)])


def container_of(terminal: Terminal, named: str) -> str:
    """The id of the named coordinator. Default: the context's, the player's only one, or the only one alive."""
    return containers_asking.container_of(terminal, named, of_type=COORDINATOR)


def named_container(terminal: Terminal, named: str) -> str:
    """The full id of the named coordinator; empty if none was named.

    Call it before asking for the player: it tells whose the container is.
    """
    return container_of(terminal, named) if named else ""


def terms_of(given: Mapping[str, Any]) -> "pb.ChangeTerms":
    """The preconditions that were given as options.

    A change without a request id gets a random one, so that it can be sent again if its connection is cut.
    """
    from starfoundry.runtime.entropy import SystemEntropy
    from starfoundry.wire.daemon_pb2 import ChangeTerms

    is_dry_run = bool(given.get("dry_run"))
    terms = ChangeTerms(
        request_id=given.get("request_id") or ("" if is_dry_run else SystemEntropy().token("request", 32)),
        reason=given.get("reason") or "",
        source=given.get("source") or "cli",
        validate_only=is_dry_run,
        plan=given.get("plan") or "",
    )
    if given.get("if_revision") is not None:
        terms.expected_revision = given["if_revision"]
    return terms
