"""The law of motion held against a live series: how much of it is explained to the unit.

    python -m tests.sandbox.motion_fit [SERIES]

SERIES is a file of readings such as `market-series.json`, whose rows are kept where a good's supply level differs from
the reading before; by default the one that lies beside the project.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

from starfoundry.game.known_recipes import SUPPLY_CHAIN
from starfoundry.game.market_law import motion
from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.law import read_stock
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind

SERIES = Path(__file__).parents[3] / "shared" / "data" / "market-series.json"
PERIOD_MINUTES = 29.6
SLACK_MINUTES = 6.0  # what a good's tick may stray within one interval
ROUNDS_MAX = 10
SHARES = dict(zip(SupplyLevel, (0.1, 0.2, 0.4, 0.6, 0.8), strict=True))
FACTORS = {Activity.WEAK: 1.15, Activity.GROWING: 1.05, Activity.STRONG: 0.85, Activity.RESTRICTED: 0.75}
_STEEPNESSES = (8, 7, 9, 10, 6, 11, 5, 12, 13, 4, 14)
RATES = {  # the rates a label allows, in trade volumes a tick
    Activity.WEAK: (0.08, motion.GROWING_RATE),
    Activity.GROWING: (motion.GROWING_RATE, motion.FULL_RATE),
    Activity.STRONG: (motion.FULL_RATE, motion.FULL_RATE),
    Activity.RESTRICTED: (0.08, motion.FULL_RATE),
}
EXPORT_FLOORS = dict(zip(reversed(SupplyLevel), LEVEL_FLOORS[TradeKind.EXPORT], strict=False))
Place = tuple[str, Good]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reading; `before` is when the good was read last, `units` its stock where only one is possible."""

    minute: float
    before: float | None
    quote: Quote
    units: int | None = None

    @property
    def volume(self) -> int:
        """The trade volume."""
        return self.quote.trade_volume


@dataclass
class Count:
    """How many of some cases are explained."""

    explained: int = 0
    cases: int = 0

    def note(self, is_explained: bool) -> None:
        """One case more."""
        self.cases += 1
        self.explained += is_explained

    def __str__(self) -> str:
        return f"{self.explained} of {self.cases}"


def load(path: Path = SERIES) -> Mapping[Place, list[Row]]:
    """A series by market and good, in the order of time; stocks read with one steepness for each trade volume."""
    told: dict[Place, list[list[object]]] = defaultdict(list)
    for row in json.loads(path.read_text())["rows"]:
        told[row[1], Good(row[2])].append(row)
    return {
        place: _inverted(place[1], sorted(rows, key=lambda row: float(str(row[0])))) for place, rows in told.items()
    }


def _inverted(good: Good, rows: Sequence[Sequence[object]]) -> list[Row]:
    best: list[Row] = []
    for kind in TradeKind:
        if (rows[0][5] is None) != (kind is TradeKind.EXCHANGE):
            continue
        seen = [_row(good, kind, row) for row in rows]
        read = [one for _, each in groupby(seen, key=lambda one: one.volume) for one in _with_stocks([*each])]
        fits = sum(read_stock(one.quote) is not None for one in read)
        if not best or fits > sum(read_stock(one.quote) is not None for one in best):
            best = read
    return best


def _row(good: Good, kind: TradeKind, told: Sequence[object]) -> Row:
    minute, _, _, volume, supply, activity, ask, bid, before = told
    quote = Quote(
        good=good,
        kind=kind,
        trade_volume=int(str(volume)),
        supply=SupplyLevel[str(supply)],
        activity=None if activity is None else Activity(str(activity)),
        ask=int(str(ask)),
        bid=int(str(bid)),
    )
    return Row(minute=float(str(minute)), before=None if before is None else float(str(before)), quote=quote)


def _with_stocks(rows: Sequence[Row]) -> list[Row]:
    """Readings of one trade volume with their stocks, by the steepness that explains them all."""
    for steepness in _STEEPNESSES:
        read = [read_stock(row.quote, steepness=steepness) for row in rows]
        if all(each is not None and each.stock.steepness == steepness for each in read):
            stocks = [each.stock.units if each is not None and each.alternatives == 1 else None for each in read]
            return [
                Row(minute=row.minute, before=row.before, quote=row.quote, units=units)
                for row, units in zip(rows, stocks, strict=True)
            ]
    return [*rows]


