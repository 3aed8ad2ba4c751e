"""`config watch`: a command that follows changes of the settings and the coordinator's acknowledgements."""

import json
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.api.proto_values import plain
from starfoundry.config.commands.config_options import REVISION_MAX, container_of, container_option
from starfoundry.config.commands.config_output import changes_line, revision_json
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.stdio import emit

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

NO_TIME = " " * len("2026-03-01 12:00:00")


class ResumePoint(click.ParamType[tuple[int, str]]):
    """A revision, optionally with its digest (N:DIGEST)."""

    name = "point"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:  # noqa: ANN401
        """The revision and the digest; an empty digest if none was given."""
        if isinstance(value, tuple):
            return value
        revision, _, digest = str(value).partition(":")
        if not revision.isdecimal() or int(revision) > REVISION_MAX:
            self.fail(f"{value!r} is neither a revision nor N:DIGEST", param, ctx)
        return int(revision), digest


@click.command("watch")
@container_option
@click.option(
    "--after",
    metavar="POINT",
    type=ResumePoint(),
    help="Resume after this point (N:DIGEST, as printed by a watch) or revision N; default: the current settings.",
)
@click.option("--count", type=int, default=0, metavar="N", help="End after this many events; default: never.")
@with_terminal
def watch(terminal: Terminal, container_id: str, after: tuple[int, str] | None, count: int) -> None:
    """Follow changes of the settings.

    Changes and the coordinator's acknowledgements are printed as they happen. Every line begins with the time of
    its event (UTC).

    If the resume point is gone, ahead of the history, or from before a restored backup, the watch says so and
    starts with the current settings. A restored backup is detected by the digest in the resume point; a bare
    revision cannot detect it.
    """
    from starfoundry.wire.daemon_pb2 import WatchConfigRequest

    request = WatchConfigRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    if after is not None:
        request.after_revision, request.after_digest = after
    who = terminal.player() if terminal.as_json else {}
    known = shown = 0
    for event in terminal.stream("WatchConfig", request):
        if not terminal.as_json and (event.kind == "BOOKMARK" or _is_known(event, known)):
            continue
        known = event.observed_revision if event.kind == "SNAPSHOT" else known
        if terminal.as_json:
            emit(json.dumps(who | _event_json(event), ensure_ascii=False), is_data=True)
        else:
            emit(_event_text(event))
        shown += 1
        if shown == count:
            return


def _is_known(event: "pb.ConfigEvent", known: int) -> bool:
    """Whether the snapshot has already shown that this revision is in force."""
    return event.kind == "OBSERVED" and event.revision == known


def _event_json(event: "pb.ConfigEvent") -> dict[str, object]:
    data: dict[str, object] = {"kind": event.kind, "revision": event.revision, "at": event.at or None}
    if event.digest:
        data |= {"digest": event.digest, "resume": _point(event)}
    if event.HasField("config"):
        data |= {"config": plain(event.config)}
    if event.HasField("change"):
        data |= {"change": revision_json(event.change), "missed": event.missed}
    if event.kind in ("SNAPSHOT", "OBSERVED"):
        data |= {"observed_revision": event.observed_revision, "effects": list(event.effects)}
    if event.message:
        data |= {"message": event.message}
    return data


def _point(event: "pb.ConfigEvent") -> str:
    """The resume point after the event: an argument for `--after`."""
    return f"{event.revision}:{event.digest}"


def _event_text(event: "pb.ConfigEvent") -> str:
    data = f"{render.moment(event.at) if event.at else NO_TIME}  {_event_words(event)}"
    point = f"  [{_point(event)}]" if event.kind in ("SNAPSHOT", "CHANGED") else ""
    return render.on_terminal(f"{data}{point}", hanging=f"{NO_TIME}  ")


def _event_words(event: "pb.ConfigEvent") -> str:
    match event.kind:
        case "SNAPSHOT":
            state = "in force" if event.observed_revision == event.revision else _not_in_force(event)
            return f"revision {event.revision}{_change(event)}; {state}"
        case "CHANGED":
            missed = f" ({event.missed} before it not shown)" if event.missed else ""
            return f"revision {event.revision}{_change(event)}{missed}"
        case "OBSERVED":
            effects = f": {', '.join(event.effects)}" if event.effects else ""
            return f"revision {event.revision} in force{effects}"
        case "REJECTED":
            return f"revision {event.revision} refused by the coordinator: {event.message}"
        case _:
            return f"{event.kind.lower().replace('_', ' ')}: {event.message}"


def _change(event: "pb.ConfigEvent") -> str:
    """The author, changes and reason."""
    if not event.HasField("change"):
        return ""
    because = f", because: {event.change.reason}" if event.change.reason else ""
    return f" by {event.change.author}: {changes_line(event.change)}{because}"


def _not_in_force(event: "pb.ConfigEvent") -> str:
    last = f" and decides with revision {event.observed_revision}" if event.observed_revision else ""
    return f"not applied yet: the coordinator is {event.container_status}{last}"
