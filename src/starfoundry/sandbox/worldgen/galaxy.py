"""Stars of a universe and gates between them. A system is generated at its first read.

Proportions are those of a universe of 6,996 systems: 44 % have a gate, a gate has 1 to 9 connections (median 4 to 5) of
about 1,230 units. Fewer stars lie in a smaller disc, so that their distances are the same.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol, system_of
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.core.random_streams import RandomStream, weighted
from starfoundry.sandbox.worldgen.atlas import Star, System
from starfoundry.sandbox.worldgen.colony import settle
from starfoundry.sandbox.worldgen.home_system import STAR_TYPES, draw_symbol, home_system

LIVE_RADIUS = 70_000
LIVE_SYSTEMS = 6_996
CROWDING = 1.45  # radius = R u^1.45 puts half of the stars within 0.37 R
GATED_SHARE = 0.44
INHABITED_SHARE = 0.7  # assumed, of the systems with a gate
TIER_WEIGHTS = {1: 100.0, 2: 100.0, 3: 50.0, 4: 20.0, 5: 20.0}  # M: a player's model of the live generator
NEAREST = 3  # minimum connections each gate makes; with those made to it the median is 4
CONNECTIONS_MAX = 9
SYSTEMS_PER_FACTION = 10  # systems for each faction with a home system of its own; its gate is not finished yet

Roads = Mapping[WaypointSymbol, tuple[WaypointSymbol, ...]]


class Galaxy:
    """Every star, and the systems generated so far.

    Agents of a faction without a system of its own begin in `home`; in a large universe every faction has one.
    """

    def __init__(self, home: System, entropy: Entropy, *, systems: int = 1) -> None:
        rng = entropy.stream("world.galaxy")
        radius = LIVE_RADIUS * math.sqrt(systems / LIVE_SYSTEMS)
        if systems > 1:
            x, y = _spot(rng, radius)
            home = replace(home, star=replace(home.star, x=x, y=y))
        self.home = home
        self._entropy = entropy
        self._systems: dict[SystemSymbol, System] = {home.symbol: home}
        self.stars: dict[SystemSymbol, Star] = {home.symbol: home.star}
        self._seats: dict[str, System] = {home.star.faction: home}
        for faction in [each for each in FACTIONS if each != home.star.faction][: systems // SYSTEMS_PER_FACTION]:
            self._home_of(faction, *_spot(rng, radius))
        while len(self.stars) < systems:
            star = _star(rng, radius)
            self.stars.setdefault(star.symbol, star)
        self.roads: Roads = _roads([star for star in self.stars.values() if star.gate])

    def find(self, symbol: SystemSymbol) -> System | None:
        """A system, generated at the first call; None if there is no such star."""
        known = self._systems.get(symbol)
        if known is None and symbol in self.stars:
            known = self._systems[symbol] = settle(self.stars[symbol], self._entropy)
        return known

    def home_of(self, faction: str) -> System:
        """The system in which a faction's agents begin."""
        return self._seats.get(faction, self.home)

    def _home_of(self, faction: str, x: int, y: int) -> None:
        system = home_system(self._entropy, faction)
        if system.symbol not in self.stars:
            system = replace(system, star=replace(system.star, x=x, y=y))
            self._seats[faction] = self._systems[system.symbol] = system
            self.stars[system.symbol] = system.star

    def seats(self) -> tuple[System, ...]:
        """The systems in which agents begin, one for each faction that has its own."""
        return tuple(self._seats.values())

    def is_home_system(self, symbol: SystemSymbol) -> bool:
        """Whether agents begin there; its faction has charted it from the start."""
        return any(system.symbol == symbol for system in self.seats())

    def gate(self, waypoint: WaypointSymbol) -> Star | None:
        """The star of this gate; None if it is not a gate."""
        star = self.stars.get(system_of(waypoint))
        return star if star is not None and star.gate == waypoint else None


