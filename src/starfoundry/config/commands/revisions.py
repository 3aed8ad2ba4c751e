"""`config history|tag|annotate`: commands for revisions, their tags and notes."""

from typing import TYPE_CHECKING

import click

from starfoundry.config.commands.config_options import REVISION_MAX, container_of, container_option
from starfoundry.config.commands.config_output import changes_line, revision_json
from starfoundry.terminal.arguments.options import Terminal, with_list_terminal, with_terminal
from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


@click.command("history")
@container_option
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@click.option("--before", type=int, default=0, metavar="N", help="Only revisions older than N, for the next page.")
@with_list_terminal
def history(terminal: Terminal, container_id: str, limit: int, before: int) -> None:
    """List revisions, newest first.

    Each has author, time, origin, reason, and values before and after.
    """
    from starfoundry.wire.daemon_pb2 import ConfigRevision, ListConfigRevisionsRequest

    request = ListConfigRevisionsRequest(
        container_id=container_of(terminal, container_id),
        player_id=terminal.player_id(),
        limit=limit,
        before_revision=before,
    )
    answer = terminal.call("ListConfigRevisions", request)
    data = {
        "container_id": answer.container_id,
        "revisions": [revision_json(each) for each in answer.revisions],
        "has_more": answer.has_more,
    }
    terminal.show_list(
        lambda: terminal.player() | data,
        lambda: _history_table(answer.revisions),
        rows="revisions",
        blank=lambda: revision_json(ConfigRevision()),
    )
    if answer.has_more:
        terminal.note(f"older ones: --before {answer.revisions[-1].revision}")


@click.command("tag")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@click.argument("name")
@container_option
@with_terminal
def tag(terminal: Terminal, revision: int, name: str, container_id: str) -> None:
    """Tag a revision, such as `good`.

    `rollback --to` accepts the tag.
    """
    _mark(terminal, container_id, revision, tag=name)


@click.command("annotate")
@click.argument("revision", type=click.IntRange(1, REVISION_MAX))
@click.argument("text")
@container_option
@with_terminal
def annotate(terminal: Terminal, revision: int, text: str, container_id: str) -> None:
    """Add a note to a revision.

    The revision itself does not change.
    """
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
    terminal.show(lambda: terminal.player() | revision_json(answer), lambda: _history_table([answer]))


def _history_table(revisions: "list[pb.ConfigRevision]") -> str:
    rows: list[list[render.Cell]] = [
        [
            str(each.revision) + (f" ({', '.join(each.tags)})" if each.tags else ""),
            render.moment(each.at),
            each.author,
            each.source,
            changes_line(each),
            "; ".join(filter(None, [_refusal(each), each.reason, *each.notes])),
        ]
        for each in revisions
    ]
    return render.table(["Revision", "At", "By", "From", "Changes", "Why"], rows)


def _refusal(each: "pb.ConfigRevision") -> str:
    return f"refused by the coordinator: {each.refused}" if each.refused else ""
