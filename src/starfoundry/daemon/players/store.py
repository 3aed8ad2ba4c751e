"""Rows of players. Every function works on a connection inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import PlayerId, SystemSymbol, WaypointSymbol
from starfoundry.store.tables.schema import players


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One agent of ours in one universe, which was over at `ended_at`. `credits` is the ledger's last balance.

    `headquarters` and `system` are empty until the game has given them.
    """

    id: PlayerId
    agent: str
    universe: str
    headquarters: WaypointSymbol
    system: SystemSymbol
    credits: int
    ended_at: datetime | None = None


def list_players(connection: sa.Connection) -> list[Player]:
    """Every player, oldest first."""
    return [_player(row) for row in connection.execute(sa.select(players).order_by(players.c.id))]


def get(connection: sa.Connection, player_id: PlayerId) -> Player:
    """One player. Raises Missing."""
    return _player(_row(connection, player_id))


def encrypted_token(connection: sa.Connection, player_id: PlayerId) -> bytes:
    """The player's encrypted token."""
    encrypted = _row(connection, player_id).token_sealed
    assert isinstance(encrypted, bytes)
    return encrypted


def store_token(connection: sa.Connection, player_id: PlayerId, encrypted: bytes) -> None:
    """Store the player's encrypted token."""
    connection.execute(sa.update(players).where(players.c.id == player_id).values(token_sealed=encrypted))


def find(connection: sa.Connection, *, universe: str, agent: str) -> Player | None:
    """The player that is this agent in this universe."""
    statement = sa.select(players).where(players.c.universe == universe, players.c.agent == agent)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _player(row)


def newest(connection: sa.Connection, agent: str) -> Player | None:
    """The latest player of this agent, in any universe."""
    statement = sa.select(players).where(players.c.agent == agent).order_by(players.c.id.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _player(row)


def not_renewed(connection: sa.Connection) -> list[Player]:
    """The players whose universe is over and who were not renewed, oldest first."""
    last = {player.agent: player for player in list_players(connection)}
    return [player for player in last.values() if player.ended_at is not None]


def end(connection: sa.Connection, player_id: PlayerId, *, at: datetime) -> None:
    """The player's universe is over."""
    connection.execute(sa.update(players).where(players.c.id == player_id).values(ended_at=at))


def locate(connection: sa.Connection, player: Player) -> None:
    """Store a player's home and credits: its ledger is not opened before they are known."""
    statement = sa.update(players).where(players.c.id == player.id)
    connection.execute(statement.values(headquarters=player.headquarters, system=player.system, credits=player.credits))


def keep(connection: sa.Connection, player: Player, *, encrypted: bytes, at: datetime) -> Player:
    """The player with its number: a new one, or the existing one of this agent, with its new token."""
    present = find(connection, universe=player.universe, agent=player.agent)
    if present is not None:
        connection.execute(sa.update(players).where(players.c.id == present.id).values(token_sealed=encrypted))
        return present
    statement = sa.insert(players).values(
        agent=player.agent,
        universe=player.universe,
        headquarters=player.headquarters,
        system=player.system,
        token_sealed=encrypted,
        credits=player.credits,
        created_at=at,
    )
    (number,) = connection.execute(statement).inserted_primary_key or (None,)
    assert isinstance(number, int), "the database numbers its rows"
    return get(connection, PlayerId(number))


def _row(connection: sa.Connection, player_id: PlayerId) -> sa.Row[tuple[object, ...]]:
    row = connection.execute(sa.select(players).where(players.c.id == player_id)).one_or_none()
    if row is None:
        raise Missing(f"there is no player {player_id}; `spacetraders player list` shows them")
    return row


def _player(row: sa.Row[tuple[object, ...]]) -> Player:
    return Player(
        id=PlayerId(row.id),
        agent=row.agent,
        universe=row.universe,
        headquarters=WaypointSymbol(row.headquarters),
        system=SystemSymbol(row.system),
        credits=row.credits,
        ended_at=row.ended_at,
    )
