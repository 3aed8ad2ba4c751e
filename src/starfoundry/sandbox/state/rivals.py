"""Other players' agents of a universe: their number, their property, and the traders among them.

They cannot be played: they appear in lists and leaderboards, and the ships of a few trade at markets near a
headquarters (economy/market.py).
"""

import math
from dataclasses import dataclass

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.economy.market import rival_name
from starfoundry.sandbox.worldgen.galaxy import Galaxy

BEST_GAIN = 234_000
"""Credits an hour of the best agent: 1.44 M 5.4 hours after a reset (M)."""

RANKS_TO_FALL = 5.6
"""Ranks after which the gain has fallen to a third: gives 0.8 M for the 5th and 0.43 M for the 10th (M 0.87, 0.43)."""

HOURS_PER_SHIP = 6.0  # assumed, for the best agent; the others buy in proportion to their earnings
FIRST_SHIPS = 2


@dataclass(frozen=True, slots=True)
class Rival:
    """Another player's agent. `gain` is in credits an hour; `rank` counts from 0, the best first."""

    symbol: str
    faction: str
    headquarters: WaypointSymbol
    rank: int
    gain: int

    def credits(self, starting: int, born_at: int, now: int) -> int:
        """Its credits, after beginning with `starting` at `born_at` (milliseconds)."""
        return starting + self.gain * max(0, now - born_at) // HOUR

    def ship_count(self, born_at: int, now: int) -> int:
        """The number of its ships."""
        share = self.gain / BEST_GAIN
        return FIRST_SHIPS + int(share * max(0, now - born_at) / HOUR / HOURS_PER_SHIP)


def draw(count: int, galaxy: Galaxy, entropy: Entropy) -> tuple[Rival, ...]:
    """The other agents of a universe, the best first."""
    rng = entropy.stream("world.rivals")
    found = []
    for rank in range(count):
        faction = rng.choice(FACTIONS)
        headquarters = galaxy.home_of(faction).headquarters
        assert headquarters is not None, "agents begin in a home system"
        gain = round(BEST_GAIN * math.exp(-rank / RANKS_TO_FALL))
        found.append(Rival(rival_name(rank + 1), faction, headquarters, rank, gain))
    return tuple(found)
