"""Recent disagreements between ledger and game, for the health page."""

from collections import deque

from starfoundry.kernel.ports import Clock
from starfoundry.ledger.domain.model import Incident

KEPT = 100


class Incidents:
    """The newest incidents, oldest first. Adding one never waits and never fails."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: deque[Incident] = deque(maxlen=KEPT)
        self._count = 0

    @property
    def count(self) -> int:
        """The number since the start, including those no longer kept."""
        return self._count

    def note(self, text: str) -> None:
        """Add an incident; an empty text is ignored."""
        if text:
            self._newest.append(Incident(at=self._clock.now(), text=text))
            self._count += 1

    def newest(self) -> tuple[Incident, ...]:
        """The incidents that are kept."""
        return tuple(self._newest)
