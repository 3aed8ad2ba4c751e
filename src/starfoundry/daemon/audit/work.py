"""What holds of ships and tasks: one master for each ship, and accounts of tasks that are those of the book."""

from collections.abc import Iterator

import sqlalchemy as sa

from starfoundry.daemon.audit.finding import Finding, broken
from starfoundry.store.schema import containers, ledger, ship_claims, tasks

_IN_FLIGHT = ("ASSIGNED", "EXECUTING")


def one_master_for_a_ship(connection: sa.Connection) -> Iterator[Finding]:
    """No ship is out on two tasks, and none is out for a container that does not command it."""
    out: dict[tuple[int, str], str] = {}
    commanded = {(row.player_id, row.ship): row.container_id for row in connection.execute(sa.select(ship_claims))}
    flying = sa.select(tasks, containers.c.player_id).join(containers, containers.c.id == tasks.c.container_id)
    for row in connection.execute(flying.where(tasks.c.status.in_(_IN_FLIGHT)).order_by(tasks.c.id)):
        ship = (row.player_id, row.ship)
        if ship in out:
            yield from broken([f"{row.ship} is out on two tasks, {out[ship]} and {row.id}"])
        out[ship] = row.id
        if commanded.get(ship) not in (None, row.container_id):
            yield from broken([f"{row.ship} is out for {row.container_id} and commanded by {commanded[ship]}"])


def accounts_of_tasks_are_true(connection: sa.Connection) -> Iterator[Finding]:
    """What a completed task says it cost and brought is what the book says."""
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
        told, booked = (row.cost, row.revenue, row.fuel_cost), (-row.bought, row.sold, -row.fuel)
        if told != booked:
            yield from broken([f"task {row.id} says cost, revenue and fuel were {told}, the book says {booked}"])
