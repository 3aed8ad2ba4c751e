"""Decoding of the game's answers into our values.

An unreadable answer raises Unreadable. A single invalid element is left out and reported.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from starfoundry.game import model
from starfoundry.game.decoding import answers, conversion, shapes
from starfoundry.game.decoding.flaws import Flaw, plain, quoted, shortened
from starfoundry.game.decoding.lenient import InvalidValue, label, read_leniently
from starfoundry.game.errors import Garbled, Unreadable

S = TypeVar("S")
T = TypeVar("T")
Subject = TypeVar("Subject", bound=model.Ship | model.Market | model.Shipyard)
T_co = TypeVar("T_co", covariant=True)

_CODE_MAX = 99_999
_MESSAGE_LENGTH_MAX = 300  # it appears in logs and in the reasons of containers

_NUL = rb"\u0000"
"""A character that no database accepts in text; rare enough that an answer with it is decoded the slow way."""

_UNREADABLE = (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError)


class Decode(Protocol[T_co]):
    """Decodes an answer and adds to `flaws` what it had to leave out. Raises Unreadable."""

    def __call__(self, body: bytes, flaws: list[Flaw] | None = None, /) -> T_co:
        """The decoded value."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list. `listed` counts its elements, including those left out.

    `total` counts all pages, and `limit` is the maximum length of a page; None if the server did not say.
    """

    items: tuple[T, ...]
    listed: int
    total: int | None
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """A refusal's reason; its code and the requested pause in seconds are None if not given."""

    message: str
    code: int | None
    retry_after_seconds: float | None


def error_body(body: bytes) -> ErrorBody | None:
    """The content of an error body; None if it is not a JSON object, so that it did not come from the game."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    error = answer.get("error", answer)
    if not isinstance(error, dict):
        return ErrorBody(message=_shown_text(error), code=None, retry_after_seconds=None)
    code, data = error.get("code"), error.get("data")
    retry_after = data.get("retryAfter") if isinstance(data, dict) else None
    return ErrorBody(
        message=_shown_text(error.get("message") or "it gave no reason"),
        code=code if type(code) is int and abs(code) <= _CODE_MAX else None,
        retry_after_seconds=retry_after if type(retry_after) in (int, float) else None,
    )


def _shown_text(message: object) -> str:
    return shortened(plain(str(message)), _MESSAGE_LENGTH_MAX)


def about(symbol: str, read: Decode[Subject]) -> Decode[Subject]:
    """`read` for an answer about this ship or place. An answer that names another one raises Unreadable."""

    def read_about(body: bytes, flaws: list[Flaw] | None = None) -> Subject:
        found = read(body, flaws)
        named = found.symbol if isinstance(found, model.Ship) else found.waypoint
        if named not in ("", symbol):
            raise Unreadable(f"the answer is about {named}, not about {symbol}")
        return found

    return read_about


def registration_of(callsign: str) -> Decode[model.Registration]:
    """The answer to the registration of a callsign; an agent of another name is left out and reported."""

    def read_registration(body: bytes, flaws: list[Flaw] | None = None) -> model.Registration:
        found: list[Flaw] = [] if flaws is None else flaws
        answer = registration(body, found)
        if answer.agent is None or answer.agent.symbol == callsign:
            return answer
        found.append(Flaw(element="agent", reason=f"it is {quoted(answer.agent.symbol)}, not {callsign}"))
        return replace(answer, agent=None)

    return read_registration


def _reader(shape: Any, convert: Callable[[Any, list[Flaw]], T]) -> Decode[T]:  # noqa: ANN401  (a type expression)
    decoder = msgspec.json.Decoder(shape)

    def read(body: bytes, flaws: list[Flaw] | None = None) -> T:
        found: list[Flaw] = [] if flaws is None else flaws
        if _NUL not in body:
            with suppress(*_UNREADABLE):
                return convert(decoder.decode(body), found)
        return _element_by_element(shape, convert, body, found)

    return read


def _element_by_element(
    shape: Any,  # noqa: ANN401  (a type expression)
    convert: Callable[[Any, list[Flaw]], T],
    body: bytes,
    flaws: list[Flaw],
) -> T:
    """Decode the slow way, for an answer with invalid elements."""
    try:
        return convert(read_leniently(shape, body, flaws), flaws)
    except InvalidValue as odd:
        raise Unreadable(f"the answer is not what this client understands: {odd}") from odd
    except _UNREADABLE as error:
        raise Garbled(f"the answer is not JSON, or incomplete: {error}") from error


def _enveloped(shape: type[S], convert: Callable[[S, list[Flaw]], T]) -> Decode[T]:
    def inner(envelope: answers.Envelope[S], flaws: list[Flaw]) -> T:
        return convert(envelope.data, flaws)

    return _reader(answers.Envelope[shape], inner)  # type: ignore[valid-type]


def _paged(shape: type[S], convert: Callable[[S, list[Flaw]], T]) -> Decode[Page[T]]:
    read_item = _reader(shape, convert)

    def page(envelope: answers.ListEnvelope, flaws: list[Flaw]) -> Page[T]:
        bodies = envelope.data or []
        items = []
        for number, body in enumerate(bodies, start=1):
            found: list[Flaw] = []
            try:
                items.append(read_item(bytes(body), found))
            except Unreadable as error:
                reason = str(error.__cause__)
                found = [Flaw(element=label(shape, msgspec.json.decode(body), number), reason=reason)]
            if found:
                place = label(shape, msgspec.json.decode(body), number)
                flaws += [replace(flaw, place=place) for flaw in found]
        meta = envelope.meta or answers.Meta()
        return Page(items=tuple(items), listed=len(bodies), total=meta.total, limit=meta.limit)

    return _reader(answers.ListEnvelope, page)


agent = _enveloped(shapes.Agent, conversion.agent)
ship = _enveloped(shapes.Ship, conversion.ship)
ships = _paged(shapes.Ship, conversion.ship)
waypoints = _paged(shapes.Waypoint, conversion.waypoint)
market = _enveloped(shapes.Market, conversion.market)
shipyard = _enveloped(shapes.Shipyard, conversion.shipyard)
supply_chain = _enveloped(answers.SupplyChain, conversion.recipes)
status = _reader(answers.Status, conversion.status)
registration = _enveloped(answers.Registered, conversion.registration)
moved = _enveloped(answers.Moved, lambda shape, flaws: conversion.nav(shape.nav, flaws))
bare_nav = _enveloped(shapes.Nav, conversion.nav)
departure = _enveloped(answers.Departed, conversion.departure)
cargo = _enveloped(answers.Loaded, lambda shape, flaws: conversion.cargo(shape.cargo, flaws))
trade = _enveloped(answers.Traded, conversion.trade)
refuelling = _enveloped(answers.Refuelled, conversion.refuelling)
ship_purchase = _enveloped(answers.ShipBought, conversion.ship_purchase)


def flight_mode_nav(body: bytes, flaws: list[Flaw] | None = None) -> model.Nav:
    """The nav in the answer to a change of flight mode; servers before 2025 gave it without a wrapper."""
    try:
        return moved(body, flaws)
    except Unreadable:
        return bare_nav(body, flaws)