def prices(series: Mapping[Place, list[Row]]) -> Count:
    """Readings of goods with a known base price that the price law explains to the credit."""
    count = Count()
    for (_, good), rows in series.items():
        for row in rows if good in BASE_PRICES else ():
            count.note(read_stock(row.quote) is not None)
    return count


def labels(series: Mapping[Place, list[Row]]) -> tuple[Count, Count]:
    """Readings of exports, and of imports that feed factories, that are RESTRICTED exactly where the law says so."""
    exports, imports = Count(), Count()
    for (market, good), rows in series.items():
        kind = rows[0].quote.kind
        others = SUPPLY_CHAIN.get(good, ()) if kind is TradeKind.EXPORT else _made_from(series, market, good)
        if kind is TradeKind.EXCHANGE or not others or any((market, each) not in series for each in others):
            continue
        for row in rows:
            levels = [_level(series[market, each], row.minute) for each in others]
            known = [each for each in levels if each is not None]
            if len(known) < len(levels):
                continue
            said = row.quote.activity is Activity.RESTRICTED
            if kind is TradeKind.EXPORT:
                exports.note(said == motion.is_export_restricted(known))
            else:
                imports.note(said == motion.is_import_restricted(known))
    return exports, imports


def _made_from(series: Mapping[Place, list[Row]], market: str, good: Good) -> tuple[Good, ...]:
    return tuple(
        made
        for where, made in series
        if where == market
        and series[where, made][0].quote.kind is TradeKind.EXPORT
        and good in SUPPLY_CHAIN.get(made, ())
    )


def _level(rows: Sequence[Row], minute: float) -> SupplyLevel | None:
    """The level a good showed when it was last read; None before its first reading."""
    seen = [row.quote.supply for row in rows if row.minute <= minute]
    return seen[-1] if seen else None


def clean(series: Mapping[Place, list[Row]], kind: TradeKind) -> Iterator[tuple[Row, Row]]:
    """Two successive readings of a good at one trade volume between which nobody looked, so that nobody traded."""
    for rows in series.values():
        for earlier, later in pairwise(rows):
            is_next = later.before is not None and abs(later.before - earlier.minute) < 0.02
            if rows[0].quote.kind is kind and is_next and later.volume == earlier.volume:
                yield earlier, later


def ticks(minutes: float) -> range:
    """How many ticks may lie in an interval."""
    return range(
        max(0, int((minutes - SLACK_MINUTES) / PERIOD_MINUTES)), int((minutes + SLACK_MINUTES) / PERIOD_MINUTES) + 2
    )


def rises(series: Mapping[Place, list[Row]]) -> Mapping[Activity, Count]:
    """Clean rises of exports, by activity, that are whole ticks at the full rate (a fifth of it when RESTRICTED)."""
    counts = {activity: Count() for activity in Activity}
    for earlier, later in clean(series, TradeKind.EXPORT):
        if earlier.units is None or later.units is None or later.units <= earlier.units:
            continue
        activity = earlier.quote.activity
        if activity is None or activity is not later.quote.activity:
            continue
        reached, units = set(), earlier.units
        for _ in ticks(later.minute - earlier.minute):
            units += motion.export_step(units, earlier.volume, 1.0, is_restricted=activity is Activity.RESTRICTED)
            reached.add(units)
        counts[activity].note(later.units in reached)
    return counts


