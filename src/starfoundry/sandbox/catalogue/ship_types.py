"""Ship types: their parts, and approximate prices."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.sandbox.catalogue.parts import ENGINES, FRAMES, MODULES


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipType:
    """A ship as a shipyard sells it. The price is what players typically paid, in credits."""

    symbol: str
    name: str
    role: str
    frame: str
    reactor: str
    engine: str
    modules: tuple[str, ...]
    mounts: tuple[str, ...]
    crew_required: int
    crew_capacity: int
    price: int

    @property
    def cargo_capacity(self) -> int:
        """Its cargo capacity in units."""
        return sum(MODULES[module].capacity or 0 for module in self.modules if "CARGO" in module)

    @property
    def fuel_capacity(self) -> int:
        """Its tank's capacity in tank units; 0 for a ship that needs no fuel."""
        return FRAMES[self.frame].fuel_capacity

    @property
    def speed(self) -> int:
        """The speed of its engine."""
        return ENGINES[self.engine].speed


def _parts(prefix: str, text: str) -> tuple[str, ...]:
    """The parts named in a line such as `2 CARGO_HOLD_II, CREW_QUARTERS_I`."""
    counted: Counter[str] = Counter()
    for item in filter(None, (each.strip() for each in text.split(","))):
        count, _, name = item.rpartition(" ")
        counted[f"{prefix}_{name}"] += int(count or 1)
    return tuple(counted.elements())


def _ship(row: str) -> tuple[str, ShipType]:
    cells = tuple(cell.strip() for cell in row.split("|"))
    symbol, role, frame, reactor, engine, modules, mounts, crew, price = cells
    required, capacity = crew.split("/")
    return f"SHIP_{symbol}", ShipType(
        symbol=f"SHIP_{symbol}",
        name=" ".join(word.capitalize() for word in symbol.split("_")),
        role=role,
        frame=f"FRAME_{frame}",
        reactor=f"REACTOR_{reactor}",
        engine=f"ENGINE_{engine}",
        modules=_parts("MODULE", modules),
        mounts=_parts("MOUNT", mounts),
        crew_required=int(required),
        crew_capacity=int(capacity),
        price=int(price),
    )


# symbol | role | frame | reactor | engine | modules | mounts | crew needed/berths | price
_SHIPS = """
    COMMAND_FRIGATE | COMMAND | FRIGATE | FISSION_I | ION_DRIVE_II
        | CARGO_HOLD_II, 2 CREW_QUARTERS_I, MINERAL_PROCESSOR_I, GAS_PROCESSOR_I
        | SENSOR_ARRAY_II, GAS_SIPHON_II, MINING_LASER_II, SURVEYOR_II
        | 57/80 | 0;
    PROBE | SATELLITE | PROBE | SOLAR_I | IMPULSE_DRIVE_I
        | |
        | 0/0 | 22000;
    MINING_DRONE | EXCAVATOR | DRONE | CHEMICAL_I | IMPULSE_DRIVE_I
        | CARGO_HOLD_I, MINERAL_PROCESSOR_I | MINING_LASER_I
        | 0/0 | 41500;
    SIPHON_DRONE | EXCAVATOR | DRONE | CHEMICAL_I | IMPULSE_DRIVE_I
        | CARGO_HOLD_I, GAS_PROCESSOR_I | GAS_SIPHON_I
        | 0/0 | 39500;
    SURVEYOR | SURVEYOR | DRONE | CHEMICAL_I | IMPULSE_DRIVE_I
        | | SURVEYOR_I
        | 0/0 | 28000;
    LIGHT_SHUTTLE | TRANSPORT | SHUTTLE | CHEMICAL_I | ION_DRIVE_I
        | CARGO_HOLD_II, CREW_QUARTERS_I | TURRET_I
        | 21/40 | 89000;
    LIGHT_HAULER | HAULER | LIGHT_FREIGHTER | CHEMICAL_I | ION_DRIVE_I
        | 2 CARGO_HOLD_II, 2 CREW_QUARTERS_I | TURRET_I
        | 55/80 | 285000;
    INTERCEPTOR | INTERCEPTOR | INTERCEPTOR | CHEMICAL_I | ION_DRIVE_I
        | CREW_QUARTERS_I | TURRET_I, MISSILE_LAUNCHER_I
        | 16/40 | 190000;
    ORE_HOUND | EXCAVATOR | MINER | FISSION_I | ION_DRIVE_I
        | CARGO_HOLD_II, MINERAL_PROCESSOR_I, CREW_QUARTERS_I | MINING_LASER_II, SURVEYOR_I
        | 33/40 | 240000;
    EXPLORER | EXPLORER | EXPLORER | FUSION_I | ION_DRIVE_II
        | CARGO_HOLD_II, 2 CREW_QUARTERS_I, WARP_DRIVE_I, GAS_PROCESSOR_I | SENSOR_ARRAY_II, GAS_SIPHON_II
        | 62/80 | 720000;
    HEAVY_FREIGHTER | HAULER | HEAVY_FREIGHTER | FUSION_I | ION_DRIVE_II
        | 3 CARGO_HOLD_III, 4 CREW_QUARTERS_I | 3 TURRET_I
        | 149/160 | 1350000;
    REFINING_FREIGHTER | REFINERY | HEAVY_FREIGHTER | FUSION_I | ION_DRIVE_II
        | 2 CARGO_HOLD_III, 4 CREW_QUARTERS_I, ORE_REFINERY_I | 2 TURRET_I, MISSILE_LAUNCHER_I
        | 159/160 | 1200000
"""

SHIP_TYPES: Mapping[str, ShipType] = dict(map(_ship, _SHIPS.split(";")))
"""Every ship type by its symbol. Prices of probe, shuttle, hauler and drones were seen; the others are guesses."""
