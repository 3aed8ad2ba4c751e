"""Conversion of the game's shapes to our values. Unknown words become None or UNKNOWN.

No rule accepts those. Unknown words, and elements that appear twice, are reported in `flaws`.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from starfoundry.game import model
from starfoundry.game.decoding import answers, shapes
from starfoundry.game.decoding.flaws import Flaw, quoted
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind

T = TypeVar("T")

# Plain dicts: an enum's `__members__` builds a new proxy at each access.
_NAV_STATUSES = dict(model.NavStatus.__members__)
_FLIGHT_MODES = dict(model.FlightMode.__members__)
_SUPPLY_LEVELS = dict(SupplyLevel.__members__)
_ACTIVITIES = dict(Activity.__members__)
_TRADE_KINDS = dict(TradeKind.__members__)

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def agent(shape: shapes.Agent, _flaws: list[Flaw]) -> model.Agent:
    """An agent."""
    return model.Agent(
        symbol=shape.symbol,
        headquarters=None if shape.headquarters is None else WaypointSymbol(shape.headquarters),
        credits=shape.credits,
        ship_count=shape.ship_count,
    )


def registration(shape: answers.Registered, flaws: list[Flaw]) -> model.Registration:
    """A new agent's token, and the agent if it could be read."""
    return model.Registration(agent=None if shape.agent is None else agent(shape.agent, flaws), token=shape.token)


def status(shape: answers.Status, _flaws: list[Flaw]) -> model.ServerStatus:
    """The server's status."""
    resets = shape.server_resets
    return model.ServerStatus(
        reset_date=shape.reset_date, version=shape.version, next_reset_at=None if resets is None else resets.next
    )


def nav(shape: shapes.Nav, flaws: list[Flaw]) -> model.Nav:
    """A ship's position and flight."""
    waypoint, route = WaypointSymbol(shape.waypoint_symbol), shape.route
    origin = None if route is None else route.origin or route.departure
    return model.Nav(
        system=SystemSymbol(shape.system_symbol) if shape.system_symbol else system_of(waypoint),
        waypoint=waypoint,
        status=_known(_NAV_STATUSES, shape.status, "status", flaws) or model.NavStatus.UNKNOWN,
        # DRIFT for an unknown word: a pilot who needs another mode sets it, and one who needs DRIFT loses least.
        flight_mode=_known(_FLIGHT_MODES, shape.flight_mode, "flightMode", flaws) or model.FlightMode.DRIFT,
        origin=waypoint if origin is None else WaypointSymbol(origin.symbol),
        departed_at=_LONG_AGO if route is None else route.departure_time,
        arrives_at=_LONG_AGO if route is None else route.arrival,
    )


def fuel(shape: shapes.Fuel, _flaws: list[Flaw]) -> model.Fuel:
    """A tank."""
    return model.Fuel(current=shape.current, capacity=shape.capacity)


def cargo(shape: shapes.Cargo, flaws: list[Flaw]) -> model.Cargo:
    """A hold. A good with no units left is not aboard."""
    lines = [line for line in shape.inventory if line.units]
    once = _each_once(lines, lambda line: line.symbol, "cargo item", flaws)
    items = tuple(model.CargoItem(good=Good(item.symbol), units=item.units) for item in once)
    units = sum(item.units for item in items) if shape.units is None else shape.units
    return model.Cargo(capacity=shape.capacity, units=units, items=items)


def ship(shape: shapes.Ship, flaws: list[Flaw]) -> model.Ship:
    """A ship."""
    return model.Ship(
        symbol=ShipSymbol(shape.symbol),
        role=shape.registration.role if shape.registration else "",
        frame=shape.frame.symbol if shape.frame else "",
        engine_speed=shape.engine.speed,
        nav=nav(shape.nav, flaws),
        fuel=fuel(shape.fuel, flaws),
        cargo=cargo(shape.cargo, flaws),
    )


def waypoint(shape: shapes.Waypoint, flaws: list[Flaw]) -> model.Waypoint:
    """A place."""
    symbol = WaypointSymbol(shape.symbol)
    if shape.traits is None:
        flaws.append(Flaw(element="", reason=f"traits of waypoint {symbol} are null, taken for none", matters=False))
    return model.Waypoint(
        symbol=symbol,
        system=SystemSymbol(shape.system_symbol) if shape.system_symbol else system_of(symbol),
        type=shape.type,
        x=shape.x,
        y=shape.y,
        traits=tuple(trait.symbol for trait in shape.traits or ()),
        orbits=WaypointSymbol(shape.orbits) if shape.orbits else None,
        is_under_construction=bool(shape.is_under_construction),
    )


