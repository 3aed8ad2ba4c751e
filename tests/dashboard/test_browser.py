"""The settings in a real browser: what an operator sees, types and is told. Skipped where there is no Chromium."""

import json
import sqlite3
from contextlib import closing

import pytest

from starfoundry.config.domain.model import SETTINGS
from tests.dashboard.browser import CHROMIUM

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

LIVE = "document.querySelector('#connection')?.dataset.is === 'live' && document.querySelector('.revision')"
TITLE = "document.querySelector('#review').open && document.querySelector('#review-title').textContent"
REVISIONS = "[...document.querySelectorAll('.revision')].map((each) => Number(each.dataset.revision))"
ENTER, TAB = 13, 9


def value_of(name: str) -> str:
    return f"document.querySelector('#setting-{name}').value"


def shown(browser, served) -> None:
    """The page of the coordinator, with everything on it."""
    browser.open(f"{served.address}settings")
    browser.until(LIVE)


@pytest.fixture
def browser(chromium, served):
    """The page, as an operator at a desk has it, without any edits."""
    chromium.look_like(width=1280)
    chromium.evaluate("document.querySelector('#discard')?.click()")
    shown(chromium, served)
    return chromium


def apply(browser) -> None:
    """Preview, and apply what is shown."""
    browser.click("#preview")
    browser.until(f"{TITLE}.startsWith('Preview')")
    browser.click("#review .primary")


def test_a_setting_changed_in_the_browser_is_in_the_history_of_the_command_line(browser, served):
    browser.type("#setting-max_workers", "11")
    browser.click("#preview")
    browser.until(f"{TITLE}.startsWith('Preview')")
    browser.type("#reason", "seen in the browser")
    browser.click("#review .primary")
    browser.until(f"{TITLE} === 'In force'")
    newest = served.config("history")["revisions"][0]

    assert (newest["changes"]["max_workers"]["after"], newest["source"]) == (11, "page")
    assert newest["reason"] == "seen in the browser"
    assert "max_workers=11" in browser.text("#review code")


def test_there_is_an_input_for_every_setting_that_holds_its_value(browser, served):
    config = served.config("show")["config"]
    held = {name: browser.evaluate(value_of(name)) for name in config}

    assert {name: held[name] for name in ("max_pipelines", "strategy", "min_balance")} == {
        name: str(config[name]) for name in ("max_pipelines", "strategy", "min_balance")
    }
    assert list(held) == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize(
    ("schema", "element"),
    [
        ({"type": "boolean"}, "INPUT checkbox switch"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "INPUT number "),
        ({"enum": ["LOW", "HIGH"]}, "SELECT select-one "),
        ({"type": "array"}, "INPUT text "),
        ({"type": "object"}, "TEXTAREA textarea "),
        ({"type": "string"}, "INPUT text "),
    ],
    ids=str,
)
def test_a_setting_of_any_kind_gets_its_input_from_its_schema(browser, schema, element):
    """So a new setting needs no new page."""
    made = browser.evaluate(
        "import('/settings/control.js').then(({controlOf}) => {"
        f"const made = controlOf({{json_schema: {json.dumps(schema)}, unit: '', label: 'New'}}, 'new', 'help').input;"
        "return `${made.tagName} ${made.type} ${made.getAttribute('role') || ''}`})"
    )

    assert made == element


def test_a_refused_value_is_told_beside_its_field_which_gets_the_focus(browser):
    browser.type("#setting-max_pipelines", "300")
    browser.click("#preview")
    browser.until("document.querySelector('[data-setting=max_pipelines] .problem').textContent")

    assert "from 0 to 100" in browser.text("[data-setting=max_pipelines] .problem")
    assert browser.evaluate("document.activeElement.id") == "setting-max_pipelines"
    assert browser.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert browser.evaluate("document.querySelector('#review').open") is False


def test_both_of_two_settings_that_do_not_fit_are_marked(browser):
    browser.choose("#setting-collect_min_start_supply", "SCARCE")
    browser.click("#preview")
    browser.until("document.querySelector('[data-setting=collect_min_start_supply] .problem').textContent")

    assert "at or above" in browser.text("[data-setting=collect_min_start_supply] .problem")
    assert "at or below" in browser.text("[data-setting=collect_min_execute_supply] .problem")


def test_a_change_made_at_a_terminal_is_on_the_page_without_a_reload(browser, served):
    served.config("set", "market_max_age=321", "--reason", "<img src=x onerror=alert(1)>")
    browser.until(f"{value_of('market_max_age')} === '321'")
    browser.until("document.querySelector('.reason')?.textContent === '<img src=x onerror=alert(1)>'")

    browser.until("document.querySelector('#announcer').textContent.includes('market_max_age is now 321')")

    assert "from cli" in browser.text(".revision .meta")


