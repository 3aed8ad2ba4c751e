"""A sample of mutants: small changes to decisions, each of which a test of its room should notice.

`make mutants SAMPLE=150 SEED=1` changes a copy of the sources in one place at a time (a comparison, a sign, a number, a
condition), runs the fast tests of the room until the first one fails, and names the mutants that none of them noticed.
Some of those change nothing that anybody could see; the others lack a test.
"""

import argparse
import ast
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from starfoundry.runtime.entropy import SeededEntropy
from tests.house.source import PACKAGE, ROOT

CONFIG = """
    test_model test_messages test_hard_rule test_config_bus test_idempotency test_commands_below test_rpc_revise
    test_shared_layers test_rpc test_validation test_quarantine
    test_config_service
"""
LEDGER = "test_balance test_settlement test_evidence test_gateway test_doubt test_summary test_earnings"
MANUFACTURING = """
    test_readiness test_estimate test_plan test_guards test_model test_trading_health test_change_effects test_arrival
    test_liquidations test_scouting planner test_explanation
"""
TESTS = {
    "config/domain": [*(f"tests/config/{each}.py" for each in CONFIG.split()), "tests/house/test_settings.py"],
    "ledger/domain": [f"tests/ledger/{each}.py" for each in LEDGER.split()],
    "manufacturing/planner": [
        f"tests/manufacturing/{each}" + (".py" if each.startswith("test_") else "") for each in MANUFACTURING.split()
    ],
}
"""The fast tests of each room, those that touch nothing outside first."""

WORKERS = 2
SECONDS_MAX = 300
"""A run that takes longer counts as noticed: the mutant never ends."""

FAILED = 99
WIDTH = 90

SHARED_IMPORTS = ("pytest", "sqlalchemy", "grpc", "google.protobuf.json_format", "rich.table")

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: the source with it, and how it reads before and after."""

    room: str
    path: str
    line: int
    where: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before}  ->  {self.after}  in  {self.where[:WIDTH]}"


def mutants_of(room: str, path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    for number in range(len(_places(ast.parse(path.read_text())))):
        tree = ast.parse(path.read_text())
        statement, node = _places(tree)[number]
        where, before = ast.unparse(statement).partition("\n")[0], ast.unparse(node)
        _change(node)
        after = ast.unparse(node)
        name = path.relative_to(PACKAGE).as_posix()
        line = getattr(node, "lineno", statement.lineno)
        yield Mutant(room=room, path=name, line=line, where=where, before=before, after=after, source=ast.unparse(tree))


def _places(tree: ast.Module) -> list[tuple[ast.stmt, ast.AST]]:
    """Every node that can be changed, with the statement that it is in."""
    found: list[tuple[ast.stmt, ast.AST]] = []

    def visit(node: ast.AST, statement: ast.stmt | None) -> None:
        if isinstance(node, ast.Assert):  # says what always holds; a test is not about it
            return
        inside = node if isinstance(node, ast.stmt) else statement
        if inside is not None and _is_changeable(node):
            found.append((inside, node))
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "decorator_list"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        visit(child, inside)

    visit(tree, None)
    return found


def _is_changeable(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=[op]):
            return type(op) in COMPARISONS
        case ast.BinOp(op=op, right=right):
            return type(op) in SIGNS and not isinstance(right, ast.JoinedStr | ast.List | ast.Tuple)
        case ast.BoolOp() | ast.IfExp():
            return True
        case ast.Constant(value=value):
            return isinstance(value, int | float)
        case ast.Call(func=ast.Name(id=name)):
            return name in ("min", "max", "any", "all")
    return False


def _change(node: ast.AST) -> None:
    match node:
        case ast.Compare(ops=[op]):
            node.ops = [COMPARISONS[type(op)]()]
        case ast.BinOp(op=op):
            node.op = SIGNS[type(op)]()
        case ast.BoolOp(op=ast.And()):
            node.op = ast.Or()
        case ast.BoolOp():
            node.op = ast.And()
        case ast.IfExp(body=body, orelse=orelse):
            node.body, node.orelse = orelse, body
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant(value=int() | float() as value):
            node.value = value + 1
        case ast.Call(func=ast.Name(id=name) as function):
            function.id = {"min": "max", "max": "min", "any": "all", "all": "any"}[name]


def sample(count: int, seed: int) -> list[Mutant]:
    """So many mutants, drawn from all of them."""
    every = [
        mutant for room in TESTS for path in sorted((PACKAGE / room).rglob("*.py")) for mutant in mutants_of(room, path)
    ]
    print(f"{min(count, len(every))} of {len(every)} mutants, seed {seed}", flush=True)
    return SeededEntropy(seed).stream("mutants").sample(every, min(count, len(every)))


class Workbench:
    """A copy of sources and tests in which one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("src", "tests", "benchmarks", "docs"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, folder)

    def begin(self, mutant: Mutant) -> int:
        """Run the room's tests with the mutant in a process of its own; its number. It ends with 0 if all pass."""
        self._write(mutant.path, mutant.source)
        child = os.fork()
        if child == 0:
            code = FAILED
            try:
                code = self._code_of(TESTS[mutant.room])
            finally:
                os._exit(code)
        return child

    def restore(self, mutant: Mutant) -> None:
        """Undo the mutant."""
        self._write(mutant.path, (PACKAGE / mutant.path).read_text())

    def _write(self, path: str, source: str) -> None:
        file = self._folder / "src" / "starfoundry" / path
        file.write_text(source)
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):  # it may be of the same second
            compiled.unlink()

    def _code_of(self, tests: Sequence[str]) -> int:
        signal.alarm(SECONDS_MAX)
        os.chdir(self._folder)
        for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "starfoundry")]:
            del sys.modules[name]
        sys.path[:0] = [str(self._folder / "src"), str(self._folder)]
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        return int(import_module("pytest").main(["-x", "-q", "--hypothesis-seed=0", *tests]))


