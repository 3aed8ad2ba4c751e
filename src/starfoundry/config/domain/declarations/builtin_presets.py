"""The presets that come with the program: the design's three profiles, and the one that earns most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starfoundry.config.domain.layers import LayerValue
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.kernel.supply import SupplyLevel

RESERVED = "none"
"""A name that no preset may have: it removes the applied preset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinPreset:
    """One preset: its values by setting name; other settings come from the layers below."""

    name: str
    description: str
    values: Mapping[str, Any]

    def entries(self) -> dict[str, LayerValue]:
        """The values as a layer."""
        return {name: LayerValue(value=value, author="StarFoundry") for name, value in self.values.items()}


def _levels(collect: tuple[str, str], acquire: tuple[str, str], trade: tuple[str, str]) -> dict[str, Any]:
    return {
        "collect_min_start_supply": SupplyLevel[collect[0]],
        "collect_min_execute_supply": SupplyLevel[collect[1]],
        "acquire_min_start_supply": SupplyLevel[acquire[0]],
        "acquire_min_execute_supply": SupplyLevel[acquire[1]],
        "trade_min_start_supply": SupplyLevel[trade[0]],
        "trade_min_execute_supply": SupplyLevel[trade[1]],
    }


BUILT_IN: Mapping[str, BuiltinPreset] = {
    preset.name: preset
    for preset in (
        BuiltinPreset(
            name="conservative",
            description="Buy only from good stock, and stop a losing chain early.",
            values=_levels(("ABUNDANT", "HIGH"), ("MODERATE", "MODERATE"), trade=("HIGH", "MODERATE"))
            | {"chain_stop_loss": 50_000, "trade_min_margin": 60},
        ),
        BuiltinPreset(
            name="balanced",
            description="The levels a coordinator begins with.",
            values=_levels(("ABUNDANT", "HIGH"), ("MODERATE", "LIMITED"), trade=("MODERATE", "LIMITED")),
        ),
        BuiltinPreset(
            name="aggressive",
            description="Start sooner and buy from smaller stock: more trips, less profit on each.",
            values=_levels(("HIGH", "MODERATE"), ("LIMITED", "LIMITED"), trade=("LIMITED", "LIMITED"))
            | {"trade_min_margin": 25},
        ),
        BuiltinPreset(
            name="earner",
            description="What earns most in our benchmark: every ship trades and supplies factories.",
            values=_levels(("HIGH", "MODERATE"), ("MODERATE", "LIMITED"), trade=("MODERATE", "LIMITED"))
            | {"max_workers": 100, "max_pipelines": 0, "min_purchase_price": 100, "trade_max_ships": 100},
        ),
    )
}


def missing_preset(name: str, present: Iterable[str]) -> Missing:
    """The error for a preset name that does not exist."""
    names = list(present)
    meant = did_you_mean(name, names, count=1)
    return Missing(f"there is no preset {name!r}; {f'{meant} ' if meant else ''}there are: {', '.join(names)}")
