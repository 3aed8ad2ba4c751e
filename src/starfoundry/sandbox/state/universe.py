"""One universe: its systems, markets and agents, determined by seed, clock and requests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.core import agent_tokens
from starfoundry.sandbox.core.event_log import EventLog
from starfoundry.sandbox.core.milliseconds import HOUR, moment, now_of
from starfoundry.sandbox.core.rate_limiter import Limiter
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.ship_prices import ShipPrice
from starfoundry.sandbox.responses.place_shapes import Chart
from starfoundry.sandbox.ships.fleet import Agent
from starfoundry.sandbox.state import rival_charts, rivals
from starfoundry.sandbox.state.asteroids import Asteroids
from starfoundry.sandbox.state.construction import GATE_BILLS, ConstructionSite
from starfoundry.sandbox.state.system import Deal, SystemState
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.sandbox.worldgen.atlas import System, WaypointPlan
from starfoundry.sandbox.worldgen.galaxy import Galaxy
from starfoundry.sandbox.worldgen.home_system import home_system


class Universe:
    """A running universe. `account_token` is the one `POST /register` requires."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        *,
        parameters: EconomyParameters | None = None,
        universe_config: UniverseConfig | None = None,
    ) -> None:
        self.seed = seed
        self.clock = clock
        self.universe_config = universe_config or UniverseConfig()
        if parameters is not None:
            self.universe_config = replace(self.universe_config, economy=parameters)
        self.entropy = SeededEntropy(seed)
        self.opened_at = now_of(clock)
        self.born_at = self.opened_at - round(self.universe_config.age_hours * HOUR)
        self.reset_date = moment(self.born_at).strftime("%Y-%m-%d")
        self.event_log = EventLog()
        self.limiter = Limiter()
        recorded = self.universe_config.recorded
        home = home_system(self.entropy) if recorded is None else recorded.home
        self.galaxy = Galaxy(home, self.entropy, systems=self.universe_config.systems)
        self.rivals = {
            each.symbol: each for each in rivals.draw(self.parameters.rival_agents, self.galaxy, self.entropy)
        }
        self._system_states: dict[SystemSymbol, SystemState] = {}
        self.home = self._create(self.galaxy.home)
        self.home.advance(self.opened_at)
        self.asteroids = Asteroids(self.entropy)
        self.charts: dict[WaypointSymbol, Chart] = {}
        self._surveys: dict[SystemSymbol, rival_charts.ChartingTour | None] = {}
        self._sites: dict[WaypointSymbol, ConstructionSite] = {}
        self.agents: dict[str, Agent] = {}
        self.agents_by_token: dict[str, Agent] = {}
        self.account_token = agent_tokens.issue(
            self.entropy, identifier=f"account-{seed}", reset_date=self.reset_date, subject="account-token"
        )
        self.accounts: dict[str, str] = {self.account_token: f"account-{seed}"}

    @property
    def system(self) -> System:
        """The system in which agents begin."""
        return self.home.system

    @property
    def places(self) -> Mapping[WaypointSymbol, WaypointPlan]:
        """The waypoints of the home system."""
        return self.home.places

    @property
    def parameters(self) -> EconomyParameters:
        """The economy's parameters."""
        return self.universe_config.economy

    def now(self) -> int:
        """The present time, in milliseconds since 1970."""
        return now_of(self.clock)

    def system_state(self, symbol: SystemSymbol) -> SystemState | None:
        """A system's state; None if there is no such system."""
        system_state = self._system_states.get(symbol)
        if system_state is None:
            system = self.galaxy.find(symbol)
            system_state = self._create(system) if system is not None else None
        return system_state

    def system_state_of(self, place: WaypointPlan) -> SystemState:
        """The state of a waypoint's system."""
        system_state = self.system_state(system_of(place.symbol))
        assert system_state is not None, "every waypoint lies in a system"
        return system_state

    def system_states(self) -> tuple[SystemState, ...]:
        """The systems created so far."""
        return tuple(self._system_states.values())

    def place(self, waypoint: WaypointSymbol) -> WaypointPlan | None:
        """A waypoint of any system."""
        system_state = self.system_state(system_of(waypoint))
        return system_state.places.get(waypoint) if system_state is not None else None

    def market(self, waypoint: WaypointSymbol, now: int) -> Market | None:
        """The market at a waypoint, brought up to date; None if there is none."""
        system_state = self.system_state(system_of(waypoint))
        return system_state.market(waypoint, now) if system_state is not None else None

    def shipyard(self, waypoint: WaypointSymbol) -> Mapping[str, ShipPrice] | None:
        """The offers of the shipyard at a waypoint; None if there is none."""
        system_state = self.system_state(system_of(waypoint))
        return system_state.shipyards.get(waypoint) if system_state is not None else None

    def note_ship_deal(self, waypoint: WaypointSymbol, deal: Deal) -> None:
        """Add the sale of a ship to its shipyard's deals."""
        system_state = self.system_state(system_of(waypoint))
        assert system_state is not None, "every waypoint lies in a system"
        system_state.ship_deals[waypoint].insert(0, deal)

    def chart(self, place: WaypointPlan) -> Chart | None:
        """A waypoint's chart, by the faction that began in its system, an agent or a rival; None if uncharted."""
        submitted = self.charts.get(place.symbol)
        if submitted is not None:
            return submitted
        system = system_of(place.symbol)
        if self.galaxy.is_home_system(system):
            return Chart(by=self.galaxy.stars[system].faction, at=self.born_at)
        survey = self._survey(system) if self.rivals else None
        if survey is None or survey.charted_at(place.symbol) > self.now():
            return None
        return Chart(by=survey.by, at=survey.charted_at(place.symbol))

    def site(self, place: WaypointPlan) -> ConstructionSite | None:
        """The construction site at a waypoint, finished or not; None if there is none."""
        if place.type != "JUMP_GATE":
            return None
        site = self._sites.get(place.symbol)
        if site is None:
            is_built = not place.is_under_construction or self.universe_config.has_gate
            site = self._sites[place.symbol] = ConstructionSite.of(
                GATE_BILLS[self.universe_config.gate_year], is_built=is_built
            )
        return site

    def is_unbuilt(self, place: WaypointPlan) -> bool:
        """Whether a waypoint is under construction."""
        site = self.site(place)
        return site is not None and not site.is_complete

    def successor(self) -> "Universe":
        """The universe after a reset: other places, the same accounts; all agents' tokens are invalid."""
        next_event = Universe(self.seed + 1, self.clock, universe_config=self.universe_config)
        next_event.accounts = dict(self.accounts)
        next_event.event_log.kept = self.event_log.kept
        next_event.account_token = self.account_token
        if next_event.reset_date <= self.reset_date:
            next_event.reset_date = (date.fromisoformat(self.reset_date) + timedelta(days=1)).isoformat()
        return next_event

    def advance(self, now: int) -> None:
        """Bring every market of the created systems up to date. It is optional."""
        for system_state in self._system_states.values():
            system_state.advance(now)

    def _survey(self, symbol: SystemSymbol) -> rival_charts.ChartingTour | None:
        """The tour of a system by other players' probes; None if there is none."""
        if symbol not in self._surveys:
            system = self.galaxy.find(symbol)
            assert system is not None, "every waypoint lies in a system"
            self._surveys[symbol] = rival_charts.survey(system, [*self.rivals.values()], self.entropy, self.born_at)
        return self._surveys[symbol]

    def _create(self, system: System) -> SystemState:
        recorded = self.universe_config.recorded
        is_home = system is self.galaxy.home
        system_state = SystemState(
            system,
            self.entropy,
            self.parameters,
            born=self.born_at,
            is_home=is_home,
            openings=recorded.openings if recorded is not None and is_home else None,
            bases=self.universe_config.bases,
        )
        self._system_states[system.symbol] = system_state
        return system_state
