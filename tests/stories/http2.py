"""HTTP/2 as an attacker writes it: frames that no library would send, as fast as they are taken."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum

NOW = 0.0
CANCEL = 8
"""The error code of a caller that is no longer interested."""

_HEADER = struct.Struct(">I")


class Frame(IntEnum):
    """The kinds of frames."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7
    CONTINUATION = 9


END_STREAM, END_HEADERS = 1, 4


def frame(kind: Frame, payload: bytes = b"", *, flags: int = 0, stream: int = 0) -> bytes:
    """A frame as it is on the wire."""
    return _HEADER.pack(len(payload))[1:] + bytes((kind, flags)) + _HEADER.pack(stream) + payload


def header(name: str, value: str, *, is_remembered: bool = False) -> bytes:
    """A header, as a literal; each that `is_remembered` becomes the newest of those that one byte names."""
    return (b"\x40" if is_remembered else b"\0") + _text(name) + _text(value)


NEWEST = b"\xbe"
"""The header that was remembered last; the one before it is the next byte."""


def call(method: str, *more: bytes, is_remembered: bool = False) -> bytes:
    """The headers of a call, and more of them."""
    known = {":method": "POST", ":scheme": "http", ":path": method, ":authority": "x"}
    fields = known | {"content-type": "application/grpc", "te": "trailers"}
    return b"".join([*(header(*each, is_remembered=is_remembered) for each in fields.items()), *more])


SAME_CALL = bytes(range(NEWEST[0] + 5, NEWEST[0] - 1, -1))
"""The headers of the call that was remembered last."""


def _text(text: str) -> bytes:
    length, out = len(text), bytearray()
    if length < 127:
        return bytes((length,)) + text.encode()
    out.append(127)
    length -= 127
    while length >= 128:
        out.append(length % 128 + 128)
        length //= 128
    return bytes(out) + bytes((length,)) + text.encode()


@dataclass
class Attacker:
    """A connection that reads nothing unless it is told to."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)

    def send(self, make: Callable[[int], bytes], *, frames: int, seconds: float) -> int:
        """Send what `make` gives for 0, 1 and so on, for so long at most; how many were taken."""
        ends = time.perf_counter() + seconds
        self.connection.settimeout(seconds)
        for number in range(frames):
            try:
                self.connection.sendall(make(number))
            except OSError:
                return number
            if time.perf_counter() > ends:
                return number + 1
        return frames

    def read(self, *, seconds: float) -> list[tuple[int, bytes]]:
        """The kinds and contents of all frames until nothing comes for so long, or it is cut off."""
        self.connection.settimeout(seconds)
        try:
            while found := self.connection.recv(65_536):
                self.received += found
        except OSError:
            pass
        return list(_frames(bytes(self.received)))

    def is_cut_off(self) -> bool:
        """Whether the other end has closed the connection."""
        self.connection.settimeout(NOW)
        try:
            while found := self.connection.recv(65_536):
                self.received += found
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True


@contextmanager
def attacker(port: int) -> Iterator[Attacker]:
    """A stranger on this machine who has connected to that port and said hello."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(Frame.SETTINGS))
        yield Attacker(connection)


def _frames(received: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 9 <= len(received):
        length = int.from_bytes(received[place : place + 3], "big")
        yield received[place + 3], received[place + 9 : place + 9 + length]
        place += 9 + length
