"""Guarantees about money: the chain of balances, one ledger entry for each deal, one open call for each ship."""

from collections.abc import Iterator

import sqlalchemy as sa

from starfoundry.daemon.audit.finding import AuditFinding, broken, noted
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.storage import store
from starfoundry.store.tables.schema import intents, ledger, players, prunings

_OPEN = ("SENT", "IN_DOUBT")
_MOVES_NO_MONEY = ("JETTISON", "TRANSFER")


def balances_follow(connection: sa.Connection) -> Iterator[AuditFinding]:
    """Each balance is the previous one plus the amount, and the last is the player's."""
    for (player_id,) in connection.execute(sa.select(players.c.id).order_by(players.c.id)):
        problems = store.verify(connection, PlayerId(player_id))
        yield from broken(f"player {player_id}: {problem}" for problem in problems)


def deals_are_booked_once(connection: sa.Connection) -> Iterator[AuditFinding]:
    """An applied call has one matching ledger entry; a call that was not applied has none."""
    both = sa.select(intents, ledger.c.sequence, ledger.c.kind.label("booked"), ledger.c.ship.label("booked_ship"))
    both = both.add_columns(ledger.c.good.label("booked_good"), ledger.c.amount)
    joined = both.select_from(intents.outerjoin(ledger, ledger.c.intent_id == intents.c.id)).order_by(intents.c.id)
    for row in connection.execute(joined):
        is_deal = row.state == "APPLIED" and row.kind not in _MOVES_NO_MONEY
        if is_deal and row.sequence is None:
            yield from broken([f"call {row.id} ({row.kind} by {row.ship}) was applied and is not in the ledger"])
        elif row.sequence is not None and not is_deal:
            yield from broken([f"entry {row.sequence} books call {row.id}, which is {row.state}"])
        elif is_deal and (row.kind, row.ship, row.good) != (row.booked, row.booked_ship, row.booked_good):
            yield from broken([f"entry {row.sequence} books {row.booked} of {row.booked_good} for call {row.id}"])


def calls_are_pruned_or_there(connection: sa.Connection) -> Iterator[AuditFinding]:
    """Calls are numbered without gaps: missing ones were pruned, and no ledger entry refers beyond the newest."""
    newest, there = connection.execute(sa.select(sa.func.coalesce(sa.func.max(intents.c.id), 0), sa.func.count())).one()
    statement = sa.select(prunings.c.rows).where(prunings.c.history == intents.name)
    pruned = connection.execute(statement).scalar_one_or_none() or 0
    if newest - there != pruned:
        yield from broken([f"{newest - there} of {newest} calls are missing, {pruned} were pruned"])
    unheard_of = sa.select(ledger.c.sequence, ledger.c.intent_id).where(ledger.c.intent_id > newest)
    for row in connection.execute(unheard_of.order_by(ledger.c.sequence)):
        yield from broken([f"entry {row.sequence} books call {row.intent_id}, the newest call is {newest}"])


def nothing_else_is_booked(connection: sa.Connection) -> Iterator[AuditFinding]:
    """Every entry except openings and adjustments belongs to a call that was stored before it was sent."""
    strangers = sa.select(ledger.c.sequence, ledger.c.kind).where(
        ledger.c.intent_id.is_(None), ledger.c.kind.not_in(("OPENING", "ADJUSTMENT"))
    )
    for row in connection.execute(strangers.order_by(ledger.c.sequence)):
        yield from broken([f"entry {row.sequence} is a {row.kind} without a call"])


def nobody_else_moved_money(connection: sa.Connection) -> Iterator[AuditFinding]:
    """An adjustment is money without a call of ours: from another program, or a request that arrived twice."""
    adjusted = sa.select(ledger).where(ledger.c.kind == "ADJUSTMENT").order_by(ledger.c.sequence)
    for row in connection.execute(adjusted):
        yield from noted([f"entry {row.sequence} adjusts the ledger by {row.amount:+,} credits at {row.at:%F %T} UTC"])


def one_open_call_for_a_ship(connection: sa.Connection) -> Iterator[AuditFinding]:
    """A ship has at most one call without a known outcome; the daemon will settle it."""
    still = sa.select(intents).where(intents.c.state.in_(_OPEN)).order_by(intents.c.id)
    seen: dict[tuple[int, str], int] = {}
    for row in connection.execute(still):
        earlier = seen.setdefault((row.player_id, row.ship), row.id)
        if earlier != row.id:
            yield from broken([f"{row.ship} has two open calls, {earlier} and {row.id}"])
        else:
            yield from noted([f"call {row.id} ({row.kind} by {row.ship or 'the agent'}) is {row.state}"])
