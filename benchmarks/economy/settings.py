"""`python -m benchmarks.economy.settings`: what each live setting does over its range, beside the noise.

Every value of a setting is played in the same worlds as the first one of its row. A history is chaotic: two that differ
in one purchase differ in all that follow. So a ratio in one world is mostly chance, and what counts is the mean of the
logarithm over the worlds beside its standard error:

    effect = mean over the worlds of log(gained with the value / gained with the first value)
    noise  = standard deviation of these logarithms / square root of the number of worlds
"""

import itertools
import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.economy.options import numbers, scenarios
from benchmarks.economy.played import rows_of
from benchmarks.economy.row import Row
from benchmarks.economy.table import columns, short
from benchmarks.economy.world import World

TELLING = 2.0
"""An effect of so many times its noise is not chance in nineteen cases of twenty."""

CHAINS = "defaults,trade_max_ships=0,max_workers=20,min_purchase_price=100"
"""The fleet works for its chains only, so that what concerns chains can be felt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Values of one setting, in order over its range, by which a policy is played."""

    setting: str
    values: Sequence[str]
    policy: str = "earner"

    def policies(self) -> list[str]:
        """What is played, a policy for each value."""
        return [f"{self.policy},{self.setting}={value}" for value in self.values]


_LEVELS = ("SCARCE", "LIMITED", "MODERATE", "HIGH", "ABUNDANT")

SWEEPS: tuple[Sweep, ...] = (
    Sweep(setting="max_workers", values=("1", "2", "4", "20")),
    Sweep(setting="max_pipelines", values=("0", "1", "3", "10"), policy=CHAINS),
    Sweep(
        setting="collect_min_start_supply",
        values=_LEVELS,
        policy=f"{CHAINS},collect_min_execute_supply=SCARCE",
    ),
    Sweep(
        setting="collect_min_execute_supply",
        values=_LEVELS,
        policy=f"{CHAINS},collect_min_start_supply=ABUNDANT",
    ),
    Sweep(
        setting="acquire_min_start_supply",
        values=_LEVELS,
        policy=f"{CHAINS},acquire_min_execute_supply=SCARCE",
    ),
    Sweep(
        setting="acquire_min_execute_supply",
        values=_LEVELS,
        policy=f"{CHAINS},acquire_min_start_supply=ABUNDANT",
    ),
    Sweep(setting="min_purchase_price", values=("0", "1000", "3000", "10000"), policy=CHAINS),
    Sweep(setting="strategy", values=("prefer-buy", "smart", "prefer-fabricate"), policy=CHAINS),
    Sweep(setting="min_balance", values=("0", "150000", "1000000", "100000000")),
    Sweep(setting="chain_stop_loss", values=("0", "10000", "250000"), policy=CHAINS),
    Sweep(setting="max_api_share", values=("2", "5", "10", "100")),
    Sweep(setting="market_max_age", values=("5", "30", "180", "1440")),
    Sweep(setting="blocked_goods", values=("", "FOOD")),
    Sweep(setting="trade_max_ships", values=("0", "1", "2", "4", "100")),
    Sweep(setting="trade_min_start_supply", values=_LEVELS, policy="earner,trade_min_execute_supply=SCARCE"),
    Sweep(setting="trade_min_execute_supply", values=_LEVELS, policy="earner,trade_min_start_supply=ABUNDANT"),
    Sweep(setting="trade_min_margin", values=("0", "20", "40", "60", "100")),
)
"""Every setting but `good_overrides`, which holds the same ones for single goods."""

PRESETS = ("conservative", "balanced", "aggressive", "earner")
"""From the one that is to risk least to the one that may risk most."""

By = Mapping[str, Mapping[tuple[str, int], Row]]


def effect(rows: Mapping[tuple[str, int], Row], first: Mapping[tuple[str, int], Row]) -> tuple[float, float]:
    """The mean of the logarithms of the ratios to the first value over the worlds of both, and its standard error.

    Worlds in which either lost money are left out: a loss has no ratio.
    """
    pairs = [(rows[world]["gained_with_ships"], first[world]["gained_with_ships"]) for world in rows if world in first]
    logs = [math.log(gained / before) for gained, before in pairs if gained > 0 and before > 0]
    if len(logs) < 2:
        return (logs[0] if logs else math.nan), math.nan
    return statistics.fmean(logs), statistics.stdev(logs) / math.sqrt(len(logs))


