"""The JavaScript libraries lie in the project as their makers published them, each with its licence."""

import hashlib

import pytest

from tests.house.libraries import files, libraries
from tests.house.source import ROOT

LIBRARIES = {each["name"]: each for each in libraries()}
PLACES = (
    ROOT / "src" / "starfoundry" / "dashboard" / "page" / "vendor",
    ROOT / "tests" / "dashboard" / "vendor",
)


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_file_is_the_one_that_was_published(name):
    found = {file.name: hashlib.sha256(file.path.read_bytes()).hexdigest() for file in files(LIBRARIES[name])}

    assert found == {file.name: file.sha256 for file in files(LIBRARIES[name])}


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_library_comes_with_its_licence(name):
    assert any("LICENSE" in file.path.name for file in files(LIBRARIES[name]))


def test_nothing_else_lies_beside_them():
    named = {file.path for each in LIBRARIES.values() for file in files(each)}

    assert {path for place in PLACES for path in place.iterdir()} == named
