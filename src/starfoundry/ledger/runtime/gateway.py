"""The gateway for every call that moves money or cargo. All guards that must hold at the moment of a call are here."""

import math
from dataclasses import replace

from starfoundry.game.model import Agent, Ship
from starfoundry.game.port import Game
from starfoundry.kernel.ids import Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.domain.call_answer import loaded
from starfoundry.ledger.domain.model import Applied, CallKind, Incident, Intent, NotApplied, Purpose
from starfoundry.ledger.runtime.executor import Executor, ShipReader
from starfoundry.ledger.runtime.ledger import BookedLate, Ledger, ignore_late_booking
from starfoundry.store.engine import Database

TANK_UNITS_PER_MARKET_UNIT = 100
FUEL = Good("FUEL")


class MoneyGateway:
    """One player's calls that move money or cargo, one after another. Each ends as Applied or NotApplied.

    A call whose answer is lost ends after its settling time (about a minute). Purchases have a `floor`: the credits
    that must remain at the price last seen, minus what calls in doubt may have spent; an unknown balance or cost is
    a refusal. Every call raises Unavailable if it could not be stored: then it was not sent.
    """

    def __init__(
        self,
        game: Game,
        database: Database,
        clock: Clock,
        player_id: PlayerId,
        *,
        ship_reader: ShipReader,
        booked_late: BookedLate = ignore_late_booking,
    ) -> None:
        self._game = game
        self._clock = clock
        self._player_id = player_id
        self._ship_reader = ship_reader
        self._ledger = Ledger(database, clock, player_id, booked_late)
        self._executor = Executor(game, self._ledger, ship_reader)

    @property
    def credits(self) -> int:
        """The credits that the game last reported; 0 before its first report, so that no plan is based on a guess."""
        return self._ledger.balance.credits

    def doubts(self) -> tuple[Intent, ...]:
        """The calls that were sent and whose outcome is unknown, oldest first."""
        return self._ledger.balance.doubts

    def incidents(self) -> tuple[Incident, ...]:
        """Recent disagreements between ledger and game, oldest first."""
        return self._ledger.incidents.newest()

    async def open(self) -> Agent:
        """Settle what an earlier run left open, and open the ledger or compare it with the game.

        Returns the agent as reported.

        Doubts are settled in the background: their ships are locked meanwhile, the others may work. If opening
        fails, nothing has started, and another gateway may be opened instead.
        """
        for intent in await self._ledger.open_intents():
            await self._executor.adopt(intent)
        agent = await self._executor.check()
        self._executor.settle_adopted()
        return agent

    async def check(self) -> Agent:
        """Compare the ledger with the game, and book unexplained differences."""
        return await self._executor.check()

    async def wait_until_settled(self, ship: ShipSymbol) -> None:
        """Return once no call of `ship` is open; until then the ship should not be moved."""
        await self._executor.wait_until_settled(ship)

    async def close(self) -> None:
        """Let the call being sent finish and refuse all others; doubts are left to the next start."""
        await self._executor.close()

    async def purchase(
        self, ship: Ship, good: Good, units: int, *, price_seen: int, floor: int, purpose: Purpose
    ) -> Applied | NotApplied:
        """Buy `units`, at most the trade volume, where `ship` is docked."""
        intent = self._intent(CallKind.PURCHASE, ship, good, units, price_seen=price_seen, purpose=purpose)
        return await self._executor.execute(intent, lambda: self._game.purchase(ship.symbol, good, units), floor=floor)

    async def sell(
        self, ship: Ship, good: Good, units: int, *, price_seen: int, purpose: Purpose
    ) -> Applied | NotApplied:
        """Sell `units`, at most the trade volume, where `ship` is docked."""
        intent = self._intent(CallKind.SALE, ship, good, units, price_seen=price_seen, purpose=purpose)
        return await self._executor.execute(intent, lambda: self._game.sell(ship.symbol, good, units), floor=None)

    async def refuel(self, ship: Ship, *, price_seen: int, floor: int, purpose: Purpose) -> Applied | NotApplied:
        """Fill the tank where `ship` is docked. `price_seen` is that of a market unit: 100 units of the tank."""
        units = math.ceil((ship.fuel.capacity - ship.fuel.current) / TANK_UNITS_PER_MARKET_UNIT)
        intent = self._intent(CallKind.REFUEL, ship, FUEL, units, price_seen=price_seen, purpose=purpose)
        intent = replace(intent, before=ship.fuel.current)
        return await self._executor.execute(intent, lambda: self._game.refuel(ship.symbol), floor=floor)

    async def buy_ship(
        self,
        ship_type: str,
        shipyard: WaypointSymbol,
        *,
        ships_before: int,
        price_seen: int,
        floor: int,
        purpose: Purpose,
    ) -> Applied | NotApplied:
        """Buy a ship at a shipyard where one of the player's ships is.

        `ships_before` is their number, the evidence in doubt.
        """
        intent = Intent(
            player_id=self._player_id,
            kind=CallKind.SHIP_PURCHASE,
            ship=ShipSymbol(""),
            waypoint=shipyard,
            good=Good(ship_type),
            units=1,
            before=ships_before,
            credits_before=self.credits,
            price_seen=price_seen,
            purpose=purpose,
            sent_at=self._clock.now(),
        )
        return await self._executor.execute(intent, lambda: self._game.buy_ship(ship_type, shipyard), floor=floor)

    async def jettison(self, ship: Ship, good: Good, units: int, *, purpose: Purpose) -> Applied | NotApplied:
        """Throw `units` overboard."""
        intent = self._intent(CallKind.JETTISON, ship, good, units, price_seen=0, purpose=purpose)
        return await self._executor.execute(intent, lambda: self._game.jettison(ship.symbol, good, units), floor=None)

    async def transfer(
        self, ship: Ship, good: Good, units: int, *, receiver: Ship, purpose: Purpose
    ) -> Applied | NotApplied:
        """Transfer `units` to `receiver` at the same place."""
        intent = self._intent(CallKind.TRANSFER, ship, good, units, price_seen=0, purpose=purpose)
        end = await self._executor.execute(
            intent, lambda: self._game.transfer(ship.symbol, good, units, receiver.symbol), floor=None
        )
        if isinstance(end, Applied):
            self._ship_reader.saw_cargo(receiver.symbol, loaded(receiver.cargo, good, units))
        return end

    def _intent(
        self, kind: CallKind, ship: Ship, good: Good, units: int, *, price_seen: int, purpose: Purpose
    ) -> Intent:
        return Intent(
            player_id=self._player_id,
            kind=kind,
            ship=ship.symbol,
            waypoint=ship.nav.waypoint,
            good=good,
            units=units,
            before=ship.cargo.units_of(good),
            credits_before=self.credits,
            price_seen=price_seen,
            purpose=purpose,
            sent_at=self._clock.now(),
        )
