"""Parts of ships, with the game's figures; None if a part has no such figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.game.known_recipes import goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The requirements of a part."""

    power: int | None = None
    crew: int | None = None
    slots: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame. Fuel is in tank units."""

    name: str
    fuel_capacity: int
    module_slots: int
    mounting_points: int
    needs: Needs
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactor:
    """A source of power."""

    name: str
    power_output: int
    needs: Needs
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine."""

    name: str
    speed: int
    needs: Needs
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part inside the hull. Capacity is cargo units, or berths in crew quarters."""

    name: str
    needs: Needs
    capacity: int | None = None
    range: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A part outside the hull."""

    name: str
    needs: Needs
    strength: int | None = None
    deposits: tuple[str, ...] = ()


def _frame(row: str) -> tuple[str, Frame]:
    symbol, name, fuel, slots, points, power, crew, quality = (cell.strip() for cell in row.split("|"))
    return symbol, Frame(
        name=name,
        fuel_capacity=int(fuel),
        module_slots=int(slots),
        mounting_points=int(points),
        needs=Needs(power=int(power), crew=int(crew)),
        quality=int(quality),
    )


# symbol | name | fuel | module slots | mounting points | power | crew | quality
FRAMES: Mapping[str, Frame] = dict(
    map(
        _frame,
        (
            "FRAME_PROBE | Probe | 0 | 0 | 0 | 1 | 0 | 1",
            "FRAME_DRONE | Drone | 80 | 3 | 2 | 1 | -4 | 1",
            "FRAME_INTERCEPTOR | Interceptor | 160 | 2 | 2 | 1 | 5 | 3",
            "FRAME_SHUTTLE | Shuttle | 300 | 3 | 1 | 1 | 10 | 3",
            "FRAME_MINER | Miner | 300 | 5 | 3 | 5 | 15 | 4",
            "FRAME_FRIGATE | Frigate | 400 | 8 | 5 | 8 | 25 | 4",
            "FRAME_LIGHT_FREIGHTER | Light Freighter | 600 | 6 | 1 | 5 | 40 | 5",
            "FRAME_EXPLORER | Explorer | 800 | 8 | 2 | 5 | 30 | 5",
            "FRAME_HEAVY_FREIGHTER | Heavy Freighter | 2300 | 13 | 3 | 10 | 100 | 7",
        ),
    )
)

REACTORS: Mapping[str, Reactor] = {
    "REACTOR_SOLAR_I": Reactor(name="Solar Reactor I", power_output=3, needs=Needs(crew=0), quality=1),
    "REACTOR_CHEMICAL_I": Reactor(name="Chemical Reactor I", power_output=15, needs=Needs(crew=3), quality=3),
    "REACTOR_FISSION_I": Reactor(name="Fission Reactor I", power_output=31, needs=Needs(crew=8), quality=5),
    "REACTOR_FUSION_I": Reactor(name="Fusion Reactor I", power_output=40, needs=Needs(crew=12), quality=7),
}

ENGINES: Mapping[str, Engine] = {
    "ENGINE_IMPULSE_DRIVE_I": Engine(name="Impulse Drive I", speed=9, needs=Needs(power=1, crew=0), quality=1),
    "ENGINE_ION_DRIVE_I": Engine(name="Ion Drive I", speed=15, needs=Needs(power=3, crew=3), quality=3),
    "ENGINE_ION_DRIVE_II": Engine(name="Ion Drive II", speed=36, needs=Needs(power=6, crew=8), quality=4),
}

MODULES: Mapping[str, Module] = {
    "MODULE_CARGO_HOLD_I": Module(name="Cargo Hold", capacity=15, needs=Needs(power=1, crew=0, slots=1)),
    "MODULE_CARGO_HOLD_II": Module(name="Expanded Cargo Hold", capacity=40, needs=Needs(power=2, crew=2, slots=2)),
    "MODULE_CARGO_HOLD_III": Module(name="Advanced Cargo Hold", capacity=75, needs=Needs(power=4, crew=6, slots=3)),
    "MODULE_CREW_QUARTERS_I": Module(name="Crew Quarters", capacity=40, needs=Needs(power=1, crew=2, slots=1)),
    "MODULE_MINERAL_PROCESSOR_I": Module(name="Mineral Processor", needs=Needs(power=1, crew=0, slots=2)),
    "MODULE_GAS_PROCESSOR_I": Module(name="Gas Processor", needs=Needs(power=1, crew=0, slots=2)),
    "MODULE_ORE_REFINERY_I": Module(name="Ore Refinery", needs=Needs(power=9, crew=15, slots=3)),
    "MODULE_WARP_DRIVE_I": Module(name="Warp Drive I", range=2000, needs=Needs(power=3, crew=2, slots=1)),
}

_COMMON_DEPOSITS = goods("""
    QUARTZ_SAND SILICON_CRYSTALS PRECIOUS_STONES ICE_WATER AMMONIA_ICE IRON_ORE COPPER_ORE SILVER_ORE ALUMINUM_ORE
    GOLD_ORE PLATINUM_ORE
""")

MOUNTS: Mapping[str, Mount] = {
    "MOUNT_GAS_SIPHON_I": Mount(name="Gas Siphon I", strength=10, needs=Needs(power=1, crew=0)),
    "MOUNT_GAS_SIPHON_II": Mount(name="Gas Siphon II", strength=20, needs=Needs(power=2, crew=2)),
    "MOUNT_MINING_LASER_I": Mount(name="Mining Laser I", strength=3, needs=Needs(power=1, crew=1)),
    "MOUNT_MINING_LASER_II": Mount(name="Mining Laser II", strength=5, needs=Needs(power=2, crew=2)),
    "MOUNT_MISSILE_LAUNCHER_I": Mount(name="Missile Launcher", needs=Needs(power=1, crew=2)),
    "MOUNT_SENSOR_ARRAY_II": Mount(name="Sensor Array II", strength=4, needs=Needs(power=2, crew=2)),
    "MOUNT_SURVEYOR_I": Mount(name="Surveyor I", strength=1, deposits=_COMMON_DEPOSITS, needs=Needs(power=1, crew=1)),
    "MOUNT_SURVEYOR_II": Mount(
        name="Surveyor II",
        strength=2,
        deposits=(*_COMMON_DEPOSITS, "DIAMONDS", "URANITE_ORE"),
        needs=Needs(power=3, crew=4),
    ),
    "MOUNT_TURRET_I": Mount(name="Rotary Cannon", needs=Needs(power=1, crew=1)),
}
