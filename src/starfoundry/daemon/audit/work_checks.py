"""Guarantees about ships and tasks: one owner for each ship, and figures of tasks that match the ledger."""

from collections.abc import Iterator

import sqlalchemy as sa

from starfoundry.daemon.audit.finding import AuditFinding, broken, noted
from starfoundry.manufacturing.planner.pipelines.update_pipelines import LIQUIDATION_PATIENCE
from starfoundry.store.tables.schema import containers, decisions, intents, ledger, players, ship_claims, tasks

_WAITING = ("PENDING", "READY")
_IN_FLIGHT = ("ASSIGNED", "EXECUTING")
_AT_WORK = ("RUNNING", "PAUSING", "DRAINING", "STOPPING")


def one_master_for_a_ship(connection: sa.Connection) -> Iterator[AuditFinding]:
    """No ship has two tasks, and none has a task of a container that does not own it.

    Tasks of a stopped container wait for its next start; their ships are available to others.
    """
    out: dict[tuple[int, str], str] = {}
    commanded = {(row.player_id, row.ship): row.container_id for row in connection.execute(sa.select(ship_claims))}
    flying = (
        sa.select(tasks, containers.c.player_id)
        .join(containers, containers.c.id == tasks.c.container_id)
        .where(tasks.c.status.in_(_IN_FLIGHT), containers.c.status.in_(_AT_WORK))
    )
    for row in connection.execute(flying.order_by(tasks.c.id)):
        ship = (row.player_id, row.ship)
        if ship in out:
            yield from broken([f"{row.ship} is out on two tasks, {out[ship]} and {row.id}"])
        out[ship] = row.id
        if commanded.get(ship) not in (None, row.container_id):
            yield from broken([f"{row.ship} is out for {row.container_id} and commanded by {commanded[ship]}"])


def cargo_does_not_wait_for_ever(connection: sa.Connection) -> Iterator[AuditFinding]:
    """No coordinator keeps deciding while a task to sell cargo waits beyond the limit."""
    decided = sa.select(decisions.c.container_id, sa.func.max(decisions.c.at).label("at")).group_by(
        decisions.c.container_id
    )
    newest = {row.container_id: row.at for row in connection.execute(decided)}
    waiting = (
        sa.select(tasks)
        .join(containers, containers.c.id == tasks.c.container_id)
        .where(tasks.c.kind == "LIQUIDATE", tasks.c.status.in_(_WAITING), containers.c.status == "RUNNING")
    )
    for row in connection.execute(waiting.order_by(tasks.c.id)):
        last = newest.get(row.container_id)
        if last is not None and last - row.created_at > 2 * LIQUIDATION_PATIENCE:
            hours = (last - row.created_at).total_seconds() / 3600
            yield from broken([f"task {row.id} waits {hours:.1f} h to sell {row.good} from {row.ship}"])


def nothing_goes_on_without_a_universe(connection: sa.Connection) -> Iterator[AuditFinding]:
    """Everything in a universe that is over has ended: containers, claims on ships, calls."""
    over = sa.select(players.c.id).where(players.c.ended_at.is_not(None))
    can_run = containers.c.status.not_in(("ABANDONED", "COMPLETED"))
    for row in connection.execute(sa.select(containers).where(containers.c.player_id.in_(over), can_run)):
        yield from broken([f"container {row.id} is {row.status}, and the universe of player {row.player_id} is over"])
    for row in connection.execute(sa.select(ship_claims).where(ship_claims.c.player_id.in_(over))):
        yield from broken([f"{row.ship} is commanded by {row.container_id}, and its universe is over"])
    for row in connection.execute(sa.select(intents).where(intents.c.player_id.in_(over)).order_by(intents.c.id)):
        if row.state in ("SENT", "IN_DOUBT"):
            yield from broken([f"call {row.id} is {row.state}, and the universe of player {row.player_id} is over"])
        elif row.state == "ABANDONED":
            yield from noted([f"the outcome of call {row.id} ({row.kind}) is unknown: its universe was over"])


def accounts_of_tasks_are_true(connection: sa.Connection) -> Iterator[AuditFinding]:
    """The cost and revenue of a completed task match the ledger."""
    by_kind = {
        name: sa.func.coalesce(sa.func.sum(sa.case((ledger.c.kind == kind, ledger.c.amount), else_=0)), 0).label(name)
        for name, kind in (("bought", "PURCHASE"), ("sold", "SALE"), ("fuel", "REFUEL"))
    }
    sums = (
        sa.select(tasks, *by_kind.values())
        .select_from(tasks.outerjoin(ledger, ledger.c.task_id == tasks.c.id))
        .where(tasks.c.status == "COMPLETED")
        .group_by(tasks.c.id)
        .order_by(tasks.c.id)
    )
    for row in connection.execute(sums):
        recorded, booked = (row.cost, row.revenue, row.fuel_cost), (-row.bought, row.sold, -row.fuel)
        if recorded != booked:
            yield from broken([f"task {row.id} says cost, revenue and fuel were {recorded}, the ledger says {booked}"])
