"""A backtest as a self-contained HTML page: the table, and two charts as SVG."""

import itertools
from collections.abc import Sequence
from html import escape

from starfoundry.simulation.backtest.result import ArmResult, Backtest
from starfoundry.simulation.backtest.table import HEADS, cells, verdict
from starfoundry.terminal.rendering import render
from starfoundry.terminal.rendering.render import show

WIDTH, HEIGHT, LEFT, ROW = 860, 300, 90, 26
COLOURS = ("#4c566a", "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#e377c2")

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 940px; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; } th, td { padding: .25em .7em; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; } figure { margin: 2em 0; } svg { width: 100%; height: auto; }
text { font: 12px system-ui, sans-serif; fill: #444; } code { background: #f2f2f2; }
"""


def page(found: Backtest) -> str:
    """The whole page; every text that came from outside is escaped."""
    worlds, hours = render.counted(len(found.worlds), "world"), render.counted(found.hours, "simulated hour")
    about = f"{worlds} of {hours}, the same for all settings"
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Backtest</title>',
            f"<style>{_STYLE}</style></head><body><h1>Backtest</h1><p>{escape(about)}.</p>",
            _table(found.arms),
            *_findings(found.arms),
            _figure("Credits earned by each hour, mean over the worlds", _curves(found.arms)),
            _figure(
                "Difference to the first settings in each world (dots), and its 80 % interval, credits an hour",
                _differences(found.arms[1:]),
            )
            if len(found.arms) > 1
            else "",
            *(_settings(each) for each in found.arms),
            "</body></html>",
        )
    )


def _table(arms: Sequence[ArmResult]) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in HEADS)
    rows = ("".join(f"<td>{escape(show(cell))}</td>" for cell in cells(each)) for each in arms)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _findings(arms: Sequence[ArmResult]) -> list[str]:
    found = []
    for each in arms[1:]:
        assert each.difference is not None, "only the first has none"
        why = "".join(f"<li>{escape(reason)}</li>" for reason in each.reasons)
        conclusion = verdict(each.difference, arms[0].arm.name)
        found.append(f"<p><b>{escape(each.arm.name)}</b>: {escape(conclusion)}</p><ul>{why}</ul>")
    return found


def _figure(caption: str, drawing: str) -> str:
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def _curves(arms: Sequence[ArmResult]) -> str:
    curves = [_cumulative(each) for each in arms]
    low, high = min(0.0, *(min(each) for each in curves)), max(1.0, *(max(each) for each in curves))
    last = max(1, len(curves[0]) - 1)

    def point(hour: int, value: float) -> str:
        x = LEFT + (WIDTH - LEFT - 10) * hour / last
        return f"{x:.1f},{HEIGHT - 30 - (HEIGHT - 60) * (value - low) / (high - low):.1f}"

    marks = []
    for share in (0.0, 0.5, 1.0):
        value = low + share * (high - low)
        x, y = point(0, value).split(",")
        marks.append(f'<text x="{float(x) - 8:.0f}" y="{y}" text-anchor="end">{value:,.0f}</text>')
        marks.append(f'<line x1="{x}" x2="{WIDTH - 10}" y1="{y}" y2="{y}" stroke="#eee"/>')
    for place, (each, curve) in enumerate(zip(arms, curves, strict=True)):
        colour = COLOURS[place % len(COLOURS)]
        points = " ".join(point(hour, value) for hour, value in enumerate(curve))
        marks.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        marks.append(
            f'<text x="{LEFT + 10}" y="{18 + 15 * place}" fill="{colour}">&#9632; {escape(each.arm.name)}</text>'
        )
    marks.append(f'<text x="{WIDTH - 10}" y="{HEIGHT - 8}" text-anchor="end">{last} hours</text>')
    return _svg(HEIGHT, marks)


def _cumulative(each: ArmResult) -> list[float]:
    hours = zip(*(one.hourly for one in each.outcomes), strict=True)
    return [0.0, *itertools.accumulate(sum(hour) / len(each.outcomes) for hour in hours)]


def _differences(arms: Sequence[ArmResult]) -> str:
    found = [each.difference for each in arms if each.difference is not None]
    dots = [_dots(each) for each in arms]
    bounds = [bound for each in found for bound in (each.low, each.high) if bound is not None]
    reach = max(1.0, *(abs(value) for value in (*itertools.chain(*dots), *bounds)))

    def x(value: float) -> float:
        return WIDTH / 2 + 60 + (WIDTH / 2 - 80) * value / reach

    height = 40 + ROW * len(arms)
    marks = [
        f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="10" y2="{height - 24}" stroke="#999"/>',
        *(
            f'<text x="{x(value):.1f}" y="{height - 6}" text-anchor="middle">{value:+,.0f}</text>'
            for value in (-reach, 0.0, reach)
        ),
    ]
    for place, (each, difference, values) in enumerate(zip(arms, found, dots, strict=True)):
        y, colour = 22 + ROW * place, COLOURS[(place + 1) % len(COLOURS)]
        marks.append(f'<text x="10" y="{y + 4}">{escape(each.arm.name)}</text>')
        if difference.low is not None and difference.high is not None:
            left, right = x(difference.low), x(difference.high)
            marks.append(
                f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="6"/>'
            )
        marks += [f'<circle cx="{x(value):.1f}" cy="{y}" r="4" fill="#222" fill-opacity=".55"/>' for value in values]
    return _svg(height, marks)


def _dots(each: ArmResult) -> list[float]:
    return [] if each.baseline is None else [two - one for one, two in zip(each.baseline, each.profits, strict=True)]


def _svg(height: int, marks: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(marks)}</svg>'


def _settings(each: ArmResult) -> str:
    words = [
        *([f"preset {each.arm.preset}"] if each.arm.preset else []),
        *(f"{k}={v}" for k, v in each.arm.settings.items()),
    ]
    return f"<p><b>{escape(each.arm.name)}</b> <code>{escape('  '.join(words) or 'the built-in defaults')}</code></p>"
