"""Trading profit of each player and its highest value so far; each read adds only the new ledger entries."""

from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import ledger

ROWS_AT_ONCE = 20_000

_TRADES = [kind.value for kind in TRADE_KINDS]


@dataclass(frozen=True, slots=True)
class Profit:
    """Credits since the book was opened, and the most that this ever was; an empty book stands at 0."""

    now: int = 0
    highest: int = 0

    def after(self, amount: int) -> "Profit":
        """The same after one more entry."""
        total = self.now + amount
        return Profit(total, max(self.highest, total))


class ProfitCurve:
    """The profit of every player."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = 0
        self._of: dict[PlayerId, Profit] = {}

    async def of(self, player_id: PlayerId) -> Profit:
        """A player's profit, with all that is booked by now."""
        while rows := await self._database.read(self._newer):
            for sequence, owner, amount in rows:
                player = PlayerId(owner)
                self._of[player] = self._of.get(player, Profit()).after(amount)
                self._last = sequence
        return self._of.get(player_id, Profit())

    def _newer(self, connection: sa.Connection) -> list[sa.Row[int, int, int]]:
        newer = (
            sa.select(ledger.c.sequence, ledger.c.player_id, ledger.c.amount)
            .where(ledger.c.sequence > self._last, ledger.c.kind.in_(_TRADES))
            .order_by(ledger.c.sequence)
            .limit(ROWS_AT_ONCE)
        )
        return list(connection.execute(newer).all())