def test_an_edit_is_kept_when_somebody_else_changes_the_setting_and_who_is_told(browser, served):
    browser.type("#setting-min_balance", "500")
    revision = served.config("set", "min_balance=6000")["revision"]
    browser.until("document.querySelector('[data-setting=min_balance] .meanwhile').textContent")

    assert browser.evaluate(value_of("min_balance")) == "500"
    assert f"became 6,000 credits in revision {revision}" in browser.text("[data-setting=min_balance] .meanwhile")


def test_who_is_overtaken_between_preview_and_apply_reviews_anew_and_loses_nothing(browser, served):
    browser.type("#setting-chain_stop_loss", "70000")
    browser.click("#preview")
    browser.until(f"{TITLE}.startsWith('Preview')")
    served.config("set", "chain_stop_loss=80000")
    browser.click("#review .primary")
    browser.until(f"{TITLE}.startsWith('Changed by somebody else')")
    assert "80000, set by" in browser.text("#review")

    browser.click("#review .primary")
    browser.until(f"{TITLE}.startsWith('Preview')")
    assert "80,000 → 70,000 credits" in browser.text("#review .diff")
    browser.click("#review .primary")
    browser.until(f"{TITLE} === 'In force'")
    assert served.config("show")["config"]["chain_stop_loss"] == 70000


def test_a_value_returns_to_the_layer_below_and_another_is_pinned(browser, served):
    served.config("set", "max_api_share=60")
    browser.until(f"{value_of('max_api_share')} === '60'")
    browser.click("[data-setting=max_api_share] button[aria-label^=Return]")
    browser.click("[data-setting=strategy] button[aria-label^=Pin]")
    apply(browser)
    browser.until(f"{TITLE} === 'In force'")
    shown = served.config("show", "--provenance")["provenance"]

    assert (shown["max_api_share"]["layer"], shown["strategy"]["pinned"]) == ("built-in", True)
    served.config("unset", "strategy")


def test_a_value_that_somebody_else_unsets_first_is_no_edit_any_more(browser, served):
    """Once the page's program failed there."""
    served.config("set", "max_api_share=61")
    browser.until(f"{value_of('max_api_share')} === '61'")
    browser.click("[data-setting=max_api_share] button[aria-label^=Return]")
    browser.until("document.querySelector('[data-setting=max_api_share][data-changed]')")

    served.config("unset", "max_api_share")
    browser.until("!document.querySelector('[data-setting=max_api_share][data-changed]')")

    assert browser.complaints == []


def test_what_was_applied_can_be_undone_at_once(browser, served):
    before = served.config("show")["config"]
    browser.type("#setting-min_purchase_price", "4321")
    apply(browser)
    browser.until(f"{TITLE} === 'In force'")
    browser.evaluate(
        "[...document.querySelectorAll('#review button')].find((each) => each.textContent === 'Undo…').click()"
    )
    browser.until(f"{TITLE}.startsWith('Preview')")
    browser.click("#review .primary")
    browser.until(f"{TITLE} === 'In force'")

    assert served.config("show")["config"] == before


def test_the_history_leads_back_to_an_earlier_revision(browser, served):
    good = served.config("set", "max_pipelines=6")["revision"]
    newest = served.config("set", "max_pipelines=7")["revision"]
    browser.until(f"document.querySelector('.revision').dataset.revision === '{newest}'")
    browser.click(f"[data-revision='{good}'] button")
    browser.until(f"{TITLE}.startsWith('Preview')")
    browser.click("#review .primary")
    browser.until(f"{TITLE} === 'In force'")

    assert served.config("show")["config"]["max_pipelines"] == 6


def test_a_key_that_was_discarded_is_in_the_history_with_what_it_held(browser, served):
    with closing(sqlite3.connect(next(served.workplace.data_dir.glob("*.db")))) as database, database:
        database.execute("UPDATE containers SET config = json_set(config, '$.from_tomorrow', 5)")
    revision = served.config("doctor", "--container", served.container_id, "--discard", "from_tomorrow")["revision"]
    browser.until(f"document.querySelector('.revision').dataset.revision === '{revision}'")

    assert "from_tomorrow 5 discarded" in browser.text(f"[data-revision='{revision}']")


