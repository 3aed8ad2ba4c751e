"""A report as JSON and as text of 80 columns."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starfoundry.config.commands.config_output import changes_json
from starfoundry.config.domain.declarations.value_text import change_text
from starfoundry.containers.domain.naming import short
from starfoundry.ledger.commands.output import amount_with_rate
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.bars import BARS_MAX, bars
from starfoundry.terminal.rendering.json_forms import message_json

if TYPE_CHECKING:
    from starfoundry.wire import daemon_pb2 as pb


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """Something that holds the fleet back now, and the number of idle ships and waiting tasks it holds back."""

    kind: str
    subject: str
    reason: str
    next_step: str
    ships: int = 0
    tasks: int = 0


def report_json(found: "pb.Report", still: Sequence[Blocker], started_at: str) -> dict[str, object]:
    """The report as JSON; amounts in credits, times in UTC."""
    return {
        "agent": found.agent,
        "universe": found.universe,
        "since": found.since,
        "until": found.until,
        "seconds": found.seconds,
        "money": {
            "opening": found.opening,
            "closing": found.closing,
            "profit": found.profit,
            "spent_on_ships": found.spent_on_ships,
            "adjustments": found.adjustments,
            "hours": [message_json(line) for line in found.hours],
        },
        "chains": {
            "in_all": found.chains,
            "best": [message_json(line) for line in found.best_chains],
            "worst": [message_json(line) for line in found.worst_chains],
        },
        "tasks": [message_json(each) for each in found.tasks],
        "changes": [_change_json(each) for each in found.changes],
        "changes_in_all": found.changes_in_all,
        "incidents": [message_json(each) for each in found.incidents],
        "incidents_in_all": found.incidents_in_all,
        "purchases": [message_json(each) for each in found.purchases],
        "purchases_in_all": found.purchases_in_all,
        "daemon_started_at": started_at or None,
        "stands_still": [_still_json(each) for each in still],
    }


def _still_json(each: Blocker) -> dict[str, object]:
    return {name: None if value == "" else value for name, value in asdict(each).items()}


def _change_json(each: "pb.ReportedChange") -> dict[str, object]:
    return {
        "container_id": each.container_id,
        "revision": each.revision.revision,
        "at": each.revision.at,
        "author": each.revision.author,
        "source": each.revision.source,
        "reason": each.revision.reason or None,
        "changes": changes_json(each.revision.changes),
        "profit": each.profit,
        "seconds": each.seconds,
        "profit_before": each.profit_before,
        "seconds_before": each.seconds_before,
    }


def report_text(found: "pb.Report", still: Sequence[Blocker], started_at: str) -> str:
    """The report as text: the figures first, then each section."""
    head = f"{found.agent} in the universe of {found.universe}"
    period = f"From {render.moment(found.since)[:16]} to {render.moment(found.until)[:16]} UTC, amounts in credits"
    figures = _figures(found)
    if datetime.fromisoformat(started_at) >= datetime.fromisoformat(found.since):
        figures.append(("Daemon", f"started {render.moment(started_at)[:16]}, in this period"))
    sections = (
        _section("Chains", _chains(found)),
        _section("Changes of settings", map(_change, found.changes), in_all=found.changes_in_all),
        _section("Incidents", map(_incident, found.incidents), in_all=found.incidents_in_all),
        _section("Ships bought", map(_purchase, found.purchases), in_all=found.purchases_in_all),
        "\n".join(("Waiting now:", *map(_still, still))) if still else "Waiting now: nothing",
    )
    return "\n\n".join((f"{head}\n{period}", render.facts(figures), *sections))


def _figures(found: "pb.Report") -> list[tuple[str, render.Cell]]:
    rows: list[tuple[str, render.Cell]] = [("Profit", amount_with_rate(found.profit, found.seconds))]
    if found.hours:
        nets = [line.net for line in found.hours]
        first, last = found.hours[max(0, len(nets) - BARS_MAX)], found.hours[-1]
        span = f"{first.key[11:16]} to {int(last.key[11:13]) + 1:02}:00"
        best, worst = (render.money(each, signed=True) for each in (max(nets), min(nets)))
        rows.append(("Closed hours", f"{bars(nets)}  {span}, best {best}, worst {worst}"))
    if found.spent_on_ships:
        rows.append(("Spent on ships", found.spent_on_ships))
    if found.adjustments:
        rows.append(("Unexplained", render.money(found.adjustments, signed=True)))
    rows.append(("Balance", f"{render.money(found.opening)} -> {render.money(found.closing)}"))
    return [*rows, ("Tasks", _tasks(found.tasks))]


def _tasks(counts: "Iterable[pb.TaskCount]") -> str:
    by_status: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for each in counts:
        by_status[each.status] += each.tasks
        if each.status == "COMPLETED":
            kinds[each.kind.lower().replace("_", " ")] += each.tasks
    if not by_status:
        return "none ended"
    done = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    known = [status for status in ("COMPLETED", "FAILED", "CANCELLED") if by_status[status]]
    ended = ", ".join(f"{by_status[status]:,} {status.lower()}" for status in known)
    return f"{ended}" + (f"  ({done})" if done else "")


def _chains(found: "pb.Report") -> list[str]:
    """The best chains and the worst, in columns."""
    rows = [("best", line) for line in found.best_chains] + [("worst", line) for line in reversed(found.worst_chains)]
    if not rows:
        return []
    name = max(len(line.key) for _word, line in rows)
    amount = max(len(render.money(line.net, signed=True)) for _word, line in rows)
    between = found.chains - len(rows)
    lines = [
        f"{word:<5}  {render.clean(line.key):<{name}}  {render.money(line.net, signed=True):>{amount}}"
        f"  {render.counted(line.entries, 'deal')}"
        for word, line in rows
    ]
    if between > 0:
        lines.insert(len(found.best_chains), f"       and {between} between")
    return lines


def _change(each: "pb.ReportedChange") -> str:
    revision = each.revision
    changes = ", ".join(f"{name} {change_text(pair)}" for name, pair in changes_json(revision.changes).items())
    why = f" ({revision.reason})" if revision.reason else ""
    spans = ((each.profit, each.seconds), (each.profit_before, each.seconds_before))
    since, before = (amount_with_rate(amount, seconds).replace("  ", " ") for amount, seconds in spans)
    return (
        f"{render.moment(revision.at)[:16]}  {short(each.container_id)} revision {revision.revision}"
        f" by {revision.author}{why}: {changes or 'no value'}. Profit since {since}, before {before}"
    )


def _incident(each: "pb.ReportedIncident") -> str:
    often = f" ({each.times} times, first {render.moment(each.first_at)[:16]})" if each.times > 1 else ""
    about = f" {short(each.subject)}" if each.subject else ""
    return f"{render.moment(each.last_at)[:16]}  {each.kind}{about}: {each.text}{often}"


def _purchase(each: "pb.LedgerEntry") -> str:
    return f"{render.moment(each.at)[:16]}  {each.good} for {render.money(-each.amount)} at {each.waypoint}"


def _still(each: Blocker) -> str:
    counts = [(each.ships, "ship"), (each.tasks, "task")]
    held = ", ".join(render.counted(count, what) for count, what in counts if count)
    about = held or short(each.subject)
    text = render.on_terminal(f"{about}: {each.reason}" if about else each.reason, indent="  ", hanging="    ")
    if not each.next_step:
        return text
    is_command = each.next_step.startswith("spacetraders ")
    step = render.command(each.next_step, indent="      ") if is_command else f"      {render.clean(each.next_step)}"
    return f"{text}\n    next:\n{step}" if is_command else f"{text}\n{step}"


def _section(title: str, lines: Iterable[str], *, in_all: int = 0) -> str:
    """A heading with its lines; lines left out are counted."""
    shown = [render.on_terminal(line, indent="  ", hanging="    ") for line in lines]
    if not shown:
        return f"{title}: none"
    more = [f"  and {in_all - len(shown)} more"] if in_all > len(shown) else []
    return "\n".join((f"{title}:", *shown, *more))
