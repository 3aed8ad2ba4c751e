"""Settings and changes of every legal kind, for properties."""

from hypothesis import strategies as st

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.setting import Setting
from starfoundry.config.domain.declarations.value_types import Choice, Goods, Level, PerGood, WholeNumber
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.supply import SupplyLevel

GOODS = st.sampled_from(("FUEL", "IRON", "SHIP_PARTS"))


def values_of(one: Setting) -> st.SearchStrategy[object]:
    """Everything a setting takes."""
    match one.kind:
        case WholeNumber(minimum=low, maximum=high):
            return st.integers(low, high)
        case Level():
            return st.sampled_from(SupplyLevel)
        case Choice(words=words):
            return st.sampled_from(words)
        case Goods():
            return st.frozensets(GOODS, max_size=3).map(sorted).map(tuple)
        case PerGood():
            override = st.tuples(GOODS, st.just("min_purchase_price"), st.integers(0, 9))
            return st.lists(override, max_size=2, unique_by=lambda each: each[0]).map(sorted).map(tuple)
        case _:
            raise AssertionError(f"no values for {one.kind}")


changes = st.fixed_dictionaries({}, optional={one.name: values_of(one) for one in SETTINGS})
"""Values for any of the settings, each legal by itself."""


def _sorted_pairs(values: dict[str, object]) -> ManufacturingConfig:
    for start, execute in START_AND_EXECUTE:
        values[execute], values[start] = sorted((values[start], values[execute]))  # type: ignore[type-var]
    return ManufacturingConfig(**values)  # type: ignore[arg-type]


configs = st.fixed_dictionaries({one.name: values_of(one) for one in SETTINGS}).map(_sorted_pairs)
"""Every legal configuration."""

foreign_keys = st.dictionaries(
    st.text(max_size=12).filter(lambda key: key not in {one.key for one in SETTINGS}),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=6,
)
"""What else may lie in a container's config."""
