"""The table of the benchmark: medians and worst cases of what policies earn beside one another, over all worlds."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.economy.policies import BOTS, BOUNDS, PLUS

Row = Mapping[str, Any]
WorldKey = tuple[str, int]
By = Mapping[str, Mapping[WorldKey, Row]]
"""Rows by policy and world."""

REFERENCES = ("(a+)", "greedy", "fixed-rules", "thresholds", *BOUNDS)


def arranged(rows: Iterable[Row]) -> dict[str, dict[WorldKey, Row]]:
    """Rows by policy and world."""
    by: dict[str, dict[WorldKey, Row]] = defaultdict(dict)
    for row in rows:
        by[row["policy"]][row["scenario"], row["seed"]] = row
    return dict(by)


def best_plus(by: By) -> str | None:
    """The candidate for (a+) that earns most over the worlds that all candidates there are were played in."""
    played = [name for name in PLUS if by.get(name)]
    worlds = set.intersection(*(set(by[name]) for name in played)) if played else set()
    return max(played, key=lambda name: sum(_worth(by[name][world]) for world in worlds), default=None)


def lines(rows: Sequence[Row]) -> list[str]:
    """The table, line by line."""
    by = arranged(rows)
    plus = best_plus(by)
    named = {**by, "(a+)": by[plus]} if plus else by
    policies = [name for name in (*BOTS, *BOUNDS) if name in by]
    policies += [name for name in by if name not in policies]
    told = [f"(a+) is {plus}." if plus else "No candidate for (a+) was played.", ""]
    told += columns(["policy", *_FIGURES], [_figures(name, by[name]) for name in policies])
    told += [
        "",
        "Gain with ships counted at what was paid for them, as a ratio: median, worst over the worlds both played.",
    ]
    heads = [each for each in REFERENCES if each in named]
    ratios = [[name, *(_ratio(by[name], named[each], _worth) for each in heads)] for name in policies]
    told += columns(["policy", *heads], ratios)
    if plus:
        told += ["", "Credits at two hours, ships counted, as a ratio to (a+): median, worst."]
        early = [[name, _ratio(by[name], by[plus], lambda row: row.get("worth_2h"))] for name in policies]
        told += columns(["policy", "(a+)"], [row for row in early if row[1]])
    return told


_FIGURES: Mapping[str, tuple[str, Callable[[Sequence[float]], float]]] = {
    "gained": ("gained_with_ships", statistics.median),
    "less ships": ("gained", statistics.median),
    "worst": ("gained_with_ships", min),
    "cash 2 h": ("credits_2h", statistics.median),
    "worst hour": ("worst_hour", min),
    "h < 90 %": ("hours_below_90", sum),
    "drawdown": ("drawdown", max),
    "requests": ("requests", statistics.median),
    "trips": ("trips", statistics.median),
    "carriers": ("carriers", statistics.median),
    "laden": ("share_laden", statistics.fmean),
    "empty": ("share_empty", statistics.fmean),
    "port": ("share_port", statistics.fmean),
    "held": ("share_held", statistics.fmean),
    "idle": ("share_idle", statistics.fmean),
    "missed": ("share_missed", statistics.fmean),
    "price error": ("price_error_median", statistics.median),
    "p90, cr": ("price_error_p90", statistics.median),
    "trip error": ("trip_error_median", statistics.median),
    "p90": ("trip_error_p90", statistics.median),
    "chain error": ("chain_error_median", statistics.median),
    "p90 ": ("chain_error_p90", statistics.median),
    "h/s": ("hours_per_second", statistics.median),
}
"""The columns: the head, the figure, and what is made of it over all worlds."""


def _figures(name: str, rows: Mapping[WorldKey, Row]) -> list[str]:
    cells = [name]
    for figure, summed in _FIGURES.values():
        values = [row[figure] for row in rows.values() if row.get(figure) is not None]
        cells.append(short(summed(values), figure) if values else "")
    return cells


def _worth(row: Row) -> float:
    return float(row["gained_with_ships"])


def _ratio(ours: Mapping[WorldKey, Row], theirs: Mapping[WorldKey, Row], figure: Callable[[Row], Any]) -> str:
    pairs = [(figure(ours[world]), figure(theirs[world])) for world in ours if world in theirs]
    ratios = [mine / other for mine, other in pairs if mine is not None and other]
    return f"{statistics.median(ratios):.2f}, {min(ratios):.2f}" if ratios else ""


def short(value: float, figure: str) -> str:
    """A figure in few characters: a share in percent, money in k or M."""
    if figure.startswith(("share", "trip_error", "chain_error")):
        return f"{100 * value:.1f} %"
    if figure == "hours_per_second":
        return f"{value:.2f}"
    if abs(value) >= 1_000_000:
        return f"{value / 1_000_000:.2f} M"
    return f"{value / 1_000:.0f} k" if abs(value) >= 100_000 else f"{value:,.0f}"


def columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table of texts: the first column from its left, the others to their right."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    shown = (
        "  ".join(
            f"{cell:<{width}}" if not place else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (heads, *rows)
    )
    return [line.rstrip() for line in shown]
