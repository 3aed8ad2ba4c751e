"""The fleet in a real browser: the map with ships on their way, and the table."""

import json

import pytest

from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

SHOWN = "['#fleet tbody tr', '.place', '.ship-mark'].every((each) => document.querySelector(each))"
FLYING = "document.querySelector('.ship-mark:has(text:not(:empty))')"


def cell(ship: str, column: int) -> str:
    return f"document.querySelector('#fleet tbody tr[data-key=\"{ship}\"]').children[{column}].textContent"


def colours(named: str) -> str:
    """A script for the colour of each activity; `named` are the elements with a swatch and a name."""
    name = "(each.querySelector('.grow') ?? each).textContent"
    colour = "getComputedStyle(each.querySelector('.swatch')).backgroundColor"
    return f"Object.fromEntries([...document.querySelectorAll('{named}')].map((each) => [{name}, {colour}]))"


@pytest.fixture
def browser(chromium, served):
    chromium.look_like(width=1440)
    chromium.open(f"{served.address}fleet")
    chromium.until(SHOWN)
    return chromium


def test_every_ship_has_a_row_and_a_mark_and_every_waypoint_its_place(browser, served):
    ships = {each["ship"] for each in served.workplace.ask("ship", "list")["ships"]}
    places = {each["waypoint"] for each in served.workplace.ask("market", "places")["waypoints"]}
    keys = "[...document.querySelectorAll('{}')].map((each) => each.dataset.key)"

    assert set(browser.evaluate(keys.format("#fleet tbody tr"))) >= ships
    assert set(browser.evaluate(keys.format(".ship-mark"))) >= ships
    assert set(browser.evaluate(keys.format(".place"))) == places


def test_a_ship_in_flight_moves_along_its_route(browser):
    browser.until(FLYING)
    key = browser.evaluate(f"{FLYING}.dataset.key")
    where = f"document.querySelector('.ship-mark[data-key=\"{key}\"]').getAttribute('transform')"
    before = browser.evaluate(where)

    browser.until(f"{where} !== '{before}'")


def test_the_table_tells_what_the_command_line_tells_of_a_ship(browser, served):
    served.workplace.ask("halt")
    try:
        told = {each["ship"]: each for each in served.workplace.ask("ship", "list")["ships"]}
        ship = next(each for each in told.values() if each["cargo_capacity"])
        cargo = f"{ship['cargo_units']} / {ship['cargo_capacity']}"
        browser.until(f"{cell(ship['ship'], 5)} === '{cargo}'")
        browser.until(f"{cell(ship['ship'], 1)} === 'Idle' || {cell(ship['ship'], 1)} === 'Flying'")
        browser.until(f"/halted|transit/.test({cell(ship['ship'], 8)})")
    finally:
        served.workplace.ask("resume")


def test_at_a_desk_every_column_can_be_seen_for_the_longest_names(browser):
    """The last one says why a ship is idle; it was cut off."""
    browser.look_like(width=1280)
    long = {
        2: "SILICON_CRYSTALS B7\u00a0→\u00a0G54",
        3: "B7 → G54",
        4: "15 min",
        5: "40 / 40",
        6: "199 / 400",
        7: "+2,975,875",
    }
    for column, words in long.items():
        browser.evaluate(f"document.querySelector('#fleet tbody tr').cells[{column}].textContent = {words!r}")
    browser.evaluate("document.querySelector('#fleet tbody tr').cells[1].textContent = 'Selling what is left'")

    room = "document.querySelector('#fleet .scroll')"
    assert browser.evaluate(f"{room}.scrollWidth <= {room}.clientWidth")


def test_an_activity_has_the_same_colour_in_every_view(browser, served):
    """The overview once gave out colours by number of ships, so that blue was something else on each view."""
    of_fleet = browser.evaluate(colours("#fleet .activity"))
    browser.open(f"{served.address}overview")
    browser.until("document.querySelector('.legend .grow')")
    of_overview = browser.evaluate(colours("#overview .legend li:has(.grow)"))

    common = of_fleet.keys() & of_overview.keys()
    assert common
    assert {name: of_fleet[name] for name in common} == {name: of_overview[name] for name in common}


def test_a_head_sorts_and_the_filter_looks_everywhere_in_a_row(browser):
    names = "[...document.querySelectorAll('#fleet tbody tr')].map((each) => each.dataset.key).join()"
    before = browser.evaluate(names)
    browser.click("#fleet thead .sorter")
    assert browser.evaluate(names) == ",".join(reversed(before.split(",")))
    assert browser.evaluate("document.querySelector('#fleet thead th').getAttribute('aria-sort')") == "descending"

    browser.type("#ship-filter", before.split(",")[0])
    browser.until(f"{names} === '{before.split(',')[0]}'")
    browser.type("#ship-filter", "no such thing")
    browser.until("document.querySelector('#fleet .empty').textContent === 'No ship matches the filter.'")


def test_a_ship_that_is_chosen_in_the_table_is_marked_on_the_map_and_explained(browser):
    browser.click("#fleet tbody .link")
    browser.until("document.querySelector('.ship-mark[data-chosen]') && document.querySelector('tr[data-chosen]')")
    browser.click("#fleet tbody .link.quiet")
    browser.until("document.querySelector('#sheet .explanation')")

    assert "spacetraders why" in browser.text("#sheet code:last-of-type")
    assert "Profit of its trades" in browser.text("#sheet")


def test_the_map_is_moved_and_magnified_by_the_keyboard(browser):
    place = "document.querySelector('.place').getAttribute('transform')"
    browser.evaluate("document.querySelector('.map-room').focus()")
    seen = [browser.evaluate(place)]
    for key in ("ArrowLeft", "+", "0"):
        browser.press(key, 0)
        seen.append(browser.evaluate(place))

    assert len(set(seen)) == 3
    assert seen[0] == seen[-1]


def test_with_one_known_system_there_is_none_to_choose(browser):
    assert browser.evaluate("document.querySelector('.systems-frame').hidden") is True


def test_with_more_systems_each_has_its_ships_and_a_click_shows_it(browser):
    ships = [{"waypoint": f"X1-{place}"} for place in ("AA1-A1", "AA1-B2", "BB2-C3", "CC3-D4")]
    browser.evaluate(
        "import('/fleet/systems.js').then(({Systems}) => {"
        "window.made = new Systems((name) => { window.wanted = name; });"
        "document.querySelector('.systems-frame').replaceWith(window.made.element);"
        f"window.made.paint(['X1-AA1', 'X1-BB2'], 'X1-AA1', {json.dumps(ships)})}})"
    )
    browser.until("document.querySelectorAll('.system').length === 2")
    told = browser.evaluate(
        "[...document.querySelectorAll('.system')].map((each) => [each.textContent, each.ariaPressed])"
    )
    faults = grave_faults(browser)
    browser.click(".systems li:last-child .system")

    assert told == [["X1-AA12 ships", "true"], ["X1-BB21 ship", "false"]]
    assert browser.evaluate("window.wanted") == "X1-BB2"
    assert faults == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light"), (3840, "dark")])
def test_it_fits_and_axe_finds_nothing_grave(browser, width, scheme):
    browser.look_like(width=width, scheme=scheme)
    browser.until(SHOWN)

    assert browser.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    assert grave_faults(browser) == []
