"""`config history|tag|annotate|effect|watch`: what became of the settings, and what becomes of them."""

import json
from typing import TYPE_CHECKING, Any

import click

from starfoundry.config.commands.answering import changes_json, decision_json
from starfoundry.config.commands.asking import container_of, container_option
from starfoundry.config.texts import change_text
from starfoundry.config.wire import plain
from starfoundry.terminal import render
from starfoundry.terminal.options import Terminal, with_list_terminal, with_terminal

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb

REVISION_MAX = 2**63 - 1
"""The largest that the wire carries."""


class ResumePoint(click.ParamType[tuple[int, str]]):
    """A revision, with the digest that came with it where there is one."""

    name = "point"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:  # noqa: ANN401
        """The revision and the digest; an empty one for none."""
        if isinstance(value, tuple):
            return value
        revision, _, digest = str(value).partition(":")
        if not revision.isdecimal() or int(revision) > REVISION_MAX:
            self.fail(f"{value!r} is neither a revision nor N:DIGEST", param, ctx)
        return int(revision), digest


@click.command("history")
@container_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="The newest so many.")
@click.option("--before", type=int, default=0, metavar="N", help="Only revisions older than N, for the next page.")
@with_list_terminal
def history(terminal: Terminal, container_id: str, limit: int, before: int) -> None:
    """List the revisions, newest first: who, when, from where, why, before and after."""
    from starfoundry.wire.daemon_pb2 import ConfigRevision, ListConfigRevisionsRequest

    request = ListConfigRevisionsRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        before_revision=before,
    )
    answer = terminal.call("ListConfigRevisions", request)
    told = {
        "container_id": answer.container_id,
        "revisions": [_revision_json(each) for each in answer.revisions],
        "has_more": answer.has_more,
    }
    terminal.show_list(
        lambda: terminal.who() | told,
        lambda: _history_table(answer.revisions),
        rows="revisions",
        blank=lambda: _revision_json(ConfigRevision()),
    )
    if answer.has_more:
        terminal.note(f"older ones: --before {answer.revisions[-1].revision}")


@click.command("tag")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@click.argument("name")
@container_option
@with_terminal
def tag(terminal: Terminal, revision: int, name: str, container_id: str) -> None:
    """Name a revision, such as `good`; `rollback --to` takes the name."""
    _mark(terminal, container_id, revision, tag=name)


@click.command("annotate")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@click.argument("text")
@container_option
@with_terminal
def annotate(terminal: Terminal, revision: int, text: str, container_id: str) -> None:
    """Add a note to a revision; the revision itself stays as it is."""
    _mark(terminal, container_id, revision, note=text)


def _mark(terminal: Terminal, container_id: str, revision: int, *, tag: str = "", note: str = "") -> None:
    from starfoundry.wire.daemon_pb2 import MarkConfigRevisionRequest

    request = MarkConfigRevisionRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        revision=revision,
        tag=tag,
        note=note,
    )
    answer = terminal.call("MarkConfigRevision", request)
    terminal.show(lambda: terminal.who() | _revision_json(answer), lambda: _history_table([answer]))


@click.command("effect")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@container_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="The first so many.")
@with_terminal
def effect(terminal: Terminal, revision: int, container_id: str, limit: int) -> None:
    """Show what was decided under a revision, and what its trades have brought."""
    from starfoundry.wire.daemon_pb2 import GetConfigEffectRequest

    request = GetConfigEffectRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        revision=revision,
        limit=limit,
    )
    answer = terminal.call("GetConfigEffect", request)
    told = {
        "container_id": answer.container_id,
        "revision": _revision_json(answer.revision),
        "effects": list(answer.effects),
        "counts": {each.kind: each.decisions for each in answer.counts},
        "profit": answer.profit,
        "first_at": answer.first_at or None,
        "last_at": answer.last_at or None,
        "decisions": [decision_json(each) for each in answer.decisions],
    }
    terminal.show(lambda: terminal.who() | told, lambda: _effect_text(answer))


@click.command("watch")
@container_option
@click.option(
    "--after",
    metavar="POINT",
    type=ResumePoint(),
    help="Resume after this point, as a watch tells it (N:DIGEST), or a revision N; default: begin with what there is.",
)
@click.option("--count", type=int, default=0, metavar="N", help="End after so many events; default: never.")
@with_terminal
def watch(terminal: Terminal, container_id: str, after: tuple[int, str] | None, count: int) -> None:
    """Follow the changes, and the coordinator's word on each, as they happen.

    A resume point that is gone, ahead, or from before a restored backup is told as lost, and all there is follows. A
    restored backup is known by the digest in the point; a bare revision cannot tell.
    """
    from starfoundry.wire.daemon_pb2 import WatchConfigRequest

    request = WatchConfigRequest(container_id=container_of(terminal, container_id), player_id=terminal.player_id())
    if after is not None:
        request.after_revision, request.after_digest = after
    who = terminal.who() if terminal.as_json else {}
    shown = 0
    for event in terminal.stream("WatchConfig", request):
        if event.kind == "BOOKMARK" and not terminal.as_json:
            continue
        click.echo(json.dumps(who | _event_json(event), ensure_ascii=False) if terminal.as_json else _event_line(event))
        shown += 1
        if shown == count:
            return


