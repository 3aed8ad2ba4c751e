"""The container that lets a fleet grow: it keeps one probe as its buyer and buys what the earnings allow."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.fleet.domain.growth import BuyShip, FleetCount, GrowthLimits, Save, SeePrices, limits_of, next_purchase
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus, Ship
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.ledger.domain.model import Applied, Purpose
from starfoundry.market.runtime.unreadable import MarketUnreadable
from starfoundry.runtime.concurrency.waiting import wait_at_most

GROWTH = "fleet_growth"
"""The container type."""

LOOK_SECONDS = 60.0
"""How often money and prices are held against each other; what a ship costs takes many minutes to earn."""

ASK_AGAIN_SECONDS = 5.0
"""How often a free probe is looked for, while the others leave the next one to us."""

PRICE_RISE_MAX = 1.02
"""A ship that costs more than this much of what was decided on is decided on anew."""

BUYING = "buying ships"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthRunner:
    """Runs containers of type GROWTH."""

    logbook: Logbook
    session_of: Callable[[PlayerId], Awaitable[Session]]

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Buy until stopped; the buyer is let go then."""
        session = await self.session_of(container.player_id)
        growth = Growth(container, session, limits_of(container.config), self.logbook)
        try:
            while not stop.requested:
                await growth.step()
                await wait_at_most(stop, ASK_AGAIN_SECONDS if growth.lacks_buyer else LOOK_SECONDS)
        finally:
            session.claims.withdraw(container.id)
            if stop.requested and not stop.is_shutdown:
                await growth.let_go()


def wish_of(session: Session, limits: GrowthLimits) -> BuyShip | SeePrices | Save:
    """What a growth within these limits would do next."""
    ships = session.roster.ships()
    demand = session.demands.largest()
    fleet = FleetCount(
        carriers=sum(ship.cargo.capacity > 0 for ship in ships),
        probes=sum(ship.cargo.capacity == 0 for ship in ships),
        idle_carriers=sum(
            ship.cargo.capacity > 0
            and session.claims.owner(ship.symbol) is None
            and session.quarantine.of(ship.symbol) is None
            for ship in ships
        ),
        carriage=0.0 if demand is None else sum(demand.weight(s.cargo.capacity, s.engine_speed) for s in ships),
        demand=demand,
    )
    return next_purchase(fleet, session.gateway.credits, limits, session.yards.usable())


class Growth:
    """One fleet's growth."""

    def __init__(self, container: Container, session: Session, limits: GrowthLimits, logbook: Logbook) -> None:
        self._container = container
        self._session = session
        self._limits = limits
        self._logbook = logbook
        self._purpose = Purpose(container_id=container.id)
        self._said = ""
        self.lacks_buyer = False

    async def step(self) -> None:
        """Do the next thing there is to do, again and again until that is saving."""
        try:
            while not isinstance(wish := wish_of(self._session, self._limits), Save):
                done = await self._carry_out(wish)
                if not done:
                    return
            self._say(wish.reason.text)
        except StarFoundryError as error:
            self._say(f"could not go on: {error.message}", LogLevel.WARNING)
        finally:
            await self._free_carriers()

    async def let_go(self) -> None:
        """Free the buyer."""
        for ship in self._session.claims.of(self._container.id):
            await self._session.claims.release(ship, self._container.id)

    async def _carry_out(self, wish: BuyShip | SeePrices) -> bool:
        """Whether it was done; it is not while no ship can go there."""
        buyer = await self._buyer_at(wish.shipyard)
        self.lacks_buyer = buyer is None
        if buyer is None:
            self._session.claims.wish(self._container.id)
            self._say(f"waits for a {'probe' if self._session.probes() else 'ship'} that can go to {wish.shipyard}")
            return False
        with suppress(MarketUnreadable):
            await self._session.trader.look(buyer)
        yard = await self._session.yards.look(wish.shipyard)
        offer = yard.offer(wish.ship_type)
        if offer is None:
            why = f"it names {wish.ship_type} and shows no price of it"
            self._session.yards.unreadable.begin(wish.shipyard, why)
            self._say(f"{wish.shipyard}: {why}", LogLevel.WARNING)
            return False
        if isinstance(wish, SeePrices) or offer.price > wish.price * PRICE_RISE_MAX:
            return True
        answer = await self._session.gateway.buy_ship(
            wish.ship_type,
            wish.shipyard,
            ships_before=self._session.fleet_size(),
            price_seen=offer.price,
            floor=self._limits.reserve,
            purpose=self._purpose,
        )
        if not isinstance(answer, Applied):
            self._say(f"could not buy {wish.ship_type}: {answer.reason}", LogLevel.WARNING)
            return False
        self._say(f"bought {wish.ship_type} at {wish.shipyard} for {answer.total:,} credits")
        return True

    async def _buyer_at(self, shipyard: WaypointSymbol) -> ShipSymbol | None:
        """The buyer, once it is at the shipyard; None when there is no ship to be had."""
        buyer = await self._buyer()
        if buyer is not None:
            async with self._session.quarantine.working_with(buyer):
                await self._session.pilot.fly(buyer, shipyard, purpose=self._purpose)
        return buyer

    async def _buyer(self) -> ShipSymbol | None:
        """The ship that buys: a probe, kept for good; one with a hold only where no probe works."""
        fit = self._session.probes() or self._well_carriers()
        held = self._session.claims.of(self._container.id)
        for symbol in held:
            if symbol in [ship.symbol for ship in fit]:
                return symbol
            await self._session.claims.release(symbol, self._container.id)
        for ship in fit:
            if await self._session.claims.claim(ship.symbol, self._container.id, BUYING):
                return ship.symbol
        return None

    def _well_carriers(self) -> list[Ship]:
        session = self._session
        still = (NavStatus.DOCKED, NavStatus.IN_ORBIT)
        well = [s for s in session.roster.ships() if s.cargo.capacity and session.quarantine.of(s.symbol) is None]
        return [ship for ship in well if ship.nav.status in still]

    async def _free_carriers(self) -> None:
        """Let a ship with a hold earn again as soon as there is nothing to buy."""
        for symbol in self._session.claims.of(self._container.id):
            if self._session.roster.knows(symbol) and self._session.roster.get(symbol).cargo.capacity:
                await self._session.claims.release(symbol, self._container.id)

    def _say(self, message: str, level: LogLevel = LogLevel.INFO) -> None:
        """Log what is new; the same reason minute after minute is not."""
        if message != self._said:
            self._said = message
            self._logbook.log(self._container.id, level, message)
