"""Validation of changes: every rule is checked on the merged settings, and all problems are reported at once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, TypeVar

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.known_goods import GoodsLookup, no_goods_known, unknown_goods
from starfoundry.config.domain.declarations.setting import Setting, refusal
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.nearest import did_you_mean, nearest
from starfoundry.kernel.supply import SupplyLevel

G = TypeVar("G")

BY_NAME: Mapping[str, Setting] = {one.name: one for one in SETTINGS}

FIXED = {
    "system_symbol": "omitted: a coordinator keeps its system; start another one for another system",
    "container_id": "omitted: it is the container's name",
    "mode": "omitted: there is only one mode",
}
"""Keys of a stored config that cannot be changed, and why."""


def read_values(given: Mapping[str, object]) -> dict[str, Any]:
    """The values by setting, each validated alone. Raises Refused naming every wrong one."""
    return _all_right(*check_values(given))


def read_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of texts as typed by a person, each validated alone. Raises Refused naming every wrong one."""
    return _all_right(*check_texts(texts))


def check_values(given: Mapping[str, object]) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    """The valid values by setting, and the problems of the others."""
    return _sifted(given, lambda one, value: one.kind.read(one.name, value))


def check_texts(texts: Mapping[str, str]) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    """The valid values of texts as typed by a person, and the problems of the others."""
    return _sifted(texts, lambda one, text: one.kind.parse(one.name, text))


def find_setting(name: str) -> Setting:
    """The setting of that name. Raises Refused with the nearest names, or with the reason that it cannot be changed."""
    if name not in BY_NAME:
        raise refusal((name_problem(name, "name"),))
    return BY_NAME[name]


def name_problem(name: str, field: str) -> FieldProblem:
    """The problem of an unknown name in that field of a request."""
    problem = _no_setting(name, name)
    return problem if name in FIXED else replace(problem, field=field)


def _all_right(values: dict[str, Any], problems: tuple[FieldProblem, ...]) -> dict[str, Any]:
    if problems:
        raise refusal(problems)
    return values


def _sifted(
    given: Mapping[str, G], read: Callable[[Setting, G], Any]
) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    order = [*(name for name in BY_NAME if name in given), *sorted(given.keys() - BY_NAME.keys())]
    for name in order:  # maps on the wire have no order
        value = given[name]
        if name not in BY_NAME:
            problems.append(_no_setting(name, str(value)))
            continue
        try:
            values[name] = read(BY_NAME[name], value)
        except Refused as error:
            problems += [_with_suggestion(problem) for problem in error.fields]
    return values, tuple(problems)


def _no_setting(name: str, given: str) -> FieldProblem:
    if name in FIXED:
        return FieldProblem(field=name, given=given, allowed=FIXED[name])
    other_names = {other: one.name for one in SETTINGS for other in (one.key, one.flag[2:].replace("-", "_"))}
    plain = name.lower().replace("-", "_").strip("_ ")
    near = nearest(plain, [*BY_NAME, *other_names], cutoff=0.55)
    exact = [plain] if plain in other_names or plain in BY_NAME else near
    meant = dict.fromkeys(other_names.get(each, each) for each in exact)
    choices = f"the name of a setting (did you mean {' or '.join(meant)}?)" if meant else f"one of {', '.join(BY_NAME)}"
    return FieldProblem(field=name, given=given, allowed=choices)


def _with_suggestion(problem: FieldProblem) -> FieldProblem:
    """The problem with the nearest allowed word added, if the allowed values are words."""
    words = problem.allowed.removeprefix("one of ").split(", ") if problem.allowed.startswith("one of ") else []
    meant = did_you_mean(problem.given.strip(), words, count=1)
    if not meant:
        return problem
    allowed = f"{problem.allowed} ({meant})"
    return FieldProblem(field=problem.field, given=problem.given, allowed=allowed)


ALMOST_EMPTY = (
    "a market at SCARCE asks at least 1.37 times a good's usual price, and each purchase of its full trade volume"
    " raises that by up to 22 percent"
)
THIN = (
    "a market at LIMITED asks 1.11 to 1.34 times a good's usual price, and each purchase of its full trade volume"
    " raises that by up to 13 percent"
)

START, EXECUTE = "acquire_min_start_supply", "acquire_min_execute_supply"
LEVEL_WARNINGS = {
    (START, SupplyLevel.LIMITED): THIN,
    (EXECUTE, SupplyLevel.SCARCE): ALMOST_EMPTY,
}
"""Levels that cause a warning. A start level of SCARCE is refused."""


