"""A forecast beside the preview of a change: told round by round, stopped at a press, and nothing changed by it."""

import json
import shlex
import subprocess

import pytest

from starfoundry.dashboard.requests.forecast_requests import ProposedSettings, command_of, read
from starfoundry.kernel.errors import Refused
from tests.dashboard.axe import grave_faults
from tests.dashboard.browser import CHROMIUM
from tests.patience import until

in_a_browser = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")

TITLE = "document.querySelector('#review').open && document.querySelector('#review-title').textContent"
STATUS = "document.querySelector('.forecast [role=status]').textContent"
HOURS = ".forecast input[type=number]"
ACT = ".forecast-ask button"


def previewed(chromium, served, value: str = "2"):
    """The preview of a change of one setting, which is not applied."""
    chromium.look_like(width=1280)
    chromium.evaluate("document.querySelector('#discard')?.click()")
    chromium.open(f"{served.address}settings")
    chromium.until("document.querySelector('#setting-max_workers') && !document.querySelector('#settings').hidden")
    chromium.type("#setting-max_workers", value)
    chromium.click("#preview")
    chromium.until(f"{TITLE}.startsWith('Preview')")
    return chromium


def simulations(served) -> list[str]:
    """The processes of the daemon that play runs now."""
    command = ["ps", "-ww", "-o", "args=", "--ppid", str(served.daemon.pid)]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    return [line for line in found.stdout.splitlines() if "starfoundry.simulation.worker" in line]


def test_a_forecast_is_told_as_the_command_that_makes_it():
    wanted = ProposedSettings(
        container_id="c-1", player_id=1, agent="FOUNDRY", set={"blocked_goods": "FUEL,IRON"}, hours=6
    )

    assert shlex.split(command_of(wanted))[2:] == [
        *("config", "forecast", "blocked_goods=FUEL,IRON", "--container", "c-1", "--agent", "FOUNDRY", "--hours", "6")
    ]


@pytest.mark.parametrize("wrong", [{"hours": 0}, {"hours": 241}, {"set": ["max_workers"]}, {"rounds": 3}], ids=str)
def test_what_asks_for_no_forecast_is_refused(wrong):
    body = {"container_id": "c-1", "player_id": 1, "set": {"max_workers": "2"}, **wrong}

    with pytest.raises(Refused, match="asks for no forecast"):
        read(json.dumps(body).encode())


@pytest.mark.processes
@in_a_browser
def test_a_forecast_is_told_from_the_first_round_on_and_stopping_it_leaves_no_process_behind(chromium, served):
    before = served.config("show")["revision"]
    browser = previewed(chromium, served)
    browser.type(HOURS, "1")
    browser.click(ACT)
    browser.until(f"{STATUS}.includes('of at most 8')")
    rows = browser.evaluate("[...document.querySelectorAll('.forecast tbody th')].map((each) => each.textContent)")
    browser.click(ACT)  # at once: an hour is soon played
    browser.until(f"{STATUS} === 'Stopped.'")

    assert rows == ["Today's settings", "Proposed", "Difference"]
    assert grave_faults(browser) == []
    assert until(lambda: not simulations(served), "nobody listens any more")
    assert served.config("show")["revision"] == before


@pytest.mark.processes
@in_a_browser
def test_a_forecast_ends_when_its_preview_is_left(chromium, served):
    browser = previewed(chromium, served)
    browser.type(HOURS, "200")
    browser.click(ACT)
    assert until(lambda: simulations(served), "it is played")
    browser.evaluate("document.querySelector('#review').close()")

    assert until(lambda: not simulations(served), "nobody listens any more")


@pytest.mark.processes
@in_a_browser
@pytest.mark.parametrize(
    ("difference", "verdict", "last_row"),
    [
        (
            {"mean": 250.4, "low": -900.0, "high": 1400.0, "told_from_zero": False},
            "The difference is not significant (4 rounds).",
            "+250 −900 to +1,400",
        ),
        (
            {"mean": -5000.2, "low": -6000.0, "high": -4000.0, "told_from_zero": True},
            "5,000 credits an hour less than today's settings (50 %).",
            "−5,000 −6,000 to −4,000",
        ),
        (
            {"mean": 2500.0, "low": 2000.0, "high": 3000.0, "told_from_zero": True},
            "2,500 credits an hour more than today's settings (25 %).",
            "+2,500 +2,000 to +3,000",
        ),
    ],
)
def test_it_is_told_whether_the_difference_is_one_and_why(chromium, served, difference, verdict, last_row):
    chromium.open(f"{served.address}settings")
    arm = {"profit_per_hour": 10_000.0, "low": 9_000.0, "high": 11_000.0}
    told = {"rounds": 4, "runs": 8, "hours": 24, "is_over": True, "number": 3, "command": "spacetraders …"}
    told |= {"today": arm, "proposed": arm, "difference": difference, "reasons": ["2 ships fewer"], "unseen_goods": 0}
    chromium.until("document.querySelector('#settings')")
    script = (
        "import('/settings/forecast.js').then(({Forecast}) => {"
        f"const made = new Forecast([], {{}}); made.paint({json.dumps(told)});"
        "const text = (each) => [...made.element.querySelectorAll(each)].map((one) => one.textContent);"
        "const last = text('tbody tr:last-child td').join(' ');"
        "return [text('.verdict'), text('.reasons li'), last, text('[role=status]')]})"
    )

    assert chromium.evaluate(script) == [[verdict], ["2 ships fewer"], last_row, ["24 h, 4 rounds, kept as no. 3"]]


@pytest.mark.processes
@in_a_browser
def test_a_default_is_forecast_for_each_coordinator_whose_settings_it_changes(chromium, served):
    change = {"name": "blocked_goods", "before": [], "after": ["IRON", "FUEL"]}
    kept = {"name": "max_workers", "before": 5, "after": 5}
    reached = [{"container_id": "one", "changes": [change, kept]}, {"container_id": "two", "changes": [kept]}]
    chromium.open(f"{served.address}settings")
    chromium.until("document.querySelector('#settings')")
    answer = json.dumps({"reached": reached})
    script = f"import('/settings/forecast.js').then((it) => it.proposalsOf({{layer: 'defaults'}}, {answer}))"

    assert chromium.evaluate(script) == [{"container_id": "one", "set": {"blocked_goods": "IRON,FUEL"}}]


@pytest.mark.processes
@in_a_browser
def test_hours_out_of_bounds_are_told_and_the_button_is_there_again(chromium, served):
    browser = previewed(chromium, served)
    browser.type(HOURS, "500")
    browser.click(ACT)
    browser.until("document.querySelector('.forecast .notice')")

    assert "240" in browser.text(".forecast .notice")
    assert browser.text(ACT) == "Forecast"
