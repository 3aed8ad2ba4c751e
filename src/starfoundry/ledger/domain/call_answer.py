"""The game's answers to calls that move money or cargo, in one form."""

from dataclasses import dataclass

from starfoundry.game.model import Cargo, CargoItem, RefuelReceipt, ShipReceipt, TradeReceipt, TradeRecord
from starfoundry.kernel.ids import Good
from starfoundry.ledger.domain.model import Applied, Intent

Receipt = TradeReceipt | RefuelReceipt | ShipReceipt | Cargo


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decoded answer: what was applied, the trade it names, and the new value of `Intent.before` if it says so."""

    applied: Applied
    record: TradeRecord | None = None
    now: int | None = None


def read_answer(intent: Intent, receipt: Receipt, credits_before: int) -> Answer:
    """The answer to `intent`. Calls that move only cargo report no credits, which then stay as they were."""
    match receipt:
        case TradeReceipt(credits=left, cargo=cargo, record=record):
            applied = Applied(units=record.units, price=record.price, total=record.total, credits=left, cargo=cargo)
            return Answer(applied=applied, record=record, now=cargo.units_of(intent.good))
        case RefuelReceipt(credits=left, fuel=fuel, record=record):
            applied = Applied(units=record.units, price=record.price, total=record.total, credits=left, fuel=fuel)
            return Answer(applied=applied, record=record, now=fuel.current)
        case ShipReceipt(credits=left, ship=ship, price=price):
            return Answer(applied=Applied(units=1, price=price, total=price, credits=left, ship=ship))
        case Cargo():
            applied = Applied(units=intent.units, price=0, total=0, credits=credits_before, cargo=receipt)
            return Answer(applied=applied, now=receipt.units_of(intent.good))


def loaded(cargo: Cargo, good: Good, units: int) -> Cargo:
    """The hold after `units` of `good` were loaded (or unloaded, if negative)."""
    amounts = {item.good: item.units for item in cargo.items}
    amounts[good] = amounts.get(good, 0) + units
    items = tuple(CargoItem(good=each, units=amount) for each, amount in amounts.items() if amount)
    return Cargo(capacity=cargo.capacity, units=cargo.units + units, items=items)
