"""Rooms: how many files each folder has, and the drawing of them in the map."""

import ast
from collections import Counter, defaultdict

from tests.house.drawing import BEGIN, END, PAGE, drawing
from tests.house.source import definitions, is_public, modules

FILES_MAX = 10
LARGE_FOLDERS = {  # folder: why it is better large
    "config/commands": "one file for each command of a family that people type as one",
    "config/service": "the uses of one history of settings; each is a transaction of its own",
    "daemon/access": "callers, roles, tokens and the audit trail of one table of rules",
    "dashboard/views": "one file for each view, and what they share",
    "demo": "one program",
    "manufacturing/runtime": "the coordinator of one container, and the parts of its run",
    "store/migrations/versions": "one file for each version of the schema",
}

LAYERS = {"commands", "errors", "group", "main", "model", "output", "ports", "proto_mapping", "rpc", "service", "store"}
"""File names that say which layer of a room a file is, the same in every room."""

DOUBLE_STEMS = {  # file name: why several files have it
    "chains": "reasons that concern chains, and the view of the page that shows them",
    "contracts": "contracts of the game, and the endpoint that serves them",
    "explain": "the commands `config explain` and `manufacturing explain`",
    "fleet": "the sandbox's ships, and the view of the page",
    "forecast": "the commands `config forecast` and `market forecast`, and what the first one answers",
    "history": "the command `market history`, and the rows of revisions",
    "ledger": "the ledger, and the view of the page",
    "logs": "the daemon's logging, and the view of the page",
    "paging": "pages of the game's lists, and paging of an operator: the field's word for both",
    "play": "the demo and a simulation, each played",
    "predictions": "rows of predictions, and their table",
    "reasons": "reasons of a forecast, and reasons as text",
    "recorder": "of the audit trail, and of worlds",
    "scan": "the command, and the look at markets",
    "trades": "trips of the kind TRADE, and reasons that hold them back",
    "worker": "a ship on a task, and a process that plays runs",
}

GAME_WORDS = {
    *("Agent", "Cargo", "CargoItem", "Engine", "Frame", "Fuel", "Market", "Module", "Nav"),
    *("Ship", "ShipType", "Shipyard", "Waypoint"),
}
"""Classes that have the game's own word: its JSON shape, our value made from it, and the sandbox's state of it."""

DOUBLE_CLASSES = GAME_WORDS | {"Route"}  # a planned way from stop to stop, and the game's shape of one flight


def test_a_folder_has_at_most_ten_files_unless_it_says_why():
    files = Counter(module.path.rpartition("/")[0] for module in modules() if module.stem != "__init__")

    assert set(LARGE_FOLDERS) == {folder for folder, count in files.items() if count > FILES_MAX}


def test_a_file_name_stands_once_unless_it_says_why():
    stems = Counter(module.stem for module in modules() if not module.stem.startswith("__"))

    assert LAYERS | set(DOUBLE_STEMS) == {stem for stem, count in stems.items() if count > 1}


def test_a_public_class_name_stands_once_unless_it_says_why():
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for module in modules():
        for name, node in definitions(module.tree):
            if isinstance(node, ast.ClassDef) and is_public(name) and "." not in name:
                paths[name].add(module.path)

    assert {name for name, found in paths.items() if len(found) > 1} == DOUBLE_CLASSES


def test_the_drawing_of_the_rooms_is_made_from_the_imports():
    drawn = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]

    assert drawn == drawing(), "run `python -m tests.house.drawing`"
