"""Players of the benchmark: the plain bots by name, and our program with presets and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.economy.bound import Pace
from benchmarks.economy.rules import Levels, Rule
from starfoundry.config.domain.declarations.builtin_presets import BUILT_IN
from starfoundry.demo.start_settings import check_settings
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.supply import SupplyLevel

BOTS: Mapping[str, Rule] = {
    # (a) Takes whatever pays, until the next tranche does not.
    "greedy": Rule(),
    # (a+) A tranche must bring so much more than it costs; or markets are spared by their stocks.
    "margin-0.2": Rule(margin=0.2),
    "margin-0.3": Rule(margin=0.3),
    "margin-0.5": Rule(margin=0.5),
    "sparing": Rule(buys_from=2.0, buys_inputs_from=-1.0, sells_up_to=1.0),
    # The best on two seeds of a dozen plain forms that were tried; beside (a+), which is chosen from fewer.
    "margin-0.4-kept": Rule(margin=0.4, buys_from=0.0, buys_inputs_from=-2.0),
    # (b) The design's fixed rules: collect at HIGH, buy inputs at anything but SCARCE.
    "fixed-rules": Rule(
        collect=Levels(SupplyLevel.HIGH, SupplyLevel.HIGH), acquire=Levels(SupplyLevel.LIMITED, SupplyLevel.LIMITED)
    ),
    # (c) The design's default thresholds, fixed.
    "thresholds": Rule(
        collect=Levels(SupplyLevel.ABUNDANT, SupplyLevel.HIGH),
        acquire=Levels(SupplyLevel.MODERATE, SupplyLevel.LIMITED),
    ),
}

PLUS = ("margin-0.2", "margin-0.3", "margin-0.5", "sparing")
"""The candidates for (a+): the one that earns most over all worlds is it."""

BOUNDS: Mapping[str, Pace] = {pace.value: pace for pace in Pace}
"""(d), and the same with rates as they are at the start, or with full rates and the largest volumes from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our program as an operator would start it."""

    preset: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


OURS: Mapping[str, Ours] = {"defaults": Ours(), **{name: Ours(preset=name) for name in BUILT_IN}}

USUAL = (*BOTS, *BOUNDS, "defaults", "earner")
"""What is played unless something else is asked for; presets that are not there yet are left out."""


def known() -> tuple[str, ...]:
    """Every policy that has a name."""
    return (*BOTS, *BOUNDS, *OURS)


def usual() -> tuple[str, ...]:
    """The policies of a usual run."""
    return tuple(name for name in USUAL if name in known())


def ours_of(name: str) -> Ours | None:
    """Our program by a policy's name, `PRESET` or `defaults`, and behind it `,SETTING=VALUE` ...; None for a bot's.

    Raises Refused for a name that nothing has, and for settings that are wrong.
    """
    base, *words = name.split(",")
    if base in OURS and all("=" in word for word in words):
        ours = Ours(preset=OURS[base].preset, settings=dict(word.split("=", 1) for word in words))
        check_settings(ours.preset, ours.settings)
        return ours
    if name in (*BOTS, *BOUNDS):
        return None
    raise Refused.of("policies", name, f"one of {', '.join(known())}; ours take ,SETTING=VALUE behind the name")
