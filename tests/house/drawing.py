"""Drawing of the rooms from the imports: `python -m tests.house.drawing` puts it into docs/architecture.md."""

import ast
from graphlib import TopologicalSorter

from tests.house.source import ROOT, Module, modules, rooms

PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- drawing: begin -->\n", "<!-- drawing: end -->\n"


def drawing() -> str:
    """Each room with its files and what it imports, and each room's sub-rooms from the top down."""
    lines = ["```text", f"{'room':14} {'files':>5}  imports from"]
    for room in sorted(rooms(), key=lambda room: (-len(_reached(room)), room)):
        files = [module for module in modules() if module.room == room and module.stem != "__init__"]
        lines.append(f"{room:14} {len(files):5}  {' '.join(sorted(_imports(room)))}".rstrip())
        levels = _levels([module for module in files if module.path.count("/") > 1])
        lines += [f"{'':20}  {' > '.join(' | '.join(level) for level in levels)}"] if len(levels) > 1 else []
    return "\n".join([*lines, "```", ""])


def _targets(module: Module) -> set[tuple[str, ...]]:
    """The package's modules and folders that a module imports, as parts of their dotted names."""
    for_types = {
        inner
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    named = [
        node.module
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module and node not in for_types
    ]
    return {tuple(name.split(".")[1:]) for name in named if name.startswith("starfoundry.")}


def _imports(room: str) -> set[str]:
    """The other rooms that a room imports."""
    return {target[0] for module in modules() if module.room == room for target in _targets(module)} - {room}


def _reached(room: str) -> set[str]:
    """The other rooms that a room imports, indirectly too."""
    found: set[str] = set()
    waiting = [room]
    while waiting:
        new = _imports(waiting.pop()) - found
        found |= new
        waiting += sorted(new)
    return found


def _levels(files: list[Module]) -> list[list[str]]:
    """The sub-rooms of one room, the top first; those of one level do not import each other."""
    below: dict[str, set[str]] = {}
    for module in files:
        room, sub, *_ = module.path.split("/")
        below.setdefault(sub, set()).update(
            target[1] for target in _targets(module) if target[0] == room and len(target) > 1 and target[1] != sub
        )
    order = TopologicalSorter({sub: found & below.keys() for sub, found in below.items()})
    order.prepare()
    levels = []
    while order.is_active():
        ready = order.get_ready()
        levels.append(sorted(ready))
        order.done(*ready)
    return levels[::-1]


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + drawing() + END + rest.partition(END)[2])
