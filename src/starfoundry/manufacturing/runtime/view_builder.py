"""Views of fleet, markets, money and work for decisions, and travel times for the planner."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.validation import objection
from starfoundry.fleet.domain.demand import Demand
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus, Ship
from starfoundry.kernel.ids import ContainerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_by_good
from starfoundry.manufacturing.planner.scouting import Scout, ScoutView, scouting
from starfoundry.manufacturing.planner.trips.carrier_demand import carriage
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.view import Journey, ShipView, View, is_share_used, spendable_credits
from starfoundry.manufacturing.reasons import ships
from starfoundry.manufacturing.runtime.cooldowns import Subject
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.market.domain.price_age import last_seen

HOLD_ASSUMED = 40
"""The hold, in cargo units, assumed while no ship has one: a light shuttle's (D)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewBuilder:
    """Builds the views of one coordinator."""

    container_id: ContainerId
    session: Session
    work_state: WorkState
    recipes: Recipes
    clock: Clock
    prefix: str
    api_share: Callable[[], float] = lambda: 0.0

    def view(
        self, revised: Revised, resting: Sequence[ShipSymbol], cooling: Mapping[Subject, float] | None = None
    ) -> View:
        """Everything on which a decision at this moment may depend."""
        tasks = self.work_state.tasks()
        now = self.clock.now()
        book = self.session.book
        board = board_by_good(book.places_by_symbol(), book.usable_by_good(), now, tasks)
        return View(
            now=now,
            config=revised.config,
            revision=revised.revision,
            spendable=spendable_credits(self.session.gateway.credits, revised.config, tasks, book.sighting),
            board=board,
            recipes=self.recipes,
            travel=lambda hull, origin, goal: journey(self.session, hull, origin, goal),
            idle=tuple(ship_view_of(ship) for ship in self.free_carriers() if ship.symbol not in resting),
            largest_hold=self.reference_ship().capacity,
            pipelines=self.work_state.pipelines(),
            tasks=tasks,
            factories=self.work_state.tracker.states(),
            prefix=self.prefix,
            next_pipeline=self.work_state.next_pipeline,
            cooling=cooling or {},
            api_share=self.api_share(),
            elsewhere=self._elsewhere(),
            input_values=input_values(board, self.recipes),
        )

    def objection(self, config: ManufacturingConfig, before: ManufacturingConfig | None = None) -> str:
        """Why `config` cannot be used in this universe after `before`; empty if it can."""
        return objection(config, before, known=self.known_goods())

    def known_goods(self) -> frozenset[str]:
        """Every good that a market here trades or that has a recipe; none while no market is known."""
        places = self.session.book.places()
        known = {good for place in places for good in (*place.imports, *place.exports, *place.exchange)}
        made = {good for product, parts in self.recipes.inputs.items() for good in (product, *parts)}
        return frozenset(known | made) if known else frozenset()

    def no_scouting(self, revised: Revised) -> Reason | None:
        """Why no ship is sent to look at markets now, however old they are; None if some are."""
        share = self.api_share()
        return ships.requests_short(share, revised.config) if is_share_used(share, revised.config) else None

    def scout_orders(self, resting: Sequence[ShipSymbol]) -> list[Scout]:
        """The orders of ships that are free to look: probes, and carriers to markets that were never seen.

        If no probe works, carriers look at old prices too.
        """
        probes = [ship.symbol for ship in self.free_probes()]
        carriers = [ship.symbol for ship in self.free_carriers()]
        only_unseen = bool(self.session.probes())
        orders = scouting(self.scout_view(probes, resting, only_unseen=False)) if probes else []
        return orders + (scouting(self.scout_view(carriers, resting, only_unseen=only_unseen)) if carriers else [])

    def scout_view(self, idle: Sequence[ShipSymbol], resting: Sequence[ShipSymbol], *, only_unseen: bool) -> ScoutView:
        """The view for scouting. `idle` are free to look; with `only_unseen`, only at markets that were never seen."""
        seen_at = last_seen(self.session.book.sightings())
        skipped = self.session.book.unreadable.skipped()
        markets = [p for p in self.session.book.places() if p.has_market and p.waypoint not in skipped]
        others = [ship for ship in self.session.roster.ships() if ship.symbol not in idle]
        return ScoutView(
            now=self.clock.now(),
            scouts=[ship_view_of(self.session.roster.get(ship)) for ship in idle if ship not in resting],
            places=[place for place in markets if not (only_unseen and place.waypoint in seen_at)],
            seen_at=seen_at,
            visited=[ship.nav.waypoint for ship in others if self.session.claims.owner(ship.symbol) is not None],
            travel=lambda hull, origin, goal: journey(self.session, hull, origin, goal),
        )

    def reference_ship(self) -> ShipView:
        """The ship for which chains are estimated: the one with the largest hold."""
        known = sorted(self.session.roster.ships(), key=lambda ship: (-ship.cargo.capacity, ship.symbol))
        assert known, "an agent has at least one ship"
        hull = ship_view_of(known[0])
        return hull if hull.capacity > 0 else replace(hull, capacity=HOLD_ASSUMED, free=HOLD_ASSUMED)

    def demand(self, revised: Revised) -> Demand:
        """The number of ships like the reference ship that the markets keep busy."""
        return carriage(self.view(revised, ()), self.reference_ship())

    def free_probes(self) -> list[Ship]:
        """Ships without a hold that no container commands."""
        return [ship for ship in self._free_ships() if ship.cargo.capacity == 0]

    def free_carriers(self) -> list[Ship]:
        """Ships with a hold that no container commands."""
        return [ship for ship in self._free_ships() if ship.cargo.capacity > 0]

    def _free_ships(self) -> list[Ship]:
        """Unclaimed ships in the coordinator's system that are not in flight."""
        left = self.left_to_another()
        return [ship for ship in self._unoccupied() if ship != left]

    def _unoccupied(self) -> list[Ship]:
        owner = self.session.claims.owner  # most ships have one: asked first, since `unavailable` puts it in words
        return [
            ship
            for ship in self.session.roster.ships()
            if owner(ship.symbol) is None and unavailable(self.session, ship) is None
        ]

    def _elsewhere(self) -> frozenset[ShipSymbol]:
        """Ships that other containers command."""
        ships = [ship.symbol for ship in self.session.roster.ships()]
        return frozenset(ship for ship in ships if self.session.claims.owner(ship) not in (None, self.container_id))

    def left_to_another(self) -> Ship | None:
        """The free ship that is left to another container that waits for one, if there are both.

        It is one probe, or one ship with a hold if no probe works; a wait that no ship can end blocks nothing.
        """
        if not self.session.claims.others_request(self.container_id):
            return None
        is_probe = bool(self.session.probes())
        return next((ship for ship in self._unoccupied() if (ship.cargo.capacity == 0) == is_probe), None)


