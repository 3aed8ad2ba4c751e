"""A backtest as text: a row for each arm, and the significance of the differences."""

from starfoundry.forecast.domain.comparison import CLEAR, SHOWN, Difference
from starfoundry.simulation.backtest.result import ArmResult, Backtest
from starfoundry.terminal.rendering import render

HEADS = (
    "Settings",
    "Profit/h",
    "Spread",
    "First 6 h",
    "Then",
    "Drawdown",
    "Requests",
    "Ships",
    "More/h",
    f"{100 * SHOWN:.0f} % range",
)


def text(found: Backtest) -> str:
    """The whole comparison."""
    worlds, hours = render.counted(len(found.worlds), "world"), render.counted(found.hours, "hour")
    heading = f"{worlds} of {hours}; in credits, with ships at their purchase price"
    parts = [heading, render.table(HEADS, [cells(each) for each in found.arms])]
    first = found.arms[0].arm.name
    for each in found.arms[1:]:
        assert each.difference is not None, "only the first has none"
        lines = [f"{each.arm.name}: {verdict(each.difference, first)}", *(f"  {reason}" for reason in each.reasons)]
        parts.append("\n".join(render.on_terminal(line, hanging="  ") for line in lines))
    return "\n\n".join(parts)


def verdict(difference: Difference, than: str) -> str:
    """The significance of a difference, in words; `than` names the reference."""
    if difference.pairs < 2:
        return "one world is not enough for a comparison: use --runs 5 or more"
    if not difference.is_clear:
        return f"not significantly different from {than} ({100 * CLEAR:.0f} % confidence, {difference.pairs} worlds)"
    more = "more" if difference.mean > 0 else "less"
    return f"{abs(difference.mean):,.0f} an hour {more} than {than} ({100 * CLEAR:.0f} % confidence)"


def interval(difference: Difference) -> str:
    """The interval in credits an hour; empty where there is none."""
    if difference.low is None or difference.high is None:
        return ""
    return f"{difference.low:+,.0f} to {difference.high:+,.0f}"


def cells(each: ArmResult) -> list[render.Cell]:
    """The row of one arm, in the order of HEADS."""
    figures, difference = each.figures, each.difference
    return [
        each.arm.name,
        round(figures.profit_per_hour),
        round(figures.deviation) if len(each.outcomes) > 1 else None,
        round(figures.first_hours),
        None if figures.steady is None else round(figures.steady),
        round(figures.drawdown),
        each.requests,
        f"{figures.ships:.1f}",
        None if difference is None else f"{difference.mean:+,.0f}",
        None if difference is None else interval(difference),
    ]
