"""Client of the game: the request for each call, and the meaning of its answer."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote

from starfoundry.game.answer_conditions import AnswerConditions
from starfoundry.game.budget import RequestBudget
from starfoundry.game.calls import ATTEMPTS_MAX, ONCE_SECONDS, Call, GameCaller
from starfoundry.game.decoding import decode
from starfoundry.game.errors import (
    AlreadyThere,
    NotDocked,
    NotInOrbit,
    RateLimited,
    ServerTrouble,
    ShipInTransit,
    Unanswered,
    Unreadable,
)
from starfoundry.game.model import (
    Agent,
    Cargo,
    Departure,
    FlightMode,
    Market,
    Nav,
    NavStatus,
    RefuelReceipt,
    Registration,
    ServerStatus,
    Ship,
    ShipReceipt,
    Shipyard,
    TradeReceipt,
    Waypoint,
)
from starfoundry.game.outcome import Done, Outcome
from starfoundry.game.paging import count_list, read_list
from starfoundry.game.port import Priority
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.conditions import NO_REPORTER, ConditionReporter
from starfoundry.kernel.errors import InDoubt, StarFoundryError
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.ports import Entropy

T = TypeVar("T")

_FUEL = Good("FUEL")


class HttpPublicApi:
    """The calls possible before there is an agent; implements port.Lobby."""

    def __init__(
        self,
        transport: Transport,
        budget: RequestBudget,
        entropy: Entropy,
        conditions: ConditionReporter = NO_REPORTER,
    ) -> None:
        self._answer_conditions = AnswerConditions(conditions)
        self._transport = transport
        self._budget = budget
        self._entropy = entropy

    async def status(self) -> ServerStatus:
        """The server's status."""
        return await self._caller("").retry(_get("/", "status", Priority.BACKGROUND), decode.status)

    async def register(self, account_token: str, callsign: str, faction: str) -> Registration:
        """A new agent. Raises a Rejection or ConnectionNeverMade if there is none, InDoubt if that is not known.

        Sent once: if repeated, the call sign would be refused as taken, and the token of the first answer would be
        lost.
        """
        body = {"symbol": callsign, "faction": faction}
        call = Call(method="POST", path="/register", purpose="register", priority=Priority.MONEY, body=body)
        caller = self._caller(account_token)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                return await caller.attempt(call, decode.registration_of(callsign), ONCE_SECONDS)
            except RateLimited:
                if attempt == ATTEMPTS_MAX:
                    raise
            except (ServerTrouble, Unreadable) as error:
                raise InDoubt(f"{error.message}; {callsign} may be taken now") from error
        raise AssertionError("the last attempt returns or raises")

    def _caller(self, token: str) -> GameCaller:
        return GameCaller(self._transport, token, self._budget, self._entropy, self._answer_conditions)


