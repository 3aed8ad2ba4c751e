"""Layout of a home system: planets near the star, a belt, a far gate and an outer base in one direction.

Proportions follow one real home system and the ranges players report: about 90 waypoints, planets within some 200
units, a belt at 310 to 390, an outer field at 715 to 790, and fuel stations placed so that a tank of 300 reaches
everything.
"""

import math
from dataclasses import dataclass, field

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.sandbox.core.random_streams import RandomStream

BELT = (310.0, 390.0)
OUTER_FIELD = (715.0, 790.0)
GATE_DISTANCE = (400.0, 460.0)
OUTER_BASE_DISTANCE = (690.0, 725.0)
PLANET_GAP = 18.0  # the minimum distance between planets
INDUSTRY_MAX = 16  # more than these and the system would have more than 30 markets


@dataclass(slots=True, kw_only=True)
class WaypointSite:
    """A place under construction. `role` is its purpose; traits are added later."""

    letter: str
    type: str
    x: int
    y: int
    role: str
    symbol: WaypointSymbol = WaypointSymbol("")
    parent: "WaypointSite | None" = None
    orbitals: list["WaypointSite"] = field(default_factory=list)


class Layout:
    """The sites of one system in the order of their symbols."""

    def __init__(self, system: str, rng: RandomStream) -> None:
        self._system = system
        self._rng = rng
        self._letters = iter("ABCDEFGHIJKLMNOPQRSTUVW")
        self.sites: list[WaypointSite] = []

    def build(self) -> list[WaypointSite]:
        """Place everything and number it."""
        rng = self._rng
        self._capital()
        self._belt("belt", BELT, rng.randint(28, 36), with_base=True)
        self._gas_giant()
        for _ in range(rng.randint(6, 7)):
            self._planet(self._free_spot(35.0, 120.0), moons=rng.choice((0, 1, 1, 2, 2, 3)))
        if rng.random() < 0.6:
            self._planet(self._free_spot(130.0, 210.0), moons=rng.choice((0, 1, 1)))
        self._far_bearing()
        for site in [site for site in self.sites if site.role == "industry"][INDUSTRY_MAX:]:
            site.role = "empty"
        self._number()
        return self.sites

    def _capital(self) -> None:
        letter = next(self._letters)
        x, y = self._polar(self._rng.uniform(18.0, 34.0))
        capital = self._add(letter, "PLANET", x, y, "capital")
        self._orbit(capital, "MOON", "shipyard")
        self._orbit(capital, "MOON", "industry")
        self._orbit(capital, "ORBITAL_STATION", "station")
        angle = math.atan2(y, x) + self._rng.uniform(0.5, 1.2)
        reach = math.hypot(x, y) + self._rng.uniform(0.0, 12.0)
        self._add(letter, "ENGINEERED_ASTEROID", *at(reach, angle), "quarry")

    def _belt(self, role: str, ring: tuple[float, float], asteroids: int, *, with_base: bool) -> None:
        letter = next(self._letters)
        if with_base:
            x, y = self._polar(self._rng.uniform(340.0, 352.0))
            share = self._rng.uniform(0.5, 0.6)
            self._add(letter, "FUEL_STATION", round(x * share), round(y * share), "fuel")
            self._add(letter, "ASTEROID_BASE", x, y, "belt base")
        for _ in range(asteroids):
            self._add(letter, "ASTEROID", *self._polar(self._rng.uniform(*ring)), role)

    def _gas_giant(self) -> None:
        letter = next(self._letters)
        x, y = self._free_spot(130.0, 170.0)
        giant = self._add(letter, "GAS_GIANT", x, y, "gas")
        self._orbit(giant, "ORBITAL_STATION", "gas station")
        self._add(letter, "FUEL_STATION", round(x * 0.74), round(y * 0.74), "fuel")

    def _planet(self, spot: tuple[int, int], *, moons: int) -> None:
        planet = self._add(next(self._letters), "PLANET", *spot, "industry")
        for _ in range(moons):
            self._orbit(planet, "MOON", "industry" if self._rng.random() < 0.75 else "empty")
        if self._rng.random() < 0.25:
            self._orbit(planet, "ORBITAL_STATION", "industry")

    def _far_bearing(self) -> None:
        """The gate and the outer base, with a fuel station before each."""
        rng = self._rng
        bearing = rng.uniform(0.0, 2 * math.pi)
        letter = next(self._letters)
        gate = rng.uniform(*GATE_DISTANCE)
        self._add(letter, "JUMP_GATE", *at(gate, bearing), "gate")
        self._add(letter, "FUEL_STATION", *at(gate * 0.5, bearing), "gate fuel")
        letter = next(self._letters)
        base = rng.uniform(*OUTER_BASE_DISTANCE)
        self._add(letter, "FUEL_STATION", *at((gate + base) / 2, bearing), "fuel")
        self._add(letter, "ASTEROID_BASE", *at(base, bearing), "outer base")
        for _ in range(rng.randint(20, 26)):
            self._add(letter, "ASTEROID", *self._polar(rng.uniform(*OUTER_FIELD)), "outer field")

    def _free_spot(self, nearest: float, farthest: float) -> tuple[int, int]:
        """A random spot between two distances from the star, away from others if possible."""
        spot = self._polar(self._rng.uniform(nearest, farthest))
        for _ in range(20):
            if all(math.dist(spot, (site.x, site.y)) >= PLANET_GAP for site in self.sites):
                break
            spot = self._polar(self._rng.uniform(nearest, farthest))
        return spot

    def _polar(self, distance: float) -> tuple[int, int]:
        return at(distance, self._rng.uniform(0.0, 2 * math.pi))

    def _add(self, letter: str, kind: str, x: int, y: int, role: str) -> WaypointSite:
        site = WaypointSite(letter=letter, type=kind, x=x, y=y, role=role)
        self.sites.append(site)
        return site

    def _orbit(self, parent: WaypointSite, kind: str, role: str) -> None:
        site = self._add(parent.letter, kind, parent.x, parent.y, role)
        site.parent = parent
        parent.orbitals.append(site)

    def _number(self) -> None:
        """Number the symbols through the whole system, like the live server's."""
        for number, site in enumerate(self.sites, start=1):
            site.symbol = WaypointSymbol(f"{self._system}-{site.letter}{number}")


def at(distance: float, angle: float) -> tuple[int, int]:
    """The spot, in whole units, at a distance and an angle from the star."""
    return round(distance * math.cos(angle)), round(distance * math.sin(angle))
