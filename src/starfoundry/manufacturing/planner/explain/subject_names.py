"""Names of subjects as somebody types them, and the explanations that they mean."""

import re
from collections.abc import Sequence

from starfoundry.containers.domain.naming import is_part
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good
from starfoundry.kernel.nearest import did_you_mean, whole_name
from starfoundry.manufacturing.planner.explanation import Explanation, Subject
from starfoundry.manufacturing.reasons import chains, trips
from starfoundry.market.domain.model import Place

WORK_ID = re.compile(r"(?:[0-9a-z]+-)?(p\d+(?:-t\d+)?)")
"""The id of a task or pipeline in small letters; the group is what is left without its container."""


def named(found: Sequence[Explanation], subject: str) -> list[Explanation]:
    """The explanations about a subject by its name or a part of it; raises Refused for a part that matches several."""
    return [each for each in found if _is_meant(each, subject)] or _shortly_named(found, subject)


def of_place_or_good(places: Sequence[Place], name: str, found: Sequence[Explanation]) -> Explanation:
    """The explanation of a market that makes nothing, or of a good for which no chain could be opened.

    Raises Missing with similar names for anything else.
    """
    good = Good(name.strip().upper())
    waypoint = whole_name(name, [place.waypoint for place in places])
    place = next((place for place in places if place.waypoint == waypoint), None)
    if place is not None and not place.exports:
        reason = chains.makes_nothing(place.waypoint)
        return Explanation(subject=Subject.CHAIN, name=place.waypoint, state="NOT_OPEN", reason=reason)
    known = {each for place in places for each in (*place.imports, *place.exports, *place.exchange)}
    if good not in known:
        names = {each.name for each in found} | known | {place.waypoint for place in places}
        meant = did_you_mean(name, sorted(names), count=1)
        hint = f"; {meant}" if meant else ""
        raise Missing(f"there is no ship, task, pipeline, good, waypoint or container {name}{hint}")
    makers = [place.waypoint for place in places if good in place.exports]
    reason = trips.never_seen(good, makers[0]) if makers else chains.not_made(good)
    return Explanation(subject=Subject.CHAIN, name=good, good=good, state="NOT_OPEN", reason=reason)


def _is_meant(each: Explanation, subject: str) -> bool:
    """Whether an explanation is about the given subject."""
    name, typed = each.name.upper(), subject.strip().upper()
    return (
        typed in (name, each.good, each.container_id.upper())
        or (each.subject is Subject.TASK and name.startswith(f"{typed}-T"))
        or name.endswith(f" AT {typed}")
    )


def _shortly_named(found: Sequence[Explanation], subject: str) -> list[Explanation]:
    """The explanations about the one ship, waypoint, task, pipeline or container with the given part of a name."""
    typed = subject.strip()
    ships = [each.name for each in found if each.subject is Subject.SHIP]
    places = dict.fromkeys(each.name.rpartition(" at ")[2] for each in found if " at " in each.name)
    fitting = [*filter(None, (whole_name(typed, ships), whole_name(typed, places)))]
    if WORK_ID.fullmatch(typed.lower()):
        tasks = [each.name for each in found if each.subject is Subject.TASK]
        work = dict.fromkeys([*tasks, *(name.rpartition("-t")[0] for name in tasks)])
        fitting += [each for each in work if each.endswith(f"-{typed.lower()}")]
    owners = dict.fromkeys(each.container_id for each in found if each.container_id)
    fitting += [each for each in owners if is_part(typed, each) or f"-{typed.upper()}-" in each]
    if len(fitting) > 1:
        raise Refused.of("subject", subject, f"one of {', '.join(fitting)}")
    return [each for each in found if fitting and _is_meant(each, fitting[0])]