def survivors(mutants: Sequence[Mutant]) -> list[Mutant]:
    """The mutants that no test notices."""
    left: list[Mutant] = []
    waiting = list(reversed(mutants))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        free = [Workbench(Path(folder) / str(number)) for number in range(WORKERS)]
        running: dict[int, tuple[Mutant, Workbench]] = {}
        while waiting or running:
            while waiting and free:
                mutant, bench = waiting.pop(), free.pop()
                running[bench.begin(mutant)] = mutant, bench
            child, status = os.wait()
            mutant, bench = running.pop(child)
            bench.restore(mutant)
            free.append(bench)
            if status == 0:
                left.append(mutant)
            if mutant.after:
                print(f"{'noticed' if status else 'SURVIVES'}: {mutant}", flush=True)
    return left


def _unchanged() -> list[Mutant]:
    """A file of each room as it is, for the run that must pass."""
    first = {room: min((PACKAGE / room).rglob("*.py")) for room in TESTS}
    return [
        Mutant(
            room=room,
            path=path.relative_to(PACKAGE).as_posix(),
            line=1,
            where="",
            before="",
            after="",
            source=path.read_text(),
        )
        for room, path in first.items()
    ]


def main() -> None:
    """Draw, run and report; ends with an error where the tests fail on the sources as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in SHARED_IMPORTS:
        import_module(name)
    if len(survivors(_unchanged())) < len(TESTS):
        sys.exit("the tests fail without any mutant")
    drawn = sample(asked.sample, asked.seed)
    left = Counter(mutant.room for mutant in survivors(drawn))
    for room, count in sorted(Counter(mutant.room for mutant in drawn).items()):
        print(f"{room}: {count - left[room]} of {count} noticed ({(count - left[room]) / count:.0%})")


if __name__ == "__main__":
    main()
