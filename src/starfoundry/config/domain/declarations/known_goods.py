"""The check of settings that name goods against the goods that are known."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from starfoundry.kernel.errors import FieldProblem
from starfoundry.kernel.nearest import did_you_mean

NAMING_GOODS = frozenset({"blocked_goods", "good_overrides"})
"""Settings in which a misspelt good guards nothing."""

GoodsLookup = Callable[[], AbstractSet[str]]
"""Gives the goods that are known; asked only when a change names one. An empty set means that nothing is known yet."""


def no_goods_known() -> AbstractSet[str]:
    """The lookup where there is nothing to look at: every good is believed."""
    return frozenset()


def goods_named(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By setting, the goods that these values name."""
    overridden = dict.fromkeys(good for good, _, _ in values.get("good_overrides", ()))
    return {"blocked_goods": tuple(values.get("blocked_goods", ())), "good_overrides": tuple(overridden)}


def unknown_goods(
    before: Mapping[str, Any], after: Mapping[str, Any], goods: GoodsLookup, passed: Iterable[str] = ()
) -> Iterator[FieldProblem]:
    """A problem for every good that `after` names newly and that is not known, with the one that was probably meant.

    What `before` names is no reason to refuse another change. `passed` are settings that are wrong already.
    """
    present = goods_named(before)
    named = {
        name: [good for good in found if good not in present.get(name, ())]
        for name, found in goods_named(after).items()
        if name not in passed
    }
    known = goods() if any(named.values()) else frozenset()
    if not known:
        return
    for name, found in named.items():
        for good in found:
            if good not in known:
                yield _unknown(name, good, known)


def _unknown(name: str, good: str, known: AbstractSet[str]) -> FieldProblem:
    meant = did_you_mean(good, sorted(known), count=1)
    suggestion = f" ({meant})" if meant else ""
    field = name if name == "blocked_goods" else f"{name}.{good}"
    return FieldProblem(field=field, given=good, allowed=f"a good that a market here knows{suggestion}")
