"""What a generated system consists of, as values. Nothing here changes while the universe runs."""

from dataclasses import dataclass

from starfoundry.kernel.ids import Good, SystemSymbol, WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class WaypointPlan:
    """A waypoint. Coordinates count from the star; whatever orbits a body shares its coordinates."""

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
    """What a market makes, uses up, and merely passes on."""

    waypoint: WaypointSymbol
    exports: tuple[Good, ...] = ()
    imports: tuple[Good, ...] = ()
    exchange: tuple[Good, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipyardPlan:
    """Which ships a shipyard sells."""

    waypoint: WaypointSymbol
    ship_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    """A system from afar. `faction` is empty where nobody lives; `gate` is None where none was built.

    `tier` tells how rich an inhabited system is, from 1 to 5; 0 for the others, those that agents begin in among them.
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
    """A star system. `headquarters` is where agents begin and contracts are made, `nursery` where their probe starts.

    A colony has no nursery, a wilderness neither.
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
