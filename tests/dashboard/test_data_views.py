"""Markets, ledger and logs in a real browser."""

import csv
import io
import json

import pytest

from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM
from tests.dashboard.ready import READY
from tests.patience import until

pytestmark = [pytest.mark.processes, pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")]

VIEWS = ("markets", "ledger", "logs")
ROWS = "[...document.querySelectorAll('#ledger .scroll:not([hidden]) tbody tr')].map((each) => each.dataset.key)"


def opened(chromium, served, view):
    chromium.look_like(width=1440)
    chromium.open(f"{served.address}{view}")
    chromium.until(READY[view])
    return chromium


def booked(served, kind):
    """The newest entries of a kind; none before the fleet has done such a thing."""
    return served.workplace.ask("ledger", "list", "--kind", kind, "--limit", "50")["entries"]


def test_the_heat_map_has_every_good_and_tells_what_was_seen_of_it(chromium, served):
    browser = opened(chromium, served, "markets")
    markets = served.workplace.ask("market", "list")["markets"]
    goods = {good for each in markets for kind in ("imports", "exports", "exchange") for good in each[kind]}

    assert (
        set(browser.evaluate("[...document.querySelectorAll('.heat tbody th')].map((each) => each.textContent)"))
        == goods
    )
    browser.click("input[name=measure][value=supply]")
    browser.until("[...document.querySelectorAll('.heat td')].some((each) => each.textContent === 'moderate')")
    assert "we pay" in browser.evaluate("document.querySelector('.heat td[data-heat]').title")


def test_a_goods_price_is_shown_over_time_with_our_trades(chromium, served):
    browser = opened(chromium, served, "markets")
    bought = until(lambda: booked(served, "PURCHASE"), "something is bought")[0]
    browser.click(f"[data-good='{bought['good']}']")
    browser.until("document.querySelector('#markets .uplot canvas')")
    browser.until(f"document.querySelector('#price-title').textContent === '{bought['good']} over time'")

    assert "of ours" in browser.text("#markets .readout")
    assert browser.evaluate("document.querySelectorAll('#markets .as-table tbody tr').length") >= 1


def test_a_price_that_cannot_be_asked_for_is_told(chromium, served):
    browser = opened(chromium, served, "markets")
    browser.lose_the_server()
    browser.click("[data-good]")

    browser.until("document.querySelector('#markets .notice')?.textContent.includes('does not answer')")


def test_each_trade_stands_beside_the_price_that_was_expected_when_its_ship_was_sent(chromium, served):
    def predicted():
        return [each for each in booked(served, "SALE") if each["predicted_price"]]

    sold = until(predicted, "something is sold as predicted")[0]
    browser = opened(chromium, served, "markets")
    browser.click(f"[data-good='{sold['good']}']")
    browser.until(f"document.querySelector('#price-title').textContent === '{sold['good']} over time'")
    browser.until("document.querySelector('#markets .expected li')")
    cells = "[...each.cells].slice(5, 7).map((one) => one.textContent)"
    rows = browser.evaluate(f"[...document.querySelectorAll('[aria-label=\"Our trades\"] tr')].map((each) => {cells})")

    assert "expected when the ships were sent" in browser.text("#markets .expected")
    assert [f"{int(each + 0.5):,}" for each in (sold["amount"] / sold["units"], sold["predicted_price"])] in rows


def test_the_newest_entries_of_the_book_arrive_by_themselves_each_once(chromium, served):
    browser = opened(chromium, served, "ledger")
    first = browser.evaluate(f"Math.max(...{ROWS}.map(Number))")
    browser.until(f"Math.max(...{ROWS}.map(Number)) > {first}")
    shown = [int(each) for each in browser.evaluate(ROWS)]

    assert shown == sorted(set(shown), reverse=True)
    assert shown == list(range(shown[0], shown[-1] - 1, -1)), "nothing is missing between the newest and the oldest"


def test_the_book_is_filtered_and_added_up(chromium, served):
    browser = opened(chromium, served, "ledger")
    browser.choose(".filters select", "REFUEL")
    lines = "[...document.querySelectorAll('#ledger .scroll:not([hidden]) tbody tr')]"
    kinds = f"{lines}.map((each) => each.children[2].textContent)"
    browser.until(f"{kinds}.length && {kinds}.every((each) => each === 'refuel')")
    browser.choose(".filters label:last-of-type select", "good")
    browser.until("document.querySelector('[aria-label=Sums]:not([hidden]) tbody tr')")

    told = served.workplace.ask("ledger", "summary", "--by", "good")["lines"]
    assert set(browser.evaluate(ROWS)) <= {each["key"] for each in told}


def test_what_is_filtered_can_be_downloaded_whole(chromium, served):
    until(lambda: booked(served, "SALE"), "something is sold")
    browser = opened(chromium, served, "ledger")
    browser.choose(".filters select", "SALE")
    browser.until("document.querySelector('a[download]').href.includes('kind=SALE')")
    link = "new URL(document.querySelector('a[download]').href)"
    path = browser.evaluate(f"{link}.pathname + {link}.search")
    visitor = served.visitor()
    answer = visitor.get(path)
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))

    assert answer.headers["Content-Disposition"] == "attachment; filename=ledger.csv"
    assert {row["kind"] for row in rows} == {"SALE"}
    assert len({row["sequence"] for row in rows}) == len(rows) > 0


