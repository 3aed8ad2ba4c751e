"""Rooms: how many files each folder has, and the drawing of them in the map."""

from collections import Counter

from tests.house.drawing import BEGIN, END, PAGE, drawing
from tests.house.source import modules

FILES_MAX = 10
LARGE_FOLDERS = {  # folder: why it is better large
    "config/commands": "one file for each command of a family that people type as one",
    "config/service": "the uses of one history of settings; each is a transaction of its own",
    "daemon": "the process itself, beside its sub-rooms",
    "daemon/access": "callers, roles, tokens and the audit trail of one table of rules",
    "dashboard": "the page, before its views",
    "demo": "one program",
    "store/migrations/versions": "one file for each version of the schema",
}


def test_a_folder_has_at_most_ten_files_unless_it_says_why():
    files = Counter(module.path.rpartition("/")[0] for module in modules() if module.stem != "__init__")

    assert set(LARGE_FOLDERS) == {folder for folder, count in files.items() if count > FILES_MAX}


def test_the_drawing_of_the_rooms_is_made_from_the_imports():
    drawn = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]

    assert drawn == drawing(), "run `python -m tests.house.drawing`"
