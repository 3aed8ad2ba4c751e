"""Invariants checked after each seed: ledger against events, guarantees against the disk."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from starfoundry.daemon.audit.report import audit
from starfoundry.drill.deal_comparison import MONEY_DEEDS, Deal, booked_deals, deal_of
from starfoundry.sandbox.core.event_log import EventLog
from starfoundry.store.tables import schema

SHOWN_MAX = 6


def ledger_differences(
    connection: sa.Connection,
    event_log: EventLog,
    agent: str,
    credits_now: int,
    doubled: Sequence[int],
    *,
    player_id: int = 1,
) -> Iterator[str]:
    """Differences between ledger and events: a missing or extra deal, a wrong amount, a wrong sum.

    `doubled` are the event log's entries that the daemon did not ask for; the ledger holds their money as adjustments.
    Prices of fuel and ships are not compared for calls that were settled by evidence: no record gives them, and if
    other calls were in doubt as well, neither do the credits. Each request that arrived twice may hide the outcome of
    one call: it changes the same hold and the same credits. The sum must match all the same.

    Calls that a reset left without an outcome, and requests that arrived twice just before it, are not in the ledger of
    their universe; then its sum is not compared either.
    """
    unasked = set(doubled)
    happened = Counter(deal_of(each) for each in event_log.of(agent, *MONEY_DEEDS) if each.number not in unasked)
    booked = Counter(booked_deals(connection, player_id))
    too_many, too_few = booked - happened, happened - booked
    guessed = _prices_from_nowhere(connection)
    for deal in [deal for deal in too_many if deal[0] in guessed]:
        twin = next((each for each in too_few if each[:4] == deal[:4]), None)
        if twin is not None and guessed[deal[0]] > 0:
            guessed[deal[0]] -= 1
            too_many -= Counter([deal])
            too_few -= Counter([twin])
    spared = len(unasked)
    given_up = _given_up(connection, player_id)
    yield from _deviations("booked, and never happened", too_many, spared)
    yield from _deviations("happened, and not booked", too_few, spared + given_up)
    mine = schema.ledger.c.player_id == player_id
    total = connection.execute(sa.select(sa.func.sum(schema.ledger.c.amount)).where(mine)).scalar_one()
    if total != credits_now and not (is_over(connection, player_id) and (given_up or spared)):
        yield f"the book adds up to {total:,}, the game says {credits_now:,}"


def is_over(connection: sa.Connection, player_id: int) -> bool:
    """Whether the daemon has noticed that the player's universe is over."""
    ended = sa.select(schema.players.c.ended_at).where(schema.players.c.id == player_id)
    return connection.execute(ended).scalar_one() is not None


def _given_up(connection: sa.Connection, player_id: int) -> int:
    """The number of calls that a reset left without an outcome."""
    abandoned = sa.select(sa.func.count()).where(
        schema.intents.c.player_id == player_id, schema.intents.c.state == "ABANDONED"
    )
    return int(connection.execute(abandoned).scalar_one())


def _prices_from_nowhere(connection: sa.Connection) -> Counter[str]:
    """The number of calls of each kind settled by evidence without a record of the price."""
    settled = sa.select(schema.intents.c.kind).where(
        schema.intents.c.state == "APPLIED",
        schema.intents.c.reason != "",
        schema.intents.c.kind.in_(("REFUEL", "SHIP_PURCHASE")),
    )
    return Counter(row.kind for row in connection.execute(settled))


def reserve_violations(connection: sa.Connection, event_log: EventLog, agent: str) -> Iterator[str]:
    """No purchase of goods left, at the price seen, fewer credits than the reserve of its revision."""
    history = connection.execute(sa.select(schema.config_revisions))
    floors = {(row.container_id, row.revision): int(row.config.get("min_balance", 0)) for row in history}
    purchases = sa.select(schema.intents).where(
        schema.intents.c.kind == "PURCHASE", schema.intents.c.state == "APPLIED", schema.intents.c.task_id != ""
    )
    for row in connection.execute(purchases.order_by(schema.intents.c.id)):
        left = row.credits_before - row.price_seen * row.units
        floor = floors.get((row.container_id, row.config_revision), 0)
        if left < floor:
            yield f"call {row.id} leaves {left:,} credits, revision {row.config_revision} keeps {floor:,}"
    for each in event_log.of(agent, *MONEY_DEEDS):
        if each.credits_after < 0:
            yield f"deed {each.number} left {each.credits_after:,} credits"


def open_calls(connection: sa.Connection) -> Iterator[str]:
    """At the end, every call has an outcome."""
    still = sa.select(schema.intents).where(schema.intents.c.state.in_(("SENT", "IN_DOUBT")))
    for row in connection.execute(still):
        yield f"call {row.id} ({row.kind} by {row.ship}) is still {row.state}, sent {row.sent_at:%F %T}"


def crashed_containers(connection: sa.Connection) -> Iterator[str]:
    """No container crashed because of the network: only a failing disk may end a run."""
    fallen = (schema.containers.c.restart_count > 0) | (schema.containers.c.status == "FAILED")
    for row in connection.execute(sa.select(schema.containers).where(fallen)):
        yield f"{row.id} was started again {row.restart_count} times and is {row.status}: {row.exit_reason}"


def broken_promises(connection: sa.Connection) -> Iterator[str]:
    """All guarantees that `verify` checks for any database."""
    for verdict in audit(connection):
        if not verdict.is_kept:
            yield from (f"{verdict.promise.name}: {finding.text}" for finding in verdict.findings[:SHOWN_MAX])


def lost_revisions(
    connection: sa.Connection, container: str, acknowledged: Mapping[int, Mapping[str, object]]
) -> Iterator[str]:
    """Every acknowledged revision is in the history, with the acknowledged settings."""
    history = schema.config_revisions
    rows = connection.execute(sa.select(history).where(history.c.container_id == container))
    stored = {row.revision: row.config for row in rows}
    for revision, settings in acknowledged.items():
        if revision not in stored:
            yield f"revision {revision} of {container} was acknowledged and is lost"
        elif {name: stored[revision].get(name) for name in settings} != settings:
            yield f"revision {revision} of {container} is not what was acknowledged"


def _deviations(what: str, deals: "Counter[Deal]", spared: int) -> Iterator[str]:
    """The differences in words, unless requests that arrived twice explain them."""
    if deals.total() > spared:
        yield from (f"{what}: {deal} x{times}" for deal, times in list(deals.items())[:SHOWN_MAX])