def _revision_json(each: "pb.ConfigRevision") -> dict[str, object]:
    return {
        "revision": each.revision,
        "at": each.at,
        "author": each.author,
        "source": each.source,
        "reason": each.reason or None,
        "tag": each.tags[0] if each.tags else None,
        "tags": list(each.tags),
        "notes": list(each.notes),
        "preset": each.preset or None,
        "refused": each.refused or None,
        "changes": changes_json(each.changes),
    }


def _history_table(revisions: "list[pb.ConfigRevision]") -> str:
    rows: list[list[render.Cell]] = [
        [
            str(each.revision) + (f" ({', '.join(each.tags)})" if each.tags else ""),
            render.moment(each.at),
            each.author,
            each.source,
            _changes_line(each),
            "; ".join(filter(None, [_refusal(each), each.reason, *each.notes])),
        ]
        for each in revisions
    ]
    return render.table(["Revision", "At", "By", "From", "Changes", "Why"], rows)


def _refusal(each: "pb.ConfigRevision") -> str:
    return f"refused by the coordinator: {each.refused}" if each.refused else ""


def _changes_line(each: "pb.ConfigRevision") -> str:
    lines = [f"{name} {change_text(pair)}" for name, pair in changes_json(each.changes).items()]
    if lines:
        return ", ".join(lines)
    return "the first" if each.revision == 1 else f"no value (preset {each.preset or 'none'})"


def _fact_text(facts_json: str) -> str:
    """What a decision was made on, in words; the whole configuration is shown by `show --revision`."""
    facts = {
        name: value for name, value in json.loads(facts_json).items() if name != "config" and value not in ("", [])
    }
    return "  ".join(
        f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in facts.items()
    )


def _effect_text(answer: "pb.ConfigEffect") -> str:
    head = render.facts(
        [
            ("Revision", str(answer.revision.revision)),
            ("By", answer.revision.author),
            ("Changes", _changes_line(answer.revision)),
            ("At once", ", ".join(answer.effects) or "nothing"),
            ("Decisions", sum(each.decisions for each in answer.counts)),
            ("From", render.moment(answer.first_at)),
            ("To", render.moment(answer.last_at)),
            ("Profit", f"{answer.profit:+,}"),
        ]
    )
    kinds = render.table(["Decision", "Times"], [[each.kind, each.decisions] for each in answer.counts])
    rows: list[list[render.Cell]] = [
        [render.moment(each.at), each.kind, each.subject, _fact_text(each.facts_json)] for each in answer.decisions
    ]
    return f"{head}\n\n{kinds}\n\n{render.table(['At', 'Decision', 'About', 'Facts'], rows)}"


def _event_json(event: "pb.ConfigEvent") -> dict[str, object]:
    told: dict[str, object] = {"kind": event.kind, "revision": event.revision}
    if event.digest:
        told |= {"digest": event.digest, "resume": _point(event)}
    if event.HasField("config"):
        told |= {"config": plain(event.config)}
    if event.HasField("change"):
        told |= {"change": _revision_json(event.change), "missed": event.missed}
    if event.kind in ("SNAPSHOT", "OBSERVED"):
        told |= {"observed_revision": event.observed_revision, "effects": list(event.effects)}
    if event.message:
        told |= {"message": event.message}
    return told


def _point(event: "pb.ConfigEvent") -> str:
    """Where to resume after the event: what `--after` takes."""
    return f"{event.revision}:{event.digest}"


def _event_line(event: "pb.ConfigEvent") -> str:
    match event.kind:
        case "SNAPSHOT":
            return f"revision {event.revision}; the coordinator is {event.container_status}  [{_point(event)}]"
        case "CHANGED":
            missed = f" ({event.missed} before it not shown)" if event.missed else ""
            change = f"by {event.change.author}: {_changes_line(event.change)}{missed}"
            return f"revision {event.revision} {change}  [{_point(event)}]"
        case "OBSERVED":
            effects = f": {', '.join(event.effects)}" if event.effects else ""
            return f"revision {event.revision} in force{effects}"
        case _:
            return f"{event.kind.lower().replace('_', ' ')}: {render.clean(event.message)}"
