"""Tradable equipment: mounts and modules that are bought at markets and installed at shipyards."""

from collections.abc import Mapping

from starfoundry.kernel.ids import Good

PART_VOLUME = 6  # assumed, as for other ship goods: the trade volume in units

PART_PRICES: Mapping[Good, int] = {
    Good("MODULE_CARGO_HOLD_I"): 6_000,
    Good("MODULE_CARGO_HOLD_II"): 13_000,
    Good("MODULE_CARGO_HOLD_III"): 30_000,
    Good("MODULE_CREW_QUARTERS_I"): 5_000,
    Good("MODULE_GAS_PROCESSOR_I"): 6_500,
    Good("MODULE_MINERAL_PROCESSOR_I"): 6_500,
    Good("MODULE_ORE_REFINERY_I"): 40_000,
    Good("MODULE_WARP_DRIVE_I"): 28_000,
    Good("MOUNT_GAS_SIPHON_I"): 6_000,
    Good("MOUNT_GAS_SIPHON_II"): 14_000,
    Good("MOUNT_MINING_LASER_I"): 7_000,
    Good("MOUNT_MINING_LASER_II"): 16_000,
    Good("MOUNT_MISSILE_LAUNCHER_I"): 9_000,
    Good("MOUNT_SENSOR_ARRAY_II"): 15_000,
    Good("MOUNT_SURVEYOR_I"): 8_000,
    Good("MOUNT_SURVEYOR_II"): 18_000,
    Good("MOUNT_TURRET_I"): 6_000,
}
"""Base prices in credits. Assumed, each somewhat above the value of its inputs: no real ones are known."""
