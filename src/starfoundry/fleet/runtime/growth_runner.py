"""The fleet growth container: it keeps one probe as its buyer and buys ships from earnings."""

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
"""Seconds between two decisions; a ship's price takes many minutes to earn."""

ASK_AGAIN_SECONDS = 5.0
"""Seconds between two attempts to claim a probe, while other containers leave the next free one to this container."""

PRICE_RISE_MAX = 1.02
"""A ship that costs more than this factor of the price decided on needs a new decision."""

BUYING = "buying ships"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthRunner:
    """Runs containers of type GROWTH."""

    logbook: Logbook
    session_of: Callable[[PlayerId], Awaitable[Session]]

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Buy ships until stopped, then release the buyer."""
        session = await self.session_of(container.player_id)
        growth = Growth(container, session, limits_of(container.config), self.logbook)
        try:
            while not stop.requested:
                await growth.step()
                await wait_at_most(stop, ASK_AGAIN_SECONDS if growth.lacks_buyer else LOOK_SECONDS)
        finally:
            session.claims.withdraw(container.id)
            if stop.requested and not stop.is_shutdown:
                await growth.release_buyer()


def next_step_of(session: Session, limits: GrowthLimits) -> BuyShip | SeePrices | Save:
    """The next step of a growth within these limits."""
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
    """The growth of one fleet."""

    def __init__(self, container: Container, session: Session, limits: GrowthLimits, logbook: Logbook) -> None:
        self._container = container
        self._session = session
        self._limits = limits
        self._logbook = logbook
        self._purpose = Purpose(container_id=container.id)
        self._said = ""
        self.lacks_buyer = False

    async def step(self) -> None:
        """Take steps until the next one is to save."""
        try:
            while not isinstance(next_step := next_step_of(self._session, self._limits), Save):
                done = await self._carry_out(next_step)
                if not done:
                    return
            self._log_once(next_step.reason.text, about=next_step.reason.rule)
        except StarFoundryError as error:
            self._log_once(f"could not continue: {error.message}", LogLevel.WARNING)
        finally:
            await self._free_carriers()

    async def release_buyer(self) -> None:
        """Release the buyer."""
        for ship in self._session.claims.of(self._container.id):
            await self._session.claims.release(ship, self._container.id)

    async def _carry_out(self, next_step: BuyShip | SeePrices) -> bool:
        """Take a step; returns whether it was done. It is not while no ship can go there."""
        buyer = await self._buyer_at(next_step.shipyard)
        self.lacks_buyer = buyer is None
        if buyer is None:
            self._session.claims.request_ship(self._container.id)
            self._log_once(
                f"waits for a {'probe' if self._session.probes() else 'ship'} that can go to {next_step.shipyard}"
            )
            return False
        with suppress(MarketUnreadable):
            await self._session.trader.look(buyer)
        yard = await self._session.yards.look(next_step.shipyard)
        offer = yard.offer(next_step.ship_type)
        if offer is None:
            why = f"it names {next_step.ship_type} but shows no price for it"
            self._session.yards.unreadable.begin(next_step.shipyard, why)
            self._log_once(f"{next_step.shipyard}: {why}", LogLevel.WARNING)
            return False
        if isinstance(next_step, SeePrices) or offer.price > next_step.price * PRICE_RISE_MAX:
            return True
        answer = await self._session.gateway.buy_ship(
            next_step.ship_type,
            next_step.shipyard,
            ships_before=self._session.fleet_size(),
            price_seen=offer.price,
            floor=self._limits.reserve,
            purpose=self._purpose,
        )
        if not isinstance(answer, Applied):
            self._log_once(f"could not buy {next_step.ship_type}: {answer.reason}", LogLevel.WARNING)
            return False
        self._log_once(f"bought {next_step.ship_type} at {next_step.shipyard} for {answer.total:,} credits")
        return True

    async def _buyer_at(self, shipyard: WaypointSymbol) -> ShipSymbol | None:
        """The buyer, once it is at the shipyard; None if no ship is free."""
        buyer = await self._buyer()
        if buyer is not None:
            async with self._session.quarantine.working_with(buyer):
                await self._session.pilot.fly(buyer, shipyard, purpose=self._purpose)
        return buyer

    async def _buyer(self) -> ShipSymbol | None:
        """The ship that buys: a probe, kept for good; one with a hold only if no probe works."""
        fit = self._session.probes() or self._usable_carriers()
        held = self._session.claims.of(self._container.id)
        for symbol in held:
            if symbol in [ship.symbol for ship in fit]:
                return symbol
            await self._session.claims.release(symbol, self._container.id)
        for ship in fit:
            if await self._session.claims.claim(ship.symbol, self._container.id, BUYING):
                return ship.symbol
        return None

    def _usable_carriers(self) -> list[Ship]:
        session = self._session
        still = (NavStatus.DOCKED, NavStatus.IN_ORBIT)
        well = [s for s in session.roster.ships() if s.cargo.capacity and session.quarantine.of(s.symbol) is None]
        return [ship for ship in well if ship.nav.status in still]

    async def _free_carriers(self) -> None:
        """Release a ship with a hold as soon as there is nothing to buy, so that it can earn again."""
        for symbol in self._session.claims.of(self._container.id):
            if self._session.roster.knows(symbol) and self._session.roster.get(symbol).cargo.capacity:
                await self._session.claims.release(symbol, self._container.id)

    def _log_once(self, message: str, level: LogLevel = LogLevel.INFO, *, about: str = "") -> None:
        """Log a message unless the last one was the same, or was `about` the same: figures change every minute."""
        if (about or message) != self._said:
            self._said = about or message
            self._logbook.log(self._container.id, level, message)
