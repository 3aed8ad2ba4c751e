"""A backtest for the terminal: a row for each arm, and below it what the differences amount to."""

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
    """Everything that a reader decides by."""
    told = f"{len(found.worlds)} worlds of {found.hours:g} hours; credits, ships counted at what was paid for them"
    parts = [told, render.table(HEADS, [cells(each) for each in found.arms])]
    first = found.arms[0].arm.name
    for each in found.arms[1:]:
        assert each.difference is not None, "only the first has none"
        lines = [f"{each.arm.name}: {verdict(each.difference, first)}", *(f"  {reason}" for reason in each.reasons)]
        parts.append("\n".join(render.on_terminal(line, hanging="  ") for line in lines))
    return "\n\n".join(parts)


def verdict(difference: Difference, than: str) -> str:
    """Whether a difference can be told from zero, in words; `than` names what is compared with."""
    if difference.pairs < 2:
        return "one world cannot show what is chance: use --runs 5 or more"
    if not difference.is_clear:
        return f"cannot be told from zero beside {than} ({100 * CLEAR:.0f} % sure, {difference.pairs} worlds)"
    more = "more" if difference.mean > 0 else "less"
    return f"{abs(difference.mean):,.0f} an hour {more} than {than} ({100 * CLEAR:.0f} % sure that it is {more})"


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
