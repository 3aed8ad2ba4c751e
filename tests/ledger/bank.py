"""A small game in which calls end as scripted: what is applied, what is answered, and what both do to the money."""

import asyncio
import enum
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from starfoundry.game.model import (
    Agent,
    Cargo,
    CargoItem,
    FlightMode,
    Fuel,
    Market,
    Nav,
    NavStatus,
    RefuelReceipt,
    Ship,
    ShipReceipt,
    TradeReceipt,
    TradeRecord,
)
from starfoundry.game.outcome import Declined, Done, NotSent, Unknown
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol
from starfoundry.ledger.domain.call_answer import loaded

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)
HOME = WaypointSymbol("X1-AD75-A1")
IRON = Good("IRON")
FUEL = Good("FUEL")
LATENCY_SECONDS = 0.1


class Fate(enum.Enum):
    """What becomes of a call."""

    ANSWERED = "applied and answered"
    DECLINED = "refused by the game"
    NOT_SENT = "never left this machine"
    LOST = "lost before it was applied"
    NO_REPORTER = "applied, and the answer lost"
    LATE = "no answer, and applied half a minute later"
    TOO_LATE = "no answer, and applied after everybody has stopped waiting"
    BROKEN = "applied, and then our own client failed"


IN_DOUBT = (Fate.LOST, Fate.NO_REPORTER, Fate.LATE, Fate.TOO_LATE, Fate.BROKEN)
LATE_SECONDS = {Fate.LATE: 30.0, Fate.TOO_LATE: 600.0}


@dataclass(frozen=True, slots=True)
class Deal:
    """Something the bank applied."""

    kind: str
    ship: str
    units: int
    amount: int


def a_ship(symbol: str, *, items: tuple[CargoItem, ...] = (), fuel: int = 150, capacity: int = 40) -> Ship:
    """A docked ship at HOME."""
    nav = Nav(
        system=SystemSymbol("X1-AD75"),
        waypoint=HOME,
        status=NavStatus.DOCKED,
        flight_mode=FlightMode.CRUISE,
        origin=HOME,
        departed_at=EPOCH,
        arrives_at=EPOCH,
    )
    return Ship(
        symbol=ShipSymbol(symbol),
        role="HAULER",
        frame="FRAME_LIGHT_FREIGHTER",
        engine_speed=15,
        nav=nav,
        fuel=Fuel(current=fuel, capacity=400),
        cargo=Cargo(capacity=capacity, units=sum(item.units for item in items), items=items),
    )


