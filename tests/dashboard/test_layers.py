"""Player defaults and presets in a real browser: form, preview, undo and command as of a coordinator."""

import shlex

import pytest

from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

TITLE = "document.querySelector('#review').open && document.querySelector('#review-title').textContent"
PRESET = "document.querySelector('.preset-row select').value"
ENTER = 13


def value_of(name: str) -> str:
    return f"document.querySelector('#setting-{name}')?.value"


def tag_of(name: str) -> str:
    return f"document.querySelector('[data-setting={name}] .tag').textContent"


def opened(chromium, served, query: str = "layer=player"):
    """The page of a layer, as an operator at a desk has it, without any edits."""
    chromium.look_like(width=1280)
    chromium.evaluate("document.querySelector('#discard')?.click()")
    chromium.open(f"{served.address}settings?{query}")
    chromium.until("document.querySelector('#connection')?.dataset.is === 'live'")
    chromium.until(f"{value_of('max_workers')} && !document.querySelector('#settings').hidden")
    return chromium


def previewed(browser) -> None:
    browser.click("#preview")
    browser.until(f"{TITLE}.startsWith('Preview')")


def applied(browser, ending: str = "Saved") -> None:
    """What is previewed is applied."""
    browser.click("#review .primary")
    browser.until(f"{TITLE} === '{ending}'")


def pressed(browser, words: str) -> None:
    """The button of the dialog that says so."""
    browser.evaluate(
        f"[...document.querySelectorAll('#review button')].find((each) => each.textContent === '{words}').click()"
    )


def begun(browser, name: str, source: str = "") -> None:
    """A new preset of that name."""
    browser.evaluate(
        "[...document.querySelectorAll('.preset-row button')].find((each) => each.textContent === 'New…').click()"
    )
    browser.until("document.querySelector('#sheet').open")
    browser.type("#sheet input", name)
    browser.choose("#sheet select", source)
    browser.click("#sheet .primary")


def defaults(served):
    return served.config("defaults", "show")["defaults"]


def preset(served, name: str):
    return next((each for each in served.config("preset", "list")["presets"] if each["name"] == name), None)


