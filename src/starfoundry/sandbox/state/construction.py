"""Construction of jump gates from delivered materials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.rejection import ApiRejection, invalid

Bill = Sequence[tuple[Good, int, int]]

GATE_YEAR = 2025

_FAB_MATS, _CIRCUITRY = Good("FAB_MATS"), Good("ADVANCED_CIRCUITRY")
_STABILIZERS = (Good("QUANTUM_STABILIZERS"), 1, 1)

GATE_BILLS: Mapping[int, Bill] = {
    2023: ((_FAB_MATS, 6_000, 0), (_CIRCUITRY, 500, 0), _STABILIZERS),
    2024: ((_FAB_MATS, 4_000, 0), (_CIRCUITRY, 1_200, 0), _STABILIZERS),
    2025: ((_FAB_MATS, 1_600, 0), (_CIRCUITRY, 400, 0), _STABILIZERS),
}
"""The jump gate's bills of materials on the live server, by first year (M): good, units needed, units delivered when
the universe begins.
"""


@dataclass(slots=True)
class Material:
    """A required good."""

    good: Good
    required: int
    fulfilled: int

    @property
    def missing(self) -> int:
        """Units still missing."""
        return self.required - self.fulfilled


@dataclass(slots=True)
class ConstructionSite:
    """A construction site."""

    materials: list[Material]

    @classmethod
    def of(cls, bill: Bill, *, is_built: bool) -> Self:
        """The site when the universe begins."""
        return cls([Material(good, required, required if is_built else there) for good, required, there in bill])

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return all(each.missing == 0 for each in self.materials)

    def require(self, good: Good, units: int) -> Material:
        """The material of a delivery; refused if that much of it is not needed."""
        material = next((each for each in self.materials if each.good == good), None)
        if material is None:
            raise ApiRejection(Code.MATERIAL_NOT_NEEDED, f"{good} is not needed here.", {"tradeSymbol": good})
        if material.missing == 0:
            raise ApiRejection(Code.MATERIAL_COMPLETE, f"There is enough {good} here already.", {"tradeSymbol": good})
        if units > material.missing:
            raise invalid("units", f"must be at most {material.missing}, what is still missing of {good}")
        return material
