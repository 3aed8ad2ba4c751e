"""Takes docs/pictures/dashboard.png, the page with an edit not applied yet: `python -m tests.dashboard.picture`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.dashboard.browser import browsing
from tests.dashboard.conftest import serving
from tests.house.source import ROOT

PICTURE = ROOT / "docs" / "pictures" / "dashboard.png"


def paint() -> None:
    """Serve a page, edit a setting, and save what is seen."""
    with TemporaryDirectory() as folder, browsing(Path(folder) / "browser") as browser:
        served = serving(Path(folder))
        try:
            served.config("set", "max_workers=6", "--reason", "two ships more")
            browser.look_like(width=1280, height=860)
            browser.open(served.address)
            browser.until("document.querySelector('.revision')")
            browser.type("#setting-max_pipelines", "5")
            browser.evaluate("document.activeElement.blur()")
            browser.picture(PICTURE)
            browser.click("#discard")
        finally:
            served.workplace.close()


if __name__ == "__main__":
    paint()