def test_what_is_filtered_can_be_downloaded_as_parquet_too(chromium, served):
    parquet = pytest.importorskip("pyarrow.parquet")
    until(lambda: booked(served, "SALE"), "something is sold")
    browser = opened(chromium, served, "ledger")
    browser.choose(".filters select", "SALE")
    link = "document.querySelector('a[download$=parquet]:not([hidden])')"
    browser.until(f"{link}?.href.includes('kind=SALE')")
    path = browser.evaluate(f"new URL({link}.href).pathname + new URL({link}.href).search")
    rows = parquet.read_table(io.BytesIO(served.visitor().get(path).body)).to_pylist()

    assert {row["kind"] for row in rows} == {"SALE"}


def test_what_went_wrong_is_told_with_how_often_and_leads_to_what_it_is_about(chromium, served):
    browser = opened(chromium, served, "logs")
    browser.until("document.querySelector('#incidents [role=status]').textContent")
    told = {"kind": "container-failed", "subject": served.container_id, "text": "it ended: the map is gone", "times": 3}
    told |= {"first_at": "2026-03-01T12:00:00Z", "last_at": "2026-03-01T13:00:00Z"}
    browser.evaluate(
        "import('/logs/incidents.js').then(({Incidents}) => {"
        "const made = new Incidents({known: {player: {player_id: 1}}});"
        "document.querySelector('#incidents').replaceWith(made.element);"
        f"made.paint({{incidents: [{json.dumps(told)}], incidents_in_all: 7}})}})"
    )

    assert "the newest 1 of 7" in browser.text("#incidents [role=status]")
    assert "3 times" in browser.text("#incidents .incident")
    browser.click("#incidents .link")
    browser.until("document.querySelector('#sheet .explanation')")
    assert grave_faults(browser) == []


@pytest.fixture
def alerting(served, tmp_path):
    """A target that takes nothing, and an alert that is open."""
    file = tmp_path / "hook.url"
    file.write_text("http://127.0.0.1:9/hook")
    file.chmod(0o600)
    ask = served.workplace.ask
    ask("alerts", "target", "add", "hook", "--url-file", str(file))
    ask("alerts", "set", "setting-changed", "--on", "--within", "1d")
    served.config("set", "max_workers=7")
    until(lambda: ask("alerts", "list")["alerts"], "an alert opens")
    yield served
    ask("alerts", "mute", "--end")
    ask("alerts", "set", "setting-changed", "--off")
    ask("alerts", "target", "remove", "hook")


def test_an_open_alert_is_acknowledged_on_the_page(chromium, alerting):
    browser = opened(chromium, alerting, "logs")
    browser.until("document.querySelector('#alerts .incident')")
    text = browser.text("#alerts .incident")
    browser.click("#alerts .incident .alert-choices button:first-child")
    browser.until("document.querySelector('#alerts .incident').textContent.includes('acknowledged by')")
    alert = alerting.workplace.ask("alerts", "list")["alerts"][0]

    assert "changed the settings of" in text
    assert alert["acked_at"]
    assert "Acknowledge" not in browser.evaluate(
        "[...document.querySelectorAll('#alerts .incident:first-child button')].map((each) => each.textContent)"
    )


