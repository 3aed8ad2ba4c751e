"""How fast factories are that make the same thing."""

from collections.abc import Mapping

from starfoundry.kernel.ids import Good

_QUICKNESS = """
    JEWELRY 1.55
    CLOTHING 1.4
    EQUIPMENT 1.25
    FABRICS 1.1
    ELECTRONICS 1.05
    MEDICINE 1.0
    MACHINERY 0.95
    FOOD 0.85
    SHIP_PARTS 0.55
"""

QUICKNESS: Mapping[Good, float] = {
    Good(good): float(pace) for good, pace in (row.split() for row in _QUICKNESS.strip().splitlines())
}
"""The pace of a good's factories, the usual one being 1; so chosen that each, fed, rises a level of supply in the
minutes players measured (20 to 34). What nobody measured is usual."""
