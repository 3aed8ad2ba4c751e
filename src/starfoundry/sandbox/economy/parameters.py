"""Everything the price law leaves free, in one place."""

from dataclasses import dataclass

Quantiles = tuple[tuple[float, float], ...]
"""A distribution by knots (share below, value), the first at share 0 and the last at 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomyParameters:
    """How stocks move by themselves. Amounts are in transactions (units / trade volume), times in hours.

    Grades: M measured by players on the live server, C chosen here so that a measured figure comes out, A assumed.

    turn_hours                  M  each market recalculates about every 15 minutes, with a phase of its own
    steepness, steepness_small  M  how many markets showed each m; goods of volume 6 are steeper
    rest_export, _raw_export, _import, _raw_import
                                M  where stocks rest (10th, 50th and 90th percentile), narrowed by what moves around it
    tempo_spread, tempo_hours   C  a good's rate per hour is e^x with x drifting around 0; gives the shares of activity
    growing_tempo, strong_tempo M  about 1 V an hour at WEAK, 2 V at STRONG, GROWING between
    tempo_climb                 A  how far one traded V lifts x: hours of steady trade to get from WEAK to STRONG
    appetite                    C  how much more of an input is used for each V it stands above its rest: recovery of
                                   imports with a half-life of 1 to 1.5 hours, and what feeding a factory does
    appetite_min, appetite_max  A
    delivery_ease               A  how much less others deliver for each V an import stands above its rest
    fullness_brake, _brake_min, _boost_max
                                C  how production falls as its export fills and rises as it empties: recovery of exports
    demand_pull, demand_max     C  how much more others take of an export for each V it stands above its rest
    restricted_pace             M  a factory short of an input is slower (30 minutes a level against 19)
    rested_pace                 A  imports whose factories are all ABUNDANT are used more slowly, and show RESTRICTED
    larder_max, larder_leak     A  inputs taken in and not yet built in; what is over it is used without result
    exchange_return             M  exchanges drift to the middle, half-life as for the others
    exchange_visits, fuel_visits A  chance a turn that others trade there
    growth_hours_min, growth_chance, growth_share
                                A  volume grows from STRONG after a while, a unit or a few at a time
    growth_empty, growth_full, growth_ratio_max
                                M  exports grow while bought empty, imports while flooded, to 3 times the export
    export_shift, import_shift  scenarios only: where stocks rest, moved by so many transactions
    volume_factor               scenarios only: how far volumes have grown when the universe begins
    rivals                      scenarios only: visits of other traders to a market in an hour; each buys or sells there
                                up to one transaction at the price shown, as a player would
    """

    turn_hours: float = 0.25
    steepness: tuple[tuple[int, int], ...] = (
        *((5, 1), (6, 15), (7, 43), (8, 74), (9, 60), (10, 22), (11, 8), (12, 2), (13, 2)),
    )
    steepness_small: tuple[tuple[int, int], ...] = ((8, 2), (9, 8), (10, 10), (11, 8), (12, 1))
    rest_export: Quantiles = ((0.0, 0.3), (0.1, 1.3), (0.5, 3.3), (0.65, 4.0), (0.9, 9.5), (1.0, 12.5))
    rest_raw_export: Quantiles = ((0.0, 2.0), (0.5, 3.2), (1.0, 5.0))
    rest_import: Quantiles = ((0.0, -11.0), (0.1, -8.2), (0.3, -5.0), (0.5, -3.8), (0.9, -1.9), (1.0, -1.0))
    rest_raw_import: Quantiles = ((0.0, -9.5), (0.1, -8.8), (0.5, -5.2), (0.9, -3.2), (1.0, -2.0))
    tempo_spread: float = 0.4
    tempo_hours: float = 6.0
    growing_tempo: float = 1.54
    strong_tempo: float = 2.1
    tempo_climb: float = 0.08
    appetite: float = 0.62
    appetite_min: float = 0.1
    appetite_max: float = 4.0
    delivery_ease: float = 0.05
    fullness_brake: float = 0.52
    fullness_brake_min: float = 0.4
    fullness_boost_max: float = 3.0
    demand_pull: float = 0.65
    demand_max: float = 3.5
    restricted_pace: float = 0.85
    rested_pace: float = 0.7
    larder_max: float = 2.0
    larder_leak: float = 0.6
    exchange_return: float = 0.58
    exchange_visits: float = 0.04
    fuel_visits: float = 0.004
    growth_hours_min: float = 2.0
    growth_chance: float = 0.5
    growth_share: float = 0.025
    growth_empty: float = -2.0
    growth_full: float = 3.0
    growth_ratio_max: int = 3
    export_shift: float = 0.0
    import_shift: float = 0.0
    volume_factor: float = 1.0
    rivals: float = 0.0
