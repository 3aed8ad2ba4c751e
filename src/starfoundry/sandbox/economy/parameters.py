"""Everything that the price law and the law of motion leave free, in one place."""

from dataclasses import dataclass

Quantiles = tuple[tuple[float, float], ...]
"""A distribution by knots (share below, value), the first at share 0 and the last at 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EconomyParameters:
    """The movement of stocks by themselves. Stocks are in transactions (units / trade volume), rates in V a tick.

    Grades: M measured by players on the live server, C chosen here so that a measured figure comes out, A assumed.

    tick_minutes, tick_spread   M  mean time between two ticks of a good, and how far goods differ in it
    tick_jitter                 M  standard deviation of one interval, minutes; it adds up
    steepness, steepness_small  M  how many markets showed each m; goods of volume 6 are steeper; redrawn at growth
    steepness_exchange          C  the m that explain most of the 34 different exchange readings
    start_export, start_import  M  stocks an hour after the reset (10th, 25th, 50th, 75th, 90th percentile)
    start_small_export, _import M  the same for goods of volume 6, in units
    start_hours                 C  the hour between the reset and those readings, in which stocks have walked
    rate_export, rate_import    M  rates of goods nobody has traded yet, all WEAK
    export_climb, export_climb_growing
                                C  what a tick that leaves an export below HIGH adds to its rate while WEAK, and after
    export_sink                 C  what a tick that leaves it at HIGH or ABUNDANT takes off
    import_climb_moderate, _high, _abundant
                                M  the same for an import: WEAK to GROWING in about 21, 4 and 8 ticks
    import_climb_growing        C  the same at any of these levels once it is GROWING
    import_sink                 C  what a tick takes off that leaves an import LIMITED; at SCARCE a rate stays
    rate_max, strong_rate       A  how far a rate climbs on once it moves a whole V, and from where that shows STRONG
    export_growth_below         M  an export's volume grows at a tick that finds it LIMITED or SCARCE, at full rate
    import_growth_from          C  an import's volume grows at a tick that finds it flooded, at full rate
    growth_largest              A  no good outgrows the largest volume seen of those that started where it did
    exchange_return             C  the share of its distance from the middle that an exchange good comes back in a tick
    export_shift, import_shift  scenarios only: where stocks stand when the universe begins, moved by so many V
    volume_factor               scenarios only: how far volumes have grown when the universe begins
    rivals                      scenarios only: visits of other traders to a market in an hour; each buys or sells there
                                up to one transaction at the price shown, as a player would (A)
    rival_reach                 A  how far from a headquarters they call; other systems have none
    rival_agents                M  agents of other players, in scenarios with rivals: about a hundred
    rival_traders               M  how many of them trade there: a handful
    """

    tick_minutes: float = 29.6
    tick_spread: float = 0.4
    tick_jitter: float = 1.8
    steepness: tuple[tuple[int, int], ...] = (
        *((5, 1), (6, 15), (7, 43), (8, 74), (9, 60), (10, 22), (11, 8), (12, 2), (13, 2)),
    )
    steepness_small: tuple[tuple[int, int], ...] = ((8, 2), (9, 8), (10, 10), (11, 8), (12, 1))
    steepness_exchange: tuple[tuple[int, int], ...] = ((8, 6), (9, 4), (10, 2), (11, 2), (12, 1))
    start_export: Quantiles = ((0.0, 0.4), (0.1, 1.1), (0.25, 2.05), (0.5, 2.5), (0.75, 3.6), (0.9, 4.2), (1.0, 5.0))
    start_import: Quantiles = (
        *((0.0, -6.0), (0.1, -4.8), (0.25, -4.05), (0.5, -3.1), (0.75, -2.5), (0.9, -2.2), (1.0, -1.4)),
    )
    start_small_export: Quantiles = ((0.0, 60.0), (0.2, 90.0), (1.0, 102.0))
    start_small_import: Quantiles = ((0.0, -105.0), (0.1, -50.0), (0.5, -31.0), (0.9, -14.0), (1.0, -2.0))
    start_hours: float = 1.0
    rate_export: tuple[float, float] = (0.08, 0.2)
    rate_import: tuple[float, float] = (0.17, 0.25)
    export_climb: float = 0.018
    export_climb_growing: float = 0.08
    export_sink: float = 0.01
    import_climb_moderate: float = 0.0095
    import_climb_high: float = 0.05
    import_climb_abundant: float = 0.025
    import_climb_growing: float = 0.1
    import_sink: float = 0.01
    rate_max: float = 1.3
    strong_rate: float = 1.25
    export_growth_below: float = -2.0
    import_growth_from: float = 5.0
    growth_largest: tuple[tuple[int, int], ...] = ((6, 24), (20, 65), (60, 123))
    exchange_return: float = 0.03
    export_shift: float = 0.0
    import_shift: float = 0.0
    volume_factor: float = 1.0
    rivals: float = 0.0
    rival_reach: float = 150.0
    rival_agents: int = 0
    rival_traders: int = 5
