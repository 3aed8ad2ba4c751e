"""What a change makes of the settings: every rule on the merged whole, every problem at once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, TypeVar

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.known_goods import GoodsLookup, no_goods_known, unknown_goods
from starfoundry.config.domain.declarations.setting import Setting, refusal
from starfoundry.config.domain.model import SETTINGS, ConfigChange, ManufacturingConfig
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.nearest import did_you_mean, nearest
from starfoundry.kernel.supply import SupplyLevel

G = TypeVar("G")

BY_NAME: Mapping[str, Setting] = {one.name: one for one in SETTINGS}

FIXED = {
    "system_symbol": "left alone: a coordinator keeps its system; start another one for another system",
    "container_id": "left alone: it is the container's name",
    "mode": "left alone: there is only one mode",
}
"""Keys of a stored config that are no live settings, and why."""


def apply(config: ManufacturingConfig, change: ConfigChange) -> ManufacturingConfig:
    """The settings after `change`; raises Refused naming every field that is wrong, and what is allowed."""
    return replace(config, **read_change(change))


def read_change(change: ConfigChange) -> dict[str, Any]:
    """The values of a change, each held against its own declaration; raises Refused naming every one that is wrong."""
    return _all_right(*sift_change(change))


def read_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """The same for values as a person types them."""
    return _all_right(*sift_texts(texts))


def sift_change(change: ConfigChange) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    """The values of a change that can be used, and what is wrong with the others."""
    return _sifted(change.values, lambda one, given: one.kind.read(one.name, given))


def sift_texts(texts: Mapping[str, str]) -> tuple[dict[str, Any], tuple[FieldProblem, ...]]:
    """The same for values as a person types them."""
    return _sifted(texts, lambda one, text: one.kind.parse(one.name, text))


def find_setting(name: str) -> Setting:
    """The setting of that name; raises Refused with the nearest names, or with why it is none."""
    if name not in BY_NAME:
        raise refusal((name_problem(name, "name"),))
    return BY_NAME[name]


def name_problem(name: str, field: str) -> FieldProblem:
    """What is wrong with a name that is no setting's, given in that field of a request."""
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
    for name in order:  # a map of the wire has none of its own
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
    """The problem, with the word that was probably meant, where the choices are words."""
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
"""What is warned of; a start at SCARCE is refused."""


def judged(
    before: ManufacturingConfig,
    after: Mapping[str, Any],
    touched: Iterable[str],
    problems: Iterable[FieldProblem] = (),
    goods: GoodsLookup = no_goods_known,
) -> tuple[ManufacturingConfig, tuple[str, ...]]:
    """The values as one valid configuration, and what there is to think of again before the settings change so.

    Looked at is what is touched, and what becomes another value without being named: through a layer below, a preset,
    or a single good's override. The figures are those of the market law (game.market_law.law) for a steep market.
    Raises Refused naming everything that is wrong: the problems that are known already, what contradicts each other,
    what is below the hard rule, and goods named newly that `goods` does not know.
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


def judge(before: ManufacturingConfig, after: ManufacturingConfig, touched: Iterable[str]) -> tuple[str, ...]:
    """The same of one that is valid already: what there is to think of again; raises Refused below the hard rule."""
    return judged(before, values_of(after), touched)[1]


def objection(config: ManufacturingConfig, before: ManufacturingConfig | None, *, known: AbstractSet[str]) -> str:
    """Why a universe with these goods cannot be worked in by `config`; empty when it can.

    A misspelt good guards nothing. One that `before` names already is no reason to refuse whatever else is changed.
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
    """Whether it says of a pair only that the other one, which is wrong itself, still has the value it had."""
    name = problem.field.rpartition(".")[2]
    return any(name in pair and not wrong.isdisjoint(pair) for pair in START_AND_EXECUTE)


def _acquiring(
    before: ManufacturingConfig, after: Mapping[str, Any], names: Collection[str]
) -> dict[tuple[str, str], SupplyLevel]:
    """The levels for acquiring that are looked at, by the words before their name and the name."""
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
