"""A file is one idea and a function one step: both have a length they may not pass."""

from tests.house.source import Function, definitions, modules

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50

LONG_FILES: dict[str, str] = {}  # path: why it is better long
LONG_FUNCTIONS = {
    "store/migrations/versions/revision_0001.py:upgrade": "a migration is one list of tables, generated, never edited",
}


def test_a_file_is_short_unless_it_says_why():
    lengths = {module.path: module.text.count("\n") for module in modules()}

    assert set(LONG_FILES) == {path for path, lines in lengths.items() if lines > FILE_LINES_MAX}


def test_a_function_is_short_unless_it_says_why():
    lengths = {
        f"{module.path}:{name}": (node.end_lineno or 0) - node.lineno + 1
        for module in modules()
        for name, node in definitions(module.tree)
        if isinstance(node, Function)
    }

    assert set(LONG_FUNCTIONS) == {name for name, lines in lengths.items() if lines > FUNCTION_LINES_MAX}
