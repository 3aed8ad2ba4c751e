"""A market's notice board: what it answers when it is read. The parts that seldom change are kept encoded."""

from collections import deque
from collections.abc import Sequence

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.economy.market import Market, Visit
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.goods import describe, title
from starfoundry.sandbox.instants import iso
from starfoundry.sandbox.world.atlas import MarketPlan

DEALS_SHOWN = 50

_encode = msgspec.json.Encoder().encode


class Board:
    """What one market shows: what it trades to anybody, prices and recent deals to those who are there."""

    def __init__(self, plan: MarketPlan, market: Market, parameters: EconomyParameters) -> None:
        self._waypoint = plan.waypoint
        self._market = market
        self._parameters = parameters
        self._deals: deque[bytes] = deque(maxlen=DEALS_SHOWN)
        self._shelves = tuple(market.shelves.values())
        self._ticks = -1
        self._units: list[int] = []
        self._rows: list[bytes] = []
        listing = {
            "symbol": plan.waypoint,
            "exports": _trade_goods(plan.exports),
            "imports": _trade_goods(plan.imports),
            "exchange": _trade_goods(plan.exchange),
        }
        self.from_afar = msgspec.Raw(_encode(listing))
        self._opening = _encode(listing)[:-1]

    def note(self, transaction: dict[str, object]) -> None:
        """Show a deal from now on."""
        self._deals.appendleft(_encode(transaction))

    def from_here(self) -> msgspec.Raw:
        """The whole market, prices and deals included, as it stands."""
        for visit in self._market.take_visits():
            self.note(_visit_shape(self._waypoint, visit))
        self._bring_up_to_date()
        return msgspec.Raw(
            b'%b,"transactions":[%b],"tradeGoods":[%b]}'
            % (self._opening, b",".join(self._deals), b",".join(self._rows))
        )

    def _bring_up_to_date(self) -> None:
        """Write the rows that changed: a trade moves a stock and what depends on it, anything else takes a tick."""
        if self._ticks != self._market.ticks:
            self._ticks = self._market.ticks
            self._units = [shelf.units for shelf in self._shelves]
            self._rows = [_encode(_trade_good_row(shelf, self._parameters)) for shelf in self._shelves]
            return
        for place, shelf in enumerate(self._shelves):
            if shelf.units != self._units[place]:
                self._units[place] = shelf.units
                for other in (shelf, *shelf.inputs, *shelf.outputs):
                    row = _encode(_trade_good_row(other, self._parameters))
                    self._rows[self._shelves.index(other)] = row


def _visit_shape(waypoint: WaypointSymbol, visit: Visit) -> dict[str, object]:
    return {
        "waypointSymbol": waypoint,
        "shipSymbol": visit.ship,
        "tradeSymbol": visit.good,
        "type": "SELL" if visit.is_sale else "PURCHASE",
        "units": visit.units,
        "pricePerUnit": visit.price,
        "totalPrice": visit.units * visit.price,
        "timestamp": iso(visit.at),
    }


def _trade_goods(goods: Sequence[Good]) -> list[dict[str, str]]:
    return [{"symbol": good, "name": title(good), "description": describe(good)} for good in goods]


def _trade_good_row(shelf: Shelf, parameters: EconomyParameters) -> dict[str, object]:
    stock = shelf.stock
    row: dict[str, object] = {
        "symbol": shelf.good,
        "type": shelf.kind.value,
        "tradeVolume": shelf.volume,
        "supply": stock.supply.name,
        "purchasePrice": stock.ask,
        "sellPrice": stock.bid,
    }
    if shelf.kind is not TradeKind.EXCHANGE:
        row["activity"] = shelf.activity(parameters).value
    return row
