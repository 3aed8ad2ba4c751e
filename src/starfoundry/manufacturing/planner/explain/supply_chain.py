"""The supply chain of a good as a tree of its markets as last seen, and the bottleneck of each factory.

Below a good stand the markets that sell it, below a factory the inputs that it needs, below an input the markets that
sell it in turn.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from starfoundry.game.market_law.law import MarketStock
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import Activity, SupplyLevel
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import too_old
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.view import View


class ChainRole(enum.Enum):
    """The role of a market in the chain. A factory makes the good, an exchange passes it on."""

    FACTORY = "FACTORY"
    EXCHANGE = "EXCHANGE"
    INPUT = "INPUT"
    BUYER = "BUYER"


NodeKey = tuple[ChainRole, Good, WaypointSymbol]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainNode:
    """A good at a market. `offer` is None where it was never seen; `is_above` says that it is shown further up."""

    role: ChainRole
    good: Good
    waypoint: WaypointSymbol
    offer: Offer | None
    below: tuple["ChainNode", ...] = ()
    is_above: bool = False

    @property
    def supply(self) -> SupplyLevel | None:
        """The supply level last seen."""
        return None if self.offer is None else self.offer.supply

    @property
    def stock(self) -> int | None:
        """Cargo units around the market's target, positive when full; None where the law does not tell."""
        curve = None if self.offer is None else self.offer.curve
        return curve.units if isinstance(curve, MarketStock) else None

    @property
    def key(self) -> NodeKey:
        """Its identity among the others of a tree."""
        return self.role, self.good, self.waypoint

    def every(self) -> Iterator["ChainNode"]:
        """It and everything below it."""
        yield self
        for node in self.below:
            yield from node.every()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """The place that holds a factory's output back, and why in a sentence."""

    node: ChainNode
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTree:
    """The chain of one good: who sells it, who buys it, and what holds each of its factories back."""

    good: Good
    sellers: tuple[ChainNode, ...]
    buyers: tuple[ChainNode, ...]
    bottlenecks: tuple[Bottleneck, ...]


def supply_chain(view: View, good: Good) -> ChainTree:
    """The chain of a good, by the markets as they are expected to be now."""
    sellers = tuple(_sellers(view, good, set()))
    buyers = [_node(view, ChainRole.BUYER, good, offer.waypoint) for offer in view.board.sinks(good)]
    ranked = tuple(sorted(buyers, key=lambda node: (-_bid(node), node.waypoint)))
    factories = [node for node in sellers if node.role is ChainRole.FACTORY]
    found = [bottleneck for node in factories if (bottleneck := _bottleneck(view, node, ranked)) is not None]
    return ChainTree(good=good, sellers=sellers, buyers=ranked, bottlenecks=tuple(found))


def _bid(node: ChainNode) -> int:
    return 0 if node.offer is None else node.offer.curve.bid


def _sellers(view: View, good: Good, visited: set[tuple[Good, WaypointSymbol]]) -> Iterator[ChainNode]:
    """The markets that sell a good, factories first, each once in the whole tree with what is below it."""
    places = sorted(view.board.places.values(), key=lambda place: (good not in place.exports, place.waypoint))
    for place in places:
        if good in place.exports:
            yield _factory(view, good, place.waypoint, visited)
        elif good in place.exchange:
            yield _node(view, ChainRole.EXCHANGE, good, place.waypoint)


def _factory(view: View, good: Good, waypoint: WaypointSymbol, visited: set[tuple[Good, WaypointSymbol]]) -> ChainNode:
    offer = view.board.offer(waypoint, good)
    if (good, waypoint) in visited:
        return ChainNode(role=ChainRole.FACTORY, good=good, waypoint=waypoint, offer=offer, is_above=True)
    visited.add((good, waypoint))
    inputs = tuple(
        ChainNode(
            role=ChainRole.INPUT,
            good=part,
            waypoint=waypoint,
            offer=view.board.offer(waypoint, part),
            below=tuple(_sellers(view, part, visited)),
        )
        for part in view.recipes.inputs_of(good)
    )
    return ChainNode(role=ChainRole.FACTORY, good=good, waypoint=waypoint, offer=offer, below=inputs)


def _node(view: View, role: ChainRole, good: Good, waypoint: WaypointSymbol) -> ChainNode:
    return ChainNode(role=role, good=good, waypoint=waypoint, offer=view.board.offer(waypoint, good))


def _bottleneck(view: View, factory: ChainNode, buyers: tuple[ChainNode, ...]) -> Bottleneck | None:
    """The bottleneck of a factory of the good: what it is made from, how fast it is made, or who buys it."""
    if factory.offer is None:
        return Bottleneck(node=factory, sentence=f"{factory.good} at {factory.waypoint} was never seen")
    starved = _starved(view, factory)
    if starved is not None:
        return starved
    needed = TaskReadinessSpecification(view.config).get_minimum_start_supply(TaskKind.COLLECT_SELL, factory.good)
    if factory.offer.quote.activity is Activity.RESTRICTED:
        return Bottleneck(node=factory, sentence=f"{_where(factory)}, and nothing seen of its inputs explains it")
    if factory.supply is None or factory.supply < needed:
        return Bottleneck(node=factory, sentence=f"{_where(factory)}: no input is SCARCE, it makes as fast as it can")
    full = [node for node in buyers if node.waypoint != factory.waypoint and _is_full(node)]
    if full and len(full) == len([node for node in buyers if node.waypoint != factory.waypoint]):
        return Bottleneck(node=full[0], sentence=f"every buyer of {factory.good} is well supplied: {_where(full[0])}")
    return None


def _is_full(node: ChainNode) -> bool:
    return node.supply is not None and node.supply >= SupplyLevel.HIGH


def _starved(view: View, factory: ChainNode) -> Bottleneck | None:
    """The scarcest input of a factory, or what keeps that input from being had, however deep in the tree."""
    scarce = [node for node in factory.below if node.supply is SupplyLevel.SCARCE]
    if not scarce:
        return None
    scarcest = min(scarce, key=_volumes)
    has = [node for node in scarcest.below if _may_be_bought(view, node)]
    if has:
        cheapest = min(has, key=lambda node: (0 if node.offer is None else node.offer.curve.ask, node.waypoint))
        return Bottleneck(node=scarcest, sentence=f"{_where(scarcest)}, and {_where(cheapest)}: a ship has to bring it")
    for node in scarcest.below:
        if node.role is ChainRole.FACTORY and (deeper := _starved(view, node)) is not None:
            return deeper
    if not scarcest.below:
        return Bottleneck(node=scarcest, sentence=f"{_where(scarcest)}, and no market is known to sell it")
    seller = scarcest.below[0]
    return Bottleneck(node=seller, sentence=f"{_where(scarcest)}, and {_where(seller)}: too little to buy")


def _may_be_bought(view: View, node: ChainNode) -> bool:
    """Whether a ship may be sent to buy an input, by the level in force and the age of what was seen."""
    if node.offer is None or too_old(view, node.offer):
        return False
    return TaskReadinessSpecification(view.config).can_start(TaskKind.ACQUIRE_DELIVER, node.supply, node.good)


def _volumes(node: ChainNode) -> float:
    return 0.0 if node.stock is None or node.offer is None else node.stock / node.offer.curve.trade_volume


def _where(node: ChainNode) -> str:
    level = "unknown" if node.supply is None else node.supply.name
    is_restricted = node.offer is not None and node.offer.quote.activity is Activity.RESTRICTED
    return f"{node.good} at {node.waypoint} is {level}{' and RESTRICTED' if is_restricted else ''}"
