"""Parameters of a universe besides its seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.sandbox.economy.initial_stock import InitialStock
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.state.construction import GATE_YEAR
from starfoundry.sandbox.worldgen.atlas import System

STARTING_CREDITS = 175_000
SYSTEMS_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recorded home system, and its markets' initial stocks."""

    home: System
    openings: Mapping[WaypointSymbol, Mapping[Good, InitialStock]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UniverseConfig:
    """The parameters of a universe.

    `age_hours` is its age when the first player comes; with `shuttles` every agent begins with that many light shuttles
    in addition to the two usual ships. `gate_year` chooses the home gate's bill (`GATE_BILLS`). `bases` are base prices
    in credits that differ from the usual ones.
    """

    name: str = "plain"
    systems: int = 1
    credits: int = STARTING_CREDITS
    shuttles: int = 0
    age_hours: float = 0.0
    has_gate: bool = False
    gate_year: int = GATE_YEAR
    economy: EconomyParameters = field(default_factory=EconomyParameters)
    bases: Mapping[Good, int] = field(default_factory=dict)
    recorded: Recorded | None = None
