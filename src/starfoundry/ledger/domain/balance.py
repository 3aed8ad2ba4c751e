"""The balance of a player: the game's credits, the ledger's sum, and the calls that may explain a difference."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind, Intent, LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The entries to add to the ledger, and the balance after they are stored.

    `incident` is empty if everything agrees.
    """

    entries: tuple[LedgerEntry, ...]
    credits: int
    balance: int
    incident: str = ""


class Balance:
    """One player's money. Without a call in doubt, ledger and game agree to the credit after every booking.

    While a call is in doubt they may differ by the amount it moved. The difference is left until the last doubt is
    settled; the unexplained rest is then booked as an ADJUSTMENT.
    """

    def __init__(self, player_id: PlayerId) -> None:
        self._player_id = player_id
        self._credits: int | None = None
        self._balance: int | None = None
        self._doubts: dict[int, Intent] = {}

    @property
    def credits(self) -> int:
        """The credits that the game last reported; 0 before its first report."""
        return self._credits or 0

    @property
    def spendable(self) -> int:
        """Credits minus what calls in doubt may have spent."""
        return self.credits - sum(doubt.cost_expected for doubt in self._doubts.values())

    def refusal(self, intent: Intent, floor: int | None) -> str:
        """Why a call may not be made now, with the numbers; empty if it may.

        Without a `floor`, money is not checked.
        """
        if self._credits is None:
            return "the player's credits are not known yet"
        if intent.units <= 0:
            return f"{intent.units} units cannot be moved"
        if floor is None:
            return ""
        if intent.price_seen <= 0:
            return f"the price of {intent.good} at {intent.waypoint} is not known"
        if self.spendable - intent.cost_expected < floor:
            return (
                f"{intent.units} {intent.good} at {intent.price_seen:,} cost {intent.cost_expected:,}:"
                f" of {self.spendable:,} credits {floor:,} must remain"
            )
        return ""

    @property
    def doubts(self) -> tuple[Intent, ...]:
        """The calls whose outcome is unknown, oldest first."""
        return tuple(self._doubts[number] for number in sorted(self._doubts))

    def doubt(self, intent: Intent) -> None:
        """Count `intent` as a possible explanation of a difference."""
        self._doubts[intent.id] = intent

    def resume(self, balance: int | None) -> None:
        """Continue from a ledger that ends at `balance`; None for an empty one."""
        self._balance = balance

    def unexplained(self, settling: Intent, credits_reported: int) -> int | None:
        """The difference between game and ledger, if only `settling` can have caused it; otherwise None."""
        if self._balance is None or self._others_in_doubt(settling):
            return None
        return credits_reported - self._balance

    def booking(self, intent: Intent | None, total: int | None, credits_reported: int, at: datetime) -> Booking:
        """The entries for an `intent` that moved `total`, when the game now reports `credits_reported`.

        A total of None: it moved nothing. No intent: no call was made, the game was only asked.
        """
        if self._balance is None:
            assert intent is None, "a book is opened before anything is booked in it"
            opening = self._entry(EntryKind.OPENING, credits_reported, credits_reported, at)
            return Booking(entries=(opening,), credits=credits_reported, balance=credits_reported)
        entries: list[LedgerEntry] = []
        balance = self._balance
        if intent is not None and total is not None and intent.kind.money_sign:
            balance += total * intent.kind.money_sign
            entries.append(self._entry_of(intent, total * intent.kind.money_sign, balance, at))
        difference = credits_reported - balance
        if not difference or self._others_in_doubt(intent):
            return Booking(entries=tuple(entries), credits=credits_reported, balance=balance)
        entries.append(self._entry(EntryKind.ADJUSTMENT, difference, credits_reported, at))
        incident = f"the game reports {credits_reported:,} credits, the ledger {balance:,}: {difference:+,} adjusted"
        return Booking(entries=tuple(entries), credits=credits_reported, balance=credits_reported, incident=incident)

    def apply_booking(self, booking: Booking, settled: Intent | None) -> None:
        """Take over the state of a stored booking; `settled` is no longer in doubt."""
        self._credits = booking.credits
        self._balance = booking.balance
        if settled is not None:
            self._doubts.pop(settled.id, None)

    def _others_in_doubt(self, intent: Intent | None) -> bool:
        return any(intent is None or doubt != intent.id for doubt in self._doubts)

    def _entry(self, kind: EntryKind, amount: int, balance: int, at: datetime) -> LedgerEntry:
        return LedgerEntry(player_id=self._player_id, at=at, kind=kind, amount=amount, balance_after=balance)

    def _entry_of(self, intent: Intent, amount: int, balance: int, at: datetime) -> LedgerEntry:
        return LedgerEntry(
            player_id=self._player_id,
            at=at,
            kind=EntryKind(intent.kind.value),
            amount=amount,
            balance_after=balance,
            intent_id=intent.id,
            ship=intent.ship,
            waypoint=intent.waypoint,
            good=intent.good,
            units=intent.units,
            purpose=intent.purpose,
        )
