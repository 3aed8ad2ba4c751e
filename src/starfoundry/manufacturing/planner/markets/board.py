"""The markets of a system as one decision expects them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.markets.offer import Offer, offer_of
from starfoundry.market.domain.model import Place, Sighting, by_good


class GoodOffers:
    """The offers of one good: by waypoint, those that sell it, and those that buy it."""

    __slots__ = ("by_waypoint", "sinks", "sources")

    def __init__(self, by_waypoint: Mapping[WaypointSymbol, Offer]) -> None:
        self.by_waypoint = by_waypoint
        self.sources = tuple([o for o in by_waypoint.values() if o.quote.kind is not TradeKind.IMPORT])
        self.sinks = tuple([o for o in by_waypoint.values() if o.quote.kind is not TradeKind.EXPORT])


class OffersByGood(Mapping[Good, GoodOffers]):
    """The offers of every good.

    Those of one good are made from its readings when it is first asked for: most decisions look at few goods.
    """

    def __init__(
        self, sightings: Mapping[Good, Sequence[Sighting]], now: datetime, made: dict[Good, GoodOffers] | None = None
    ) -> None:
        self.sightings = sightings
        self._now = now
        self._made = {} if made is None else made

    def of(self, good: Good) -> GoodOffers:
        """The offers of a good; none if it was never seen."""
        made = self._made.get(good)
        if made is None:
            made = GoodOffers({each.waypoint: offer_of(each, self._now) for each in self.sightings.get(good, ())})
            self._made[good] = made
        return made

    def claimed(self, offer: Offer, units: int) -> "OffersByGood":
        """The offers after one more ship plans to sell (+) or buy (-) these units of one of them."""
        good = offer.quote.good
        of_good = GoodOffers({**self.of(good).by_waypoint, offer.waypoint: offer.after(units)})
        return OffersByGood(self.sightings, self._now, {**self._made, good: of_good})

    def __getitem__(self, good: Good) -> GoodOffers:
        if good not in self.sightings:
            raise KeyError(good)
        return self.of(good)

    def __iter__(self) -> Iterator[Good]:
        return iter(self.sightings)

    def __len__(self) -> int:
        return len(self.sightings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The markets of the system as expected now, by good and waypoint; built by `board_of`."""

    places: Mapping[WaypointSymbol, Place]
    offers: OffersByGood

    def offer(self, waypoint: WaypointSymbol, good: Good) -> Offer | None:
        """One good at one market, if it was ever seen."""
        return self.offers.of(good).by_waypoint.get(waypoint)

    def at(self, waypoint: WaypointSymbol) -> tuple[Sighting, ...]:
        """Every good of one market as last seen."""
        return tuple(each for each in self.seen() if each.waypoint == waypoint)

    def seen(self) -> Iterator[Sighting]:
        """Every good at every market as last seen, by good."""
        return (each for sightings in self.offers.sightings.values() for each in sightings)

    def exports(self) -> tuple[Offer, ...]:
        """Every good at the factories that make it."""
        return tuple(self.offer_seen(each) for each in self.seen() if each.quote.kind is TradeKind.EXPORT)

    def offer_seen(self, sighting: Sighting) -> Offer:
        """The offer made from one of the readings of `seen`."""
        return self.offers.of(sighting.quote.good).by_waypoint[sighting.waypoint]

    def sources(self, good: Good) -> tuple[Offer, ...]:
        """The markets that sell `good`: factories and exchanges.

        An importer asks twice what it pays, so it is left out.
        """
        return self.offers.of(good).sources

    def sinks(self, good: Good) -> tuple[Offer, ...]:
        """The markets that buy `good`: those that consume it, and exchanges."""
        return self.offers.of(good).sinks

    def is_wanted(self, good: Good) -> bool:
        """Whether any known market buys `good`, with a known price or not."""
        listed = any(good in place.imports or good in place.exchange for place in self.places.values())
        return listed or bool(self.sinks(good))

    def claimed(self, waypoint: WaypointSymbol, good: Good, units: int) -> "Board":
        """The board after one more ship plans to sell (+) or buy (-) these units there."""
        offer = self.offer(waypoint, good)
        if offer is None or not units:
            return self
        return Board(places=self.places, offers=self.offers.claimed(offer, units))


def board_of(places: Iterable[Place], sightings: Iterable[Sighting], now: datetime, tasks: Iterable[Task]) -> Board:
    """The board of these markets, with the pending trades of the tasks in flight."""
    return board_by_good({place.waypoint: place for place in places}, by_good(sightings), now, tasks)


def board_by_good(
    places: Mapping[WaypointSymbol, Place],
    sightings: Mapping[Good, Sequence[Sighting]],
    now: datetime,
    tasks: Iterable[Task],
) -> Board:
    """The same of sightings that are grouped by good."""
    board = Board(places=places, offers=OffersByGood(sightings, now))
    for task in tasks:
        if task.status.is_in_flight:
            board = board.claimed(task.source, task.good, -max(0, task.units_planned - task.units_bought))
            board = board.claimed(task.target, task.good, max(task.units_planned, task.units_bought) - task.units_sold)
    return board