class HttpGame:
    """One agent's game; implements port.Game. Answers that are not fully readable are reported to `conditions`."""

    def __init__(
        self,
        transport: Transport,
        token: str,
        budget: RequestBudget,
        entropy: Entropy,
        conditions: ConditionReporter = NO_REPORTER,
    ) -> None:
        self._caller = GameCaller(transport, token, budget, entropy, AnswerConditions(conditions))

    async def agent(self) -> Agent:
        """The agent, with its credits."""
        return await self._caller.retry(_get("/my/agent", "agent", Priority.MOVEMENT), decode.agent)

    async def ships(self) -> tuple[Ship, ...]:
        """Every ship of the agent, over all pages."""
        return await read_list(self._caller, "/my/ships", "ships", Priority.MOVEMENT, decode.ships)

    async def ship(self, ship: ShipSymbol) -> Ship:
        """One ship."""
        call = _get(_ship_path(ship), "ship", Priority.MOVEMENT, ship)
        return await self._caller.retry(call, decode.about(ship, decode.ship))

    async def waypoints(self, system: SystemSymbol) -> tuple[Waypoint, ...]:
        """Every waypoint of a system, over all pages."""
        path = _waypoints_path(system)
        waypoints = await read_list(self._caller, path, "waypoints", Priority.BACKGROUND, decode.waypoints)
        if not waypoints:
            raise Unreadable(f"waypoints: the server names no place in {system}")
        return waypoints

    async def waypoint_count(self, system: SystemSymbol) -> int | None:
        """The number of waypoints in a system; None if the server does not count them."""
        path = _waypoints_path(system)
        return await count_list(self._caller, path, "waypoints", Priority.BACKGROUND, decode.waypoints)

    async def market(self, waypoint: WaypointSymbol, *, priority: Priority = Priority.MARKET) -> Market:
        """A market; with quotes only when one of our ships is there."""
        call = _get(f"{_place_path(waypoint)}/market", "market", priority, waypoint)
        return replace(await self._caller.retry(call, decode.about(waypoint, decode.market)), waypoint=waypoint)

    async def shipyard(self, waypoint: WaypointSymbol) -> Shipyard:
        """A shipyard; with offers only when one of our ships is there."""
        call = _get(f"{_place_path(waypoint)}/shipyard", "shipyard", Priority.MARKET, waypoint)
        return replace(await self._caller.retry(call, decode.about(waypoint, decode.shipyard)), waypoint=waypoint)

    async def supply_chain(self) -> dict[Good, tuple[Good, ...]]:
        """For each good that is made, the goods it is made from."""
        call = _get("/market/supply-chain", "supply chain", Priority.BACKGROUND)
        return await self._caller.retry(call, decode.supply_chain)

    async def navigate(self, ship: ShipSymbol, waypoint: WaypointSymbol) -> Departure:
        """Depart, leaving the dock first if needed. A ship already there or on its way there is accepted."""
        try:
            return await self._depart(ship, waypoint)
        except NotInOrbit:
            await self.orbit(ship)
            return await self._depart(ship, waypoint)

    async def dock(self, ship: ShipSymbol) -> Nav:
        """Dock where the ship is. A docked ship is accepted."""
        return await self._ensure_status(ship, NavStatus.DOCKED, "dock")

    async def orbit(self, ship: ShipSymbol) -> Nav:
        """Leave the dock. A ship in orbit is accepted."""
        return await self._ensure_status(ship, NavStatus.IN_ORBIT, "orbit")

    async def set_flight_mode(self, ship: ShipSymbol, mode: FlightMode) -> Nav:
        """Change how the ship flies next."""
        call = Call(
            method="PATCH",
            path=f"{_ship_path(ship)}/nav",
            purpose="flight mode",
            priority=Priority.MOVEMENT,
            subject=ship,
            body={"flightMode": mode.value},
        )
        try:
            return await self._caller.retry(call, decode.flight_mode_nav)
        except (Unreadable, Unanswered):
            seen = await self.ship(ship)
            if seen.nav.flight_mode is not mode:
                raise
            return seen.nav

    async def refuel(self, ship: ShipSymbol) -> Outcome[RefuelReceipt]:
        """Fill the tank at the market where the ship is docked; sent once."""

        def fits(receipt: RefuelReceipt) -> bool:
            record = receipt.record
            return record.ship == ship and record.good == _FUEL and record.is_purchase

        return await self._once(ship, "refuel", None, decode.refuelling, fits)

    async def purchase(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[TradeReceipt]:
        """Buy, at most the trade volume; sent once."""
        fits = _trade_of(ship, good, units, is_purchase=True)
        body = {"symbol": good, "units": units}
        return await self._with_complete_cargo(ship, await self._once(ship, "purchase", body, decode.trade, fits))

    async def sell(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[TradeReceipt]:
        """Sell, at most the trade volume; sent once."""
        fits = _trade_of(ship, good, units, is_purchase=False)
        body = {"symbol": good, "units": units}
        return await self._with_complete_cargo(ship, await self._once(ship, "sell", body, decode.trade, fits))

    async def jettison(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[Cargo]:
        """Throw units of a good overboard; sent once."""
        body = {"symbol": good, "units": units}
        return await self._once(ship, "jettison", body, decode.cargo, _anything)

    async def transfer(self, ship: ShipSymbol, good: Good, units: int, receiver: ShipSymbol) -> Outcome[Cargo]:
        """Move units of a good to another ship at the same place; sent once."""
        body = {"tradeSymbol": good, "units": units, "shipSymbol": receiver}
        return await self._once(ship, "transfer", body, decode.cargo, _anything)

    async def buy_ship(self, ship_type: str, shipyard: WaypointSymbol) -> Outcome[ShipReceipt]:
        """Buy a ship at a shipyard where one of our ships is; sent once."""
        body = {"shipType": ship_type, "waypointSymbol": shipyard}
        call = _paid("/my/ships", "buy ship", shipyard, body)
        return await self._caller.once(call, decode.ship_purchase, _anything)

    async def _with_complete_cargo(self, ship: ShipSymbol, outcome: Outcome[TradeReceipt]) -> Outcome[TradeReceipt]:
        """The outcome; if its receipt does not list the whole hold, the hold is read from the ship."""
        if isinstance(outcome, Done) and not outcome.receipt.cargo.is_complete:
            with suppress(StarFoundryError):
                return Done(replace(outcome.receipt, cargo=(await self.ship(ship)).cargo))
        return outcome

    async def _once(
        self, ship: ShipSymbol, purpose: str, body: object, read: decode.Decode[T], fits: Callable[[T], bool]
    ) -> Outcome[T]:
        call = _paid(f"{_ship_path(ship)}/{purpose}", purpose, ship, body)
        return await self._caller.once(call, read, fits)

    async def _depart(self, ship: ShipSymbol, waypoint: WaypointSymbol) -> Departure:
        call = _move(ship, "navigate", {"waypointSymbol": waypoint})
        try:
            return await self._caller.retry(call, decode.departure)
        except (AlreadyThere, ShipInTransit, Unreadable, Unanswered):
            # The first of several attempts may have been received although its answer was lost or is not readable.
            seen = await self.ship(ship)
            if seen.nav.waypoint != waypoint:
                raise
            return Departure(nav=seen.nav, fuel=seen.fuel)

    async def _ensure_status(self, ship: ShipSymbol, status: NavStatus, action: str) -> Nav:
        try:
            nav = await self._caller.retry(_move(ship, action, None), decode.moved)
            return nav if nav.status is status else (await self.ship(ship)).nav
        except (AlreadyThere, NotInOrbit, NotDocked, Unreadable, Unanswered):
            # Some servers refuse a change to the present state, and an unreadable answer may mean success.
            seen = await self.ship(ship)
            if seen.nav.status is not status:
                raise
            return seen.nav


def _get(path: str, purpose: str, priority: Priority, subject: str = "") -> Call:
    return Call(method="GET", path=path, purpose=purpose, priority=priority, subject=subject)


def _move(ship: ShipSymbol, action: str, body: object) -> Call:
    path = f"{_ship_path(ship)}/{action}"
    return Call(method="POST", path=path, purpose=action, priority=Priority.MOVEMENT, subject=ship, body=body)


def _paid(path: str, purpose: str, subject: str, body: object) -> Call:
    return Call(method="POST", path=path, purpose=purpose, priority=Priority.MONEY, subject=subject, body=body)


@lru_cache(maxsize=4_096)
def _part(symbol: str) -> str:
    """A symbol as one part of a path, escaped: symbols come from the server and from the operator."""
    return quote(symbol, safe="")


def _ship_path(ship: ShipSymbol) -> str:
    return f"/my/ships/{_part(ship)}"


def _waypoints_path(system: SystemSymbol) -> str:
    return f"/systems/{_part(system)}/waypoints"


def _place_path(waypoint: WaypointSymbol) -> str:
    return f"{_waypoints_path(system_of(waypoint))}/{_part(waypoint)}"


def _trade_of(ship: ShipSymbol, good: Good, units: int, *, is_purchase: bool) -> Callable[[TradeReceipt], bool]:
    def fits(receipt: TradeReceipt) -> bool:
        record = receipt.record
        recorded = (record.ship, record.good, record.units, record.is_purchase)
        return recorded == (ship, good, units, is_purchase)

    return fits


def _anything(_receipt: object) -> bool:
    return True