class Bank:
    """One agent's money, ships and the market where they stand. `fates` are used up call by call; then all is well.

    Of the ships that are `broken` nothing is told, nor of any while one is, if the list of them is asked for.
    """

    def __init__(self, *ships: Ship, credits_start: int = 100_000, fates: tuple[Fate, ...] = ()) -> None:
        self.credits = credits_start
        self.ships_by_symbol = {ship.symbol: ship for ship in ships}
        self.fates = deque(fates)
        self.prices = {IRON: 120, FUEL: 72}
        self.records: list[TradeRecord] = []
        self.remembers_trades = True
        self.deals: list[Deal] = []
        self.asked: list[str] = []
        self.sending = 0
        self.sending_max = 0
        self.outage = 0
        self.broken: set[str] = set()

    # reads

    async def agent(self) -> Agent:
        self._answer_a_read("agent")
        return Agent(symbol="FOUNDRY", headquarters=HOME, credits=self.credits, ship_count=len(self.ships_by_symbol))

    async def ship(self, ship: ShipSymbol) -> Ship:
        self._answer_a_read(f"ship {ship}")
        if ship in self.broken:
            raise Unavailable(f"HTTP 500 for {ship}")
        if ship not in self.ships_by_symbol:
            raise Missing(f"{ship} is not there")
        return self.ships_by_symbol[ship]

    async def ships(self) -> tuple[Ship, ...]:
        self._answer_a_read("ships")
        if self.broken:
            raise Unavailable("HTTP 500 for the list")
        return tuple(self.ships_by_symbol.values())

    async def market(self, waypoint, *, priority=None) -> Market:
        self._answer_a_read("market")
        return Market(waypoint=waypoint, records=tuple(self.records) if self.remembers_trades else ())

    # calls that move something

    async def purchase(self, ship, good, units):
        return await self._call(lambda: self._trade(ship, good, units, is_purchase=True))

    async def sell(self, ship, good, units):
        return await self._call(lambda: self._trade(ship, good, units, is_purchase=False))

    async def refuel(self, ship):
        return await self._call(lambda: self._refuel(ship))

    async def buy_ship(self, ship_type, shipyard):
        return await self._call(lambda: self._buy_ship(ship_type))

    async def jettison(self, ship, good, units):
        return await self._call(lambda: self._jettison(ship, good, units))

    async def transfer(self, ship, good, units, receiver):
        return await self._call(lambda: self._transfer(ship, good, units, receiver))

    def now(self) -> datetime:
        """The time by the running loop."""
        return EPOCH + timedelta(seconds=asyncio.get_running_loop().time())

    def _answer_a_read(self, what: str) -> None:
        self.asked.append(what)
        if self.outage > 0:
            self.outage -= 1
            raise Unavailable("the server is down")

    async def _call(self, apply: Callable[[], object]):
        self.sending += 1
        self.sending_max = max(self.sending_max, self.sending)
        try:
            await asyncio.sleep(LATENCY_SECONDS)
            return self._end(self.fates.popleft() if self.fates else Fate.ANSWERED, apply)
        finally:
            self.sending -= 1

    def _end(self, fate: Fate, apply: Callable[[], object]):
        match fate:
            case Fate.ANSWERED:
                return Done(apply())
            case Fate.DECLINED:
                return Declined(code=4600, message="the game says no")
            case Fate.NOT_SENT:
                return NotSent(reason="no connection")
            case Fate.LOST:
                return Unknown(reason="timed out")
            case Fate.NO_REPORTER:
                apply()
                return Unknown(reason="connection reset")
            case Fate.LATE | Fate.TOO_LATE:
                asyncio.get_running_loop().call_later(LATE_SECONDS[fate], apply)
                return Unknown(reason="timed out")
            case Fate.BROKEN:
                apply()
                raise ValueError("our own client cannot read this")

    def _trade(self, symbol, good, units, *, is_purchase):
        sign = 1 if is_purchase else -1
        ship = self._with_cargo(symbol, good, sign * units)
        price = self.prices[good]
        self._pay("PURCHASE" if is_purchase else "SALE", symbol, units, -sign * units * price)
        record = self._remember(symbol, good, units, price, is_purchase=is_purchase)
        self.prices[good] += sign * 6
        return TradeReceipt(credits=self.credits, cargo=ship.cargo, record=record)

    def _refuel(self, symbol):
        ship = self.ships_by_symbol[symbol]
        units = -((ship.fuel.current - ship.fuel.capacity) // 100)
        fuel = Fuel(current=ship.fuel.capacity, capacity=ship.fuel.capacity)
        self.ships_by_symbol[symbol] = replace(ship, fuel=fuel)
        self._pay("REFUEL", symbol, units, -units * self.prices[FUEL])
        record = self._remember(symbol, FUEL, units, self.prices[FUEL], is_purchase=True)
        return RefuelReceipt(credits=self.credits, fuel=fuel, record=record)

    def _buy_ship(self, ship_type):
        ship = a_ship(f"FOUNDRY-{len(self.ships_by_symbol) + 1:X}")
        self.ships_by_symbol[ship.symbol] = ship
        self._pay("SHIP_PURCHASE", "", 1, -25_000)
        return ShipReceipt(credits=self.credits, ship=ship, price=25_000)

    def _jettison(self, symbol, good, units):
        return self._with_cargo(symbol, good, -units).cargo

    def _transfer(self, symbol, good, units, receiver):
        self._with_cargo(receiver, good, units)
        return self._with_cargo(symbol, good, -units).cargo

    def _with_cargo(self, symbol, good, units) -> Ship:
        ship = self.ships_by_symbol[symbol]
        self.ships_by_symbol[symbol] = replace(ship, cargo=loaded(ship.cargo, good, units))
        return self.ships_by_symbol[symbol]

    def _pay(self, kind, ship, units, amount) -> None:
        self.credits += amount
        self.deals.append(Deal(kind, ship, units, amount))

    def _remember(self, ship, good, units, price, *, is_purchase) -> TradeRecord:
        record = TradeRecord(
            waypoint=HOME,
            ship=ship,
            good=good,
            is_purchase=is_purchase,
            units=units,
            price=price,
            total=units * price,
            at=self.now(),
        )
        self.records.append(record)
        return record
