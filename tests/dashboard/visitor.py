"""Somebody at the page's door: a browser that behaves, or one that was led astray, as its headers say."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.patience import DEADLINE_SECONDS

PATIENCE_SECONDS = DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, as JSON."""
        return json.loads(self.body)


@dataclass
class Visitor:
    """One client of the page at `address`."""

    address: str
    streams: list[HTTPConnection] = field(default_factory=list)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for something."""
        return self._ask("GET", path, None, headers)

    def token(self) -> str:
        """What a change has to carry."""
        return str(self.get("/api/session").json["token"])

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """Send something, with the page's own token unless another is given; an empty header is left out."""
        usual = {"Content_Type": "application/json", "X_StarFoundry_Token": headers.pop("token", "") or self.token()}
        return self._ask("POST", path, json.dumps(body).encode(), usual | headers)

    def events(self, container_id: str = "") -> Iterator[tuple[str, Any]]:
        """The page's news, without end."""
        connection = self._connection()
        self.streams.append(connection)
        connection.request("GET", f"/api/events?container_id={container_id}")
        response = connection.getresponse()
        assert response.status == 200
        name = ""
        while line := response.readline().decode().rstrip("\n"):
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            else:
                yield name, json.loads(line.removeprefix("data: "))
                response.readline()

    def until(self, events: Iterator[tuple[str, Any]], name: str) -> Any:
        """The next piece of news of that name."""
        return next(value for heard, value in events if heard == name)

    def close(self) -> None:
        """Hang up."""
        for connection in self.streams:
            connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = self._connection()
        given = {name.replace("_", "-"): value for name, value in headers.items() if value}
        connection.request(method, path, body, given)
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), response.read())
        connection.close()
        return answer

    def _connection(self) -> HTTPConnection:
        place = urlsplit(self.address)
        return HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_SECONDS)
