"""The overview in a real browser: money, changes of settings, what holds back, and the emergency halt."""

import pytest

from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM
from tests.patience import until

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

SHOWN = "document.querySelector('.money canvas') && document.querySelector('.rows tbody tr')"
SHEET = "document.querySelector('#sheet').open && document.querySelector('#sheet-title').textContent"
REVIEW = "document.querySelector('#review').open && document.querySelector('#review-title').textContent"
CREDITS = "document.querySelector('.tiles dd span').textContent"
ENTER, TAB = 13, 9


def tile(label: str) -> str:
    return f"[...document.querySelectorAll('.tiles dt')].find((each) => each.textContent === '{label}').nextSibling"


def shown(chromium, served):
    """The overview, as an operator at a desk has it."""
    chromium.look_like(width=1440)
    chromium.open(served.address)
    chromium.until(SHOWN)
    return chromium


@pytest.fixture
def browser(chromium, served):
    return shown(chromium, served)


def held(served) -> list[str | None]:
    """Which halt holds each container, as the command line says."""
    return [each["halted"] for each in served.workplace.ask("container", "list")["containers"]]


def test_the_overview_is_the_first_view_and_the_settings_are_reached_by_the_keyboard(browser):
    browser.evaluate("document.querySelector('#views a').focus()")
    assert browser.evaluate("document.activeElement.getAttribute('aria-current')") == "page"
    while browser.evaluate("document.activeElement.textContent") != "Settings":
        browser.press("Tab", TAB)
    browser.press("Enter", ENTER)
    browser.until("location.pathname === '/settings' && document.querySelector('.revision')")
    assert browser.evaluate("document.activeElement.id") == "title", "a screen reader is told where it is"

    browser.evaluate("history.back()")
    browser.until(f"location.pathname === '/overview' || location.pathname === '/' && {SHOWN}")
    assert browser.evaluate("document.querySelector('#settings-view').hidden")


def money_on_the_page(browser) -> tuple[str, str]:
    """The credits and the profit that are shown."""
    return browser.evaluate(CREDITS), browser.evaluate(f"{tile('Profit since start')}.firstChild.textContent")


def money_at_the_command_line(served) -> tuple[str, str]:
    """The same, as the page writes them."""
    told = served.workplace.ask("ledger", "summary")
    return f"{told['closing']:,}", f"{told['profit']:+,}".replace("-", "−").replace("+0", "0")


def test_credits_that_change_are_on_the_page_without_a_reload(browser):
    before = browser.evaluate(CREDITS)

    browser.until(f"{CREDITS} !== {before!r}")


def test_what_is_told_of_money_is_what_the_command_line_tells(browser, served):
    """While everything is halted, so that both speak of the same moment."""
    served.workplace.ask("halt")
    try:
        until(lambda: money_on_the_page(browser) == money_at_the_command_line(served), "what was sold last is booked")
    finally:
        served.workplace.ask("resume")


def test_what_ships_did_is_drawn_by_the_hour_with_the_same_as_a_table(browser, served):
    browser.until("document.querySelector('.trip-hours .hour span')")
    told = served.visitor().get("/api/activity?player_id=1&hours=24").json["hours"]

    assert browser.evaluate("document.querySelectorAll('.trip-hours .hour').length") == len(told) == 24
    assert browser.evaluate("document.querySelectorAll('.trip-hours tbody tr').length") == 24
    assert told[-1][1]["Probes"] == 1
    assert browser.evaluate("[...document.querySelectorAll('.trip-hours .map-legend li')].at(-1).textContent") in (
        "Probes",
        "Without a trip",
    )


def test_what_holds_back_is_ranked_as_at_the_command_line_and_leads_to_its_setting(browser, served):
    served.config("set", "max_pipelines=0", "--reason", "hold it back")
    browser.until(
        "[...document.querySelectorAll('.hindrance a')].some((each) => each.hash === '#setting-max_pipelines')"
    )
    told = served.workplace.ask("why")["explanations"]
    reason = next(each["reason"] for each in told if each["reason"]["rule"] == "bottleneck")
    named = f"Bottleneck: {reason['figures']['bottleneck']}"
    browser.until(f"document.querySelector('.bottleneck .held').textContent.startsWith('{named}')")
    browser.evaluate("document.querySelector('.hindrance a[href$=max_pipelines]').click()")
    browser.until("document.activeElement.id === 'setting-max_pipelines'")

    served.config("set", "max_pipelines=3")


