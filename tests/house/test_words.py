"""Everything says what it is for, in names that mean something, and nothing is left for later."""

import ast
import re

import pytest

from tests.house.source import definitions, is_public, modules

EMPTY_NAMES = re.compile(r"(?i:(^|[_./])(utils?|helpers?|misc|common|stuff|managers?)($|[_./]))|Manager|Helper|Util")
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def test_importing_a_package_runs_nothing():
    assert [module.path for module in modules() if module.stem == "__init__" and module.text] == []


def test_the_first_line_says_what_the_file_is():
    written = [module for module in modules() if module.stem != "__init__"]

    assert [module.path for module in written if not module.text.startswith('"""')] == []
    assert [module.path for module in written if not ast.get_docstring(module.tree)] == []


def test_every_public_class_and_function_says_what_it_is():
    silent = [
        f"{module.path}:{name}"
        for module in modules()
        for name, node in definitions(module.tree)
        if is_public(name) and not ast.get_docstring(node) and not _is_overload(node)
    ]

    assert silent == []


def test_nothing_is_left_for_later():
    assert [module.path for module in modules() if LEFT_FOR_LATER.search(module.text)] == []


def test_names_mean_something():
    names = [
        name for module in modules() for name in (module.path, *(dotted for dotted, _ in definitions(module.tree)))
    ]

    assert [name for name in names if EMPTY_NAMES.search(name)] == []


@pytest.mark.parametrize(
    "name", ["utils/a.py", "a/utils.py", "ship_helpers", "PoolManager", "common.py", "Manager.run"]
)
def test_the_rule_for_names_finds_empty_ones(name: str):
    assert EMPTY_NAMES.search(name)


@pytest.mark.parametrize(
    "name", ["ManufacturingConfig", "config/domain/validation.py", "coordinator", "utilisation", "commonest"]
)
def test_the_rule_for_names_lets_telling_ones_pass(name: str):
    assert not EMPTY_NAMES.search(name)


def _is_overload(node: ast.AST) -> bool:
    """Whether a function is one face of an overloaded one, which speaks for all of them."""
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(decorator, ast.Name) and decorator.id == "overload" for decorator in decorators)
