"""The presets that come with the program: the three profiles of the design's page, and what belongs to each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starfoundry.config.layers import Entry
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.kernel.supply import SupplyLevel

RESERVED = "none"
"""No preset may be called so: it stands for taking the applied one away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One preset: its values by setting name; the others come from the layers below."""

    name: str
    description: str
    values: Mapping[str, Any]

    def entries(self) -> dict[str, Entry]:
        """The values as a layer."""
        return {name: Entry(value=value, author="StarFoundry") for name, value in self.values.items()}


def _levels(collect: tuple[str, str], acquire: tuple[str, str]) -> dict[str, Any]:
    return {
        "collect_min_start_supply": SupplyLevel[collect[0]],
        "collect_min_execute_supply": SupplyLevel[collect[1]],
        "acquire_min_start_supply": SupplyLevel[acquire[0]],
        "acquire_min_execute_supply": SupplyLevel[acquire[1]],
    }


BUILT_IN: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="conservative",
            description="Buy only where stock is good, and stop a losing chain early.",
            values=_levels(("ABUNDANT", "HIGH"), ("MODERATE", "MODERATE")) | {"chain_stop_loss": 50_000},
        ),
        Profile(
            name="balanced",
            description="The levels a coordinator begins with.",
            values=_levels(("ABUNDANT", "HIGH"), ("MODERATE", "LIMITED")),
        ),
        Profile(
            name="aggressive",
            description="Start sooner and buy from thinner stock; more trips, less on each.",
            values=_levels(("HIGH", "MODERATE"), ("LIMITED", "LIMITED")),
        ),
    )
}


def no_preset(name: str, present: Iterable[str]) -> Missing:
    """The error for a name that no preset has."""
    names = list(present)
    meant = did_you_mean(name, names, count=1)
    return Missing(f"there is no preset {name!r}; {f'{meant} ' if meant else ''}there are: {', '.join(names)}")
