"""The game's supply chain: the inputs of every good."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from starfoundry.kernel.ids import Good


@dataclass(frozen=True)
class Recipes:
    """The inputs of each good that is made."""

    inputs: Mapping[Good, tuple[Good, ...]]

    def inputs_of(self, good: Good) -> tuple[Good, ...]:
        """The inputs that a factory of `good` consumes; empty if it is not made from anything."""
        return self.inputs.get(good, ())

    def is_input(self, good: Good) -> bool:
        """Whether anything is made from `good`."""
        return good in self.parts

    @cached_property
    def parts(self) -> frozenset[Good]:
        """Every good that something is made from."""
        return frozenset(part for parts in self.inputs.values() for part in parts)
