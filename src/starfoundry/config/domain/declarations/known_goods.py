"""The check that goods named in settings are known goods."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from starfoundry.kernel.errors import FieldProblem
from starfoundry.kernel.nearest import did_you_mean

NAMING_GOODS = frozenset({"blocked_goods", "good_overrides"})
"""Settings in which a misspelt good has no effect."""

GoodsLookup = Callable[[], AbstractSet[str]]
"""Returns the known goods. It is called only if a change names a good. An empty set means that none are known yet."""


def no_goods_known() -> AbstractSet[str]:
    """The lookup if no goods are known: it accepts every good."""
    return frozenset()


def goods_named(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The goods that these values name, by setting."""
    overridden = dict.fromkeys(good for good, _, _ in values.get("good_overrides", ()))
    return {"blocked_goods": tuple(values.get("blocked_goods", ())), "good_overrides": tuple(overridden)}


def unknown_goods(
    before: Mapping[str, Any], after: Mapping[str, Any], goods: GoodsLookup, passed: Iterable[str] = ()
) -> Iterator[FieldProblem]:
    """A problem for every unknown good that `after` names and `before` does not, with the nearest known name.

    Goods already in `before` do not block other changes. `already_wrong` are settings with other problems.
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
    return FieldProblem(field=field, given=good, allowed=f"a good that a known market trades{suggestion}")
