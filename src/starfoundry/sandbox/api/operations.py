"""Routes of the game's API: the operation of each path and method, and its required token."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from starfoundry.sandbox.api.endpoints import agents, contracts, places, public, ship_work, yard
from starfoundry.sandbox.api.request_context import ListPage, NoContent, RequestContext
from starfoundry.sandbox.responses import agent_shapes

Endpoint = Callable[
    [RequestContext], agent_shapes.Shape | Sequence[agent_shapes.Shape] | ListPage | NoContent | msgspec.Raw
]


class Audience(enum.Enum):
    """The token a path requires."""

    ANYBODY = "ANYBODY"
    AGENT = "AGENT"
    ACCOUNT = "ACCOUNT"
    KNOWN = "KNOWN"
    """An agent's or an account's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation."""

    endpoint: Endpoint
    audience: Audience
    status: int = 200
    is_bare: bool = False


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    routes: dict[str, Operation] = field(default_factory=dict)


ANY_WORD = "*"


class Router:
    """Finds the routes of a path; `*` stands for any one word."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, method: str, path: str, route: Operation) -> None:
        """Add a route."""
        node = self._root
        for word in _words(path):
            node = node.children.setdefault(word, _Node())
        node.routes[method] = route

    def find(self, path: str) -> tuple[dict[str, Operation], tuple[str, ...]]:
        """The routes of a path by method, none if it is unknown, and its variable words."""
        node = self._root
        variable: list[str] = []
        for word in _words(path):
            child = node.children.get(word) if word != ANY_WORD else None
            if child is None:
                variable.append(word)
                child = node.children.get(ANY_WORD)
            if child is None:
                return {}, ()
            node = child
        return node.routes, tuple(variable)


def _words(path: str) -> list[str]:
    stripped = path.strip("/")
    return stripped.split("/") if stripped else []


_PUBLIC: tuple[tuple[str, Endpoint], ...] = (
    ("/systems", places.list_systems),
    ("/systems/*", places.read_system),
    ("/systems/*/waypoints", places.list_waypoints),
    ("/systems/*/waypoints/*", places.read_waypoint),
    ("/systems/*/waypoints/*/market", places.read_market),
    ("/systems/*/waypoints/*/shipyard", places.read_shipyard),
    ("/systems/*/waypoints/*/jump-gate", places.read_jump_gate),
    ("/systems/*/waypoints/*/construction", places.read_construction),
    ("/factions", public.list_factions),
    ("/factions/*", public.read_faction),
    ("/agents", public.list_agents),
    ("/agents/*", public.read_agent),
)

_OWN: tuple[tuple[str, str, Endpoint, int], ...] = (
    ("GET", "/my/agent", agents.read_agent, 200),
    ("GET", "/my/contracts", contracts.list_contracts, 200),
    ("GET", "/my/contracts/*", contracts.read_contract, 200),
    ("POST", "/my/contracts/*/accept", contracts.accept, 200),
    ("POST", "/my/contracts/*/deliver", contracts.deliver, 200),
    ("POST", "/my/contracts/*/fulfill", contracts.fulfil, 200),
    ("POST", "/my/ships/*/negotiate/contract", contracts.negotiate, 201),
    ("GET", "/my/ships", agents.list_ships, 200),
    ("POST", "/my/ships", agents.buy_ship, 201),
    ("GET", "/my/ships/*", agents.read_ship, 200),
    ("GET", "/my/ships/*/nav", agents.read_nav, 200),
    ("PATCH", "/my/ships/*/nav", agents.patch_nav, 200),
    ("GET", "/my/ships/*/cargo", agents.read_cargo, 200),
    ("POST", "/my/ships/*/dock", agents.dock, 200),
    ("POST", "/my/ships/*/orbit", agents.orbit, 200),
    ("POST", "/my/ships/*/navigate", agents.navigate, 200),
    ("POST", "/my/ships/*/purchase", agents.purchase, 201),
    ("POST", "/my/ships/*/sell", agents.sell, 201),
    ("POST", "/my/ships/*/refuel", agents.refuel, 200),
    ("POST", "/my/ships/*/jettison", agents.jettison, 200),
    ("POST", "/my/ships/*/transfer", agents.transfer, 200),
    ("POST", "/my/ships/*/survey", ship_work.survey, 201),
    ("POST", "/my/ships/*/extract", ship_work.extract, 201),
    ("POST", "/my/ships/*/extract/survey", ship_work.extract_with_survey, 201),
    ("POST", "/my/ships/*/siphon", ship_work.siphon, 201),
    ("POST", "/my/ships/*/refine", ship_work.refine, 201),
    ("POST", "/my/ships/*/chart", ship_work.chart, 201),
    ("POST", "/my/ships/*/scan/systems", ship_work.scan_systems, 201),
    ("POST", "/my/ships/*/scan/waypoints", ship_work.scan_waypoints, 201),
    ("POST", "/my/ships/*/scan/ships", ship_work.scan_ships, 201),
    ("POST", "/my/ships/*/jump", ship_work.jump, 200),
    ("POST", "/my/ships/*/warp", ship_work.warp, 200),
    ("GET", "/my/ships/*/cooldown", yard.read_cooldown, 200),
    ("GET", "/my/ships/*/mounts", yard.read_mounts, 200),
    ("POST", "/my/ships/*/mounts/install", yard.install_mount, 201),
    ("POST", "/my/ships/*/mounts/remove", yard.remove_mount, 201),
    ("GET", "/my/ships/*/modules", yard.read_modules, 200),
    ("POST", "/my/ships/*/modules/install", yard.install_module, 201),
    ("POST", "/my/ships/*/modules/remove", yard.remove_module, 201),
    ("GET", "/my/ships/*/repair", yard.quote_repair, 200),
    ("POST", "/my/ships/*/repair", yard.repair, 200),
    ("GET", "/my/ships/*/scrap", yard.quote_scrap, 200),
    ("POST", "/my/ships/*/scrap", yard.scrap, 200),
    ("POST", "/systems/*/waypoints/*/construction/supply", places.supply_construction, 201),
    ("GET", "/market/supply-chain", public.read_supply_chain, 200),
    ("GET", "/my/factions", public.list_reputations, 200),
    ("GET", "/my/agent/events", public.list_events, 200),
)


def game_routes() -> Router:
    """Every operation of the game's API description."""
    router = Router()
    router.add("GET", "/", Operation(endpoint=public.read_status, audience=Audience.ANYBODY, is_bare=True))
    router.add("POST", "/register", Operation(endpoint=public.join, audience=Audience.ACCOUNT, status=201))
    for path, endpoint in _PUBLIC:
        router.add("GET", path, Operation(endpoint=endpoint, audience=Audience.ANYBODY))
    for method, path, endpoint, status in _OWN:
        router.add(method, path, Operation(endpoint=endpoint, audience=Audience.AGENT, status=status))
    router.add(
        "GET", "/error-codes", Operation(endpoint=public.list_error_codes, audience=Audience.ANYBODY, is_bare=True)
    )
    router.add("GET", "/my/account", Operation(endpoint=public.read_account, audience=Audience.KNOWN))
    return router
