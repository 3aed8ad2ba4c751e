"""The live view: one reading of a coordinator, drawn for terminals of at least 60 columns and 20 lines."""

import itertools
from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from starfoundry.top import panels
from starfoundry.top.panels import Panel
from starfoundry.top.reading import Caption, TopReading

WIDE = 80
"""From this many columns on factories are shown, next to the pipelines if both fit."""

GAP = 2

NAME = " StarFoundry "


class TopView:
    """One reading, as a renderable that fills the terminal it is drawn on."""

    def __init__(self, caption: Caption, reading: TopReading) -> None:
        self._caption = caption
        self._reading = reading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The screen's lines, exactly as many as the screen has."""
        width, height = options.max_width, options.height or console.height
        head: list[RenderableType] = [_title(self._caption, width), _money(self._reading, width)]
        foot = offered(self._caption, width)
        room = height - 3 - len(foot)
        body = _body(self._reading, width, room)
        yield Group(*head, *body[:room], *([Text("")] * (room - len(body))), *foot)


def draw(caption: Caption, reading: TopReading) -> RenderableType:
    """The whole screen."""
    return TopView(caption, reading)


def offered(caption: Caption, width: int) -> list[RenderableType]:
    """The commands to paste, each on one line; if one does not fit, the terminal width it needs."""
    if not caption.commands:
        return [Text(caption.offer, "dim", no_wrap=True)] if caption.offer else []
    widest = max(map(len, caption.commands))
    if widest > width:
        return [Text(f"commands to paste show at {widest} columns", "dim", no_wrap=True)]
    return [Text(caption.offer, "dim", no_wrap=True), *(Text(each, "bold", no_wrap=True) for each in caption.commands)]


def _title(caption: Caption, width: int) -> RenderableType:
    """The title, with the text beside it as far as both fit."""
    aside = caption.aside
    while aside and len(NAME) + len(caption.title) + len(aside) + 4 > width:
        aside = aside.rpartition(", ")[0]
    line = Table.grid(expand=True)
    line.add_column(justify="left", no_wrap=True, overflow="ellipsis", ratio=1)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(Text.assemble((NAME, "bold reverse"), f" {caption.title}"), Text(f"{aside} "))
    return line


def _money(reading: TopReading, width: int) -> RenderableType:
    """Profit figures, in as many columns as fit."""
    columns = panels.money_columns(reading)
    while sum(max(len(name), value.cell_len) + 2 for name, value in columns) > width:
        columns.pop()
    grid = Table.grid(expand=True)
    for _ in columns:
        grid.add_column(justify="center", no_wrap=True)
    grid.add_row(*(Text(name, "cyan") for name, _value in columns))
    grid.add_row(*(value for _name, value in columns))
    return grid


def _body(reading: TopReading, width: int, room: int) -> list[RenderableType]:
    """The panels one below the other; pipelines and factories side by side if both fit."""
    below = [panels.ships(reading, width), panels.settings(reading, width), panels.events(reading, width)]
    right = panels.factories(reading)
    lefts = [panels.pipelines(reading, is_brief=is_brief) for is_brief in (False, True)]
    left = next((each for each in lefts if each.width + GAP + right.width <= width), None)
    if left is None or width < WIDE:
        stacked = [lefts[0], *([right] if width >= WIDE else []), *below]
        rows = _shared([part.height for part in stacked], room)
        return [line for part, count in zip(stacked, rows, strict=True) for line in _lines(part, count, width)]
    rows = _shared([max(left.height, right.height), *(part.height for part in below)], room)
    split = max(left.width, min((width - GAP) // 2, width - GAP - right.width))
    above = _beside(_lines(left, rows[0], split), _lines(right, rows[0], width - GAP - split), split)
    return above + [line for part, count in zip(below, rows[1:], strict=True) for line in _lines(part, count, width)]


def _shared(wanted: Sequence[int], room: int) -> list[int]:
    """The lines of each panel besides its heading: one in turn, until no panel needs more or none is left."""
    given = [0] * len(wanted)
    left = room - len(wanted)
    while left > 0 and given != list(wanted):
        for part, want in enumerate(wanted):
            if given[part] < want and left > 0:
                given[part] += 1
                left -= 1
    return given


def _lines(part: Panel, count: int, width: int) -> list[RenderableType]:
    """The heading, and as many whole entries as fit in `count` lines; the heading says how many are left out."""
    entries = list(reversed(part.entries)) if part.newest_last else list(part.entries)
    shown: list[Sequence[Text]] = []
    for entry in entries:
        if sum(map(len, shown)) + len(entry) > count:
            break
        shown.append(entry)
    if not shown and entries:
        shown = [entries[0][:count]]
    hidden = len(entries) - len(shown)
    more = f" ({hidden} not shown)" if hidden and not part.newest_last else ""
    title = f"{part.title}{more} "
    heading = Text(title + "─" * max(0, width - len(title)), "dim", no_wrap=True, overflow="crop")
    ordered = reversed(shown) if part.newest_last else shown
    return [heading, *(line for entry in ordered for line in entry)]


def _beside(left: Sequence[RenderableType], right: Sequence[RenderableType], split: int) -> list[RenderableType]:
    lines: list[RenderableType] = []
    for one, other in itertools.zip_longest(left, right, fillvalue=""):
        grid = Table.grid(expand=True)
        grid.add_column(width=split, no_wrap=True)
        grid.add_column(width=GAP)
        grid.add_column(ratio=1, no_wrap=True)
        grid.add_row(one, "", other)
        lines.append(grid)
    return lines