def validated(
    before: ManufacturingConfig,
    after: Mapping[str, Any],
    touched: Iterable[str],
    problems: Iterable[FieldProblem] = (),
    goods: GoodsLookup = no_goods_known,
) -> tuple[ManufacturingConfig, tuple[str, ...]]:
    """The values as one valid configuration, and the warnings about the change.

    Checked are the touched settings, and all whose value changes through a layer below, a preset, or the override
    of a single good. The figures are those of the market law (game.market_law.law) for a steep market. Raises
    Refused naming every problem: those already known, contradictions, values below the hard limit, and newly named
    goods that `goods` does not know.
    """
    names = {*touched, *(one.name for one in SETTINGS if getattr(before, one.name) != after[one.name])}
    levels = _acquiring(before, after, names)
    wrong = [*problems, *_below_the_hard_rule(levels)]
    wrong += unknown_goods(values_of(before), after, goods, [problem.field for problem in wrong])
    try:
        config = ManufacturingConfig(**after)
    except Refused as error:
        known = {problem.field for problem in wrong}
        wrong += [one for one in error.fields if not _hangs_on(one, known)]
    if wrong:
        raise refusal(tuple(wrong))
    return config, _warnings(before, config, names, levels)


def change_warnings(before: ManufacturingConfig, after: ManufacturingConfig, touched: Iterable[str]) -> tuple[str, ...]:
    """The warnings about a change between two valid configurations. Raises Refused below the hard limit."""
    return validated(before, values_of(after), touched)[1]


def objection(config: ManufacturingConfig, before: ManufacturingConfig | None, *, known: AbstractSet[str]) -> str:
    """The reason that `config` cannot be used in a universe with these goods; empty if it can.

    A misspelt good has no effect. Goods that `before` names already do not block other changes.
    """
    present = {} if before is None else values_of(before)
    unknown = next(unknown_goods(present, values_of(config), lambda: known), None)
    return "" if unknown is None else f"{unknown.field}: {unknown.given} is not {unknown.allowed}"


def values_of(config: ManufacturingConfig) -> dict[str, Any]:
    """Every value of a configuration, by setting."""
    return {one.name: getattr(config, one.name) for one in SETTINGS}


def _warnings(
    before: ManufacturingConfig,
    after: ManufacturingConfig,
    names: Collection[str],
    levels: Mapping[tuple[str, str], SupplyLevel],
) -> tuple[str, ...]:
    warnings = [
        f"{of_good}{name}: {LEVEL_WARNINGS[name, level]}"
        for (of_good, name), level in levels.items()
        if (name, level) in LEVEL_WARNINGS
    ]
    for one in SETTINGS:
        if one.name in names and one.step_limit is not None:
            warnings += _step(one, getattr(before, one.name), getattr(after, one.name))
    if "max_pipelines" in names and after.max_pipelines == 0 != before.max_pipelines:
        warnings.append("max_pipelines: with 0 no new chain is opened")
    return tuple(warnings)


def _hangs_on(problem: FieldProblem, wrong: AbstractSet[str]) -> bool:
    """Whether the problem of a pair exists only because its other setting, itself wrong, kept its old value."""
    name = problem.field.rpartition(".")[2]
    return any(name in pair and not wrong.isdisjoint(pair) for pair in START_AND_EXECUTE)


def _acquiring(
    before: ManufacturingConfig, after: Mapping[str, Any], names: Collection[str]
) -> dict[tuple[str, str], SupplyLevel]:
    """The checked supply levels for acquiring, by (prefix of the name, name)."""
    levels = {("", name): after[name] for name in (START, EXECUTE) if name in names}
    was = {(good, name): value for good, name, value in before.good_overrides}
    for good, name, value in after["good_overrides"]:
        if name in (START, EXECUTE) and was.get((good, name)) != value:
            levels[f"good_overrides.{good}.", name] = value
    return levels


def _below_the_hard_rule(levels: Mapping[tuple[str, str], SupplyLevel]) -> list[FieldProblem]:
    allowed = f"LIMITED or better: {ALMOST_EMPTY}"
    return [
        FieldProblem(field=f"{of_good}{name}", given=level.name, allowed=allowed)
        for (of_good, name), level in levels.items()
        if name == START and level is SupplyLevel.SCARCE
    ]


def _step(one: Setting, before: int, after: int) -> list[str]:
    assert one.step_limit is not None, "asked only where there is a limit"
    if before > 0 and after > before * one.step_limit:
        return [f"{one.name}: {after} is more than {one.step_limit} times the {before} before"]
    return []
