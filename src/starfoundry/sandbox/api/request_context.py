"""One request: its caller, time, parameters and body; and the forms of answers."""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec

from starfoundry.kernel.ids import ShipSymbol
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.rejection import ApiRejection, invalid, missing
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

B = TypeVar("B", bound=msgspec.Struct)

PAGE_LIMIT = 20
PAGE_DEFAULT = 10
WHOLE_DIGITS_MAX = 9  # a longer page number is invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """The requested page of a list; pages count from 1."""

    number: int
    limit: int

    @property
    def part(self) -> slice:
        """The slice of the whole list."""
        first = (self.number - 1) * self.limit
        return slice(first, first + self.limit)


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """An authorised request. `words` are the variable parts of its path; `account` owns the token."""

    universe: Universe
    now: int
    words: tuple[str, ...]
    query: str
    body: bytes | None
    caller: Agent | None = None
    account: str = ""
    is_form: bool = False

    @property
    def agent(self) -> Agent:
        """The agent of the token; only used on paths that require one."""
        assert self.caller is not None, "this path requires a token"
        return self.caller

    @property
    def ship(self) -> Ship:
        """The agent's ship, named first in the path."""
        return self.ship_named(self.words[0])

    def ship_named(self, symbol: str) -> Ship:
        """One of the agent's ships."""
        ship = self.agent.ships.get(ShipSymbol(symbol.upper()))
        if ship is None:
            raise missing("Ship", symbol)
        return ship

    def read(self, shape: type[B]) -> B:
        """The body, JSON or a form like the live server accepts, validated against its shape."""
        try:
            if self.is_form and not (self.body or b"").lstrip().startswith(b"{"):  # curl -d declares JSON as a form too
                fields = {name: values[-1] for name, values in parse_qs((self.body or b"").decode()).items()}
                return msgspec.convert(fields, type=shape, strict=False)
            return msgspec.json.decode(self.body or b"{}", type=shape)
        except msgspec.ValidationError as error:
            problem, _, path = str(error).partition(" - at `$.")
            raise invalid(path.rstrip("`") or "body", problem) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ApiRejection(Code.INVALID_REQUEST, "The body is not JSON.") from None

    def page(self) -> PageRequest:
        """The requested page."""
        asked = parse_qs(self.query)
        number = _whole(asked, "page", 1)
        limit = _whole(asked, "limit", PAGE_DEFAULT)
        if limit > PAGE_LIMIT:
            raise invalid("limit", f"must be at most {PAGE_LIMIT}")
        return PageRequest(number=number, limit=limit)

    def asked(self, name: str) -> tuple[str, ...]:
        """Every value given for a query parameter."""
        return tuple(parse_qs(self.query).get(name, ()))


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list and the length of the whole list."""

    items: list[object]
    total: int
    page: PageRequest


@dataclass(frozen=True, slots=True)
class NoContent:
    """An answer without content."""


def _whole(asked: dict[str, list[str]], name: str, default: int) -> int:
    text = asked.get(name, [str(default)])[0]
    if not text.isascii() or not text.isdigit() or len(text) > WHOLE_DIGITS_MAX or int(text) < 1:
        raise invalid(name, "must be a whole number of at least 1")
    return int(text)
