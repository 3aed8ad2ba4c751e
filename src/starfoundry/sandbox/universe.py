"""One universe: its system, markets and agents. All of it follows from the seed, the clock and what is asked."""

from collections.abc import Mapping

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox import tokens
from starfoundry.sandbox.board import Board
from starfoundry.sandbox.economy.founding import found
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shipyard import Berth
from starfoundry.sandbox.facts.ships import SHIP_TYPES
from starfoundry.sandbox.fleet import Agent
from starfoundry.sandbox.instants import moment, now_of
from starfoundry.sandbox.limiter import Limiter
from starfoundry.sandbox.oracle import Oracle
from starfoundry.sandbox.world.atlas import Place, System
from starfoundry.sandbox.world.generate import home_system

PRICE_SPREAD = 0.08  # how far a shipyard's prices lie around the typical ones


class Universe:
    """A running universe. `account_token` is what `POST /register` asks for."""

    def __init__(self, seed: int, clock: Clock, *, parameters: EconomyParameters | None = None) -> None:
        self.seed = seed
        self.clock = clock
        self.parameters = parameters or EconomyParameters()
        self.entropy = SeededEntropy(seed)
        self.born_at = now_of(clock)
        self.reset_date = moment(self.born_at).strftime("%Y-%m-%d")
        self.oracle = Oracle()
        self.limiter = Limiter()
        self.system = home_system(self.entropy)
        self.systems: Mapping[SystemSymbol, System] = {self.system.symbol: self.system}
        self.places: Mapping[WaypointSymbol, Place] = {place.symbol: place for place in self.system.places}
        self._markets = self._found_markets()
        self.boards: Mapping[WaypointSymbol, Board] = {
            plan.waypoint: Board(plan, self._markets[plan.waypoint], self.parameters) for plan in self.system.markets
        }
        self.shipyards = self._found_shipyards()
        self.ship_deals: dict[WaypointSymbol, list[dict[str, object]]] = {each: [] for each in self.shipyards}
        self.agents: dict[str, Agent] = {}
        self.agents_by_token: dict[str, Agent] = {}
        self.account_token = tokens.issue(
            self.entropy, identifier=f"account-{seed}", reset_date=self.reset_date, subject="account-token"
        )
        self.accounts: dict[str, str] = {self.account_token: f"account-{seed}"}

    def now(self) -> int:
        """The present moment, in milliseconds since 1970."""
        return now_of(self.clock)

    def market(self, waypoint: WaypointSymbol, now: int) -> Market | None:
        """The market at a waypoint, brought up to date; None where there is none."""
        market = self._markets.get(waypoint)
        if market is not None:
            market.advance(now)
        return market

    def advance(self, now: int) -> None:
        """Bring every market up to date; nothing needs this, they follow by themselves when looked at."""
        for market in self._markets.values():
            market.advance(now)

    def _found_markets(self) -> dict[WaypointSymbol, Market]:
        return {
            plan.waypoint: found(
                plan,
                born=self.born_at,
                parameters=self.parameters,
                chance=self.entropy.stream(f"market.{plan.waypoint}"),
            )
            for plan in self.system.markets
        }

    def _found_shipyards(self) -> dict[WaypointSymbol, dict[str, Berth]]:
        chance = self.entropy.stream("world.shipyards")
        return {
            plan.waypoint: {
                each: Berth(each, round(SHIP_TYPES[each].price * chance.uniform(1 - PRICE_SPREAD, 1 + PRICE_SPREAD)))
                for each in plan.ship_types
            }
            for plan in self.system.shipyards
        }
