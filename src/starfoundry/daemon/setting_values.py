"""Values of settings as a file, a variable or a flag gives them; a parser raises ValueError with what is allowed."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from starfoundry.daemon.token_input import stripped_token
from starfoundry.game.transport.http import checked_base_url
from starfoundry.kernel.errors import Refused
from starfoundry.runtime.scaled_loop import SPEED_MAX

LOOPBACK = "127.0.0.1"
OTLP_PATH = "/v1/traces"


def text(value: object) -> str:
    """The text; it is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value.strip()


def account_token(value: object) -> str:
    """A token that an HTTP header can contain."""
    try:
        return stripped_token("api.account_token", text(value))
    except Refused as error:
        raise ValueError(error.fields[0].allowed) from None


def whole_number(value: object) -> int:
    """A whole number."""
    try:
        return int(str(value))
    except ValueError:
        raise ValueError("a whole number") from None


def at_least_one(value: object) -> int:
    """A whole number, at least 1."""
    number = whole_number(value)
    if number < 1:
        raise ValueError("a whole number, at least 1")
    return number


def speed(value: object) -> float:
    """A speed of time."""
    allowed = f"a number from 0 (as fast as possible) to {SPEED_MAX:,}"
    try:
        found = float(str(value))
    except ValueError:
        raise ValueError(allowed) from None
    if not 0 <= found <= SPEED_MAX:
        raise ValueError(allowed)
    return found


def yes_or_no(value: object) -> bool:
    """True or false."""
    choices = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    try:
        return choices[str(value).strip().lower()]
    except KeyError:
        raise ValueError("true or false") from None


def host_and_port(value: object) -> tuple[str, int]:
    """A host and a port."""
    host, colon, port = text(value).rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and int(port) < 65_536):
        raise ValueError("HOST:PORT, such as 127.0.0.1:7420 or [::1]:7420")
    return host.removeprefix("[").removesuffix("]"), int(port)


def port_or_address(value: object) -> tuple[str, int]:
    """A port of the loopback interface, or a host and a port."""
    given = text(value)
    return host_and_port(given if ":" in given else f"{LOOPBACK}:{given}")


def absolute_path(value: object) -> Path:
    """A path."""
    return Path(text(value)).expanduser().absolute()


def server_address(value: object) -> str:
    """The base URL of a game server."""
    try:
        return checked_base_url(text(value))
    except Refused as error:
        raise ValueError(error.fields[0].allowed) from None


def collector_address(value: object) -> str:
    """The URL of a collector of traces; one without a path gets that of OTLP."""
    allowed = "the http:// or https:// URL of an OTLP collector, such as http://127.0.0.1:4318"
    try:
        parts = urlsplit(text(value))
        is_usable = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        raise ValueError(allowed) from None
    if not is_usable or parts.query or parts.fragment:
        raise ValueError(allowed)
    return urlunsplit(parts._replace(path=OTLP_PATH if parts.path in ("", "/") else parts.path))


def one_of(*choices: str) -> Callable[[object], str]:
    """A parser of one of these words."""

    def parse(value: object) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return str(value)

    return parse
