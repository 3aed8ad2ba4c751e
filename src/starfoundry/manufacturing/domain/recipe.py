"""What is made from what: the game's supply chain as the planner asks it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.kernel.ids import Good


@dataclass(frozen=True, slots=True)
class Recipes:
    """For each good that is made, the goods it is made from."""

    inputs: Mapping[Good, tuple[Good, ...]]

    def inputs_of(self, good: Good) -> tuple[Good, ...]:
        """What one factory of `good` uses up; empty when it is not made from anything."""
        return self.inputs.get(good, ())

    def is_input(self, good: Good) -> bool:
        """Whether anything is made from `good`."""
        return any(good in parts for parts in self.inputs.values())