def market(shape: shapes.Market, flaws: list[Flaw]) -> model.Market:
    """A market; its waypoint is empty where the answer does not name it."""
    goods = _each_once(shape.trade_goods or (), lambda good: good.symbol, "trade good", flaws)
    return model.Market(
        waypoint=WaypointSymbol(shape.symbol or ""),
        exports=_goods(shape.exports),
        imports=_goods(shape.imports),
        exchange=_goods(shape.exchange),
        quotes=tuple(_quote(good, flaws) for good in goods),
        records=tuple(record(trade, flaws) for trade in shape.transactions or ()),
    )


def record(shape: shapes.Transaction, _flaws: list[Flaw]) -> model.TradeRecord:
    """A trade in the server's records."""
    return model.TradeRecord(
        waypoint=WaypointSymbol(shape.waypoint_symbol),
        ship=ShipSymbol(shape.ship_symbol),
        good=Good(shape.trade_symbol),
        is_purchase=shape.type == "PURCHASE",
        units=shape.units,
        price=shape.price_per_unit,
        total=shape.total_price,
        at=shape.timestamp,
    )


def shipyard(shape: shapes.Shipyard, flaws: list[Flaw]) -> model.Shipyard:
    """A shipyard; its waypoint is empty where the answer does not name it."""
    ships = _each_once(shape.ships or (), lambda ship: ship.type, "ship for sale", flaws)
    return model.Shipyard(
        waypoint=WaypointSymbol(shape.symbol or ""),
        ship_types=tuple(dict.fromkeys(item.type for item in shape.ship_types or ())),
        offers=tuple(_offer(each, flaws) for each in ships),
    )


def recipes(shape: answers.SupplyChain, _flaws: list[Flaw]) -> dict[Good, tuple[Good, ...]]:
    """For each good that is made, the goods it is made from."""
    return {Good(made): tuple(map(Good, inputs)) for made, inputs in shape.export_to_import_map.items()}


def departure(shape: answers.Departed, flaws: list[Flaw]) -> model.Departure:
    """The flight begun by a navigation."""
    return model.Departure(nav=nav(shape.nav, flaws), fuel=fuel(shape.fuel, flaws))


def trade(shape: answers.Traded, flaws: list[Flaw]) -> model.TradeReceipt:
    """The result of a purchase or sale."""
    return model.TradeReceipt(
        credits=shape.agent.credits, cargo=cargo(shape.cargo, flaws), record=record(shape.transaction, flaws)
    )


def refuelling(shape: answers.Refuelled, flaws: list[Flaw]) -> model.RefuelReceipt:
    """The result of a refuelling."""
    return model.RefuelReceipt(
        credits=shape.agent.credits, fuel=fuel(shape.fuel, flaws), record=record(shape.transaction, flaws)
    )


def ship_purchase(shape: answers.ShipBought, flaws: list[Flaw]) -> model.ShipReceipt:
    """The result of buying a ship."""
    return model.ShipReceipt(credits=shape.agent.credits, ship=ship(shape.ship, flaws), price=shape.transaction.price)


def _quote(shape: shapes.TradeGood, flaws: list[Flaw]) -> model.Quote:
    return model.Quote(
        good=Good(shape.symbol),
        kind=_TRADE_KINDS[shape.type],
        trade_volume=shape.trade_volume,
        supply=_known(_SUPPLY_LEVELS, shape.supply, f"supply of {shape.symbol}", flaws),
        activity=None if shape.activity is None else _ACTIVITIES.get(shape.activity),
        ask=shape.purchase_price,
        bid=shape.sell_price,
    )


def _offer(shape: shapes.ShipForSale, _flaws: list[Flaw]) -> model.ShipOffer:
    holds = (module.capacity or 0 for module in shape.modules or () if module.symbol.startswith("MODULE_CARGO_HOLD"))
    return model.ShipOffer(
        type=shape.type,
        price=shape.purchase_price,
        supply=None if shape.supply is None else _SUPPLY_LEVELS.get(shape.supply),
        cargo_capacity=sum(holds),
        fuel_capacity=shape.frame.fuel_capacity if shape.frame else 0,
        engine_speed=shape.engine.speed if shape.engine else 0,
    )


def _goods(symbols: list[shapes.Symbol] | None) -> tuple[Good, ...]:
    return tuple(dict.fromkeys(Good(item.symbol) for item in symbols or ()))


def _known(words: dict[str, T], word: str | None, name: str, flaws: list[Flaw]) -> T | None:
    found = None if word is None else words.get(word)
    if found is None:
        reason = "is missing" if word is None else f"is {quoted(word)}, a word this client does not know"
        flaws.append(Flaw(element="", reason=f"{name} {reason}"))
    return found


def _each_once(each: Iterable[T], name: Callable[[T], str], noun: str, flaws: list[Flaw]) -> list[T]:
    """The first element of every name; a second one would contradict it."""
    first: dict[str, T] = {}
    for item in each:
        if name(item) in first:
            flaws.append(Flaw(element=f"second {noun} {name(item)}", reason="a name stands for one thing"))
        else:
            first[name(item)] = item
    return list(first.values())