def test_a_rule_is_muted_on_the_page_and_the_mute_is_ended_there(chromium, alerting):
    def muted():
        return [each["rule"] for each in alerting.workplace.ask("alerts", "list")["rules"] if each["muted_until"]]

    browser = opened(chromium, alerting, "logs")
    browser.until("document.querySelector('#alerts .incident')")
    browser.click("#alerts .incident .alert-choices button:last-child")
    browser.until("document.querySelector('#sheet[open] .choice')")
    browser.click("#sheet .choice:nth-of-type(2) input")
    same = browser.text("#sheet code")
    assert grave_faults(browser) == []
    browser.click("#sheet .choices .primary")
    browser.until("document.querySelector('#alerts').textContent.includes('setting-changed until')")
    while_muted = muted()
    browser.evaluate(
        "[...document.querySelectorAll('#alerts button')].find((each) => each.textContent === 'End the mute').click()"
    )
    browser.until("!document.querySelector('#alerts').textContent.includes('setting-changed until')")

    assert same == "spacetraders alerts mute setting-changed --for 8h"
    assert (while_muted, muted()) == (["setting-changed"], [])
    assert grave_faults(browser) == []


def test_without_a_target_the_page_says_how_to_add_one(chromium, served):
    browser = opened(chromium, served, "logs")
    browser.until("document.querySelector('#alerts .empty').textContent.includes('alerts target add')")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/acknowledge", {"player_id": 1}),
        ("/api/acknowledge", {"player_id": 1, "alert_id": -1}),
        ("/api/mute", {"player_id": 1, "kind": "no such rule", "seconds": 60}),
        ("/api/mute", {"player_id": 1, "kind": "", "seconds": "8h"}),
    ],
)
def test_a_request_about_alerts_that_makes_no_sense_is_refused(served, path, body):
    assert served.visitor().post(path, body).status == 400


def test_the_incidents_are_those_of_the_report(served):
    told = served.visitor().get("/api/incidents?player_id=1&since=24h").json
    reported = served.workplace.ask("report", "--since", "24h")

    assert told["incidents_in_all"] == reported["incidents_in_all"]


def test_a_filter_that_is_none_is_told_with_what_may_be(served):
    answer = served.visitor().get("/api/ledger?player_id=1&since=yesterdayish")

    assert (answer.status, answer.json["error"]["fields"][0]["name"]) == (400, "since")


def test_a_log_is_followed_filtered_and_leads_to_what_it_tells_of(chromium, served):
    browser = opened(chromium, served, "logs")
    count = "document.querySelectorAll('.log li').length"
    newest = "document.querySelector('.log li:last-child').dataset.key"
    before = browser.evaluate(newest)
    browser.until(f"{newest} !== '{before}'")
    browser.type("#log-filter", "no such words at all")
    browser.until(f"{count} === 0 && !document.querySelector('#logs .empty').hidden")
    browser.choose("#log-filter", "")
    browser.until("document.querySelector('.log .link')")
    browser.click(".log .link")
    browser.until("document.querySelector('#sheet .explanation, #sheet .notice')")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_and_axe_finds_nothing_grave(chromium, served, view, width, scheme):
    browser = opened(chromium, served, view)
    browser.look_like(width=width, scheme=scheme)
    browser.until(READY[view])

    assert browser.evaluate("document.documentElement.scrollWidth > innerWidth") is False
    assert grave_faults(browser) == []


@pytest.mark.parametrize("view", ["overview", "ledger"])
def test_the_tables_of_a_small_desk_are_not_scrolled_sideways(chromium, served, view):
    chromium.look_like(width=1280)
    chromium.open(f"{served.address}{view}")
    chromium.until(READY[view])

    chromium.until("[...document.querySelectorAll('main .scroll table')].some((each) => each.clientWidth)")
    assert (
        chromium.evaluate(
            "[...document.querySelectorAll('main .scroll:has(table)')]"
            ".filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.ariaLabel)"
        )
        == []
    )
