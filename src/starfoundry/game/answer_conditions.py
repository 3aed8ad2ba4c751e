"""Health conditions for answers that were not fully readable: what was left out, where, and why."""

from collections.abc import Sequence

from starfoundry.game.decoding.flaws import Flaw, plain, shortened
from starfoundry.kernel.conditions import ConditionReporter

KIND = "odd-answer"

PLACES_MAX = 100
"""The maximum number of places kept; further ones are not reported."""

SHOWN_MAX = 3
"""The maximum number of flaws of one place shown as text."""

UNANSWERED = "no-answer"

UNANSWERED_SECONDS = 900.0
"""How long a missing answer is reported: a place that is seldom read would be reported long after an outage."""

ORDER_SECONDS = 3_600.0
"""How long an unreadable answer to an order is reported: when the same order is given again is unknown."""


class AnswerConditions:
    """The places of one player whose last answer was not fully readable.

    A place is what one answer is about, such as "market X1-AB-A2", or an element of a list, such as "ship FOUNDRY-3".
    Its condition ends with the next readable answer about it.
    """

    def __init__(self, conditions: ConditionReporter) -> None:
        self._conditions = conditions
        self._reported_by: dict[str, str] = {}
        self._record_no_answer: dict[str, None] = {}

    def record_answer(self, place: str, flaws: Sequence[Flaw], *, is_order: bool = False) -> None:
        """An answer about a place has arrived; `flaws` is empty when all of it could be read."""
        if place in self._record_no_answer:
            del self._record_no_answer[place]
            self._conditions.clear(UNANSWERED, place)
        if not flaws and not self._reported_by:
            return
        by_place: dict[str, list[Flaw]] = {}
        for flaw in flaws:
            by_place.setdefault(shortened(plain(flaw.place or place), 100), []).append(flaw)
        for known in [each for each, source in self._reported_by.items() if place in (each, source)]:
            if known not in by_place:
                del self._reported_by[known]
                self._conditions.clear(KIND, known)
        for each, found in by_place.items():
            if each in self._reported_by or len(self._reported_by) < PLACES_MAX:
                self._reported_by[each] = place
                self._report(each, found, is_order=is_order)

    def record_no_answer(self, place: str, reason: str) -> None:
        """The server never answered in time about a place, after the maximum number of attempts."""
        if place not in self._record_no_answer and len(self._record_no_answer) >= PLACES_MAX:
            return
        self._record_no_answer[place] = None
        self._conditions.report(
            UNANSWERED,
            place,
            reason=f"{place}: {shortened(plain(reason), 160)}",
            next_step="check the server and the network; the daemon keeps retrying",
            lasts_seconds=UNANSWERED_SECONDS,
        )

    def _report(self, place: str, flaws: Sequence[Flaw], *, is_order: bool) -> None:
        shown = [flaw.text for flaw in flaws[:SHOWN_MAX]]
        if len(flaws) > SHOWN_MAX:
            shown.append(f"{len(flaws) - SHOWN_MAX} more")
        text = "; ".join(shown)
        self._conditions.report(
            KIND,
            place,
            reason=text if text.startswith(place) else f"{place}: {text}",
            next_step="wait for a valid answer of the server; everything else continues",
            degrades=any(flaw.matters for flaw in flaws),
            lasts_seconds=ORDER_SECONDS if is_order else None,
        )
