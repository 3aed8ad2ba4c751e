"""Strain of asteroids by extraction, and surveys of their deposits."""

from collections.abc import Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.catalogue.deposits import ores_of
from starfoundry.sandbox.core.milliseconds import HOUR, SECOND
from starfoundry.sandbox.core.random_streams import weighted
from starfoundry.sandbox.worldgen.atlas import WaypointPlan

# One asteroid bears eight drones that each extract every 70 seconds, for ever (S): a strain of 411 extractions an hour,
# which settles at 594, just short of UNSTABLE for the weakest. Limits and the half-life are assumed.
LIMIT_EXTRACTIONS = (1_000, 1_800)
REST_HOURS = 1.0  # the half-life of the strain
UNSTABLE_FROM, CRITICAL_FROM = 0.6, 0.85

_SIZES = {"SMALL": 0.5, "MODERATE": 0.35, "LARGE": 0.15}
_DEPOSITS_OF = {"SMALL": (3, 4), "MODERATE": (4, 6), "LARGE": (6, 8)}
_USES_OF = {"SMALL": (5, 15), "MODERATE": (12, 35), "LARGE": (25, 70)}
_SURVEY_MINUTES = (15, 60)


@dataclass(slots=True, kw_only=True)
class AsteroidSurvey:
    """A survey: its deposits, its expiry (milliseconds since 1970), and its remaining uses."""

    signature: str
    waypoint: WaypointSymbol
    size: str
    deposits: tuple[Good, ...]
    expires_at: int
    uses_left: int


@dataclass(slots=True)
class _Strain:
    """Recent extractions, as of a time."""

    limit: int
    extractions: float = 0.0
    at: int = 0

    def share(self, now: int) -> float:
        eased: float = self.extractions * 0.5 ** ((now - self.at) / (REST_HOURS * HOUR)) / self.limit
        return eased


class Asteroids:
    """The strain of every asteroid, and all surveys."""

    def __init__(self, entropy: Entropy) -> None:
        self._entropy = entropy
        self._strains: dict[WaypointSymbol, _Strain] = {}
        self.surveys: dict[str, AsteroidSurvey] = {}

    def modifiers(self, waypoint: WaypointSymbol, now: int) -> Sequence[str]:
        """The modifiers a place shows because of extraction."""
        strain = self._strains.get(waypoint)
        share = strain.share(now) if strain is not None else 0.0
        if share >= CRITICAL_FROM:
            return ("CRITICAL_LIMIT",)
        return ("UNSTABLE",) if share >= UNSTABLE_FROM else ()

    def is_exhausted(self, waypoint: WaypointSymbol, now: int) -> bool:
        """Whether nothing can be extracted there for now."""
        strain = self._strains.get(waypoint)
        return strain is not None and strain.share(now) >= 1.0

    def work(self, place: WaypointPlan, now: int) -> None:
        """Count one more extraction; the engineered asteroid is not affected."""
        if place.type == "ENGINEERED_ASTEROID":
            return
        strain = self._strains.get(place.symbol)
        if strain is None:
            limit = self._entropy.stream("asteroids.limits").randint(*LIMIT_EXTRACTIONS)
            strain = self._strains[place.symbol] = _Strain(limit)
        strain.extractions = strain.share(now) * strain.limit + 1
        strain.at = now

    def draw(self, place: WaypointPlan) -> Good:
        """The good of an extraction without a survey."""
        return weighted(self._entropy.stream("asteroids.yields"), ores_of(place.traits))

    def survey(self, place: WaypointPlan, seen: Sequence[Good], now: int) -> AsteroidSurvey:
        """A new survey; it contains only deposits that the surveyor can detect."""
        rng = self._entropy.stream("asteroids.surveys")
        size = weighted(rng, _SIZES)
        visible = {good: weight for good, weight in ores_of(place.traits).items() if good in seen}
        deposits = [weighted(rng, visible) for _ in range(rng.randint(*_DEPOSITS_OF[size]))] if visible else []
        survey = AsteroidSurvey(
            signature=f"{place.symbol}-{self._entropy.token('asteroids.signatures', 6).upper()}",
            waypoint=place.symbol,
            size=size,
            deposits=tuple(deposits),
            expires_at=now + rng.randint(*_SURVEY_MINUTES) * 60 * SECOND,
            uses_left=rng.randint(*_USES_OF[size]),
        )
        self.surveys = {name: each for name, each in self.surveys.items() if each.expires_at > now}
        self.surveys[survey.signature] = survey
        return survey
