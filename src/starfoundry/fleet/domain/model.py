"""Claims on ships, quarantined ships, and known shipyards."""

from dataclasses import dataclass
from datetime import datetime

from starfoundry.game.model import ShipOffer
from starfoundry.kernel.ids import ContainerId, ShipSymbol, WaypointSymbol

UNSELLABLE = "cargo-unsellable"
"""The kind of the condition of a ship that holds cargo that no market buys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One ship commanded by one container, with the purpose."""

    ship: ShipSymbol
    container_id: ContainerId
    purpose: str
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedShip:
    """A ship that no container uses, why, and since when."""

    ship: ShipSymbol
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class YardSighting:
    """A shipyard's offers. `offers` is empty until a ship was there; `seen_at` says when."""

    waypoint: WaypointSymbol
    ship_types: tuple[str, ...]
    offers: tuple[ShipOffer, ...] = ()
    seen_at: datetime | None = None

    def offer(self, ship_type: str) -> ShipOffer | None:
        """The offer for a type of ship, if its price was seen."""
        return next((offer for offer in self.offers if offer.type == ship_type), None)