def falls(series: Mapping[Place, list[Row]]) -> Count:
    """Falls of exports within a visit that are purchases of the recording bot, by its own rule."""
    count = Count()
    for rows in series.values():
        for earlier, later in pairwise(rows):
            activity, volume, units = earlier.quote.activity, earlier.volume, earlier.units
            is_visit = later.minute - earlier.minute < SLACK_MINUTES and later.volume == volume
            if rows[0].quote.kind is not TradeKind.EXPORT or not is_visit or activity is None:
                continue
            if units is None or later.units is None or later.units >= units:
                continue
            reached = set()
            for _ in range(ROUNDS_MAX):
                level = SupplyLevel.SCARCE
                for floor, name in ((4, "ABUNDANT"), (2, "HIGH"), (-2, "MODERATE"), (-4, "LIMITED")):
                    if units >= floor * volume:
                        level = SupplyLevel[name]
                        break
                units -= int(volume * SHARES[level] * FACTORS[activity])
                reached.add(units)
            count.note(later.units in reached)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A level that an export entered by a rise and left by another; both were seen at the reading after."""

    entered: Row
    left: Row

    @property
    def level(self) -> SupplyLevel:
        """The level that was crossed."""
        level = self.entered.quote.supply
        assert level is not None, "a reading of a visited market shows the level"
        return level

    @property
    def minutes(self) -> float:
        """How long it took, from reading to reading."""
        return self.left.minute - self.entered.minute

    @property
    def is_explained(self) -> bool:
        """Whether the law allows that time at the rates that the labels at both ends allow."""
        entered, left = self.entered, self.left
        assert entered.before is not None
        assert left.before is not None
        labels = [row.quote.activity for row in (entered, left) if row.quote.activity is not None]
        is_short = [each is Activity.RESTRICTED for each in labels]
        slowest, fastest = min(RATES[each][0] for each in labels), max(RATES[each][1] for each in labels)
        least = self._ticks(left.volume, fastest, is_restricted=all(is_short))
        most = self._ticks(entered.volume, slowest, is_restricted=any(is_short))
        seen_least, seen_most = left.before - entered.minute, left.minute - entered.before
        return (
            least * PERIOD_MINUTES - SLACK_MINUTES <= seen_most and seen_least <= most * PERIOD_MINUTES + SLACK_MINUTES
        )

    def _ticks(self, volume: int, rate: float, *, is_restricted: bool) -> int:
        """How many ticks at a rate lead from where it was entered, at its floor where that is not known, to its end."""
        units = self.entered.units
        if units is None:
            units = EXPORT_FLOORS[self.level] * self.entered.volume
        end, ticks = EXPORT_FLOORS[SupplyLevel(self.level + 1)] * volume, 0
        while units < end:
            units += motion.export_step(units, volume, rate, is_restricted=is_restricted)
            ticks += 1
        return ticks


def crossings(series: Mapping[Place, list[Row]]) -> Mapping[SupplyLevel, list[Crossing]]:
    """The crossings of an export's levels, as the players' figure of 120, 118 and 142 minutes counts them."""
    found: dict[SupplyLevel, list[Crossing]] = defaultdict(list)
    for rows in series.values():
        for before, entered, left in zip(rows, rows[1:], rows[2:], strict=False):
            levels = [row.quote.supply or SupplyLevel.SCARCE for row in (before, entered, left)]
            if rows[0].quote.kind is TradeKind.EXPORT and levels[0] < levels[1] < levels[2]:
                found[levels[1]].append(Crossing(entered=entered, left=left))
    return found


def growths(series: Mapping[Place, list[Row]]) -> tuple[Count, Count]:
    """Volumes that lie on the ladder from where the good began, and grown exports within their bound."""
    ladder, bound = Count(), Count()
    for (market, good), rows in series.items():
        if rows[0].quote.kind is TradeKind.EXCHANGE:
            continue
        rungs = [rows[0].volume]
        while rungs[-1] < rows[-1].volume:
            rungs.append(motion.next_volume(rungs[-1]))
        for earlier, later in pairwise(rows):
            if later.volume == earlier.volume:
                continue
            ladder.note(later.volume in rungs)
            inputs = [series[market, each] for each in SUPPLY_CHAIN.get(good, ()) if (market, each) in series]
            if rows[0].quote.kind is TradeKind.EXPORT and inputs:
                smallest = min(row[-1].volume for row in inputs)
                bound.note(later.volume <= motion.EXPORT_INPUT_RATIO * smallest)
    return ladder, bound


def main(path: Path) -> None:
    """Tell what the law explains."""
    series = load(path)
    exports, imports = labels(series)
    ladder, bound = growths(series)
    print("readings explained to the credit:", prices(series))
    print("exports RESTRICTED exactly while an input is SCARCE:", exports)
    print("imports RESTRICTED exactly while all they feed is ABUNDANT:", imports)
    for activity, count in rises(series).items():
        share = "a fifth of a full step" if activity is Activity.RESTRICTED else "full steps"
        print(f"clean rises of {activity.value} exports that are {share}:", count)
    print("falls of exports within a visit that are the bot's own purchases:", falls(series))
    for level, found in sorted(crossings(series).items()):
        minutes, allowed = sorted(each.minutes for each in found), sum(each.is_explained for each in found)
        told = ", ".join(f"{each:.0f}" for each in minutes)
        print(
            f"crossings of {level.name}: median {median(minutes):.0f} of {told}; explained: {allowed} of {len(found)}"
        )
    print("grown volumes on the ladder:", ladder, "and within 0.75 of the smallest input:", bound)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SERIES)
