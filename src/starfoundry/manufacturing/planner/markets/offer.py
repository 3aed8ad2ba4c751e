"""One good at one market, with the price curve expected there."""

from datetime import datetime, timedelta

import msgspec

from starfoundry.game.market_law.law import Curve
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.movement import Movement, initial_movement


class Offer(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One good at one market, with the price curve expected after the trades of the ships under way.

    `sighting` is the reading behind it, `claimed` the units that ships under way will sell there (+) or buy (-),
    `now` the time for which it is expected, `age` the seconds since a ship has read the market. `given` is a curve to
    use instead of the expected one.
    """

    waypoint: WaypointSymbol
    quote: Quote
    age: float
    sighting: Sighting
    now: datetime
    claimed: int = 0
    given: Curve | None = None

    @property
    def curve(self) -> Curve:
        """The price curve; it is computed when first asked for, since a decision looks at few of all offers."""
        if self.given is None:
            msgspec.structs.force_setattr(self, "given", _moved(self.sighting.curve_at(self.now), self.claimed))
            assert self.given is not None, "it was set"
        return self.given

    @property
    def supply(self) -> SupplyLevel | None:
        """The supply level last seen."""
        return self.quote.supply

    @property
    def movement(self) -> Movement:
        """The learned movement of the stock by itself."""
        return self.sighting.movement or initial_movement(self.quote.kind, self.quote.activity)

    def curve_in(self, seconds: float) -> Curve:
        """The price curve expected in so many seconds, after the trades of the ships under way."""
        return _moved(self.sighting.curve_at(self.now + timedelta(seconds=seconds)), self.claimed)

    def in_seconds(self, seconds: float) -> "Offer":
        """The offer with the prices expected in so many seconds."""
        return self.with_curve(self.curve_in(seconds))

    def after(self, units: int) -> "Offer":
        """The offer after one more ship plans to sell (+) or buy (-) these units."""
        return self._with(_moved(self.curve, units), self.claimed + units) if units else self

    def with_curve(self, curve: Curve) -> "Offer":
        """The offer with another curve."""
        return self._with(curve, self.claimed)

    def _with(self, curve: Curve, claimed: int) -> "Offer":
        """The offer with another curve; the planner calls this often, hence no `replace`."""
        return Offer(
            waypoint=self.waypoint,
            quote=self.quote,
            age=self.age,
            sighting=self.sighting,
            now=self.now,
            claimed=claimed,
            given=curve,
        )


def offer_of(sighting: Sighting, now: datetime) -> Offer:
    """A market's offer from a reading, moved to the present as the law of motion expects."""
    return Offer(
        waypoint=sighting.waypoint,
        quote=sighting.quote,
        age=max(0.0, (now - sighting.seen_at).total_seconds()),
        sighting=sighting,
        now=now,
    )


def _moved(curve: Curve, units: int) -> Curve:
    return curve.after_sale(units) if units > 0 else curve.after_purchase(-units) if units < 0 else curve