def test_a_preset_is_previewed_with_what_hides_it_and_applied(browser, served):
    served.config("set", "collect_min_start_supply=ABUNDANT", "collect_min_execute_supply=LIMITED")
    browser.until("!document.querySelector('#preset').hidden")
    browser.choose("#preset select", "aggressive")
    browser.until(f"{TITLE}.startsWith('Preview')")
    assert "Hidden, and so without effect" in browser.text("#review")
    assert "config preset apply aggressive" in browser.text("#review code")

    browser.click("#review .notice button")
    browser.until("document.querySelector('#review code').textContent.includes('--clear')")
    browser.click("#review .primary")
    browser.until(f"{TITLE} === 'In force'")
    shown = served.config("show", "--provenance")
    assert (shown["preset"], shown["provenance"]["collect_min_start_supply"]["layer"]) == ("aggressive", "preset")
    browser.until("document.querySelector('#preset select').value === 'aggressive'")
    served.config("preset", "apply", "none")


def test_a_misspelt_good_is_marked_at_its_field_with_the_one_that_was_meant_and_is_not_stored(browser, served):
    before = served.config("show")["revision"]
    browser.type("#setting-blocked_goods", "IRONN")
    browser.click("#preview")
    browser.until("document.querySelector('[data-setting=blocked_goods]').textContent.includes('did you mean IRON')")

    assert served.config("show")["revision"] == before


@pytest.mark.parametrize("width", [1280, 900, 400])
def test_the_summary_names_each_thing_once_and_leaves_no_field_empty(browser, served, width):
    """Once two headings stood in one field, and the last row was half empty."""
    browser.look_like(width=width)
    shown(browser, served)
    names = browser.evaluate("[...document.querySelectorAll('#summary dt')].map((each) => each.textContent)")
    right = "(each) => Math.round(each.getBoundingClientRect().right)"
    whole = "document.querySelector('#summary').getBoundingClientRect().right"
    gap = browser.evaluate(f"Math.round({whole}) - ({right})(document.querySelector('#summary').lastChild)")

    assert len(names) == len(set(names))
    assert "Last decision" in names
    assert gap <= 2


def test_a_large_number_is_read_with_its_thousands_apart(browser):
    browser.type("#setting-min_balance", "2500000")

    assert "= 2,500,000 credits" in browser.text("[data-setting=min_balance]")


def test_a_long_history_is_turned_page_by_page(browser, served):
    for number in range(25):
        served.config("set", f"market_max_age={200 + number}", "--no-wait")
    newest = served.config("show")["revision"]
    browser.until(f"document.querySelector('.revision').dataset.revision === '{newest}'")
    browser.click("#older")
    browser.until("document.querySelectorAll('.revision').length > 20")
    shown = browser.evaluate(REVISIONS)

    assert shown == list(range(newest, newest - len(shown), -1))


def test_older_pages_of_the_history_stay_when_a_setting_changes(browser, served):
    for number in range(25):
        served.config("set", f"market_max_age={300 + number}", "--no-wait")
    browser.click("#older")
    browser.until("document.querySelectorAll('.revision').length > 20")
    newest = served.config("set", "market_max_age=400")["revision"]
    browser.until(f"document.querySelector('.revision').dataset.revision === '{newest}'")

    shown = browser.evaluate(REVISIONS)
    assert len(shown) > 21
    assert shown == list(range(newest, newest - len(shown), -1))


def test_older_revisions_that_cannot_be_asked_for_are_told(browser):
    browser.until("!document.querySelector('#older').hidden")
    browser.lose_the_server()
    browser.click("#older")

    browser.until("document.querySelector('#history .notice')?.textContent.includes('does not answer')")


def test_each_coordinator_keeps_the_edits_that_were_made_of_it(chromium, fragile):
    other = fragile.workplace.ask("manufacturing", "start")["container_id"]
    fragile.config("set", "max_workers=3", "--container", other)
    chromium.look_like(width=1280)
    shown(chromium, fragile)
    chromium.type("#setting-min_balance", "1234")
    chromium.choose("#coordinator", other)
    chromium.until(f"document.querySelector('#setting-max_workers') && {value_of('max_workers')} === '3'")
    assert chromium.evaluate(value_of("min_balance")) == "0"
    assert chromium.evaluate("document.querySelector('#actions').hidden")

    chromium.choose("#coordinator", fragile.container_id)
    chromium.until(f"document.querySelector('#setting-min_balance') && {value_of('min_balance')} === '1234'")
    apply(chromium)
    chromium.until(f"{TITLE} === 'In force'")
    configs = [fragile.config("show", "--container", each)["config"] for each in (fragile.container_id, other)]
    assert [config["min_balance"] for config in configs] == [1234, 0]


