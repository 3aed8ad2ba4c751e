"""Takes docs/pictures/dashboard.png and docs/pictures/page-*.png: `make pictures`.

The views are taken of a sandbox that has run for some hours, each at the width of a desk and of a phone, in light and
in dark; dashboard.png has an edit that is not applied yet.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from starfoundry.runtime.clock import SystemClock
from tests.dashboard.browser import Browser, browsing
from tests.dashboard.conftest import Served
from tests.dashboard.ready import READY
from tests.house.source import ROOT
from tests.stories.programs import Workplace

PICTURES = ROOT / "docs" / "pictures"
WIDTHS = {"": 1440, "-phone": 390}
SCHEMES = {"": "light", "-dark": "dark"}
HEIGHT = 900
HOURS = 6
SPEED = 100


def paint() -> None:
    """Let a fleet work, change a setting, and save what is seen."""
    with TemporaryDirectory() as folder, browsing(Path(folder) / "browser") as browser:
        served = at_work(Path(folder) / "data")
        try:
            for view, ready in READY.items():
                for of_width, width in WIDTHS.items():
                    for of_scheme, scheme in SCHEMES.items():
                        browser.look_like(width=width, height=HEIGHT, scheme=scheme)
                        browser.open(f"{served.address}{view}")
                        browser.until(ready)
                        browser.picture(PICTURES / f"page-{view}{of_width}{of_scheme}.png")
            edit(browser, served)
        finally:
            served.workplace.close()


def at_work(data_dir: Path) -> Served:
    """A fleet that has worked for some hours, with two changes of settings, and its page."""
    workplace = Workplace(data_dir=data_dir)
    daemon = workplace.start_daemon("--sandbox", "--seed", "5", "--speed", str(SPEED))
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container_id = workplace.ask("manufacturing", "start")["container_id"]
    workplace.ask("ship", "grow")
    page, address = workplace.start_dashboard()
    served = Served(workplace, daemon, page, address, container_id)
    for change, why in (("max_pipelines=5", "more chains"), ("min_balance=20000", "keep something back")):
        until_hours_later(workplace, HOURS / 2)
        served.config("set", change, "--reason", why)
    until_hours_later(workplace, 1)
    return served


def until_hours_later(workplace: Workplace, hours: float) -> None:
    """Wait for the sandbox's clock."""
    begun, clock = uptime(workplace), SystemClock()
    looked = clock.elapsed()
    while uptime(workplace) < begun + hours * 3_600:
        assert clock.elapsed() < looked + 3_600, "its time stands still"


def uptime(workplace: Workplace) -> int:
    """Seconds of the daemon's own time since it began."""
    return int(workplace.ask("health")["uptime_seconds"])


def edit(browser: Browser, served: Served) -> None:
    """The settings with an edit not applied yet."""
    browser.look_like(width=1280, height=860)
    browser.open(f"{served.address}settings")
    browser.until("document.querySelector('.revision')")
    browser.type("#setting-max_pipelines", "6")
    browser.evaluate("document.activeElement.blur()")
    browser.picture(PICTURES / "dashboard.png")
    browser.click("#discard")


if __name__ == "__main__":
    paint()