def test_a_default_is_previewed_with_whom_it_reaches_and_set(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-max_pipelines", "9")
    previewed(browser)
    assert "becomes revision" in browser.text(f"[data-reached='{served.container_id}']")
    browser.type("#reason", "for all of them")
    applied(browser)
    found, revision = defaults(served)["max_pipelines"], served.config("history")["revisions"][0]

    assert (found["value"], found["reason"]) == (9, "for all of them")
    assert (revision["changes"]["max_pipelines"]["after"], revision["source"]) == (9, "page")
    browser.until(f"{tag_of('max_pipelines')} === 'Set here'")


def test_a_default_that_a_coordinator_overrides_is_told_to_be_hidden_there(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-max_workers", "8")
    previewed(browser)

    assert "It has its own max_workers" in browser.text(f"[data-reached='{served.container_id}']")


def test_a_default_returns_to_the_built_in_one_and_another_is_pinned(chromium, served):
    served.config("defaults", "set", "market_max_age=700")
    browser = opened(chromium, served)
    browser.click("[data-setting=market_max_age] button[aria-label^=Return]")
    browser.click("[data-setting=strategy] button[aria-label^=Pin]")
    previewed(browser)
    applied(browser)
    found = defaults(served)

    assert "market_max_age" not in found
    assert found["strategy"]["pinned"] is True


def test_a_change_of_defaults_is_undone_at_once(chromium, served):
    served.config("defaults", "set", "min_purchase_price=1111")
    before = defaults(served)
    browser = opened(chromium, served)
    browser.type("#setting-min_purchase_price", "2222")
    browser.type("#setting-chain_stop_loss", "33333")
    previewed(browser)
    applied(browser)
    pressed(browser, "Undo…")
    browser.until(f"{TITLE}.startsWith('Preview')")
    applied(browser)
    after = defaults(served)

    assert {name: each["value"] for name, each in after.items()} == {
        name: each["value"] for name, each in before.items()
    }


def test_a_default_that_was_pinned_at_another_value_is_pinned_there_again_by_the_undo(chromium, served):
    served.config("defaults", "set", "max_api_share=60", "--pin", "max_api_share")
    browser = opened(chromium, served)
    browser.type("#setting-max_api_share", "70")
    previewed(browser)
    applied(browser)
    changed = defaults(served)["max_api_share"]
    pressed(browser, "Undo…")
    browser.until(f"{TITLE}.startsWith('Preview')")
    applied(browser)
    undone = defaults(served)["max_api_share"]

    assert (changed["value"], changed["pinned"]) == (70, False)
    assert (undone["value"], undone["pinned"]) == (60, True)


def test_the_command_that_is_shown_does_the_same_and_holds_only_for_what_was_seen(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-min_balance", "777")
    previewed(browser)
    words = shlex.split(browser.text("#review code"))[1:]
    done = served.workplace.cli(*words)
    assert done.code == 0, done.err

    assert defaults(served)["min_balance"]["value"] == 777
    assert "stale" in served.workplace.cli(*words[:-3], "min_balance=778", *words[-2:]).err


def test_a_refused_default_is_told_beside_its_field(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-max_pipelines", "300")
    browser.click("#preview")
    browser.until("document.querySelector('[data-setting=max_pipelines] .problem').textContent")

    assert "from 0 to 100" in browser.text("[data-setting=max_pipelines] .problem")
    assert browser.evaluate("document.activeElement.id") == "setting-max_pipelines"


def test_who_is_overtaken_loses_nothing_and_reviews_again(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-trade_max_ships", "3")
    previewed(browser)
    served.config("defaults", "set", "trade_max_ships=4")
    browser.click("#review .primary")
    browser.until(f"{TITLE}.startsWith('Changed by somebody else')")
    pressed(browser, "Review again")
    browser.until(f"{TITLE}.startsWith('Preview')")
    assert "4 → 3" in browser.text("#review .diff")
    applied(browser)

    assert defaults(served)["trade_max_ships"]["value"] == 3


def test_a_default_set_at_a_terminal_is_on_the_page_and_leaves_an_edit_alone(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-trade_min_margin", "31")
    served.config("defaults", "set", "trade_min_margin=33", "acquire_min_start_supply=HIGH")
    browser.until(f"{value_of('acquire_min_start_supply')} === 'HIGH'")

    assert browser.evaluate(value_of("trade_min_margin")) == "31"
    assert "became 33" in browser.text("[data-setting=trade_min_margin] .meanwhile")


def test_a_preset_is_begun_with_what_is_set_on_the_coordinator_and_saved(chromium, served):
    browser = opened(chromium, served, "layer=preset")
    begun(browser, "from here", "container")
    browser.until("document.querySelector('#setting-max_workers').closest('[data-changed]')")
    assert preset(served, "from here") is None
    browser.type(".preset-row input", "what works")
    previewed(browser)
    assert "none → what works" in browser.text("#review")
    applied(browser)
    found = preset(served, "from here")

    assert (found["values"], found["description"]) == ({"max_workers": 6}, "what works")
    browser.until(f"{PRESET} === 'from here' && {tag_of('max_workers')} === 'Set here'")


def test_a_name_that_is_taken_is_refused_before_anything_is_begun(chromium, served):
    browser = opened(chromium, served, "layer=preset")
    begun(browser, "aggressive")

    assert "already" in browser.text("#preset-problem")
    assert browser.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"


def test_a_changed_preset_reaches_who_applies_it_and_an_undo_restores_all_of_it(chromium, served):
    served.config("preset", "save", "mine", "chain_stop_loss=40000", "max_api_share=70", "--description", "mine")
    served.config("preset", "apply", "mine")
    browser = opened(chromium, served, "layer=preset&preset=mine")
    browser.type("#setting-max_api_share", "71")
    browser.click("[data-setting=chain_stop_loss] button[aria-label^=Return]")
    browser.click("[data-setting=strategy] button[aria-label^='Set as it is']")
    previewed(browser)
    assert "becomes revision" in browser.text(f"[data-reached='{served.container_id}']")
    applied(browser)
    assert preset(served, "mine")["values"].keys() == {"max_api_share", "strategy"}
    pressed(browser, "Undo…")
    browser.until(f"{TITLE}.startsWith('Preview')")
    applied(browser)
    found = preset(served, "mine")

    assert (found["values"], found["description"]) == ({"chain_stop_loss": 40000, "max_api_share": 70}, "mine")
    served.config("preset", "apply", "none")


def test_a_preset_that_is_applied_cannot_be_deleted_and_where_is_told(chromium, served):
    served.config("preset", "save", "in use", "max_api_share=69")
    served.config("preset", "apply", "in use")
    browser = opened(chromium, served, "layer=preset&preset=in+use")
    browser.click(".preset-buttons button:last-child")
    browser.until(f"{TITLE} === 'Not done'")

    assert f"applied to {served.container_id}" in browser.text("#review")
    served.config("preset", "apply", "none")


def test_a_preset_is_deleted_after_a_preview_and_comes_back_by_undo(chromium, served):
    served.config("preset", "save", "old", "max_api_share=68", "--description", "of last week")
    browser = opened(chromium, served, "layer=preset&preset=old")
    browser.click(".preset-buttons button:last-child")
    browser.until(f"{TITLE} === 'Preview: delete preset old'")
    assert "config preset delete old --plan" in browser.text("#review code")
    applied(browser, "Deleted")
    assert preset(served, "old") is None
    browser.until(f"{PRESET} !== 'old'")
    pressed(browser, "Undo…")
    browser.until(f"{TITLE} === 'Preview: preset old'")
    applied(browser)

    found = preset(served, "old")
    assert (found["values"], found["description"]) == ({"max_api_share": 68}, "of last week")


def test_a_built_in_preset_is_shown_and_cannot_be_edited_but_copied(chromium, served):
    browser = opened(chromium, served, "layer=preset&preset=conservative")
    inputs = "[...document.querySelectorAll('#settings :is(input, select, textarea)')]"
    values = preset(served, "conservative")["values"]
    assert browser.evaluate(f"{inputs}.every((each) => each.disabled)")
    begun(browser, "calm", "preset conservative")
    browser.until("document.querySelector('#settings [data-changed]')")
    previewed(browser)
    applied(browser)

    assert preset(served, "calm")["values"] == values


def test_a_new_preset_that_is_not_wanted_after_all_is_discarded(chromium, served):
    browser = opened(chromium, served, "layer=preset")
    begun(browser, "never", "container")
    browser.until(f"{PRESET} === 'never'")
    browser.click(".preset-buttons button:last-child")
    browser.until(f"{PRESET} !== 'never'")

    assert browser.evaluate("document.querySelector('#actions').hidden")
    assert preset(served, "never") is None


def test_each_layer_keeps_the_edits_that_were_made_of_it(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-max_workers", "21")
    browser.click("input[name=layer][value=container]")
    browser.until(f"{value_of('max_workers')} === '6'")
    browser.type("#setting-max_workers", "22")
    browser.click("input[name=layer][value=player]")
    browser.until(f"{value_of('max_workers')} === '21'")
    browser.click("#discard")
    browser.click("input[name=layer][value=container]")
    browser.until(f"{value_of('max_workers')} === '22'")
    browser.click("#discard")


def test_the_address_names_the_layer_and_a_value_leads_to_the_one_it_comes_from(chromium, served):
    served.config("defaults", "set", "blocked_goods=IRON")
    browser = opened(chromium, served, "")
    link = "[data-setting=blocked_goods] .origin a"
    browser.until(f"document.querySelector('{link}')")
    browser.click(link)
    browser.until("document.activeElement.id === 'setting-blocked_goods' && location.search.includes('layer=player')")
    browser.open(browser.evaluate("location.href"))
    browser.until("document.querySelector('input[name=layer][value=player]:checked')")


def test_defaults_are_set_before_there_is_a_coordinator(chromium, workplace):
    workplace.start_daemon("--sandbox", "--seed", "5")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    _, address = workplace.start_dashboard()
    chromium.open(f"{address}settings?layer=player")
    chromium.until(f"{value_of('max_workers')}")
    chromium.type("#setting-max_workers", "17")
    previewed(chromium)
    assert "No coordinator follows it" in chromium.text("#review")
    applied(chromium)
    chromium.until(f"{tag_of('max_workers')} === 'Set here'")

    assert workplace.ask("manufacturing", "config", "defaults", "show")["defaults"]["max_workers"]["value"] == 17


def test_the_keyboard_alone_is_enough(chromium, served):
    browser = opened(chromium, served)
    browser.type("#setting-trade_max_ships", "13")
    browser.press("Enter", ENTER)
    browser.until(f"{TITLE}.startsWith('Preview')")
    browser.type("#reason", "by keyboard")
    browser.press("Enter", ENTER)
    browser.until(f"{TITLE} === 'Saved'")

    assert defaults(served)["trade_max_ships"]["reason"] == "by keyboard"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
@pytest.mark.parametrize("query", ["layer=player", "layer=preset&preset=aggressive", "layer=preset"])
def test_it_fits_and_axe_finds_nothing_grave(chromium, served, query, width, scheme):
    browser = opened(chromium, served, query)
    browser.look_like(width=width, scheme=scheme)

    assert browser.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    assert grave_faults(browser) == []
