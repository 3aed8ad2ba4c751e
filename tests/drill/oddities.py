"""Odd answers of a server, one kind in each run: a grammar over every field that the client reads of every endpoint."""

import enum
import json
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251  (named as a type only)
from typing import Any, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from starfoundry.game.decoding import answers, shapes
from starfoundry.game.transport.transport import Request, Response
from starfoundry.runtime.entropy import SeededEntropy

LATE_SECONDS = 20.0
"""How long an answer takes that comes too late for whoever asked."""

SHARE_OF_SOME = 0.1

KINDS = (
    *("missing", "null", "text", "number", "fraction", "list", "object"),
    *("negative", "zero", "huge", "foreign", "empty", "doubled", "late"),
)
"""What may become of a field; `late` is the whole answer."""


class Reach(enum.Enum):
    """How many answers an oddity spoils."""

    ALL = "every answer and every element"
    ONE = "one element, or the answers about one ship or place"
    SOME = "one answer of ten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One call of the game by its method and path, and what its answers look like."""

    name: str
    method: str
    path: str
    shape: Any

    def subject(self, request: Request) -> str | None:
        """The symbol in the path, empty where there is none; None when the request is for another endpoint."""
        found = re.fullmatch(self.path, request.path.partition("?")[0])
        if found is None or request.method != self.method:
            return None
        return found[1] if found.groups() else ""


_SHIP = r"/my/ships/([^/]+)"
_PLACE = r"/systems/[^/]+/waypoints/([^/]+)"

