"""The supply chain in a real browser: a graph of goods at markets, and what is carried between them."""

import json

import pytest

from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM
from tests.patience import until

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

SHOWN = "document.querySelector('.node') && document.querySelector('#chains tbody tr')"


@pytest.fixture
def browser(chromium, served):
    chromium.look_like(width=1440)
    chromium.open(f"{served.address}chains")
    chromium.until(SHOWN)
    return chromium


def graph(browser, pipelines, tasks, factories=()):
    """The graph of some work, as `FROM > TO` of its edges and its nodes with their roles."""
    known = {
        "pipelines": {each["pipeline_id"]: each for each in pipelines},
        "tasks": {each["task_id"]: each for each in tasks},
        "factories": {f"{each['good']}@{each['factory']}": each for each in factories},
    }
    return browser.evaluate(
        "import('/chains/graph.js').then(({graphOf, layout}) => {"
        f"const known = {json.dumps(known)};"
        "const rows = Object.entries(known).map(([name, each]) => [name, new Map(Object.entries(each))]);"
        "const told = graphOf(Object.fromEntries(rows));"
        "const laid = layout(told);"
        "return {edges: told.edges.map((each) => `${each.from} > ${each.to}`).sort(),"
        " x: Object.fromEntries(told.nodes.map((each) => [each.key, laid.places.get(each.key).x]))}})"
    )


def pipeline(good, factory, buyer):
    return {
        "pipeline_id": "p1",
        "kind": "FABRICATION",
        "good": good,
        "factory": factory,
        "sell_market": buyer,
        "expected_profit": 5,
    }


def task(number, kind, good, source, target):
    return {
        "task_id": f"t{number}",
        "pipeline_id": "p1",
        "kind": kind,
        "good": good,
        "source": source,
        "target": target,
        "status": "READY",
    }


def test_inputs_lead_to_what_is_made_of_them_and_that_to_who_buys_it(browser):
    told = graph(
        browser,
        [pipeline("CLOTHING", "F", "B")],
        [task(1, "ACQUIRE_DELIVER", "FABRICS", "S", "F"), task(2, "COLLECT_SELL", "CLOTHING", "F", "B")],
    )

    assert told["edges"] == ["CLOTHING@F > CLOTHING@B", "FABRICS@S > CLOTHING@F"]
    assert told["x"]["FABRICS@S"] < told["x"]["CLOTHING@F"] < told["x"]["CLOTHING@B"]


def test_an_input_of_an_input_leads_to_the_factory_where_it_is_delivered(browser):
    told = graph(
        browser,
        [pipeline("MACHINERY", "F", "B")],
        [task(1, "ACQUIRE_DELIVER", "IRON_ORE", "S", "G"), task(2, "ACQUIRE_DELIVER", "IRON", "G", "F")],
        [{"good": "IRON", "factory": "G", "pipeline_id": "p1"}],
    )

    assert told["edges"] == ["IRON@G > MACHINERY@F", "IRON_ORE@S > IRON@G"]


def test_a_task_that_is_sold_where_it_lies_is_no_way(browser):
    assert graph(browser, [], [task(1, "LIQUIDATE", "IRON", "", "B")])["edges"] == []


def test_every_trip_that_a_ship_makes_is_in_the_table(browser, served):
    """While everything is halted, so that none of them ends meanwhile, but for what was under way."""
    keys = "[...document.querySelectorAll('#chains tbody tr')].map((each) => each.dataset.key)"

    def trips():
        return {each["task_id"] for each in served.workplace.ask("manufacturing", "tasks")["tasks"] if each["ship"]}

    served.workplace.ask("halt")
    try:
        until(lambda: trips() <= set(browser.evaluate(keys)), "every trip is in the table")
    finally:
        served.workplace.ask("resume")


def test_a_good_is_explained_at_a_click(browser):
    browser.click(".node[data-role=factory] button")
    browser.until("document.querySelector('#sheet .explanation')")

    good = browser.text("#sheet-title").split(" at ")[0]
    assert f"spacetraders why {good}" in browser.text("#sheet")
    assert "We pay" in browser.text("#sheet .facts")


def test_what_else_could_be_made_is_told_with_a_verdict(browser):
    browser.click(".others summary")
    browser.until("document.querySelector('.others tbody tr')")

    assert browser.evaluate("document.querySelector('.others tbody tr').lastChild.textContent")


@pytest.mark.parametrize("in_mid_answer", [False, True], ids=["before its answer", "in the middle of it"])
def test_what_else_could_be_made_is_told_to_be_unknown_where_the_server_ends(browser, in_mid_answer):
    browser.lose_the_server(in_mid_answer=in_mid_answer)
    browser.click(".others summary")

    browser.until("document.querySelector('.others .notice')?.textContent.includes('does not answer')")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_it_fits_and_axe_finds_nothing_grave(browser, width, scheme):
    browser.look_like(width=width, scheme=scheme)
    browser.until(SHOWN)

    assert browser.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    assert grave_faults(browser) == []
