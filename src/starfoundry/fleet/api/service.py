"""Fleet operations of an operator: buy a ship, jettison cargo, or start automatic growth."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store as containers
from starfoundry.fleet.domain.growth import GrowthLimits
from starfoundry.fleet.domain.model import UNSELLABLE, YardSighting
from starfoundry.fleet.runtime.growth_runner import GROWTH
from starfoundry.fleet.runtime.idle_wait import idle_ship
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus, Ship
from starfoundry.kernel.errors import Missing, Refused, Stale, Unavailable
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.nearest import whole_name
from starfoundry.kernel.ports import Entropy
from starfoundry.ledger.domain.model import Applied, Purpose

SessionOf = Callable[[PlayerId], Awaitable[Session]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A ship that was bought, its price, and the credits left."""

    ship: Ship
    price: int
    credits: int
    shipyard: WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Jettisoned:
    """Cargo units of a good thrown overboard, or to be; the ship as it is known now."""

    ship: Ship
    good: Good
    units: int


class FleetService:
    """Fleet operations of one or more players."""

    def __init__(self, *, session_of: SessionOf, supervisor: Supervisor, entropy: Entropy) -> None:
        self._session_of = session_of
        self._supervisor = supervisor
        self._entropy = entropy

    async def session(self, player_id: PlayerId) -> Session:
        """The player's session."""
        return await self._session_of(player_id)

    async def buy_ship(
        self, player_id: PlayerId, ship_type: str, shipyard: WaypointSymbol, *, maximum_price: int
    ) -> Bought:
        """Buy at `shipyard`; if that is empty, at the cheapest one where one of the player's ships is.

        Raises Refused if the type is not for sale there, costs more than a `maximum_price` other than 0, or
        cannot be paid; Unavailable if it was bought but the game does not report the ship.
        """
        if maximum_price < 0:
            raise Refused.of("maximum_price", maximum_price, "a number of credits, or 0 for any")
        session = await self._session_of(player_id)
        price, yard = await _cheapest(session, ship_type, shipyard)
        if maximum_price and price > maximum_price:
            raise Refused.of("maximum_price", maximum_price, f"at least the price at {yard}, {price:,} credits")
        answer = await session.gateway.buy_ship(
            ship_type,
            yard,
            ships_before=session.fleet_size(),
            price_seen=price,
            floor=0,
            purpose=Purpose(),
        )
        if not isinstance(answer, Applied):
            raise Refused(f"{ship_type} was not bought at {yard}: {answer.reason}")
        if answer.ship is None:
            raise Unavailable(
                f"{ship_type} was bought at {yard} for {answer.total:,} credits, but the game does not report it; "
                "restart the daemon later to add it to the fleet"
            )
        return Bought(ship=answer.ship, price=answer.total, credits=answer.credits, shipyard=yard)

    async def jettison(
        self, player_id: PlayerId, symbol: ShipSymbol, good: Good, units: int, *, is_dry: bool, wait_seconds: float = 0
    ) -> Jettisoned:
        """Throw cargo overboard: `units` of a good, or all of it if `units` is 0; with `is_dry` only compute it.

        It waits up to `wait_seconds` for a ship that a container commands or that flies, and keeps containers
        from taking the ship until the cargo is gone. Raises Missing for cargo that is not aboard, or no longer
        aboard once the ship is free; what the wait raises; Refused if the game refuses it.
        """
        session = await self._session_of(player_id)
        meant = _to_jettison(session.roster.get(symbol), good, units)
        if is_dry:
            return Jettisoned(ship=session.roster.get(symbol), good=good, units=meant)
        async with idle_ship(session, symbol, wait_seconds):
            units = _to_jettison(session.roster.get(symbol), good, units)
            answer = await session.trader.jettison(symbol, good, units, purpose=Purpose())
            if not isinstance(answer, Applied):
                raise Refused(f"{units} {good} of {symbol} were not jettisoned: {answer.reason}")
            session.conditions.clear(
                UNSELLABLE, symbol
            )  # a coordinator that still sees unsellable cargo reports it again
        return Jettisoned(ship=session.roster.get(symbol), good=good, units=units)

    async def start_growth(self, player_id: PlayerId, limits: GrowthLimits) -> Container:
        """Start a container that buys ships from earnings.

        Raises Stale if one is running: both would spend the same money.
        """
        session = await self._session_of(player_id)
        container_id = ContainerId(f"fleet-growth-{session.system}-{self._entropy.token('container', 6)}")

        def only_one(connection: sa.Connection) -> None:
            at_it = [status for status in ContainerStatus if status.is_unfinished]
            for container in containers.list_containers(connection, player_id=player_id, statuses=at_it):
                if container.type == GROWTH and container.id != container_id:
                    raise Stale(f"this fleet is growing already: {container.id}; stop that container first")

        return await self._supervisor.create(player_id, GROWTH, limits.to_map(), container_id, in_transaction=only_one)


def _to_jettison(ship: Ship, good: Good, units: int) -> int:
    """The units to throw overboard. Raises Missing if none is aboard, Refused for more than there are."""
    aboard = ship.cargo.units_of(good)
    if not aboard:
        held = ", ".join(f"{item.units} {item.good}" for item in ship.cargo.items) or "nothing"
        raise Missing(f"{ship.symbol} holds no {good}; it holds {held}")
    if not 0 <= units <= aboard:
        raise Refused.of("units", units, f"from 1 to the {aboard} aboard, or 0 for all")
    return units or aboard


async def _cheapest(session: Session, ship_type: str, shipyard: WaypointSymbol) -> tuple[int, WaypointSymbol]:
    """The current lowest price, and the shipyard."""
    selling = _selling(session, ship_type)
    shipyard = WaypointSymbol(whole_name(shipyard, [yard.waypoint for yard in selling]) or shipyard)
    if shipyard and shipyard not in [yard.waypoint for yard in selling]:
        places = ", ".join(yard.waypoint for yard in selling)
        raise Refused.of("shipyard", shipyard, f"a shipyard that sells {ship_type}: {places}")
    offers: list[tuple[int, WaypointSymbol]] = []
    for yard in selling:
        if shipyard in ("", yard.waypoint) and _has_ship_at(session, yard.waypoint):
            offer = (await session.yards.look(yard.waypoint)).offer(ship_type)
            if offer is not None:
                offers.append((offer.price, yard.waypoint))
    if not offers:
        places = shipyard or " or ".join(yard.waypoint for yard in selling)
        raise Refused(f"one of your ships must be at the shipyard: send one to {places} for a {ship_type}")
    return min(offers)


def _selling(session: Session, ship_type: str) -> list[YardSighting]:
    yards = session.yards.yards()
    selling = [yard for yard in yards if ship_type in yard.ship_types]
    if not selling:
        types = sorted({each for yard in yards for each in yard.ship_types})
        raise Refused.of("ship_type", ship_type, f"one of {', '.join(types)}")
    return selling


def _has_ship_at(session: Session, waypoint: WaypointSymbol) -> bool:
    return any(
        ship.nav.waypoint == waypoint and ship.nav.status in (NavStatus.DOCKED, NavStatus.IN_ORBIT)
        for ship in session.roster.ships()
    )
