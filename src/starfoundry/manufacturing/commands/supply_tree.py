"""Text and JSON output of the supply chain of a good as a tree."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from starfoundry.terminal.rendering import render

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import DecisionExplanation, SupplyNode

HEADINGS = ("Chain", "Supply", "Activity", "Stock", "Price", "Age")

MARK = "◄"
"""Stands behind the place that holds the chain back."""

WORDS = {"FACTORY": "made at", "EXCHANGE": "sold at", "INPUT": "into", "BUYER": "bought at"}


def tree_text(found: "DecisionExplanation") -> str:
    """The tree with what its markets show; places are named by their last part.

    Where a row does not fit the terminal the tree is drawn closer.
    """
    system, nodes = f"{found.system}-", [*found.sellers, *found.buyers]
    text = ""
    for step in (2, 1):
        rows = list(_rows(nodes, system, step))
        text = render.table(HEADINGS, rows)
        if len(text.splitlines()) == len(rows) + 2:
            break
    return text


def doing_text(found: "DecisionExplanation") -> str:
    """The coordinator's work at each place of the tree, as far as there is something to say."""
    lines = [
        render.on_terminal(f"{_name(node, f'{found.system}-')}: {node.doing}", indent="  ", hanging="  ")
        for node in every_node([*found.sellers, *found.buyers])
        if node.doing and not node.is_above
    ]
    return "\n".join(lines) or "  nothing"


def every_node(nodes: "Sequence[SupplyNode]") -> "Iterator[SupplyNode]":
    """Every place of a tree, each before what is below it."""
    for node in nodes:
        yield node
        yield from every_node(node.below)


def _rows(
    nodes: "Sequence[SupplyNode]", system: str, step: int, stem: str | None = None
) -> "Iterator[list[render.Cell]]":
    """A row for each place, each level `step` columns further right; lines lead to it from what it belongs to."""
    for number, node in enumerate(nodes):
        is_last = number == len(nodes) - 1
        branch, below = "", ""
        if stem is not None:
            branch = stem + ("└ " if is_last else "├ ")
            below = stem + (" " if is_last else "│").ljust(step)
        yield [f"{branch}{_name(node, system)}{_remark(node)}", *_figures(node)]
        yield from _rows(node.below, system, step, below)


def _name(node: "SupplyNode", system: str) -> str:
    return f"{node.good} {WORDS.get(node.role, 'at')} {node.waypoint.removeprefix(system)}"


def _remark(node: "SupplyNode") -> str:
    return f" {MARK}" if node.is_bottleneck else " ↑" if node.is_above else ""


def _figures(node: "SupplyNode") -> list[render.Cell]:
    if not node.is_seen:
        return ["unseen", None, None, None, None]
    stock = f"{node.stock / node.trade_volume:+.1f}" if node.HasField("stock") and node.trade_volume else None
    return [node.supply, node.activity, stock, node.price, render.age(node.age_seconds)]