def test_a_change_of_settings_is_a_mark_on_the_chart_that_tells_who_and_why_and_leads_back(browser, served):
    before = served.config("show")["config"]["min_balance"]
    revision = served.config("set", "min_balance=4321", "--reason", "keep something back")["revision"]
    mark = f"document.querySelector(\".mark[data-key*='/{revision}']\")"
    browser.until(mark)
    assert "keep something back" in browser.evaluate(f"{mark}.getAttribute('aria-label')")
    browser.evaluate(f"{mark}.focus()")
    browser.until("!document.querySelector('.tip').hidden")
    assert "4,321" in browser.text(".tip")

    browser.evaluate(f"{mark}.click()")
    browser.until(f"{SHEET} && document.querySelector('#sheet .facts')")
    assert "While it was in force" in browser.text("#sheet")
    browser.click("#sheet .change-details button")
    browser.until(f"{REVIEW}.startsWith('Preview')")
    browser.click("#review .primary")
    browser.until(f"{REVIEW} === 'In force'")

    assert served.config("show")["config"]["min_balance"] == before
    browser.until(f"document.querySelector(\".mark[data-key*='/{revision + 1}']\")")


def test_everything_is_halted_after_a_confirmation_and_goes_on_after_another(browser, served):
    browser.click("#halt")
    browser.until(f"{SHEET} === 'Halt?'")
    assert held(served) == [None]
    assert browser.text("#sheet code") == "spacetraders halt"
    browser.click("#sheet .danger")
    browser.until(f"{SHEET}.startsWith?.('Halted')")
    assert held(served) == ["all"]
    browser.click("#sheet .primary")
    browser.until("document.querySelector('#notices').textContent.includes('Halted since')")

    browser.until("document.querySelector('#halt').textContent === 'Resume…'")
    browser.click("#halt")
    browser.until(f"{SHEET} === 'Resume?'")
    browser.click("#sheet .primary")
    browser.until(f"{SHEET}.startsWith?.('Resumed')")
    assert held(served) == [None]


def test_one_coordinator_alone_can_be_halted(browser, served):
    browser.click("#halt")
    browser.evaluate("[...document.querySelectorAll('#sheet input')].at(-1).click()")
    assert browser.text("#sheet code") == f"spacetraders halt --container {served.container_id}"
    browser.click("#sheet .danger")
    browser.until(f"{SHEET}.startsWith?.('Halted')")

    assert held(served) == ["container"]
    served.workplace.ask("resume", "--container", served.container_id)


def test_the_time_that_is_shown_can_be_chosen_and_stays_the_same_as_a_table(browser):
    browser.click("input[name=span][value=all]")
    browser.until("document.querySelector('.as-table tbody tr')")
    rows = browser.evaluate("document.querySelectorAll('.as-table tbody tr').length")

    assert rows >= 1
    assert browser.evaluate("document.querySelectorAll('.as-table tbody tr')[0].children.length") == 3


def test_a_daemon_that_is_lost_is_told_and_what_was_known_stays(chromium, fragile):
    shown(chromium, fragile)
    fragile.daemon.kill()
    chromium.until("document.body.dataset.is === 'stale'")
    chromium.until("document.querySelector('#notices').textContent.includes('spacetraders-daemon')")
    assert chromium.evaluate(SHOWN.replace("&&", "!== null &&")) is not None

    fragile.start_daemon_again()
    chromium.until("document.body.dataset.is === 'live'")
    before = chromium.evaluate(CREDITS)
    chromium.until(f"{CREDITS} !== {before!r}")


def test_before_there_is_a_fleet_the_page_tells_how_to_begin(chromium, workplace):
    workplace.start_daemon("--sandbox")
    _page, address = workplace.start_dashboard()
    chromium.open(address)
    chromium.until("document.querySelector('#notices')?.textContent.includes('spacetraders player register')")

    assert "No fleet yet" in chromium.text("#notices")
    assert chromium.evaluate("document.querySelector('#halt').hidden")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
@pytest.mark.parametrize("view", ["overview", "settings"])
def test_axe_finds_nothing_grave(browser, served, view, width, scheme):
    browser.look_like(width=width, scheme=scheme)
    browser.open(f"{served.address}{view}")
    browser.until(SHOWN if view == "overview" else "document.querySelector('.revision')")

    assert grave_faults(browser) == []


@pytest.mark.parametrize("width", [360, 768, 1440, 3840])
def test_nothing_is_wider_than_the_screen_and_no_text_is_small(browser, width):
    browser.look_like(width=width)
    facts = browser.evaluate(
        "({wide: document.documentElement.scrollWidth > innerWidth,"
        " small: [...document.querySelectorAll('body *')].filter((each) => each.textContent.trim()"
        " && parseFloat(getComputedStyle(each).fontSize) < 14).map((each) => each.outerHTML)})"
    )

    assert facts == {"wide": False, "small": []}
