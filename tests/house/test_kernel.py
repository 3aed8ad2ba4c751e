"""The kernel is small: a name lives there only if at least two rooms speak it."""

import ast
from collections import defaultdict

from tests.house.source import definitions, is_public, modules

SPOKEN_INSIDE = {
    "FieldProblem": "what the fields of every error are made of; the families build it",
    "Moment": "what parse_moment answers with; its callers resolve it without naming its class",
    "StarFoundryError": "the base of the families",
}


def names_of_the_kernel() -> set[str]:
    """The public names the kernel defines at the top of its modules."""
    names: set[str] = set()
    for module in modules():
        if module.room == "kernel":
            names |= {name for name, _ in definitions(module.tree) if "." not in name and is_public(name)}
            for node in module.tree.body:
                if isinstance(node, ast.Assign):
                    names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in names if len(name) > 1}  # single letters are type variables


def rooms_that_import() -> dict[str, set[str]]:
    """For each name imported from the kernel, the rooms that do so."""
    spoken: dict[str, set[str]] = defaultdict(set)
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("starfoundry.kernel"):
                for alias in node.names:
                    spoken[alias.name].add(module.room)
    return spoken


def test_each_name_of_the_kernel_is_used_by_two_rooms():
    spoken = rooms_that_import()
    lonely = {name: sorted(spoken[name]) for name in names_of_the_kernel() if len(spoken[name] - {"kernel"}) < 2}

    assert {name: rooms for name, rooms in lonely.items() if name not in SPOKEN_INSIDE} == {}
