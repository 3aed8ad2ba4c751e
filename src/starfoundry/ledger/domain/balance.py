"""What we have: the game's word on our credits, what the book adds up to, and the calls that may explain the rest."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind, Intent, LedgerEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What to add to the book, and how the till stands once that is stored. `incident` is empty when all fits."""

    entries: tuple[LedgerEntry, ...]
    credits: int
    balance: int
    incident: str = ""


class Balance:
    """One player's money. Without a call in doubt, book and game agree to the credit after every booking.

    While a call is in doubt they may differ by what it moved; the difference is left alone until the last doubt is
    settled, and what nobody can explain then is booked as an ADJUSTMENT.
    """

    def __init__(self, player_id: PlayerId) -> None:
        self._player_id = player_id
        self._credits: int | None = None
        self._balance: int | None = None
        self._doubts: dict[int, Intent] = {}

    @property
    def credits(self) -> int:
        """What the game last said we have; 0 before it said anything."""
        return self._credits or 0

    @property
    def spendable(self) -> int:
        """Credits less what calls in doubt may have spent."""
        return self.credits - sum(doubt.cost_expected for doubt in self._doubts.values())

    def refusal(self, intent: Intent, floor: int | None) -> str:
        """Why a call may not be made now, with the numbers; empty when it may. Without a `floor` money is no reason."""
        if self._credits is None:
            return "how many credits we have is not known yet"
        if intent.units <= 0:
            return f"{intent.units} units are nothing to move"
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
        """The calls of which nobody knows yet whether they have happened, oldest first."""
        return tuple(self._doubts[number] for number in sorted(self._doubts))

    def doubt(self, intent: Intent) -> None:
        """From here on `intent` may explain a difference."""
        self._doubts[intent.id] = intent

    def resume(self, balance: int | None) -> None:
        """Go on from a book that ends at `balance`; None for an empty one."""
        self._balance = balance

    def unbooked(self, settling: Intent, credits_told: int) -> int | None:
        """By how much the game differs from the book, if only `settling` can have done that."""
        if self._balance is None or self._others_in_doubt(settling):
            return None
        return credits_told - self._balance

    def booking(self, intent: Intent | None, total: int | None, credits_told: int, at: datetime) -> Booking:
        """What to book when `intent` moved `total` and the game now says we have `credits_told`.

        A total of None: it moved nothing. No intent: nobody did anything, the game was only asked.
        """
        if self._balance is None:
            assert intent is None, "a book is opened before anything is booked in it"
            opening = self._entry(EntryKind.OPENING, credits_told, credits_told, at)
            return Booking(entries=(opening,), credits=credits_told, balance=credits_told)
        entries: list[LedgerEntry] = []
        balance = self._balance
        if intent is not None and total is not None and intent.kind.money_sign:
            balance += total * intent.kind.money_sign
            entries.append(self._entry_of(intent, total * intent.kind.money_sign, balance, at))
        difference = credits_told - balance
        if not difference or self._others_in_doubt(intent):
            return Booking(entries=tuple(entries), credits=credits_told, balance=balance)
        entries.append(self._entry(EntryKind.ADJUSTMENT, difference, credits_told, at))
        incident = f"the game says {credits_told:,} credits where the book says {balance:,}: {difference:+,} adjusted"
        return Booking(entries=tuple(entries), credits=credits_told, balance=credits_told, incident=incident)

    def take(self, booking: Booking, settled: Intent | None) -> None:
        """Stand as the booking says, now that it is stored; `settled` is in doubt no more."""
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
