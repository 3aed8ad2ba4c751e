"""Mining and siphoning: the yield of asteroids and gas giants, and the cooldown.

Cooldown: 60 seconds and 10 more for each unit of power the mounts draw (players' figures: 70 to 90 seconds). Yield: the
mounts' strength, plus or minus a half (assumed).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.catalogue.deposits import GASES, ores_of
from starfoundry.sandbox.catalogue.parts import MOUNTS
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.random_streams import RandomStream, weighted
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.ships import wear
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.ships.wear import Event, strain
from starfoundry.sandbox.state.asteroids import AsteroidSurvey
from starfoundry.sandbox.state.universe import Universe

BASE_COOLDOWN, COOLDOWN_PER_POWER = 60, 10
LASER, SIPHON, SURVEYOR = "MINING_LASER", "GAS_SIPHON", "SURVEYOR"


@dataclass(frozen=True, slots=True)
class Extraction:
    """The extracted goods, and the events that damaged the ship."""

    good: Good
    units: int
    events: tuple[Event, ...]


def survey(universe: Universe, agent: Agent, ship: Ship, now: int) -> list[AsteroidSurvey]:
    """As many surveys as the strength of the ship's surveyors."""
    ship.require_orbit(now)
    strength = ship.strength_of(SURVEYOR)
    if not strength:
        raise ApiRejection(Code.NO_SURVEYOR, f"Ship {ship.symbol} has no surveyor mount.")
    place = ship.destination
    if not ores_of(place.traits):
        raise ApiRejection(Code.NOTHING_TO_SURVEY, f"There is nothing to survey at {place.symbol}.")
    ship.require_rested(now)
    seen = [Good(good) for each in ship.mounts if SURVEYOR in each for good in MOUNTS[each].deposits]
    surveys = [universe.asteroids.survey(place, seen, now) for _ in range(strength)]
    _rest(ship, SURVEYOR, now)
    record(universe, agent, ship, EventKind.SURVEY, ship.destination.symbol, strength, now)
    return surveys


def extract(universe: Universe, agent: Agent, ship: Ship, signature: str | None, now: int) -> Extraction:
    """Extract from a random deposit, or from those of a survey."""
    ship.require_orbit(now)
    place = ship.destination
    if not ores_of(place.traits):
        raise ApiRejection(Code.NOTHING_TO_EXTRACT, f"There is nothing to extract at {place.symbol}.")
    if not ship.strength_of(LASER):
        raise ApiRejection(Code.NO_MINING_LASER, f"Ship {ship.symbol} has no mining laser.")
    if not ship.has_module("MINERAL_PROCESSOR"):
        raise ApiRejection(Code.NO_MINERAL_PROCESSOR, f"Ship {ship.symbol} has no mineral processor.")
    found = _survey(universe, ship, signature, now) if signature is not None else None
    ship.require_rested(now)
    _require_room(ship)
    if universe.asteroids.is_exhausted(place.symbol, now):
        raise ApiRejection(Code.ASTEROID_UNSTABLE, f"{place.symbol} has been worked too hard and must rest.")
    rng = universe.entropy.stream("asteroids.yields")
    if found is None:
        good = universe.asteroids.draw(place)
    else:
        good = rng.choice(found.deposits)
        found.uses_left -= 1
    units = _load(ship, good, LASER, rng)
    universe.asteroids.work(place, now)
    _rest(ship, LASER, now)
    record(universe, agent, ship, EventKind.EXTRACT, good, units, now)
    return Extraction(good, units, strain(ship, universe.entropy))


def siphon(universe: Universe, agent: Agent, ship: Ship, now: int) -> Extraction:
    """Siphon gas from a gas giant."""
    ship.require_orbit(now)
    place = ship.destination
    if place.type != "GAS_GIANT":
        raise ApiRejection(Code.NOTHING_TO_SIPHON, f"There is nothing to siphon at {place.symbol}.")
    if not ship.strength_of(SIPHON):
        raise ApiRejection(Code.NO_GAS_SIPHON, f"Ship {ship.symbol} has no gas siphon.")
    if not ship.has_module("GAS_PROCESSOR"):
        raise ApiRejection(Code.NO_GAS_PROCESSOR, f"Ship {ship.symbol} has no gas processor.")
    ship.require_rested(now)
    _require_room(ship)
    rng = universe.entropy.stream("asteroids.yields")
    good = weighted(rng, GASES)
    units = _load(ship, good, SIPHON, rng)
    _rest(ship, SIPHON, now)
    record(universe, agent, ship, EventKind.SIPHON, good, units, now)
    return Extraction(good, units, strain(ship, universe.entropy))


def _survey(universe: Universe, ship: Ship, signature: str, now: int) -> AsteroidSurvey:
    found = universe.asteroids.surveys.get(signature)
    if found is None:
        raise ApiRejection(Code.SURVEY_UNKNOWN, "This survey was not made here.", {"signature": signature})
    if found.waypoint != ship.destination.symbol:
        raise ApiRejection(Code.SURVEY_ELSEWHERE, f"The survey is of {found.waypoint}, not {ship.destination.symbol}.")
    if found.expires_at <= now:
        raise ApiRejection(Code.SURVEY_EXPIRED, f"The survey {signature} has expired.")
    if found.uses_left <= 0 or not found.deposits:
        raise ApiRejection(Code.SURVEY_EXHAUSTED, f"The deposits of survey {signature} are exhausted.")
    return found


def _require_room(ship: Ship) -> None:
    if ship.cargo_free < 1:
        figures: Mapping[str, object] = {"cargoCapacity": ship.cargo_capacity, "cargoUnits": ship.cargo_units}
        raise ApiRejection(Code.CARGO_FULL, f"Ship {ship.symbol} has no room for more.", figures)


def _load(ship: Ship, good: Good, mount: str, rng: RandomStream) -> int:
    units = max(1, round(ship.strength_of(mount) * rng.uniform(0.5, 1.5)))
    units = min(units, ship.cargo_free)
    ship.load(good, units)
    return units


def _rest(ship: Ship, mount: str, now: int) -> None:
    power = sum(MOUNTS[each].needs.power or 0 for each in ship.mounts if mount in each)
    ship.rest(BASE_COOLDOWN + COOLDOWN_PER_POWER * power + wear.delay_seconds(ship), now)
