"""Client of a running sandbox's admin API, for the command line and for tests; standard library only."""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from starfoundry.kernel.errors import Refused, Unavailable

_TIMEOUT_SECONDS = 60


class AdminClient:
    """One running sandbox; `admin_url` is the one announced when it was started with --admin."""

    def __init__(self, admin_url: str) -> None:
        if not admin_url.startswith(("http://", "https://")):
            raise Refused.of("admin-url", admin_url, "the admin_url that `sandbox serve --admin` prints")
        self._url = admin_url.rstrip("/")

    def summary(self) -> dict[str, Any]:
        """The universe's seed, time, speed and agents."""
        return self._json("GET", "/")

    def set_speed(self, speed: float | str) -> dict[str, Any]:
        """Change the speed: a number, `paused` or `max`."""
        return self._json("POST", "/speed", {"speed": speed})

    def step(self) -> dict[str, Any]:
        """Advance to the next event."""
        return self._json("POST", "/step")

    def jump(self, seconds: float) -> dict[str, Any]:
        """Advance by that many seconds."""
        return self._json("POST", "/jump", {"seconds": seconds})

    def oracle(self, after: int = 0) -> list[dict[str, Any]]:
        """The entries of the event log after that number, at most 1,000."""
        entries: list[dict[str, Any]] = self._json("GET", f"/oracle?after={after}")["entries"]
        return entries

    def market(self, waypoint: str) -> dict[str, Any]:
        """The stocks behind a market's prices."""
        return self._json("GET", f"/market?waypoint={quote(waypoint)}")

    def faults(self) -> list[dict[str, Any]]:
        """The active faults."""
        listed: list[dict[str, Any]] = self._json("GET", "/faults")["faults"]
        return listed

    def add_fault(self, kind: str, **rule: object) -> dict[str, Any]:
        """Activate a fault; `rule` as in starfoundry.sandbox.api.injected_faults.Fault."""
        return self._json("POST", "/faults", {"kind": kind, **rule})

    def remove_faults(self, number: int | None = None) -> None:
        """Remove one fault, or all."""
        self._json("DELETE", "/faults" if number is None else f"/faults?number={number}")

    def snapshot(self) -> bytes:
        """A snapshot of the universe."""
        return self._send("GET", "/snapshot")

    def restore(self, content: bytes) -> dict[str, Any]:
        """Replace the universe with a snapshot."""
        restored: dict[str, Any] = json.loads(self._send("POST", "/restore", content))
        return restored

    def reset(self) -> dict[str, Any]:
        """Reset the universe: every agent's token becomes invalid."""
        return self._json("POST", "/reset")

    def _json(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(
            self._send(method, path, None if body is None else json.dumps(body).encode())
        )
        return answer

    def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = Request(self._url + path, data=body, method=method)  # noqa: S310  (the constructor checks the scheme)
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            problem = json.loads(error.read() or b"{}").get("error", {}).get("message", str(error))
            raise Refused(problem) from None
        except URLError as error:
            raise Unavailable(f"no sandbox answers at {self._url.rsplit('/', 1)[0]}: {error.reason}") from None
