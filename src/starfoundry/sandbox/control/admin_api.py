"""The admin API of a sandbox: separate from the game's paths, and served only on request."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from urllib.parse import parse_qs

import msgspec

from starfoundry.game.transport.transport import Response
from starfoundry.kernel.errors import Missing, Refused, StarFoundryError
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind, kinds
from starfoundry.sandbox.control.controller import SandboxController, parse_speed
from starfoundry.sandbox.control.next_event import UpcomingEvent
from starfoundry.sandbox.core.event_log import AppliedEvent
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.responses.agent_shapes import Shape

_JSON = {"content-type": "application/json; charset=utf-8"}
_BYTES = {"content-type": "application/octet-stream"}
_encode = msgspec.json.Encoder().encode
EVENT_LOG_PAGE = 1_000

Query = Mapping[str, list[str]]
Handler = Callable[[Query, bytes], Shape | bytes]


class SpeedBody(msgspec.Struct):
    """The speed of time."""

    speed: float | str


class JumpBody(msgspec.Struct):
    """A duration in seconds, or a time to advance to."""

    seconds: float | None = None
    until: datetime | None = None


class FaultBody(msgspec.Struct):
    """A fault to activate; see injected_faults.Fault."""

    kind: str
    method: str = "*"
    path: str = "*"
    ship: str = ""
    probability: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    status: int = 500


class Admin:
    """Answers the calls of the admin API for one controller."""

    def __init__(self, control: SandboxController) -> None:
        self._control = control
        self._handlers: Mapping[tuple[str, str], Handler] = {
            ("GET", "/"): lambda _query, _body: self._summary(),
            ("POST", "/speed"): lambda _query, body: self._set_speed(body),
            ("POST", "/step"): lambda _query, _body: self._step(),
            ("POST", "/jump"): lambda _query, body: self._jump(body),
            ("GET", "/oracle"): lambda query, _body: self._event_log(query),
            ("GET", "/market"): lambda query, _body: self._market(query),
            ("GET", "/faults"): lambda _query, _body: self._list_faults(),
            ("POST", "/faults"): lambda _query, body: self._add_fault(body),
            ("DELETE", "/faults"): lambda query, _body: self._remove_faults(query),
            ("GET", "/snapshot"): lambda _query, _body: control.snapshot(),
            ("POST", "/restore"): lambda _query, body: self._restore(body),
            ("POST", "/reset"): lambda _query, _body: self._reset(),
        }

    def handle(self, method: str, target: str, body: bytes) -> Response:
        """The answer to one call; `target` follows the admin API's base path."""
        path, _, query = target.partition("?")
        handler = self._handlers.get((method, path or "/"))
        if handler is None:
            return _failure(404, f"there is no {method} {path or '/'}")
        try:
            found = handler(parse_qs(query), body)
        except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _failure(422, str(error))
        except Missing as error:
            return _failure(404, error.message)
        except StarFoundryError as error:
            return _failure(422, error.message)
        if isinstance(found, bytes):
            return Response(status=200, headers=_BYTES, body=found)
        return Response(status=200, headers=_JSON, body=_encode(found))

    def _summary(self) -> Shape:
        universe = self._control.universe
        return {
            "seed": universe.seed,
            "charter": universe.universe_config.name,
            "now": iso(universe.now()),
            "speed": _speed_word(self._control.clock.speed),
            "resetDate": universe.reset_date,
            "systems": len(universe.galaxy.stars),
            "systemsInUse": len(universe.system_states()),
            "agents": {each.symbol: each.credits for each in universe.agents.values()},
            "ships": sum(len(each.ships) for each in universe.agents.values()),
            "applied": universe.event_log.applied,
            "faults": len(self._control.api.faults.rules),
        }

    def _set_speed(self, body: bytes) -> Shape:
        speed = msgspec.json.decode(body, type=SpeedBody).speed
        self._control.clock.set_speed(parse_speed(speed) if isinstance(speed, str) else speed)
        return self._summary()

    def _step(self) -> Shape:
        upcoming = self._control.step()
        return {"now": iso(self._control.universe.now()), "happened": _upcoming(upcoming)}

    def _jump(self, body: bytes) -> Shape:
        wanted = msgspec.json.decode(body, type=JumpBody)
        if wanted.until is not None:
            if wanted.until.tzinfo is None:
                raise Refused.of("until", wanted.until, "a time with its zone, such as 2026-01-31T12:00:00Z")
            seconds = (wanted.until - self._control.clock.now()).total_seconds()
        else:
            seconds = wanted.seconds or 0.0
        self._control.clock.jump(seconds)
        return {"now": iso(self._control.universe.now())}

    def _event_log(self, query: Query) -> Shape:
        after = int(query.get("after", ["0"])[0])
        entries = self._control.universe.event_log.after(after, EVENT_LOG_PAGE)
        return {"entries": [_entry(each) for each in entries]}

    def _market(self, query: Query) -> Shape:
        waypoint = WaypointSymbol(query.get("waypoint", [""])[0])
        universe = self._control.universe
        market = universe.market(waypoint, universe.now())
        if market is None:
            raise Missing(f"there is no market at {waypoint}")
        return {
            "waypoint": waypoint,
            "goods": [
                {
                    "symbol": market_good.good,
                    "kind": market_good.kind.value,
                    "steepness": market_good.steepness,
                    "tradeVolume": market_good.volume,
                    "units": market_good.units,
                    "rate": round(market_good.rate, 3),
                    "isRestricted": market_good.is_restricted,
                }
                for market_good in market.market_goods.values()
            ],
        }

    def _list_faults(self) -> Shape:
        return {"faults": [_fault(each) for each in self._control.api.faults.rules]}

    def _add_fault(self, body: bytes) -> Shape:
        given = msgspec.json.decode(body, type=FaultBody)
        if given.kind not in kinds():
            raise Refused.of("kind", given.kind, f"one of {', '.join(kinds())}")
        words = {**msgspec.structs.asdict(given), "kind": FaultKind(given.kind)}
        return _fault(self._control.api.faults.add(Fault(**words)))

    def _remove_faults(self, query: Query) -> Shape:
        if "number" in query:
            self._control.api.faults.remove(int(query["number"][0]))
        else:
            self._control.api.faults.clear()
        return self._list_faults()

    def _restore(self, body: bytes) -> Shape:
        self._control.restore(body)
        return self._summary()

    def _reset(self) -> Shape:
        self._control.reset()
        return self._summary()


def _failure(status: int, problem: str) -> Response:
    return Response(status=status, headers=_JSON, body=_encode({"error": {"message": problem}}))


def _entry(applied: AppliedEvent) -> Shape:
    given = asdict(applied)
    return {"number": given.pop("number"), "deed": given.pop("event_kind"), **given, "at": iso(applied.at)}


def _fault(fault: Fault) -> Shape:
    return {**asdict(fault), "kind": fault.kind.value}


def _upcoming(upcoming: UpcomingEvent | None) -> Shape | None:
    return None if upcoming is None else {**asdict(upcoming), "at": iso(upcoming.at)}


def _speed_word(speed: float) -> float | str:
    return {0.0: "paused", float("inf"): "max"}.get(speed, speed)
