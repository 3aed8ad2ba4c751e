"""A minimal HTTP/1.1 codec: requests from bytes, answers to bytes. Pure.

It is our own because the sandbox must be able to truncate answers, which application servers do not offer, and because
it is several times as fast as one: a request is one line, some headers and a few bytes of JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote

from starfoundry.game.transport.transport import Response

HEAD_BYTES_MAX = 32_768
_END = b"\r\n\r\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class BadRequest(Exception):
    """Bytes that are not a request, or one that is too large; the connection ends after the answer `status`."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request without its body. Header names are lower case; `length` is None for a chunked body."""

    method: str
    target: str
    headers: Mapping[str, str]
    length: int | None
    keeps_alive: bool
    size: int

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body."""
        return self.headers.get("expect", "").lower() == "100-continue"


def read_head(data: bytes | bytearray) -> RequestHead | None:
    """The head at the beginning of the data; None while it is incomplete. Raises BadRequest."""
    end = data.find(_END)
    if end < 0:
        if len(data) > HEAD_BYTES_MAX:
            raise BadRequest(431, "the head of the request is too long")
        return None
    if end > HEAD_BYTES_MAX:
        raise BadRequest(431, "the head of the request is too long")
    first, *lines = bytes(data[:end]).decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest(400, "the request line is not one of HTTP/1.1")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(400, "a header is malformed")
        headers[name.lower()] = value.strip(" \t")
    connection = headers.get("connection", "").lower()
    keeps_alive = connection != "close" if words[2] == "HTTP/1.1" else connection == "keep-alive"
    return RequestHead(words[0], _target(words[1]), headers, _length(headers), keeps_alive, end + len(_END))


def read_chunks(data: bytes | bytearray, start: int, limit: int) -> tuple[bytes, int] | None:
    """A chunked body from `start` on and its end; None while it is incomplete. Raises BadRequest."""
    parts: list[bytes] = []
    size = 0
    while True:
        line_end = data.find(b"\r\n", start)
        if line_end < 0:
            return None
        try:
            length = int(bytes(data[start:line_end]).split(b";")[0], 16)
        except ValueError:
            raise BadRequest(400, "a chunk has no length") from None
        start = line_end + 2
        if length == 0:
            end = data.find(b"\r\n", start)
            return (b"".join(parts), end + 2) if end >= 0 else None
        size += length
        if length < 0 or size > limit:
            raise BadRequest(413, "the body is too long")
        if len(data) < start + length + 2:
            return None
        parts.append(bytes(data[start : start + length]))
        start += length + 2


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


def _length(headers: Mapping[str, str]) -> int | None:
    coding = headers.get("transfer-encoding")
    stated = headers.get("content-length")
    if coding is not None:
        if coding.lower() != "chunked" or stated is not None:
            raise BadRequest(400, "the body's length is ambiguous")
        return None
    if stated is None:
        return 0
    if not stated.isascii() or not stated.isdigit() or len(stated) > 12:
        raise BadRequest(400, "the content-length is not a number")
    return int(stated)
