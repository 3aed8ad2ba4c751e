"""JSON shapes of ship parts. Constant parts are encoded once."""

from dataclasses import asdict
from functools import lru_cache

import msgspec

from starfoundry.sandbox.catalogue.parts import ENGINES, FRAMES, MODULES, MOUNTS, REACTORS, Needs
from starfoundry.sandbox.catalogue.ship_types import ShipType
from starfoundry.sandbox.ships.fleet import Wear

Shape = dict[str, object]

_encode = msgspec.json.Encoder().encode
_DIGITS = 3


def built(
    kind: ShipType, condition: Wear, integrity: Wear, modules: tuple[str, ...], mounts: tuple[str, ...]
) -> dict[str, msgspec.Raw]:
    """Frame, reactor, engine, modules and mounts of a ship, encoded."""
    return {
        "frame": _frame(kind.frame, round(condition.frame, _DIGITS), round(integrity.frame, _DIGITS)),
        "reactor": _reactor(kind.reactor, round(condition.reactor, _DIGITS), round(integrity.reactor, _DIGITS)),
        "engine": _engine(kind.engine, round(condition.engine, _DIGITS), round(integrity.engine, _DIGITS)),
        "modules": modules_shape(modules),
        "mounts": mounts_shape(mounts),
    }


@lru_cache(maxsize=64)
def crew(kind: ShipType) -> msgspec.Raw:
    """A ship's crew; always as many as it needs."""
    return _raw(
        {
            "current": kind.crew_required,
            "required": kind.crew_required,
            "capacity": kind.crew_capacity,
            "rotation": "STRICT",
            "morale": 100,
            "wages": 0,
        }
    )


@lru_cache(maxsize=512)
def modules_shape(symbols: tuple[str, ...]) -> msgspec.Raw:
    """The named modules."""
    return _raw([_module(each) for each in symbols])


@lru_cache(maxsize=512)
def mounts_shape(symbols: tuple[str, ...]) -> msgspec.Raw:
    """The named mounts."""
    return _raw([_mount(each) for each in symbols])


@lru_cache(maxsize=4_096)
def _frame(symbol: str, condition: float, integrity: float) -> msgspec.Raw:
    frame = FRAMES[symbol]
    return _raw(
        {
            **_part(symbol, frame.name, frame.needs),
            **_state(condition, integrity, frame.quality),
            "moduleSlots": frame.module_slots,
            "mountingPoints": frame.mounting_points,
            "fuelCapacity": frame.fuel_capacity,
        }
    )


@lru_cache(maxsize=4_096)
def _reactor(symbol: str, condition: float, integrity: float) -> msgspec.Raw:
    reactor = REACTORS[symbol]
    needs = _part(symbol, reactor.name, reactor.needs)
    return _raw({**needs, **_state(condition, integrity, reactor.quality), "powerOutput": reactor.power_output})


@lru_cache(maxsize=4_096)
def _engine(symbol: str, condition: float, integrity: float) -> msgspec.Raw:
    engine = ENGINES[symbol]
    needs = _part(symbol, engine.name, engine.needs)
    return _raw({**needs, **_state(condition, integrity, engine.quality), "speed": engine.speed})


def _module(symbol: str) -> Shape:
    module = MODULES[symbol]
    figures = {"capacity": module.capacity, "range": module.range}
    given = {key: value for key, value in figures.items() if value is not None}
    return {**_part(symbol, module.name, module.needs), **given}


def _mount(symbol: str) -> Shape:
    mount = MOUNTS[symbol]
    shape = _part(symbol, mount.name, mount.needs)
    if mount.strength is not None:
        shape["strength"] = mount.strength
    if mount.deposits:
        shape["deposits"] = mount.deposits
    return shape


def _part(symbol: str, name: str, needs: Needs) -> Shape:
    return {
        "symbol": symbol,
        "name": name,
        "description": f"{name}.",
        "requirements": {key: value for key, value in asdict(needs).items() if value is not None},
    }


def _state(condition: float, integrity: float, quality: int) -> Shape:
    return {"condition": condition, "integrity": integrity, "quality": quality}


def _raw(shape: object) -> msgspec.Raw:
    return msgspec.Raw(_encode(shape))
