"""The project's own source as the house tests read it: text and syntax tree of every module we wrote ourselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "starfoundry"

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file: its path from the package on, such as config/rules.py, and what is in it."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room the file lies in; a file beside the rooms is a room of its own."""
        return self.path.split("/")[0]

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return Path(self.path).stem


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package that people write; the generated protobuf code is not among them."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "_pb2" not in path.name)
    return tuple(
        Module(path=path.relative_to(PACKAGE).as_posix(), text=path.read_text(), tree=ast.parse(path.read_text()))
        for path in paths
    )


def rooms() -> tuple[str, ...]:
    """The folders of the package."""
    return tuple(sorted({module.room for module in modules() if "/" in module.path}))


def definitions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Every class and function with its dotted name inside the module, functions inside functions left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield f"{prefix}{node.name}", node
            yield from definitions(node, f"{prefix}{node.name}.")
        elif isinstance(node, Function):
            yield f"{prefix}{node.name}", node


def is_public(dotted: str) -> bool:
    """Whether no part of a dotted name begins with an underscore."""
    return not any(part.startswith("_") for part in dotted.split("."))
