"""Events that damage a ship at work or in flight, and the damaged part."""

from collections.abc import Mapping

_AT_WORK = """
    FRAME   ELECTROMAGNETIC_FIELD_INTERFERENCE CORROSIVE_MINERAL_CONTAMINATION IMPACT_WITH_EXTRACTED_DEBRIS
            STRUCTURAL_STRESS_FRACTURES VIBRATION_DAMAGE_FROM_DRILLING;
    REACTOR ENERGY_SPIKE_FROM_MINERAL COOLANT_LEAK REACTOR_OVERLOAD
"""
_UNDER_WAY = """
    FRAME   ATMOSPHERIC_ENTRY_HEAT HULL_MICROMETEORITE_DAMAGE SPACE_DEBRIS_COLLISION PRESSURE_DIFFERENTIAL_STRESS;
    REACTOR SOLAR_FLARE_INTERFERENCE POWER_DISTRIBUTION_FLUCTUATION MAGNETIC_FIELD_DISRUPTION;
    ENGINE  BEARING_LUBRICATION_FADE COOLANT_SYSTEM_AGEING DUST_MICROABRASIONS EXHAUST_PORT_CLOGGING
            FUEL_EFFICIENCY_DEGRADATION SENSOR_CALIBRATION_DRIFT THRUSTER_NOZZLE_WEAR
"""


def _parts_by_event(text: str) -> Mapping[str, str]:
    rows = (row.split() for row in text.split(";"))
    return {event: part for part, *events in rows for event in events}


AT_WORK: Mapping[str, str] = _parts_by_event(_AT_WORK)
"""Events of mining and siphoning, with the part each damages."""

UNDER_WAY: Mapping[str, str] = _parts_by_event(_UNDER_WAY)
"""Events of flight, with the part each damages."""
