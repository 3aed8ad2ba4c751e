"""Runtime state of one system: its markets and shipyards, created at the first read."""

import math
from collections.abc import Mapping
from dataclasses import replace

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES
from starfoundry.sandbox.economy.initial_stock import InitialStock, create_market
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.ship_prices import ShipPrice
from starfoundry.sandbox.state.market_response import MarketResponse
from starfoundry.sandbox.worldgen.atlas import MarketPlan, System, WaypointPlan

PRICE_SPREAD = 0.08  # the spread of a shipyard's prices around the typical ones

Deal = dict[str, object]


class SystemState:
    """A system's places, markets and shipyards. A market is created at its first read.

    Its history does not depend on that time: it begins at `born` and follows its own random stream.
    """

    def __init__(
        self,
        system: System,
        entropy: Entropy,
        parameters: EconomyParameters,
        *,
        born: int,
        is_home: bool,
        openings: Mapping[WaypointSymbol, Mapping[Good, InitialStock]] | None = None,
        bases: Mapping[Good, int] | None = None,
    ) -> None:
        self.system = system
        self.places: Mapping[WaypointSymbol, WaypointPlan] = {place.symbol: place for place in system.places}
        self.plans: Mapping[WaypointSymbol, MarketPlan] = {plan.waypoint: plan for plan in system.markets}
        self._entropy = entropy
        self._parameters = parameters
        self._quiet = replace(parameters, rivals=0.0)
        self._born = born
        self._openings = openings or {}
        self._bases = bases or {}
        self._markets: dict[WaypointSymbol, Market] = {}
        self._boards: dict[WaypointSymbol, MarketResponse] = {}
        self.shipyards = self._create_shipyards("world.shipyards" if is_home else f"shipyards.{system.symbol}")
        self.ship_deals: dict[WaypointSymbol, list[Deal]] = {each: [] for each in self.shipyards}

    def market(self, waypoint: WaypointSymbol, now: int) -> Market | None:
        """The market at a waypoint, brought up to date; None if there is none."""
        market = self._markets.get(waypoint) or self._create(waypoint)
        if market is not None:
            market.advance(now)
        return market

    def board(self, waypoint: WaypointSymbol) -> MarketResponse | None:
        """A market's response; None if there is no market."""
        if waypoint in self._boards or self._create(waypoint) is not None:
            return self._boards[waypoint]
        return None

    def advance(self, now: int) -> None:
        """Bring every market up to date. It is optional: a read does so too."""
        for waypoint in self.plans:
            self.market(waypoint, now)

    def next_tick(self, now: int) -> int | None:
        """The time of the next tick among the created markets."""
        ticks = (market.tick_after(now) for market in self._markets.values())
        return min((tick for tick in ticks if tick is not None), default=None)

    def _create(self, waypoint: WaypointSymbol) -> Market | None:
        plan = self.plans.get(waypoint)
        if plan is None:
            return None
        parameters = self._parameters if self._has_rivals(waypoint) else self._quiet
        market = create_market(
            plan,
            born=self._born,
            parameters=parameters,
            rng=self._entropy.stream(f"market.{waypoint}"),
            openings=self._openings.get(waypoint),
            bases=self._bases,
        )
        self._markets[waypoint] = market
        self._boards[waypoint] = MarketResponse(plan, market, parameters)
        return market

    def _has_rivals(self, waypoint: WaypointSymbol) -> bool:
        """Whether other traders visit a market: those near a headquarters, in scenarios with rivals."""
        capital = self.system.headquarters
        if capital is None or not self._parameters.rivals:
            return False
        here, there = self.places[waypoint], self.places[capital]
        return math.dist((here.x, here.y), (there.x, there.y)) <= self._parameters.rival_reach

    def _create_shipyards(self, site: str) -> dict[WaypointSymbol, dict[str, ShipPrice]]:
        rng = self._entropy.stream(site)
        return {
            plan.waypoint: {
                each: ShipPrice(each, round(SHIP_TYPES[each].price * rng.uniform(1 - PRICE_SPREAD, 1 + PRICE_SPREAD)))
                for each in plan.ship_types
            }
            for plan in self.system.shipyards
        }
