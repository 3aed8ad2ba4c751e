"""What the commands of configuration have in common: which coordinator, on what terms, and how values are typed."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.completion import complete_name, complete_value
from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.declarations.value_types import Level, WholeNumber
from starfoundry.config.domain.model import COORDINATOR, SETTINGS
from starfoundry.containers.commands import arguments as containers_asking
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.terminal.arguments.time_options import Duration

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

REVISION_MAX = 2**63 - 1
"""The largest revision that the wire carries."""

WAIT_SECONDS = 5.0
WAIT_SECONDS_MAX = 60.0

container_option = containers_asking.container_option("Which coordinator")
reason_option = click.option("--reason", default="", metavar="TEXT", help="Why; kept with the revision.")


class NonEmptyText(click.ParamType[str]):
    """A text that is not empty: an empty variable of a script must not let its guard fall away."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401
        """The text."""
        if not str(value).strip():
            self.fail("it is empty; leave the flag out to do without", param, ctx)
        return str(value)


plan_option = click.option(
    "--plan", type=NonEmptyText(), metavar="DIGEST", help="Only if it is still what that dry run showed."
)
request_option = click.option(
    "--request-id",
    type=NonEmptyText(),
    metavar="ID",
    help="A change that is sent again with the same id is made once.",
)


def layer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What else may become of other settings in the same revision as those that are set."""
    for verb, does in (("pin", "Keep today's value of this one"), ("unset", "Return this one to the layer below")):
        add = click.option(
            f"--{verb}",
            multiple=True,
            metavar="NAME",
            help=f"{does}, in the same revision; may be repeated.",
            shell_complete=complete_name,
        )
        command = add(command)
    return command


def below_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a change of a layer below coordinators may be given."""
    options = (
        reason_option,
        click.option("--dry-run", is_flag=True, help="Show whom it would reach, and a plan; change nothing."),
        plan_option,
        request_option,
    )
    for add in reversed(options):
        command = add(command)
    return command


def terms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What any change of a coordinator may be given: why, on what it is based, how long to wait, or only to try it."""
    options = (
        reason_option,
        click.option("--if-revision", type=int, metavar="N", help="Only if the present revision is still N."),
        click.option("--dry-run", is_flag=True, help="Show what it would do, and a plan; change nothing."),
        plan_option,
        click.option(
            "--wait",
            "wait_seconds",
            type=Duration(bare_unit="s", maximum_seconds=WAIT_SECONDS_MAX),
            default=WAIT_SECONDS,
            show_default="5s",
            metavar="TIME",
            help="Wait so long for the coordinator to act on it.",
        ),
        click.option("--no-wait", is_flag=True, help="Answer as soon as the change is stored."),
        request_option,
    )
    for add in reversed(options):
        command = add(command)
    return command


def setting_help(one: Setting) -> str:
    """One line for a flag: what it is, what it may be, and when it is felt."""
    return f"{one.short_help}: {one.kind.allowed}. Takes effect {one.takes_effect.value}."


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each setting; its help comes from the declaration."""
    for one in reversed(SETTINGS):
        add = click.option(
            one.flag,
            one.name,
            type=click.STRING,  # what is wrong is told together with all else that is, by the rules
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
    """NAME=VALUE words as a mapping; raises Refused for one without an equals sign, or a name given twice."""
    texts: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Refused.of("setting", word, "NAME=VALUE")
        if name in texts:
            raise Refused.of(name, f"{texts[name]} and {value}", "given once")
        texts[name] = value
    return texts


def flags_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The settings given as flags, as texts."""
    return {name: str(value) for name, value in given.items() if value is not None}


def container_of(terminal: Terminal, named: str) -> str:
    """The coordinator that was named; else the context's, the only one of the player, or the only one alive."""
    return containers_asking.container_of(terminal, named, of_type=COORDINATOR)


def named_container(terminal: Terminal, named: str) -> str:
    """The coordinator that was named, in full; empty for none. To be asked before the player: it tells whose it is."""
    return container_of(terminal, named) if named else ""


def terms_of(given: Mapping[str, Any]) -> "pb.ChangeTerms":
    """The terms that were given as options."""
    from starfoundry.wire.daemon_pb2 import ChangeTerms

    terms = ChangeTerms(
        request_id=given.get("request_id") or "",
        reason=given.get("reason") or "",
        source=given.get("source") or "cli",
        validate_only=bool(given.get("dry_run")),
        plan=given.get("plan") or "",
    )
    if given.get("if_revision") is not None:
        terms.expected_revision = given["if_revision"]
    return terms