def unavailable(session: Session, ship: Ship) -> Reason | None:
    """Why no coordinator can send a ship now; None if one can."""
    quarantined = session.quarantine.of(ship.symbol)
    if quarantined is not None:
        return ships.quarantined(ship.symbol, quarantined.since, quarantined.reason)
    claim = session.claims.claim_of(ship.symbol)
    if claim is not None:
        return ships.commanded(claim.container_id, claim.purpose)
    if ship.nav.status is NavStatus.IN_TRANSIT:
        return ships.in_transit(ship.nav.waypoint, ship.nav.arrives_at)
    if ship.nav.status not in (NavStatus.DOCKED, NavStatus.IN_ORBIT):
        return ships.state_unknown(ship.symbol)
    if ship.nav.system != session.system:
        return ships.elsewhere(ship.nav.system, session.system)
    return None


def ship_view_of(ship: Ship) -> ShipView:
    """A ship in the planner's form."""
    return ShipView(
        ship=ship.symbol,
        waypoint=ship.nav.waypoint,
        capacity=ship.cargo.capacity,
        free=ship.cargo.free,
        engine_speed=ship.engine_speed,
        fuel_capacity=ship.fuel.capacity,
        cargo=ship.cargo.items,
    )


def journey(session: Session, hull: ShipView, origin: WaypointSymbol, goal: WaypointSymbol) -> Journey | None:
    """Seconds and fuel credits between two places for this ship, from the route planner; None if out of reach."""
    route = session.routes.estimate(origin, goal, fuel_capacity=hull.fuel_capacity, engine_speed=hull.engine_speed)
    return None if route is None else Journey(route.seconds, route.fuel_credits)