ENDPOINTS = (
    Endpoint(name="status", method="GET", path="/", shape=answers.Status),
    Endpoint(name="register", method="POST", path="/register", shape=answers.Envelope[answers.Registered]),
    Endpoint(name="agent", method="GET", path="/my/agent", shape=answers.Envelope[shapes.Agent]),
    Endpoint(name="ships", method="GET", path="/my/ships", shape=list[shapes.Ship]),
    Endpoint(name="ship", method="GET", path=_SHIP, shape=answers.Envelope[shapes.Ship]),
    Endpoint(name="waypoints", method="GET", path=r"/systems/([^/]+)/waypoints", shape=list[shapes.Waypoint]),
    Endpoint(name="market", method="GET", path=f"{_PLACE}/market", shape=answers.Envelope[shapes.Market]),
    Endpoint(name="shipyard", method="GET", path=f"{_PLACE}/shipyard", shape=answers.Envelope[shapes.Shipyard]),
    Endpoint(
        name="supply chain", method="GET", path="/market/supply-chain", shape=answers.Envelope[answers.SupplyChain]
    ),
    Endpoint(name="navigate", method="POST", path=f"{_SHIP}/navigate", shape=answers.Envelope[answers.Departed]),
    Endpoint(name="dock", method="POST", path=f"{_SHIP}/dock", shape=answers.Envelope[answers.Moved]),
    Endpoint(name="orbit", method="POST", path=f"{_SHIP}/orbit", shape=answers.Envelope[answers.Moved]),
    Endpoint(name="flight mode", method="PATCH", path=f"{_SHIP}/nav", shape=answers.Envelope[answers.Moved]),
    Endpoint(name="refuel", method="POST", path=f"{_SHIP}/refuel", shape=answers.Envelope[answers.Refuelled]),
    Endpoint(name="purchase", method="POST", path=f"{_SHIP}/purchase", shape=answers.Envelope[answers.Traded]),
    Endpoint(name="sell", method="POST", path=f"{_SHIP}/sell", shape=answers.Envelope[answers.Traded]),
    Endpoint(name="buy ship", method="POST", path="/my/ships", shape=answers.Envelope[answers.ShipBought]),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One way of being odd. `field` is a path such as `data.tradeGoods[].tradeVolume`, `spot` one place of many."""

    endpoint: Endpoint
    field: str
    kind: str
    reach: Reach
    spot: int = 0

    def __str__(self) -> str:
        return f"{self.endpoint.name}: {self.field} is {self.kind} in {self.reach.value}, spot {self.spot}"


def fields_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Every field read of an endpoint's answers, but what holds a registration's token: it comes only once."""
    if get_origin(endpoint.shape) is list:
        found = ["data", "meta", "meta.total", "data[]", *_below(get_args(endpoint.shape)[0], "data[]")]
    else:
        found = list(_below(endpoint.shape, ""))
    return tuple(each for each in found if endpoint.name != "register" or each not in ("data", "data.token"))


def _below(wanted: Any, path: str) -> Iterator[str]:
    kind = get_origin(wanted) or wanted
    if kind in (Union, types.UnionType):
        for each in get_args(wanted):
            yield from _below(each, path)
    elif kind is list:
        yield f"{path}[]"
        yield from _below(get_args(wanted)[0], f"{path}[]")
    elif kind is dict:
        yield f"{path}.{{}}"
    elif isinstance(kind, type) and issubclass(kind, shapes.Shape):
        for field in msgspec.structs.fields(wanted):
            inner = f"{path}.{field.encode_name}".lstrip(".")
            yield inner
            yield from _below(field.type, inner)


class Spoiler:
    """Makes the answers of one endpoint odd. `spoilt` counts how many."""

    def __init__(self, oddity: Oddity, rng: Random) -> None:
        self.oddity = oddity
        self.spoilt = 0
        self._rng = rng
        self._subjects: list[str] = []

    def strikes(self, request: Request) -> bool:
        """Whether the answer to this request is odd."""
        subject = self.oddity.endpoint.subject(request)
        if subject is None:
            return False
        if subject not in self._subjects:
            self._subjects.append(subject)
        match self.oddity.reach:
            case Reach.ALL:
                return True
            case Reach.ONE:
                return subject == self._subjects[min(self.oddity.spot, len(self._subjects) - 1)]
            case Reach.SOME:
                return self._rng.random() < SHARE_OF_SOME

    def spoil(self, answer: Response) -> Response:
        """The answer with its oddity; as it is where it does not hold what should be odd."""
        if answer.status >= 300:
            return answer
        told = json.loads(answer.body)
        before = json.dumps(told)
        self._change(told, re.findall(r"[^.\[\]]+|\[\]", self.oddity.field))
        after = json.dumps(told)
        self.spoilt += after != before
        return Response(status=answer.status, headers=answer.headers, body=after.encode())

    def _change(self, told: Any, steps: list[str]) -> None:
        step, *rest = steps
        if step == "[]":
            if not isinstance(told, list) or not told:
                return
            places = range(len(told)) if self.oddity.reach is Reach.ALL else [self.oddity.spot % len(told)]
            if not rest and self.oddity.kind == "missing":
                told[:] = [each for number, each in enumerate(told) if number not in places]
                return
            for place in places:
                self._at(told, place, rest)
        elif isinstance(told, dict) and step == "{}":
            names = list(told)
            for name in names if self.oddity.reach is Reach.ALL else names[self.oddity.spot :][:1]:
                self._at(told, name, rest)
        elif isinstance(told, dict) and step in told:
            self._at(told, step, rest)

    def _at(self, told: Any, key: Any, rest: list[str]) -> None:
        if rest:
            self._change(told[key], rest)
        elif self.oddity.kind == "missing":
            del told[key]
        else:
            told[key] = odd(self.oddity.kind, told[key])


def odd(kind: str, was: Any) -> Any:
    """What becomes of a value."""
    values: dict[str, Any] = {
        "null": None,
        "text": "many",
        "number": 7,
        "fraction": 0.5,
        "list": [[]],
        "object": {"odd": True},
        "negative": -4,
        "zero": 0,
        "huge": "9999-12-31T23:59:59-14:00" if isinstance(was, str) and was[:2] == "20" else 2**63,
        "foreign": "PLUGH",
        "empty": "" if isinstance(was, str) else [],
        "doubled": [*was, *was] if isinstance(was, list) else was,
    }
    return values[kind]


def oddity(endpoint: str, field: str, kind: str, reach: Reach = Reach.ALL, spot: int = 0) -> Oddity:
    """An oddity of the endpoint with this name."""
    (found,) = (each for each in ENDPOINTS if each.name == endpoint)
    assert field in fields_of(found), f"{field} is not read of {endpoint}; there are {fields_of(found)}"
    return Oddity(endpoint=found, field=field, kind=kind, reach=reach, spot=spot)


COORDINATES = ("data[].x", "data[].y")
CREDIBLE = ("number", "negative", "zero")
"""What may be true of a coordinate: a server that tells all places wrongly so cannot be told from another system."""


def drawn(number: int) -> Oddity:
    """The oddity of the grammar that has this number."""
    rng = SeededEntropy(number).stream("oddity")
    endpoint = rng.choice(ENDPOINTS)
    field = rng.choice(fields_of(endpoint))
    kinds = [kind for kind in KINDS if field not in COORDINATES or kind not in CREDIBLE]
    return Oddity(
        endpoint=endpoint,
        field=field,
        kind=rng.choice(kinds),
        reach=rng.choice(list(Reach)),
        spot=rng.randrange(6),
    )


def oddities() -> st.SearchStrategy[Oddity]:
    """Any oddity of the grammar, all endpoints alike; drawn by number, since nothing about one could be simpler."""
    return st.builds(drawn, st.integers(0, 2**64 - 1))