def _star(rng: RandomStream, radius: float) -> Star:
    symbol = draw_symbol(rng)
    x, y = _spot(rng, radius)
    kind = weighted(rng, STAR_TYPES)
    if rng.random() >= GATED_SHARE:
        return Star(symbol=symbol, type=kind, x=x, y=y)
    faction = rng.choice(FACTIONS) if rng.random() < INHABITED_SHARE else ""
    tier = weighted(rng, TIER_WEIGHTS) if faction else 0
    gate = WaypointSymbol(f"{symbol}-I{rng.randint(10, 99)}")
    return Star(symbol=symbol, type=kind, x=x, y=y, faction=faction, gate=gate, tier=tier)


def _spot(rng: RandomStream, radius: float) -> tuple[int, int]:
    distance = radius * rng.random() ** CROWDING
    angle = rng.uniform(0.0, 2 * math.pi)
    return round(distance * math.cos(angle)), round(distance * math.sin(angle))


def _roads(gated: Sequence[Star]) -> Roads:
    """Each gate connected to its nearest ones, and separate groups connected to the rest."""
    joined: dict[WaypointSymbol, dict[WaypointSymbol, None]] = {star.gate: {} for star in gated if star.gate}
    for star, near in zip(gated, _neighbours(gated), strict=True):
        for other in near[:NEAREST]:
            if len(joined[_gate(other)]) < CONNECTIONS_MAX and len(joined[_gate(star)]) < CONNECTIONS_MAX:
                _join(joined, star, other)
    _close_gaps(joined, gated)
    return {gate: tuple(others) for gate, others in joined.items()}


def _neighbours(gated: Sequence[Star]) -> list[list[Star]]:
    """For each star some of the nearest others, the nearest first, found in a grid."""
    side = max(1.0, 4 * max((abs(star.x) for star in gated), default=1) / max(1.0, math.sqrt(len(gated))))
    cells: dict[tuple[int, int], list[Star]] = {}
    for star in gated:
        cells.setdefault((int(star.x // side), int(star.y // side)), []).append(star)
    found = []
    for star in gated:
        column, row = int(star.x // side), int(star.y // side)
        near: list[Star] = []
        reach = 1
        while len(near) < min(len(gated), NEAREST + 2) and reach < 64:
            span = range(-reach, reach + 1)
            near = [each for dx in span for dy in span for each in cells.get((column + dx, row + dy), ())]
            reach *= 2
        near.sort(key=lambda other, star=star: (_apart(star, other), other.symbol))  # type: ignore[misc]
        found.append([other for other in near if other is not star][:NEAREST])
    return found


def _close_gaps(joined: dict[WaypointSymbol, dict[WaypointSymbol, None]], gated: Sequence[Star]) -> None:
    """Connect every group of gates not reachable from the first, by its nearest pair."""
    by_gate = {_gate(star): star for star in gated}
    reached = _reach(joined, next(iter(joined), None), {})
    while len(reached) < len(joined):
        apart = [star for gate, star in by_gate.items() if gate not in reached]
        inside = [by_gate[gate] for gate in reached]
        lost = min(apart, key=lambda star: abs(star.x) + abs(star.y))
        _join(joined, lost, min(inside, key=lambda star: _apart(star, lost)))
        reached = _reach(joined, _gate(lost), reached)


def _reach(
    joined: dict[WaypointSymbol, dict[WaypointSymbol, None]],
    first: WaypointSymbol | None,
    known: dict[WaypointSymbol, None],
) -> dict[WaypointSymbol, None]:
    reached = {**known} if first is None else {**known, first: None}
    waiting = deque([first] if first is not None else [])
    while waiting:
        for other in joined[waiting.popleft()]:
            if other not in reached:
                reached[other] = None
                waiting.append(other)
    return reached


def _join(joined: dict[WaypointSymbol, dict[WaypointSymbol, None]], one: Star, other: Star) -> None:
    joined[_gate(one)][_gate(other)] = None
    joined[_gate(other)][_gate(one)] = None


def _gate(star: Star) -> WaypointSymbol:
    assert star.gate is not None, "only stars with a gate are joined"
    return star.gate


def _apart(one: Star, other: Star) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)
