"""Values of a generated system, constant while the universe runs."""

from dataclasses import dataclass

from starfoundry.kernel.ids import Good, SystemSymbol, WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class WaypointPlan:
    """A waypoint. Coordinates are relative to the star; an orbital shares the coordinates of its body."""

    symbol: WaypointSymbol
    type: str
    x: int
    y: int
    orbits: WaypointSymbol | None = None
    orbitals: tuple[WaypointSymbol, ...] = ()
    traits: tuple[str, ...] = ()
    is_under_construction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPlan:
    """The goods a market makes, uses and exchanges."""

    waypoint: WaypointSymbol
    exports: tuple[Good, ...] = ()
    imports: tuple[Good, ...] = ()
    exchange: tuple[Good, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipyardPlan:
    """The ship types a shipyard sells."""

    waypoint: WaypointSymbol
    ship_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """A system's own data. `faction` is empty if it is uninhabited; `gate` is None if it has none.

    `tier` is the wealth of an inhabited system, from 1 to 5; 0 for all others, including those in which agents begin.
    """

    symbol: SystemSymbol
    type: str
    x: int
    y: int
    faction: str = ""
    gate: WaypointSymbol | None = None
    tier: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A star system. Agents begin and contracts are made at `headquarters`; their probe starts at `nursery`.

    Only home systems have a nursery.
    """

    star: Star
    places: tuple[WaypointPlan, ...]
    markets: tuple[MarketPlan, ...] = ()
    shipyards: tuple[ShipyardPlan, ...] = ()
    headquarters: WaypointSymbol | None = None
    nursery: WaypointSymbol | None = None

    @property
    def symbol(self) -> SystemSymbol:
        """The star's symbol."""
        return self.star.symbol