def shape(medians: Sequence[float]) -> str:
    """How gains run over the range: up, down, to a peak, to a trough, or to and fro."""
    steps = [after > before for before, after in itertools.pairwise(medians) if after != before]
    if not steps:
        return "flat"
    turns = sum(one != other for one, other in itertools.pairwise(steps))
    if turns == 0:
        return "rising" if steps[0] else "falling"
    return ("peak" if steps[0] else "trough") if turns == 1 else "to and fro"


def lines(sweeps: Sequence[Sweep], rows: Sequence[Row]) -> list[str]:
    """The table, line by line."""
    by: dict[str, dict[tuple[str, int], Row]] = {}
    for row in rows:
        by.setdefault(row["policy"], {})[row["scenario"], row["seed"]] = row
    heads = ("setting", "value", "gained", "effect", "noise", "worst hour", "drawdown", "over the range")
    told = [line for sweep in sweeps for line in _lines(sweep, by)]
    presets = [(name, "", *_money(by[name]), "", "", *_risk(by[name]), "") for name in PRESETS if name in by]
    return columns(heads, [*told, *presets])


def _lines(sweep: Sweep, by: By) -> Iterator[Sequence[str]]:
    names = [name for name in sweep.policies() if name in by]
    if not names:
        return
    effects = [effect(by[name], by[names[0]]) for name in names]
    told = any(abs(mean) > TELLING * noise > 0 for mean, noise in effects)
    is_same = all(mean == 0 for mean, _ in effects)
    medians = [statistics.median(row["gained_with_ships"] for row in by[name].values()) for name in names]
    over = "does nothing" if is_same else f"{shape(medians)}{'' if told else ', within the noise'}"
    for place, (name, (mean, noise)) in enumerate(zip(names, effects, strict=True)):
        value = name.rpartition("=")[2] or "(none)"
        shown = ("", "") if place == 0 else (f"{100 * math.expm1(mean):+.1f} %", f"{100 * noise:.1f} %")
        yield (
            sweep.setting if place == 0 else "",
            value,
            *_money(by[name]),
            *shown,
            *_risk(by[name]),
            over if place == 0 else "",
        )


def _money(rows: Mapping[tuple[str, int], Row]) -> tuple[str]:
    return (short(statistics.median(row["gained_with_ships"] for row in rows.values()), "gained"),)


def _risk(rows: Mapping[tuple[str, int], Row]) -> tuple[str, str]:
    """The worst hour and the deepest fall over all worlds."""
    worst = min(row["worst_hour"] for row in rows.values())
    return short(worst, "worst_hour"), short(max(row["drawdown"] for row in rows.values()), "drawdown")


@click.command()
@click.option("--seeds", default="1-6", show_default=True, metavar="N,A-B", help="The universes.")
@click.option("--scenario", default="ordinary", show_default=True, help="How they are.")
@click.option("--hours", default=12.0, show_default=True, type=click.FloatRange(0, min_open=True), help="Simulated.")
@click.option("--settings", default="", metavar="NAMES", help="Apart by commas; default: all of them, and the presets.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON lines; what is there is not repeated."
)
def main(*, seeds: str, scenario: str, hours: float, settings: str, jobs: int, out: Path | None) -> None:
    """Play each live setting over its range in the same worlds, and print what it does."""
    wanted = settings.split(",") if settings else [sweep.setting for sweep in SWEEPS]
    unknown = [name for name in wanted if name not in [sweep.setting for sweep in SWEEPS]]
    if unknown:
        raise click.BadParameter(f"a setting is one of {', '.join(s.setting for s in SWEEPS)}, was {unknown[0]!r}")
    sweeps = [sweep for sweep in SWEEPS if sweep.setting in wanted]
    policies = [policy for sweep in sweeps for policy in sweep.policies()] + ([] if settings else list(PRESETS))
    worlds = [World(scenario=each, seed=seed, hours=hours) for each in scenarios(scenario) for seed in numbers(seeds)]
    games = [(world, policy) for policy in policies for world in worlds]
    rows = rows_of(games, carriers=1, jobs=jobs, out=out, show=click.echo)
    click.echo("\n".join(["", f"{len(worlds)} {scenario} worlds of {hours:g} hours", *lines(sweeps, rows)]))


if __name__ == "__main__":
    main()
