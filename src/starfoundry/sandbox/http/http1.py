"""HTTP/1.1 of the sandbox: requests parsed by httptools, answers as bytes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

import httptools

from starfoundry.game.transport.transport import Response

HEAD_BYTES_MAX = 32_768
_PIECE_BYTES = 8_192
"""Bytes parsed before the length of an unfinished head is checked."""

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class BadRequest(Exception):
    """Bytes that are not a request, or one that is too large; the connection ends after the answer `status`."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


@dataclass(slots=True)
class ParsedRequest:
    """One request. Header names are lower case; the target is a path with its query."""

    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    keeps_alive: bool = True


class RequestParser:
    """The requests in one client's bytes. `body_bytes_max` gives the limit of a body for the target of its request."""

    def __init__(self, body_bytes_max: Callable[[str], int]) -> None:
        self._body_bytes_max = body_bytes_max
        self._parser = httptools.HttpRequestParser(self)
        self._found: list[ParsedRequest | BadRequest] = []
        self._request = ParsedRequest()
        self._url = b""
        self._head_bytes = 0
        self._is_in_head = self._is_in_body = False

    def feed(self, data: bytes) -> list[ParsedRequest | BadRequest]:
        """The requests that these bytes complete, in order. A BadRequest is the last: nothing is parsed after it."""
        try:
            for start in range(0, len(data), _PIECE_BYTES):
                self._parse(data[start : start + _PIECE_BYTES])
        except BadRequest as error:
            self._found.append(error)
        found, self._found = self._found, []
        return found

    def takes_continue(self) -> bool:
        """Whether the client now waits for "100 Continue" before it sends the body; true once for a request."""
        return self._is_in_body and self._request.headers.pop("expect", "").lower() == "100-continue"

    def on_message_begin(self) -> None:
        """A request begins."""
        self._request = ParsedRequest()
        self._url = b""
        self._head_bytes = 0
        self._is_in_head = True

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; those that follow a chunked body are ignored."""
        if self._is_in_head:
            self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1").rstrip(" \t")

    def on_headers_complete(self) -> None:
        """The head is complete. Raises BadRequest for a target that is not a path, or a body that is too long."""
        self._is_in_head, self._is_in_body = False, True
        request = self._request
        request.method = self._parser.get_method().decode("latin-1")
        request.target = _target(self._url.decode("latin-1"))
        request.keeps_alive = self._parser.should_keep_alive()
        self._check_length(int(request.headers.get("content-length", 0)))

    def on_body(self, body: bytes) -> None:
        """A part of the body. Raises BadRequest when it is too long."""
        self._check_length(len(self._request.body) + len(body))
        self._request.body += body

    def on_message_complete(self) -> None:
        """The request is complete."""
        self._is_in_body = False
        if not self._parser.should_upgrade():
            self._found.append(self._request)

    def _check_length(self, length: int) -> None:
        if length > self._body_bytes_max(self._request.target):
            raise BadRequest(413, "the body is too long")

    def _parse(self, piece: bytes) -> None:
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade as offer:
            self._decline_upgrade(piece[offer.args[0] :])
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, BadRequest):
                raise error.__context__ from None
            raise BadRequest(400, f"the request is malformed: {error}") from None
        if self._is_in_head:
            self._head_bytes += len(piece)
            if self._head_bytes > HEAD_BYTES_MAX:
                raise BadRequest(431, "the head of the request is too long")

    def _decline_upgrade(self, rest: bytes) -> None:
        """Parse the request again without its offer of another protocol: with it httptools skips the body."""
        request = self._request
        headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items() if name != "upgrade")
        line = f"{request.method} {self._url.decode('latin-1')} HTTP/{self._parser.get_http_version()}\r\n"
        self._parser = httptools.HttpRequestParser(self)
        self._parse(f"{line}{headers}\r\n".encode("latin-1") + rest)


def write(response: Response, *, keeps_alive: bool, is_head: bool = False) -> bytes:
    """An answer's bytes."""
    phrase = _PHRASES.get(response.status, "Unknown")
    lines = "".join([f"{name}: {value}\r\n" for name, value in response.headers.items()])
    length = "" if response.status == 204 else f"content-length: {len(response.body)}\r\n"
    ending = "" if keeps_alive else "connection: close\r\n"
    head = f"HTTP/1.1 {response.status} {phrase}\r\n{lines}{length}{ending}\r\n".encode("latin-1")
    return head if is_head else head + response.body


def _target(text: str) -> str:
    if not text.startswith("/"):
        _, found, rest = text.partition("://")
        slash = rest.find("/")
        if not found or slash < 0:
            raise BadRequest(400, "the target is not a path")
        text = rest[slash:]
    path, mark, query = text.partition("?")
    return (plain_path(path) if "%" in path else path) + mark + query


def plain_path(path: str) -> str:
    """A path without escapes, except those that change its meaning."""
    words = (unquote(word).replace("/", "%2F").replace("?", "%3F") for word in path.split("/"))
    return "/".join(words)