def test_the_keyboard_alone_is_enough(browser, served):
    browser.type("#setting-max_workers", "13")
    browser.press("Enter", ENTER)
    browser.until(f"{TITLE}.startsWith('Preview')")
    for _ in range(20):
        browser.press("Tab", TAB)
        if browser.evaluate("document.activeElement.textContent") == "Apply":
            break
    browser.press("Enter", ENTER)
    browser.until(f"{TITLE} === 'In force'")

    assert served.config("show")["config"]["max_workers"] == 13


def test_the_page_goes_on_by_itself_when_the_daemon_was_away(chromium, fragile):
    chromium.look_like(width=1280)
    shown(chromium, fragile)
    chromium.type("#setting-max_workers", "14")
    fragile.daemon.kill()
    chromium.until("document.querySelector('#notices').textContent.includes('spacetraders-daemon')")
    fragile.start_daemon_again()
    chromium.until(LIVE)
    fragile.config("set", "min_balance=31")
    chromium.until(f"{value_of('min_balance')} === '31'")

    assert chromium.evaluate(value_of("max_workers")) == "14"
    assert "spacetraders-daemon" not in chromium.text("#notices")
    chromium.click("#discard")


def test_the_page_goes_on_by_itself_when_its_own_server_was_away(chromium, fragile):
    """The new server has another token; the change that is under way is made all the same."""
    chromium.look_like(width=1280)
    shown(chromium, fragile)
    chromium.type("#setting-max_workers", "12")
    chromium.click("#preview")
    chromium.until(f"{TITLE}.startsWith('Preview')")
    fragile.page.stop()
    chromium.until("document.querySelector('#connection').dataset.is === 'lost'")
    fragile.workplace.start_dashboard("--port", fragile.address.rstrip("/").rpartition(":")[2])
    chromium.until(LIVE)
    chromium.click("#review .primary")
    chromium.until(f"{TITLE} === 'In force'")

    assert fragile.config("show")["config"]["max_workers"] == 12


def test_a_page_that_nobody_sees_listens_to_nothing_and_is_up_to_date_when_it_is_seen_again(browser, served):
    show = "Object.defineProperty(document, 'hidden', {{value: {}, configurable: true}}); "
    show += "document.dispatchEvent(new Event('visibilitychange'))"
    browser.evaluate(show.format("true"))
    served.config("set", "market_max_age=444")
    served.config("show")
    assert browser.evaluate(value_of("market_max_age")) != "444"

    browser.evaluate(show.format("false"))
    browser.until(f"{value_of('market_max_age')} === '444'")


def test_a_page_with_edits_is_not_left_without_a_question(browser):
    browser.questions.clear()
    browser.type("#setting-max_workers", "15")
    browser.open("about:blank")
    browser.until("location.href === 'about:blank'")

    assert browser.questions == ["beforeunload"]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (1280, "light")])
def test_the_page_fits_and_can_be_read(browser, width, scheme):
    """Nothing is wider than the screen, no text is smaller than 14px, and every input has a name."""
    browser.look_like(width=width, scheme=scheme)
    facts = browser.evaluate(
        "({wide: document.documentElement.scrollWidth > innerWidth,"
        " small: [...document.querySelectorAll('body *')].filter((each) => each.textContent.trim()"
        " && parseFloat(getComputedStyle(each).fontSize) < 14).map((each) => each.outerHTML),"
        " nameless: [...document.querySelectorAll('input, select, textarea')].filter((each) => !each.labels.length)"
        ".map((each) => each.id)})"
    )

    assert facts == {"wide": False, "small": [], "nameless": []}


def test_everything_that_can_be_used_has_a_name_that_can_be_read_aloud(browser):
    browser.type("#setting-max_workers", "16")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    used = [each for each in nodes if each.get("role", {}).get("value") in USED and not each["ignored"]]

    assert len(used) > 2 * len(SETTINGS)
    assert [each for each in used if not each["name"]["value"].strip()] == []


USED = ("button", "textbox", "spinbutton", "combobox", "switch", "link", "DisclosureTriangle", "dialog")

CONTRAST = """
(() => {
  const part = (value) => { const x = value / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || !node.checkVisibility()) continue;
    const [one, other] = [light(numbers(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${node.className} ${node.textContent.slice(0, 40)}`);
  }
  return faint;
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser, scheme):
    browser.look_like(width=1280, scheme=scheme)
    browser.type("#setting-max_pipelines", "300")
    browser.click("#preview")
    browser.until("document.querySelector('[data-setting=max_pipelines] .problem').textContent")

    assert browser.evaluate(CONTRAST) == []
