"""The situation of a player's game, put together from what the daemon knows without asking the game."""

from datetime import datetime

from starfoundry.fleet.runtime.session import Session
from starfoundry.forecast.domain.resemblance import WorldPicture, picture_of
from starfoundry.forecast.domain.situation import (
    KnownGood,
    KnownPlace,
    KnownShip,
    KnownShipyard,
    KnownStock,
    Situation,
)
from starfoundry.forecast.storage.resume_rows import rows_to_resume
from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.model import Ship
from starfoundry.kernel.errors import Stale
from starfoundry.kernel.ids import ContainerId
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.movement import Z80
from starfoundry.store.engine import Database


async def observe(session: Session, database: Database, container_id: ContainerId, now: datetime) -> Situation:
    """The daemon's knowledge at this moment; raises Stale for a coordinator that does not run."""
    rows = await database.read(lambda connection: rows_to_resume(connection, session.player_id))
    if not any(row["id"] == container_id for row in rows["containers"]):
        raise Stale(f"{container_id} is not running; a forecast needs a running coordinator: start it first")
    (player,) = rows["players"]
    return Situation(
        at=now,
        player_id=session.player_id,
        agent=player["agent"],
        universe=player["universe"],
        headquarters=player["headquarters"],
        system=session.system,
        credits=session.gateway.credits,
        container_id=container_id,
        places=[
            KnownPlace(
                symbol=place.waypoint,
                type=place.type,
                x=place.x,
                y=place.y,
                imports=place.imports,
                exports=place.exports,
                exchange=place.exchange,
                has_shipyard=place.has_shipyard,
            )
            for place in session.book.places()
        ],
        goods=_goods(session, now),
        shipyards=[
            KnownShipyard(
                waypoint=yard.waypoint,
                ship_types=yard.ship_types,
                prices={offer.type: offer.price for offer in yard.offers},
            )
            for yard in session.yards.yards()
        ],
        ships=_ships(session),
        rows=rows,
    )


def seen(session: Session, now: datetime) -> WorldPicture:
    """The picture of what is known at this moment."""
    return picture_of(_goods(session, now), _ships(session))


def _goods(session: Session, now: datetime) -> list[KnownGood]:
    return [_good(sighting, now) for sighting in session.book.sightings()]


def _ships(session: Session) -> list[KnownShip]:
    return [_ship(ship) for ship in session.roster.ships()]


def _good(sighting: Sighting, now: datetime) -> KnownGood:
    quote = sighting.quote
    return KnownGood(
        waypoint=sighting.waypoint,
        good=quote.good,
        kind=quote.kind.value,
        supply=quote.supply.name if quote.supply is not None else "",
        activity=quote.activity.value if quote.activity is not None else "",
        volume=quote.trade_volume,
        ask=quote.ask,
        bid=quote.bid,
        stock=_stock(sighting, now),
    )


def _stock(sighting: Sighting, now: datetime) -> KnownStock | None:
    forecast, movement, curve = sighting.forecast(now), sighting.movement, sighting.curve
    if forecast is None or movement is None or not isinstance(curve, MarketStock):
        return None
    moment = now.timestamp()
    ticks = movement.ticks.first_after(moment) if movement.ticks is not None else None
    return KnownStock(
        base=curve.base,
        steepness=curve.steepness,
        units=forecast.units,
        deviation=(forecast.high - forecast.low) / (2 * Z80),
        rate=movement.step,
        rate_deviation=movement.spread / max(1.0, movement.steps_seen) ** 0.5,
        next_tick=None if ticks is None else (max(0.0, ticks[0] - moment), max(0.0, ticks[1] - moment)),
    )


def _ship(ship: Ship) -> KnownShip:
    nav = ship.nav
    return KnownShip(
        symbol=ship.symbol,
        role=ship.role,
        frame=ship.frame,
        speed=ship.engine_speed,
        fuel=ship.fuel.current,
        fuel_capacity=ship.fuel.capacity,
        cargo_capacity=ship.cargo.capacity,
        cargo={item.good: item.units for item in ship.cargo.items},
        waypoint=nav.waypoint,
        origin=nav.origin,
        departed_at=nav.departed_at,
        arrives_at=nav.arrives_at,
        status=nav.status.value,
        mode=nav.flight_mode.value,
    )
