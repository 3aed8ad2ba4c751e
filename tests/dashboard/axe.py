"""Accessibility of what a browser shows, judged by axe-core."""

from typing import Any

from tests.dashboard.browser import Browser
from tests.house.source import ROOT

_SOURCE = ROOT / "tests" / "dashboard" / "vendor" / "axe.min.js"
_GRAVE = ("serious", "critical")


def grave_faults(browser: Browser) -> list[str]:
    """What axe finds serious or critical, each with the elements it is about."""
    browser.evaluate(f"{_SOURCE.read_text()}; undefined")
    found: list[dict[str, Any]] = browser.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map((each) =>"
        " ({id: each.id, impact: each.impact, nodes: each.nodes.map((one) => one.html.slice(0, 120))})))"
    )
    return [f"{each['id']}: {each['nodes']}" for each in found if each["impact"] in _GRAVE]
