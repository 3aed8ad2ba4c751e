"""A real browser, driven over its own debugging protocol: Chromium without a window, where this machine has one."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from starfoundry.runtime.clock import SystemClock
from tests.patience import DEADLINE_SECONDS

T = TypeVar("T")

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
PATIENCE_SECONDS = DEADLINE_SECONDS

_LOOK_SECONDS = 0.05
_ARGUMENTS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
)


class Browser:
    """One tab. What its scripts throw and what its policy forbids is kept in `complaints`.

    What the browser asks its user, such as whether a page may be left, is agreed to, and kept in `questions`.
    """

    def __init__(self, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._clock = SystemClock()
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        self.questions: list[str] = []
        root = ["--no-sandbox"] if os.getuid() == 0 else []
        self._program = subprocess.Popen(
            [CHROMIUM, *_ARGUMENTS, *root, f"--user-data-dir={folder}", "about:blank"],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        port_file = folder / "DevToolsActivePort"
        self._wait(lambda: port_file.exists() and port_file.read_text().count("\n") > 0, "the browser begins")
        self._run(self._connect(int(port_file.read_text().splitlines()[0])))
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)  # as if its window were the one at the front

    def close(self) -> None:
        """End it."""
        self._run(self._session.close())
        self._runner.close()
        self._program.kill()
        self._program.wait()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One call of the protocol."""
        return self._run(self._call(method, parameters))

    def open(self, address: str) -> None:
        """Go to a page."""
        self.call("Page.navigate", url=address)

    def evaluate(self, script: str) -> Any:
        """What the script says, in the page."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until what the script says is true."""
        self._wait(lambda: bool(self.evaluate(f"!!({script})")), script)

    def text(self, selector: str) -> str:
        """The text of what the selector finds."""
        return str(self.evaluate(f"{_found(selector)}.textContent"))

    def type(self, selector: str, text: str) -> None:
        """Replace what an input holds."""
        self.evaluate(f"{_found(selector)}.focus(); {_found(selector)}.select?.()")
        self.call("Input.insertText", text=text)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option."""
        self.evaluate(
            f"{_found(selector)}.value = {json.dumps(value)};"
            f"{_found(selector)}.dispatchEvent(new Event('input', {{bubbles: true}}));"
            f"{_found(selector)}.dispatchEvent(new Event('change', {{bubbles: true}}))"
        )

    def press(self, key: str, code: int) -> None:
        """Press one key."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def click(self, selector: str) -> None:
        """Click what the selector finds."""
        self.until(f"{_found(selector)}")
        self.evaluate(f"{_found(selector)}.click()")

    def lose_the_server(self, *, in_mid_answer: bool = False) -> None:
        """From here on no question of this page is answered, or only the beginning of an answer comes."""
        ends = "resolve(new Response('{\"begun'))" if in_mid_answer else "reject(new TypeError('Failed to fetch'))"
        self.evaluate(f"window.fetch = () => Promise.{ends}; 0")

    def look_like(self, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Take the size of another screen, and its colours."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path) -> None:
        """Save how the page looks."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def _wait(self, is_so: Any, what: str) -> None:
        until = self._clock.elapsed() + PATIENCE_SECONDS
        while not is_so():
            assert self._clock.elapsed() < until, f"never so: {what}\n{self.complaints}\n{self._page_text()}"
            self._run(asyncio.sleep(_LOOK_SECONDS))

    def _page_text(self) -> str:
        return str(self.evaluate("document.body.innerText")) if hasattr(self, "_socket") else ""

    async def _connect(self, port: int) -> None:
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            tab = next(each for each in await answer.json() if each["type"] == "page")
        self._socket = await self._session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0)

    async def _call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                told = await self._socket.receive_json()
                if told.get("id") == number:
                    assert "error" not in told, told
                    return dict(told["result"])
                self._overhear(told)
                if told.get("method") == "Page.javascriptDialogOpening":
                    self.questions.append(told["params"]["type"])
                    answer = {"method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
                    await self._socket.send_json({"id": next(self._numbers), **answer})

    def _overhear(self, told: dict[str, Any]) -> None:
        match told.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(told["params"]["exceptionDetails"]))
            case "Log.entryAdded" if told["params"]["entry"]["source"] in ("security", "javascript"):
                self.complaints.append(told["params"]["entry"]["text"])

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coroutine)


def _found(selector: str) -> str:
    return f"document.querySelector({json.dumps(selector)})"


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own; its page may not have thrown anything, nor tried what is forbidden."""
    browser = Browser(folder)
    try:
        yield browser
    finally:
        browser.close()
    assert not browser.complaints, "\n".join(browser.complaints)
