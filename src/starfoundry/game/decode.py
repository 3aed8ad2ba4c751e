"""From the game's JSON to our values; the one place that knows the game's words.

What cannot be read raises Unreadable. A word this client does not know becomes None or UNKNOWN, which no rule accepts,
and a good whose price, volume or kind cannot be read is left out of its market: nobody can trade by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from starfoundry.game import model, shapes
from starfoundry.game.errors import Garbled, Unreadable
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind

S = TypeVar("S")
T = TypeVar("T")

_TRADES = ("PURCHASE", "SELL")

# Plain dicts: looking a word up in an enum's own table builds that table's proxy anew each time.
_NAV_STATUSES = dict(model.NavStatus.__members__)
_FLIGHT_MODES = dict(model.FlightMode.__members__)
_SUPPLY_LEVELS = dict(SupplyLevel.__members__)
_ACTIVITIES = dict(Activity.__members__)
_TRADE_KINDS = dict(TradeKind.__members__)

Decode = Callable[[bytes], T]
"""Reads the body of an answer; raises Unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list; `total` counts all pages and is None when the server did not say."""

    items: tuple[T, ...]
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why the server refused: its own number and the pause it asks for are None where it gave none."""

    message: str
    code: int | None
    retry_after_seconds: float | None


def complaint(body: bytes) -> Complaint | None:
    """What an error body says; None when it is no JSON object, so that whoever wrote it was not the game."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    error = answer.get("error", answer)
    if not isinstance(error, dict):
        return Complaint(message=str(error), code=None, retry_after_seconds=None)
    code, data = error.get("code"), error.get("data")
    retry_after = data.get("retryAfter") if isinstance(data, dict) else None
    return Complaint(
        message=str(error.get("message") or "it gave no reason"),
        code=code if type(code) is int else None,
        retry_after_seconds=retry_after if type(retry_after) in (int, float) else None,
    )


def _reader(shape: Any, convert: Callable[[Any], T]) -> Decode[T]:  # noqa: ANN401  (a type expression)
    decoder = msgspec.json.Decoder(shape)

    def read(body: bytes) -> T:
        try:
            return convert(decoder.decode(body))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise _unreadable(error) from error

    return read


def _unreadable(error: Exception) -> Unreadable:
    is_json = isinstance(error, msgspec.ValidationError) or not isinstance(
        error, msgspec.DecodeError | UnicodeDecodeError
    )
    if is_json:
        return Unreadable(f"the answer is not what this client understands: {error}")
    return Garbled(f"the answer is no JSON, or not all of it: {error}")


def _enveloped(shape: type[S], convert: Callable[[S], T]) -> Decode[T]:
    return _reader(shapes.Envelope[shape], lambda envelope: convert(envelope.data))  # type: ignore[valid-type]


def _paged(shape: type[S], convert: Callable[[S], T]) -> Decode[Page[T]]:
    def page(envelope: shapes.ListEnvelope[S]) -> Page[T]:
        total = None if envelope.meta is None else envelope.meta.total
        return Page(items=tuple(map(convert, envelope.data)), total=total)

    return _reader(shapes.ListEnvelope[shape], page)  # type: ignore[valid-type]


def _utc(at: datetime) -> datetime:
    if at.tzinfo is UTC:
        return at
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _agent(shape: shapes.Agent) -> model.Agent:
    return model.Agent(
        symbol=shape.symbol,
        headquarters=WaypointSymbol(shape.headquarters),
        credits=shape.credits,
        ship_count=shape.ship_count,
    )


def _nav(shape: shapes.Nav) -> model.Nav:
    route = shape.route
    origin = route.origin or route.departure or route.destination
    return model.Nav(
        system=SystemSymbol(shape.system_symbol),
        waypoint=WaypointSymbol(shape.waypoint_symbol),
        status=_NAV_STATUSES.get(shape.status, model.NavStatus.UNKNOWN),
        # DRIFT for an unknown word: a pilot who wants another mode then sets it, and who wants this one loses least.
        flight_mode=_FLIGHT_MODES.get(shape.flight_mode, model.FlightMode.DRIFT),
        origin=WaypointSymbol(origin.symbol),
        departed_at=_utc(route.departure_time),
        arrives_at=_utc(route.arrival),
    )


def _fuel(shape: shapes.Fuel) -> model.Fuel:
    return model.Fuel(current=shape.current, capacity=shape.capacity)


def _cargo(shape: shapes.Cargo) -> model.Cargo:
    items = tuple(model.CargoItem(good=Good(item.symbol), units=item.units) for item in shape.inventory)
    return model.Cargo(capacity=shape.capacity, units=shape.units, items=items)


def _ship(shape: shapes.Ship) -> model.Ship:
    return model.Ship(
        symbol=ShipSymbol(shape.symbol),
        role=shape.registration.role if shape.registration else "",
        frame=shape.frame.symbol if shape.frame else "",
        engine_speed=shape.engine.speed,
        nav=_nav(shape.nav),
        fuel=_fuel(shape.fuel),
        cargo=_cargo(shape.cargo),
    )


def _waypoint(shape: shapes.Waypoint) -> model.Waypoint:
    symbol = WaypointSymbol(shape.symbol)
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


def _quote(shape: shapes.TradeGood) -> model.Quote | None:
    kind = _TRADE_KINDS.get(shape.type)
    volume, ask, bid = shape.trade_volume, shape.purchase_price, shape.sell_price
    if kind is None or volume is None or ask is None or bid is None or volume < 1 or ask < 1 or bid < 0:
        return None
    return model.Quote(
        good=Good(shape.symbol),
        kind=kind,
        trade_volume=volume,
        supply=_SUPPLY_LEVELS.get(shape.supply or ""),
        activity=_ACTIVITIES.get(shape.activity or ""),
        ask=ask,
        bid=bid,
    )


def _record(shape: shapes.Transaction) -> model.TradeRecord:
    if shape.type not in _TRADES:
        raise ValueError(f"a trade is one of {', '.join(_TRADES)}, was {shape.type!r}")
    return model.TradeRecord(
        waypoint=WaypointSymbol(shape.waypoint_symbol),
        ship=ShipSymbol(shape.ship_symbol),
        good=Good(shape.trade_symbol),
        is_purchase=shape.type == "PURCHASE",
        units=shape.units,
        price=shape.price_per_unit,
        total=shape.total_price,
        at=_utc(shape.timestamp),
    )


def _goods(symbols: list[shapes.Symbol] | None) -> tuple[Good, ...]:
    return tuple(Good(item.symbol) for item in symbols or ())


def _market(shape: shapes.Market) -> model.Market:
    quotes = map(_quote, shape.trade_goods or ())
    return model.Market(
        waypoint=WaypointSymbol(shape.symbol),
        exports=_goods(shape.exports),
        imports=_goods(shape.imports),
        exchange=_goods(shape.exchange),
        quotes=tuple(quote for quote in quotes if quote is not None),
        records=tuple(_record(trade) for trade in shape.transactions or () if trade.type in _TRADES),
    )


def _offer(shape: shapes.ShipForSale) -> model.ShipOffer | None:
    if not shape.type or shape.purchase_price is None or shape.purchase_price < 1:
        return None
    holds = (module.capacity or 0 for module in shape.modules or () if module.symbol.startswith("MODULE_CARGO_HOLD"))
    return model.ShipOffer(
        type=shape.type,
        price=shape.purchase_price,
        supply=_SUPPLY_LEVELS.get(shape.supply or ""),
        cargo_capacity=sum(holds),
        fuel_capacity=shape.frame.fuel_capacity if shape.frame else 0,
        engine_speed=shape.engine.speed if shape.engine else 0,
    )


def _shipyard(shape: shapes.Shipyard) -> model.Shipyard:
    offers = map(_offer, shape.ships or ())
    return model.Shipyard(
        waypoint=WaypointSymbol(shape.symbol),
        ship_types=tuple(item.type for item in shape.ship_types or ()),
        offers=tuple(offer for offer in offers if offer is not None),
    )


def _recipes(shape: shapes.SupplyChain) -> dict[Good, tuple[Good, ...]]:
    return {Good(made): tuple(map(Good, inputs)) for made, inputs in shape.export_to_import_map.items()}


agent = _enveloped(shapes.Agent, _agent)
ship = _enveloped(shapes.Ship, _ship)
ships = _paged(shapes.Ship, _ship)
waypoints = _paged(shapes.Waypoint, _waypoint)
market = _enveloped(shapes.Market, _market)
shipyard = _enveloped(shapes.Shipyard, _shipyard)
supply_chain = _enveloped(shapes.SupplyChain, _recipes)
status = _reader(shapes.Status, lambda shape: model.ServerStatus(reset_date=shape.reset_date, version=shape.version))
registration = _enveloped(
    shapes.Registered, lambda shape: model.Registration(agent=_agent(shape.agent), token=shape.token)
)
moved = _enveloped(shapes.Moved, lambda shape: _nav(shape.nav))
bare_nav = _enveloped(shapes.Nav, _nav)
departure = _enveloped(shapes.Departed, lambda shape: model.Departure(nav=_nav(shape.nav), fuel=_fuel(shape.fuel)))
cargo = _enveloped(shapes.Loaded, lambda shape: _cargo(shape.cargo))
trade = _enveloped(
    shapes.Traded,
    lambda shape: model.TradeReceipt(
        credits=shape.agent.credits, cargo=_cargo(shape.cargo), record=_record(shape.transaction)
    ),
)
refuelling = _enveloped(
    shapes.Refuelled,
    lambda shape: model.RefuelReceipt(
        credits=shape.agent.credits, fuel=_fuel(shape.fuel), record=_record(shape.transaction)
    ),
)
ship_purchase = _enveloped(
    shapes.ShipBought,
    lambda shape: model.ShipReceipt(credits=shape.agent.credits, ship=_ship(shape.ship), price=shape.transaction.price),
)


def flight_mode_nav(body: bytes) -> model.Nav:
    """The nav in the answer to a change of flight mode; servers before 2025 gave it bare."""
    try:
        return moved(body)
    except Unreadable:
        return bare_nav(body)
