"""Scenarios: universes with other parameters, each in a small TOML file.

description = "Factories everywhere wait for inputs."
systems = 1                # how many systems the universe has
credits = 175_000          # of a new agent
shuttles = 0               # light shuttles of a new agent, in addition to the two usual ships
age_hours = 0              # the universe's age when the first player comes
has_gate = false           # whether the home system's jump gate is finished
gate_year = 2025           # year of the gate's bill of materials: 2023, 2024 or 2025

[economy]                  # any parameter of economy/parameters.py by its name
import_shift = -3.0

[bases]                    # base prices in credits that differ from the usual ones
ADVANCED_CIRCUITRY = 5_000
"""

import difflib
import tomllib
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good
from starfoundry.sandbox.catalogue.outfits import PART_PRICES
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.state.construction import GATE_BILLS
from starfoundry.sandbox.state.universe_config import SYSTEMS_MAX, UniverseConfig

BASE_MAX = 10_000_000
"""The largest base price in credits that a scenario may give a good."""

_SUFFIX = ".toml"
_BOUNDS: dict[str, tuple[float, float]] = {
    "systems": (1, SYSTEMS_MAX),
    "credits": (0, 10**12),
    "shuttles": (0, 1_000),
    "age_hours": (0, 24 * 30),
    "gate_year": (min(GATE_BILLS), max(GATE_BILLS)),
}


def names() -> tuple[str, ...]:
    """The built-in scenarios."""
    folder = resources.files("starfoundry.sandbox") / "scenarios"
    return tuple(sorted(each.name.removesuffix(_SUFFIX) for each in folder.iterdir() if each.name.endswith(_SUFFIX)))


def load(name: str) -> UniverseConfig:
    """A built-in scenario, or the one in a file. Raises Missing, or Refused for an invalid file."""
    if name.endswith(_SUFFIX):
        path = Path(name)
        if not path.is_file():
            raise Missing(f"there is no scenario file {name}")
        return read(path.stem, path.read_text(encoding="utf-8-sig"))
    if name not in names():
        raise Missing(f"there is no scenario {name}: take one of {', '.join(names())}, or a file ending in {_SUFFIX}")
    return read(name, (resources.files("starfoundry.sandbox") / "scenarios" / f"{name}{_SUFFIX}").read_text())


def read(name: str, text: str) -> UniverseConfig:
    """The configuration of a scenario's text. Raises Refused for an invalid one."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"scenario {name} is not TOML: {error}") from None
    given.pop("description", None)
    economy, bases = _table(given, "economy"), _table(given, "bases")
    universe_config = UniverseConfig(name=name, economy=_economy(economy), bases=_bases(bases))
    kinds = {"systems": int, "credits": int, "shuttles": int, "age_hours": float, "has_gate": bool, "gate_year": int}
    checked: dict[str, Any] = {}
    for key, value in given.items():
        if key not in kinds:
            raise Refused.of(key, value, f"one of {', '.join(kinds)}")
        checked[key] = _checked(key, value, kinds[key])
    return replace(universe_config, **checked)


def _economy(given: dict[str, object]) -> EconomyParameters:
    parameters = EconomyParameters()
    known = {each.name: type(getattr(parameters, each.name)) for each in fields(parameters)}
    numbers = [name for name, kind in known.items() if kind in (int, float)]
    checked: dict[str, Any] = {}
    for key, value in given.items():
        if key not in numbers:
            raise Refused.of(f"economy.{key}", value, f"one of {', '.join(numbers)}")
        checked[key] = _checked(key, value, known[key])
    return replace(parameters, **checked)


def _table(given: dict[str, Any], key: str) -> dict[str, object]:
    table = given.pop(key, {})
    if not isinstance(table, dict):
        raise Refused.of(key, table, f"a table, [{key}]")
    return table


def _bases(given: dict[str, object]) -> dict[Good, int]:
    known = sorted({*BASE_PRICES, *PART_PRICES})
    checked = {}
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(key.upper(), known, n=3, cutoff=0.5)
            raise Refused.of(
                f"bases.{key}", value, f"a good that markets trade, such as {', '.join(near or known[:3])}"
            )
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= BASE_MAX:
            raise Refused.of(f"bases.{key}", value, f"a whole number of credits from 1 to {BASE_MAX:,}")
        checked[Good(key)] = value
    return checked


def _checked(key: str, value: object, kind: type) -> float:
    if kind is bool:
        if isinstance(value, bool):
            return value
        raise Refused.of(key, value, "true or false")
    if not isinstance(value, int | float) or isinstance(value, bool) or (kind is int and value != int(value)):
        raise Refused.of(key, value, "a whole number" if kind is int else "a number")
    low, high = _BOUNDS.get(key, (-1e6, 1e6))
    if not low <= value <= high:
        raise Refused.of(key, value, f"from {low:g} to {high:g}")
    return int(value) if kind is int else float(value)
