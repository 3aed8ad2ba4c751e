"""A market's API response. Parts that seldom change are kept encoded."""

from collections.abc import Sequence

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.catalogue.goods import describe, title
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.economy.market import Market, Visit
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.worldgen.atlas import MarketPlan

DEALS_SHOWN = 50

_encode = msgspec.json.Encoder().encode


class MarketResponse:
    """One market's response: the traded goods for everyone, prices and recent deals for ships present."""

    def __init__(self, plan: MarketPlan, market: Market, parameters: EconomyParameters) -> None:
        self._waypoint = plan.waypoint
        self._market = market
        self._parameters = parameters
        self._deals: list[bytes] = []
        self._market_goods = tuple(market.market_goods.values())
        # Built at the first read: most markets of a large universe are never read.
        self._shown_with: list[tuple[int, ...]] = []
        self._states: list[tuple[int, float] | None] = []  # a growing volume changes the rate too
        self._rows: list[bytes] = []
        listing = {
            "symbol": plan.waypoint,
            "exports": _trade_goods(plan.exports),
            "imports": _trade_goods(plan.imports),
            "exchange": _trade_goods(plan.exchange),
        }
        self.from_afar = msgspec.Raw(_encode(listing))

    def note(self, transaction: dict[str, object]) -> None:
        """Add a deal."""
        self._deals.insert(0, _encode(transaction))
        del self._deals[DEALS_SHOWN:]

    def full_response(self) -> msgspec.Raw:
        """The complete response, including current prices and deals."""
        for visit in self._market.take_visits():
            self.note(_visit_shape(self._waypoint, visit))
        if len(self._rows) != len(self._market_goods):
            self._set_up()
        self._bring_up_to_date()
        return msgspec.Raw(
            b'%b,"transactions":[%b],"tradeGoods":[%b]}'
            % (bytes(self.from_afar)[:-1], b",".join(self._deals), b",".join(self._rows))
        )

    def _set_up(self) -> None:
        """Record which rows depend on each good: its own, and those whose activity depends on its level."""
        places = {id(market_good): place for place, market_good in enumerate(self._market_goods)}
        self._shown_with = [
            tuple(places[id(each)] for each in (market_good, *market_good.inputs, *market_good.outputs))
            for market_good in self._market_goods
        ]
        self._states = [None] * len(self._market_goods)
        self._rows = [b""] * len(self._market_goods)

    def _bring_up_to_date(self) -> None:
        """Encode the rows that changed: a trade or a tick changes a stock, and rows that depend on it."""
        moved: set[int] = set()
        for place, market_good in enumerate(self._market_goods):
            state = (market_good.units, market_good.rate)
            if state != self._states[place]:
                self._states[place] = state
                moved.update(self._shown_with[place])
        for place in moved:
            self._rows[place] = _encode(_trade_good_row(self._market_goods[place], self._parameters))


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


def _trade_good_row(market_good: MarketGood, parameters: EconomyParameters) -> dict[str, object]:
    stock = market_good.stock
    row: dict[str, object] = {
        "symbol": market_good.good,
        "type": market_good.kind.value,
        "tradeVolume": market_good.volume,
        "supply": stock.supply.name,
        "purchasePrice": stock.ask,
        "sellPrice": stock.bid,
    }
    if market_good.kind is not TradeKind.EXCHANGE:
        row["activity"] = market_good.activity(parameters).value
    return row
