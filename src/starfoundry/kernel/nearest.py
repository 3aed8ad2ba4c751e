"""Suggestions of known names for an unknown one."""

import re
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], *, count: int = 3, cutoff: float = 0.6) -> list[str]:
    """At most `count` of the known names, most similar first, in any letter case.

    Names are compared letter by letter, and part by part (`collect-min-supply` has three), in any order. Those less
    similar than `cutoff` are left out; 1 is the same name.
    """
    scored = [(_alike(name, each), each) for each in dict.fromkeys(known)]
    near = sorted((one for one in scored if one[0] >= cutoff), key=lambda one: (-one[0], one[1]))
    return [each for _score, each in near[:count]]


def did_you_mean(name: str, known: Iterable[str], *, count: int = 3) -> str:
    """The nearest names as a question; empty if none is near."""
    near = nearest(name, known, count=count)
    return f"did you mean {' or '.join(near)}?" if near else ""


def whole_name(name: str, known: Iterable[str]) -> str | None:
    """The known name that equals the given one in any letter case, or whose last part does: A2 for X1-AD75-A2.

    None if none matches, or several do.
    """
    wanted, names = name.strip().upper(), tuple(known)
    if wanted in names:
        return wanted
    ending = [each for each in names if wanted and each.upper().endswith(f"-{wanted}")]
    return ending[0] if len(ending) == 1 else None


def _alike(one: str, other: str) -> float:
    """The similarity of two names: 0 for none, 1 for equal names."""
    from difflib import SequenceMatcher  # noqa: PLC0415  (only an error needs it; the command line starts light)

    one, other = (each.casefold().strip("-_. ") for each in (one, other))
    letters = SequenceMatcher(None, one, other).ratio()
    if one and other and (one.startswith(other) or other.startswith(one)) and min(len(one), len(other)) > 2:
        letters = max(letters, 0.6)
    parts, others = (re.split(r"[-_.\s]+", each) for each in (one, other))
    if len(parts) < 2 or len(others) < 2:
        return letters
    shared = sum(1 for part in parts if part in others)
    return max(letters, 0.9 * 2 * shared / (len(parts) + len(others)))
