"""What a campaign asks after each seed: the book against what happened, the promises against the disk."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from starfoundry.daemon.audit.report import audit
from starfoundry.drill.checks import MONEY_DEEDS, Deal, booked_deals, deal_of
from starfoundry.sandbox.core.event_log import EventLog
from starfoundry.store.tables import schema

SHOWN_MAX = 6


def against_what_happened(
    connection: sa.Connection,
    event_log: EventLog,
    agent: str,
    credits_now: int,
    doubled: Sequence[int],
    *,
    player_id: int = 1,
) -> Iterator[str]:
    """Where book and world differ: a deal too many or too few, a wrong amount, a sum that is not what there is.

    `doubled` are the oracle's entries that nobody asked for; the book holds their money as adjustments. Prices of fuel
    and ships are not compared for calls that were settled by their traces: no record tells them, and where other calls
    were in doubt as well the credits do not either. Each request that came twice may hide what became of one call: it
    moves the same hold and the same credits. The sum holds all the same.

    Calls that a reset left without an end, and requests that came twice just before it, are nowhere in the book of
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
    yield from _told("booked, and never happened", too_many, spared)
    yield from _told("happened, and not booked", too_few, spared + given_up)
    mine = schema.ledger.c.player_id == player_id
    total = connection.execute(sa.select(sa.func.sum(schema.ledger.c.amount)).where(mine)).scalar_one()
    if total != credits_now and not (is_over(connection, player_id) and (given_up or spared)):
        yield f"the book adds up to {total:,}, the game says {credits_now:,}"


def is_over(connection: sa.Connection, player_id: int) -> bool:
    """Whether the daemon has noticed that the player's universe is over."""
    ended = sa.select(schema.players.c.ended_at).where(schema.players.c.id == player_id)
    return connection.execute(ended).scalar_one() is not None


def _given_up(connection: sa.Connection, player_id: int) -> int:
    """How many calls a reset left without an end."""
    abandoned = sa.select(sa.func.count()).where(
        schema.intents.c.player_id == player_id, schema.intents.c.state == "ABANDONED"
    )
    return int(connection.execute(abandoned).scalar_one())


def _prices_from_nowhere(connection: sa.Connection) -> Counter[str]:
    """How many calls of each kind were settled by their traces where no record tells the price."""
    settled = sa.select(schema.intents.c.kind).where(
        schema.intents.c.state == "APPLIED",
        schema.intents.c.reason != "",
        schema.intents.c.kind.in_(("REFUEL", "SHIP_PURCHASE")),
    )
    return Counter(row.kind for row in connection.execute(settled))


def floor_was_held(connection: sa.Connection, event_log: EventLog, agent: str) -> Iterator[str]:
    """No goods were bought that, at the price seen, left fewer credits than the revision they carry keeps back."""
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


def nothing_is_open(connection: sa.Connection) -> Iterator[str]:
    """Once all is quiet, every call has found its end."""
    still = sa.select(schema.intents).where(schema.intents.c.state.in_(("SENT", "IN_DOUBT")))
    for row in connection.execute(still):
        yield f"call {row.id} ({row.kind} by {row.ship}) is still {row.state}, sent {row.sent_at:%F %T}"


def nothing_crashed(connection: sa.Connection) -> Iterator[str]:
    """No container fell, whatever the network did: only a disk that refuses may end one's run."""
    fallen = (schema.containers.c.restart_count > 0) | (schema.containers.c.status == "FAILED")
    for row in connection.execute(sa.select(schema.containers).where(fallen)):
        yield f"{row.id} was started again {row.restart_count} times and is {row.status}: {row.exit_reason}"


def promises_are_kept(connection: sa.Connection) -> Iterator[str]:
    """Everything that is promised of any database of ours."""
    for verdict in audit(connection):
        if not verdict.is_kept:
            yield from (f"{verdict.promise.name}: {finding.text}" for finding in verdict.findings[:SHOWN_MAX])


def acknowledged_is_stored(
    connection: sa.Connection, container: str, acknowledged: Mapping[int, Mapping[str, object]]
) -> Iterator[str]:
    """Every revision that an operator was told of is in the history, with the settings that were told."""
    history = schema.config_revisions
    rows = connection.execute(sa.select(history).where(history.c.container_id == container))
    stored = {row.revision: row.config for row in rows}
    for revision, told in acknowledged.items():
        if revision not in stored:
            yield f"revision {revision} of {container} was acknowledged and is lost"
        elif {name: stored[revision].get(name) for name in told} != told:
            yield f"revision {revision} of {container} is not what was acknowledged"


def _told(what: str, deals: "Counter[Deal]", spared: int) -> Iterator[str]:
    """These in words, unless they are so few that requests that came twice explain them."""
    if deals.total() > spared:
        yield from (f"{what}: {deal} x{times}" for deal, times in list(deals.items())[:SHOWN_MAX])
